/* adagrad_norm.h - AdaGrad-Norm (Ward, Wu and Bottou 2019): the rates are those of all rows of a side.
 *
 * They come divided by the root of the accumulator that these share; each row adds up its part.
 */
INLINE NAME(number) RULE(rate)(float rate, NAME(number) accumulator, float eps) {
    (void)accumulator, (void)eps;
    return (NAME(number)){0} + rate;
}

#include "row_rule.h"
