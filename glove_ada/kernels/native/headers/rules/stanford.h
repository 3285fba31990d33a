/* stanford.h - the rule of the reference C program, GloVe 1.2: step, then accumulate.
 *
 * It accumulates the squares of eta * gradient from 1, which is AdaGrad with a rate of 1 and
 * accumulators that start at 1 / eta^2. Constant: the largest component of a gradient.
 */
#define STATES 1

INLINE NAME(vector) RULE(step)(NAME(vector) value, NAME(vector) gradient, NAME(vector) rate,
                               const NAME(vector) *decay, NAME(vector) *state, int stride,
                               const float *time, const float *constants) {
    (void)decay, (void)stride, (void)time, (void)constants;
    NAME(vector) before = state[0];
    state[0] = before + gradient * gradient;
    return value - rate * gradient / NAME(square_root)(before);
}

#include "component_rule.h"
