/* elementary.h - logarithm and exponential in IEEE arithmetic alone, so that no C library's last
 * bit shows in the results. Both are good to about 1e-15, and are rounded to float32 afterwards. */
#ifndef GLOVE_ADA_ELEMENTARY_H
#define GLOVE_ADA_ELEMENTARY_H

#include <stdint.h>
#include <string.h>

#define LN2_HIGH 6.93147180369123816490e-01 /* 33 bits, so that its small multiples are exact */
#define LN2_LOW 1.90821492927058770002e-10
#define LOG2_E 1.44269504088896338700e+00
#define SQRT_2 1.41421356237309504880

/* log(x) for a normal x > 0: x = 2^e m with m in [sqrt(1/2), sqrt(2)), and with f = (m-1)/(m+1)
 * log m = 2 artanh f = 2 (f + f^3/3 + f^5/5 + ...). */
static inline double natural_log(double x) {
    uint64_t bits;
    memcpy(&bits, &x, 8);
    int64_t exponent = (int64_t)(bits >> 52) - 1023;
    bits = (bits & 0xFFFFFFFFFFFFFULL) | 0x3FF0000000000000ULL;
    double m;
    memcpy(&m, &bits, 8);
    if (m >= SQRT_2) {
        m *= 0.5;
        exponent++;
    }
    double f = (m - 1) / (m + 1), s = f * f, series = 0;
    for (int k = 21; k >= 1; k -= 2) series = series * s + 1.0 / k;
    double e = (double)exponent;
    return e * LN2_HIGH + (2 * f * series + e * LN2_LOW);
}

/* exp(y) for y < 700: y = k ln 2 + r with |r| <= ln(2)/2, and Taylor's series for exp r. Below
 * -700 it is 0, as it would be in float32. */
static inline double natural_exp(double y) {
    if (y < -700) return 0;
    double scaled = y * LOG2_E;
    int64_t k = (int64_t)(scaled + (scaled < 0 ? -0.5 : 0.5));
    double r = (y - (double)k * LN2_HIGH) - (double)k * LN2_LOW, series = 1;
    for (int n = 14; n >= 1; n--) series = 1 + series * r * (1.0 / n);
    uint64_t bits = (uint64_t)(k + 1023) << 52;
    double power;
    memcpy(&power, &bits, 8);
    return series * power;
}

#endif
