/* momentum.h - gradient descent with momentum (Polyak 1964), as torch.optim.SGD has it.
 *
 * State: the velocity, a sum of gradients that each update of the row multiplies by the momentum.
 * Constants: the largest component of a gradient; the momentum.
 */
#define STATES 1

INLINE NAME(vector) RULE(step)(NAME(vector) value, NAME(vector) gradient, NAME(vector) rate,
                               const NAME(vector) *decay, NAME(vector) *state, int stride,
                               const float *time, const float *constants) {
    (void)decay, (void)stride, (void)time;
    NAME(vector) velocity = constants[0] * state[0] + gradient;
    state[0] = velocity;
    return value - rate * velocity;
}

#include "../component_rule.h"
