/* adagrad_row.h - row-wise AdaGrad: one accumulator for a row's vector, one for its bias.
 *
 * AdaGrad-Norm (Ward, Wu and Bottou 2019), a row at a time.
 */
INLINE NAME(number) RULE(rate)(float rate, NAME(number) accumulator, float eps) {
    return rate / (NAME(root_of_number)(accumulator) + eps);
}

#include "row_rule.h"
