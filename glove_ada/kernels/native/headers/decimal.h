/* Decimal text of floating-point numbers, both ways, without the C library's locale or rounding.
 *
 * Writing gives the shortest decimal that reads back as the same float32, and of those the nearest,
 * whether a program reads it as float32 or as double and then rounds:
 * R. Giulietti, "The Schubfach way to render doubles" (2020), in its form for float32. Reading finds
 * digits and exponent; Clinger's fast path (W. D. Clinger, "How to read floating point numbers
 * accurately", 1990) makes the number where that is exact.
 */
#ifndef GLOVE_ADA_DECIMAL_H
#define GLOVE_ADA_DECIMAL_H

#include <string.h>

#include "definitions.h"

/* "-1234567890000000.0": no float32 needs more characters. */
enum { DECIMAL_LONGEST = NUMBER_BYTES - 1 };

/* ---- writing ---- */

/* What a float32 c * 2^q with a given q is multiplied by to become a small integer. */
typedef struct {
    uint64_t power; /* floor(10^-exponent * 2^n) + 1, in [2^62, 2^63] */
    int32_t shift;  /* of the significand before the multiplication, so that 2^-63 is left over */
    int32_t exponent; /* the integer counts units of 10^exponent */
} decimal_scale;

/* [0] for the usual float32, [1] for those whose lower neighbour is nearer than the upper one;
 * by the biased exponent. Filled once, by the module. */
static decimal_scale decimal_scales[2][BIASED_EXPONENTS];

/* significand * power / 2^63 with a last bit that stays 1 where anything was cut off. */
static inline uint32_t decimal_round_to_odd(uint64_t power, uint32_t significand)
{
    uint64_t low = (power & 0xffffffffu) * significand;
    uint64_t product = (power >> 32) * significand + (low >> 32);
    uint32_t remainder = (uint32_t)product & 0x7fffffffu;
    return (uint32_t)(product >> 31) | (remainder != 0);
}

/* The one float32 whose shortest decimal, 7.038531e-26, becomes its neighbour where a program reads
 * a double first, as Python and NumPy do; all others were tried. It gets one digit more. */
enum { DECIMAL_MISREAD = 0x15ae43fd, DECIMAL_MISREAD_DIGITS = 70385307, DECIMAL_MISREAD_POWER = -33 };

/* The shortest decimal digits * 10^exponent of a positive finite float32, given by its bits. */
static inline uint32_t decimal_shortest(uint32_t bits, int32_t *exponent)
{
    if (bits == DECIMAL_MISREAD) {
        *exponent = DECIMAL_MISREAD_POWER;
        return DECIMAL_MISREAD_DIGITS;
    }
    uint32_t biased = bits >> 23, fraction = bits & 0x7fffff;
    int uneven = fraction == 0 && biased > 1;
    uint32_t significand = biased ? fraction | 0x800000 : fraction;
    decimal_scale scale = decimal_scales[uneven][biased];
    uint32_t odd = significand & 1; /* the ends of the interval round to even, so not to here */

    /* Four times the value and the ends of the interval that rounds to it. */
    uint32_t quarters = 4 * significand;
    uint32_t value = decimal_round_to_odd(scale.power, quarters << scale.shift);
    uint32_t lower =
        decimal_round_to_odd(scale.power, (quarters - 2 + uneven) << scale.shift) + odd;
    uint32_t upper = decimal_round_to_odd(scale.power, (quarters + 2) << scale.shift) - odd;

    *exponent = scale.exponent;
    uint32_t units = value / 4, tens = units / 10;
    int tens_below = lower <= 40 * tens, tens_above = 40 * tens + 40 <= upper;
    if (tens_below != tens_above) {
        *exponent += 1;
        return tens + tens_above;
    }
    int below = lower <= 4 * units, above = 4 * units + 4 <= upper;
    if (below != above)
        return units + above;
    uint32_t middle = 4 * units + 2;
    return units + (value > middle || (value == middle && (units & 1)));
}

static inline uint8_t *decimal_put(uint8_t *out, const char *text, int length)
{
    memcpy(out, text, (size_t)length);
    return out + length;
}

static inline uint8_t *decimal_put_zeros(uint8_t *out, int count)
{
    while (count-- > 0)
        *out++ = '0';
    return out;
}

/* digits[0] . digits[1...] e exponent */
static inline uint8_t *decimal_put_scientific(uint8_t *out, const char *digits, int count,
                                              int exponent)
{
    *out++ = (uint8_t)digits[0];
    if (count > 1) {
        *out++ = '.';
        out = decimal_put(out, digits + 1, count - 1);
    }
    *out++ = 'e';
    *out++ = exponent < 0 ? '-' : '+';
    if (exponent < 0)
        exponent = -exponent;
    *out++ = (uint8_t)('0' + exponent / 10);
    *out++ = (uint8_t)('0' + exponent % 10);
    return out;
}

