/* sgd.h - stochastic gradient descent: each step is the rate times the gradient. */
#define STATES 0

INLINE NAME(vector) RULE(step)(NAME(vector) value, NAME(vector) gradient, NAME(vector) rate,
                               const NAME(vector) *decay, NAME(vector) *state, int stride,
                               const float *time, const float *constants) {
    (void)decay, (void)state, (void)stride, (void)time, (void)constants;
    return value - rate * gradient;
}

#include "component_rule.h"
