/* all_rules.h - every rule for one instruction set, and the table of them.
 *
 * Included once for each instruction set. A rule's header says what one update does, by functions
 * whose names RULE makes the rule's own, and includes tile.h, the loop that calls them.
 */
#undef EACH_RULE
#define EACH_RULE(DO) /* in the order of their numbers */ \
    DO(adagrad) \
    DO(stanford) \
    DO(adagrad_row) \
    DO(sgd) \
    DO(momentum) \
    DO(rmsprop) \
    DO(adadelta) \
    DO(adam) \
    DO(adamw) \
    DO(amsgrad) \
    DO(adamax) \
    DO(adagrad_comid) \
    DO(adagrad_da) \
    DO(adagrad_norm)

#define RULE(name) NAME(name##_adagrad)
#include "adagrad.h"
#undef RULE
#define RULE(name) NAME(name##_stanford)
#include "stanford.h"
#undef RULE
#define RULE(name) NAME(name##_adagrad_row)
#include "adagrad_row.h"
#undef RULE
#define RULE(name) NAME(name##_sgd)
#include "sgd.h"
#undef RULE
#define RULE(name) NAME(name##_momentum)
#include "moving_averages/momentum.h"
#undef RULE
#define RULE(name) NAME(name##_rmsprop)
#include "moving_averages/rmsprop.h"
#undef RULE
#define RULE(name) NAME(name##_adadelta)
#include "moving_averages/adadelta.h"
#undef RULE
#define RULE(name) NAME(name##_adam)
#include "moving_averages/adam.h"
#undef RULE
#define RULE(name) NAME(name##_adamw)
#include "moving_averages/adamw.h"
#undef RULE
#define RULE(name) NAME(name##_amsgrad)
#include "moving_averages/amsgrad.h"
#undef RULE
#define RULE(name) NAME(name##_adamax)
#include "moving_averages/adamax.h"
#undef RULE
#define RULE(name) NAME(name##_adagrad_comid)
#include "adagrad_comid.h"
#undef RULE
#define RULE(name) NAME(name##_adagrad_da)
#include "adagrad_da.h"
#undef RULE
#define RULE(name) NAME(name##_adagrad_norm)
#include "adagrad_norm.h"
#undef RULE

#define TRAIN_FUNCTION(rule) NAME(train_##rule),
static const Train NAME(rules)[] = {EACH_RULE(TRAIN_FUNCTION)};
#undef TRAIN_FUNCTION
