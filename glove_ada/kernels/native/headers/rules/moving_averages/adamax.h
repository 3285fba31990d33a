/* adamax.h - AdaMax (Kingma and Ba 2015, section 7.1): Adam by the largest gradient, which fades.
 *
 * States: a moving average of gradients, and the largest magnitude of one, which each update of the
 * row multiplies by beta2. The clock is that of moments.h. Constants: the largest component of a
 * gradient; beta1, 1 - beta1, beta2; eps, which is added to a magnitude.
 */
#define STATES 2
#define CLOCK 1

INLINE void RULE(tick)(float *clock, const float *constants, float *time) {
    clock[0] = constants[0] * clock[0] + constants[1];
    time[0] = 1 / clock[0];
}

INLINE NAME(vector) RULE(step)(NAME(vector) value, NAME(vector) gradient, NAME(vector) rate,
                               const NAME(vector) *decay, NAME(vector) *state, int stride,
                               const float *time, const float *constants) {
    (void)decay;
    NAME(vector) mean = constants[0] * state[0] + constants[1] * gradient;
    NAME(vector) largest = NAME(larger)(constants[2] * state[stride], NAME(magnitude)(gradient) + constants[3]);
    state[0] = mean;
    state[stride] = largest;
    return value - rate * (mean * time[0] / largest);
}

#include "../component_rule.h"
