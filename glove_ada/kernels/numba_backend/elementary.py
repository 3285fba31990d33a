"""Logarithm and exponential: the counterpart of `native/headers/elementary.h`.

They are written out because the C library's, which numba would call, differ in the last bit from
one machine to another.
"""

from __future__ import annotations

import math

from glove_ada.kernels.numba_backend.compilation import kernel

_LN2_HIGH = 6.93147180369123816490e-01  # 33 bits, so that its small multiples are exact
_LN2_LOW = 1.90821492927058770002e-10
_LOG2_E = 1.44269504088896338700e00
_SQRT_2 = 1.41421356237309504880


@kernel
def log(x):
    """Return the natural logarithm of a normal number above 0."""
    half_m, exponent = math.frexp(x)  # m / 2 in [1/2, 1)
    m = 2 * half_m
    exponent -= 1
    if m >= _SQRT_2:
        m *= 0.5
        exponent += 1
    f = (m - 1) / (m + 1)
    s = f * f
    series = 0.0
    for k in range(21, 0, -2):
        series = series * s + 1.0 / k
    return exponent * _LN2_HIGH + (2 * f * series + exponent * _LN2_LOW)


@kernel
def exp(y):
    """Return e to the power y, for y below 700; 0 for y below -700."""
    if y < -700:
        return 0.0
    scaled = y * _LOG2_E
    k = int(scaled + (-0.5 if scaled < 0 else 0.5))
    r = (y - k * _LN2_HIGH) - k * _LN2_LOW
    series = 1.0
    for n in range(14, 0, -1):
        series = 1 + series * r * (1.0 / n)
    return math.ldexp(series, k)
