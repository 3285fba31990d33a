/* adagrad_da.h - AdaGrad by regularised dual averaging, with L1 (Duchi, Hazan and Singer 2011).
 *
 * A component is a function of sums: of squared gradients, G, and of gradients, z. After t updates
 * of the row it is -sign(z) rate max(|z| - t penalty, 0) / (sqrt(G) + eps). States: G; -rate z, which
 * starts where the component is the one drawn. Constants: the largest component of a gradient; eps.
 * t ends at 2^24, where float32 has no 1 to add.
 */
#define STATES 2
#define CLOCK 1

INLINE void RULE(tick)(float *clock, const float *constants, float *time) {
    (void)constants;
    time[0] = clock[0] += 1;
}

INLINE NAME(vector) RULE(step)(NAME(vector) value, NAME(vector) gradient, NAME(vector) rate,
                               const NAME(vector) *decay, NAME(vector) *state, int stride,
                               const float *time, const float *constants) {
    NAME(vector) total = state[0] + gradient * gradient, sum = state[stride] - rate * gradient;
    state[0] = total;
    state[stride] = sum;
    NAME(vector) moved = NAME(soft_threshold)(sum, rate * (time[0] * decay[stride])) /
                         (NAME(square_root)(total) + constants[0]);
    return NAME(if_positive)(rate, moved, value);
}

#include "component_rule.h"
