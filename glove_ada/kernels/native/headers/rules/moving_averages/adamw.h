/* adamw.h - AdamW (Loshchilov and Hutter 2019): Adam whose weight decay is no part of the gradient. */
#define STATES 2
#define DECAY_APART
#include "moments.h"

INLINE NAME(vector) RULE(step)(NAME(vector) value, NAME(vector) gradient, NAME(vector) rate,
                               const NAME(vector) *decay, NAME(vector) *state, int stride,
                               const float *time, const float *constants) {
    RULE(average)(gradient, state, stride, constants);
    return value * (1 - rate * decay[0]) -
           rate * RULE(direction)(state[0], state[stride], time, constants);
}

#include "../component_rule.h"
