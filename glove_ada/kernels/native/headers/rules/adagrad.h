/* adagrad.h - AdaGrad (Duchi, Hazan and Singer 2011): accumulate, then step.
 *
 * That order bounds every step by the rate. State: the sum of squared gradients. Constants: the
 * largest component of a gradient; eps, which is added to the root.
 */
#define STATES 1

INLINE NAME(vector) RULE(step)(NAME(vector) value, NAME(vector) gradient, NAME(vector) rate,
                               const NAME(vector) *decay, NAME(vector) *state, int stride,
                               const float *time, const float *constants) {
    (void)decay, (void)stride, (void)time;
    NAME(vector) total = state[0] + gradient * gradient;
    state[0] = total;
    return value - rate * gradient / (NAME(square_root)(total) + constants[0]);
}

#define COMMON_SLOTS /* its loops unroll for common sizes */
#include "component_rule.h"
#undef COMMON_SLOTS
