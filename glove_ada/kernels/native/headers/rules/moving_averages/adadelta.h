/* adadelta.h - AdaDelta (Zeiler 2012): steps are as long as earlier ones were.
 *
 * States: moving averages, from 0, of squared gradients and of squared steps (before the rate), over
 * the row's own updates. Constants: the largest component of a gradient; rho, what an update keeps
 * of an average; 1 - rho; eps, which is added under both roots.
 */
#define STATES 2

INLINE NAME(vector) RULE(step)(NAME(vector) value, NAME(vector) gradient, NAME(vector) rate,
                               const NAME(vector) *decay, NAME(vector) *state, int stride,
                               const float *time, const float *constants) {
    (void)decay, (void)time;
    NAME(vector) gradients = constants[0] * state[0] + constants[1] * (gradient * gradient);
    NAME(vector) steps = state[stride];
    NAME(vector) step = gradient * (NAME(square_root)(steps + constants[2]) /
                                    NAME(square_root)(gradients + constants[2]));
    state[0] = gradients;
    state[stride] = constants[0] * steps + constants[1] * (step * step);
    return value - rate * step;
}

#include "../component_rule.h"
