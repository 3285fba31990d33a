/* adagrad_comid.h - AdaGrad with L1 by composite mirror descent (Duchi, Hazan and Singer 2011).
 *
 * A step of AdaGrad, then a soft threshold of the component's own rate times the penalty. State and
 * constants are those of adagrad.h.
 */
#define STATES 1

INLINE NAME(vector) RULE(step)(NAME(vector) value, NAME(vector) gradient, NAME(vector) rate,
                               const NAME(vector) *decay, NAME(vector) *state, int stride,
                               const float *time, const float *constants) {
    (void)time;
    NAME(vector) total = state[0] + gradient * gradient;
    state[0] = total;
    NAME(vector) root = NAME(square_root)(total) + constants[0];
    return NAME(soft_threshold)(value - rate * gradient / root, rate * decay[stride] / root);
}

#include "component_rule.h"
