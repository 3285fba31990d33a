/* amsgrad.h - AMSGrad (Reddi, Kale and Kumar 2018): Adam by the largest mean square so far.
 *
 * A third state keeps it, uncorrected, as torch.optim.Adam(amsgrad=True) does.
 */
#define STATES 3
#include "moments.h"

INLINE NAME(vector) RULE(step)(NAME(vector) value, NAME(vector) gradient, NAME(vector) rate,
                               const NAME(vector) *decay, NAME(vector) *state, int stride,
                               const float *time, const float *constants) {
    (void)decay;
    RULE(average)(gradient, state, stride, constants);
    NAME(vector) largest = NAME(larger)(state[2 * stride], state[stride]);
    state[2 * stride] = largest;
    return value - rate * RULE(direction)(state[0], largest, time, constants);
}

#include "../component_rule.h"
