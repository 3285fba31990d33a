/* rmsprop.h - RMSprop (Tieleman and Hinton 2012): steps by the root of the mean squared gradient.
 *
 * State: a moving average of squared gradients, from 0, over the row's own updates. Constants: the
 * largest component of a gradient; rho, what an update keeps of the average; 1 - rho; eps, which is
 * added to the root.
 */
#define STATES 1

INLINE NAME(vector) RULE(step)(NAME(vector) value, NAME(vector) gradient, NAME(vector) rate,
                               const NAME(vector) *decay, NAME(vector) *state, int stride,
                               const float *time, const float *constants) {
    (void)decay, (void)stride, (void)time;
    NAME(vector) mean = constants[0] * state[0] + constants[1] * (gradient * gradient);
    state[0] = mean;
    return value - rate * gradient / (NAME(square_root)(mean) + constants[2]);
}

#include "../component_rule.h"
