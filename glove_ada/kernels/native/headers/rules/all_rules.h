/* all_rules.h - every rule for one instruction set, and the table of them.
 *
 * Included once for each instruction set. A rule's header says what one update does, by functions
 * whose names RULE makes the rule's own, and includes tile.h, the loop that calls them.
 */
#define RULE(name) NAME(name##_adagrad)
#include "adagrad.h"
#undef RULE
#define RULE(name) NAME(name##_stanford)
#include "stanford.h"
#undef RULE
#define RULE(name) NAME(name##_adagrad_row)
#include "adagrad_row.h"
#undef RULE

#define TRAIN_FUNCTION(rule) NAME(train_##rule),
static const Train NAME(rules)[] = {EACH_RULE(TRAIN_FUNCTION)};
#undef TRAIN_FUNCTION
