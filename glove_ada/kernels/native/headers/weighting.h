/* weighting.h - f(x), the weight of a count in the cost. */
#ifndef GLOVE_ADA_WEIGHTING_H
#define GLOVE_ADA_WEIGHTING_H

#include "elementary.h"

/* f(x) = min(1, (x / x_max)^alpha) (Pennington, Socher and Manning 2014, equation 9), of a count
 * whose logarithm is known. */
static inline double weight_of_count(double count, double log_count, double x_max, double log_x_max,
                                     double alpha) {
    return count < x_max ? natural_exp(alpha * (log_count - log_x_max)) : 1;
}

#endif
