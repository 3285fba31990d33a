/* adam.h - Adam (Kingma and Ba 2015), lazily: a row's averages move with its own updates. */
#define STATES 2
#include "moments.h"

INLINE NAME(vector) RULE(step)(NAME(vector) value, NAME(vector) gradient, NAME(vector) rate,
                               const NAME(vector) *decay, NAME(vector) *state, int stride,
                               const float *time, const float *constants) {
    (void)decay;
    RULE(average)(gradient, state, stride, constants);
    return value - rate * RULE(direction)(state[0], state[stride], time, constants);
}

#include "../component_rule.h"