/* Write a float32 as Python would: 0.25, 1.0, 1e-05, -0.0; return the end. */
static inline uint8_t *decimal_write(uint8_t *out, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (bits >> 31)
        *out++ = '-';
    bits &= 0x7fffffff;
    if (bits == 0)
        return decimal_put(out, "0.0", 3);
    if (bits >= 0x7f800000)
        return decimal_put(out, bits == 0x7f800000 ? "inf" : "nan", 3);

    int32_t exponent;
    uint32_t number = decimal_shortest(bits, &exponent);
    while (number % 10 == 0) {
        number /= 10;
        exponent++;
    }
    char buffer[10];
    int start = 10;
    for (; number; number /= 10)
        buffer[--start] = (char)('0' + number % 10);
    const char *digits = buffer + start;
    int count = 10 - start;
    int whole = count + exponent; /* digits before the point */

    if (whole < -3 || whole > 16)
        return decimal_put_scientific(out, digits, count, whole - 1);
    if (whole <= 0) {
        out = decimal_put(out, "0.", 2);
        out = decimal_put_zeros(out, -whole);
        return decimal_put(out, digits, count);
    }
    if (exponent >= 0) {
        out = decimal_put(out, digits, count);
        out = decimal_put_zeros(out, exponent);
        return decimal_put(out, ".0", 2);
    }
    out = decimal_put(out, digits, whole);
    *out++ = '.';
    return decimal_put(out, digits + whole, count - whole);
}

/* ---- reading ---- */

typedef struct {
    uint64_t digits;
    int32_t exponent;
    int negative;
    int complete; /* digits holds them all */
} decimal_number;

static inline int decimal_is_digit(uint8_t byte)
{
    return (uint8_t)(byte - '0') < 10;
}

/* Read [+-]digits[.digits][e[+-]digits]; return its end, or NULL where no number stands.
 * The text must end with a byte that is no part of a number. */
static inline const uint8_t *decimal_scan(const uint8_t *text, decimal_number *number)
{
    uint64_t digits = 0;
    int32_t exponent = 0;
    number->negative = *text == '-';
    text += *text == '-' || *text == '+';

    const uint8_t *start = text;
    for (; decimal_is_digit(*text); text++)
        digits = 10 * digits + (uint64_t)(*text - '0');
    int64_t count = text - start;
    if (*text == '.') {
        start = ++text;
        for (; decimal_is_digit(*text); text++)
            digits = 10 * digits + (uint64_t)(*text - '0');
        count += text - start;
        exponent = (int32_t)(start - text);
    }
    if (count == 0)
        return NULL;
    if (*text == 'e' || *text == 'E') {
        int negative = *++text == '-';
        text += *text == '-' || *text == '+';
        if (!decimal_is_digit(*text))
            return NULL;
        int32_t written = 0;
        for (; decimal_is_digit(*text); text++)
            if (written < 100000)
                written = 10 * written + (*text - '0');
        exponent += negative ? -written : written;
    }
    number->digits = digits;
    number->exponent = exponent;
    number->complete = count <= 19; /* 10^19 is below 2^64 */
    return text;
}

static const double decimal_exact_powers[23] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static inline double decimal_scaled(decimal_number number)
{
    double value = (double)number.digits;
    value = number.exponent < 0 ? value / decimal_exact_powers[-number.exponent]
                                : value * decimal_exact_powers[number.exponent];
    return number.negative ? -value : value;
}

static inline int decimal_has_exact_power(decimal_number number)
{
    return number.complete && number.exponent >= -22 && number.exponent <= 22;
}

/* The nearest double where both factors are exact, for then there is one rounding only. */
static inline int decimal_fast_double(decimal_number number, double *value)
{
    if (!decimal_has_exact_power(number) || number.digits > (uint64_t)1 << 53)
        return 0;
    *value = decimal_scaled(number);
    return 1;
}

/* That double rounded to float32. With more digits than a double holds there are two roundings of
 * at most 2^-53 each, which matter only where they touch the middle between two float32. */
static inline int decimal_fast_float(decimal_number number, float *value)
{
    if (!decimal_has_exact_power(number))
        return 0;
    double wide = decimal_scaled(number);
    *value = (float)wide;
    if (number.digits <= (uint64_t)1 << 53)
        return 1;
    double slack = wide * 0x1p-51;
    return (float)(wide - slack) == (float)(wide + slack);
}

#endif
