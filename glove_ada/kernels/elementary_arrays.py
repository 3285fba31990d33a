"""Logarithms and exponentials of arrays, to the bits of the kernels' own.

NumPy's are those of the CPU; here each step is one of IEEE arithmetic, in the order in which
`native/headers/elementary.h` takes them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]

_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_LOG2_E = 1.44269504088896338700e00
_SQRT_2 = 1.41421356237309504880


def log_of_each(numbers: Doubles) -> Doubles:
    """Return the natural logarithm of normal numbers above 0."""
    halves, exponents = np.frexp(numbers)
    above = 2 * halves >= _SQRT_2
    m = np.where(above, halves, 2 * halves)
    exponent = (exponents - 1 + above).astype(np.float64)
    f = (m - 1) / (m + 1)
    s = f * f
    series: Doubles = np.zeros_like(f)
    for k in range(21, 0, -2):
        series *= s
        series += 1.0 / k
    logs: Doubles = exponent * _LN2_HIGH + (2 * f * series + exponent * _LN2_LOW)
    return logs


def exp_of_each(numbers: Doubles) -> Doubles:
    """Return e to the power of numbers below 700; 0 for those below -700."""
    scaled = numbers * _LOG2_E
    k = np.trunc(scaled + np.where(scaled < 0, -0.5, 0.5))
    r = (numbers - k * _LN2_HIGH) - k * _LN2_LOW
    series: Doubles = np.ones_like(r)
    for n in range(14, 0, -1):
        series = 1 + series * r * (1.0 / n)
    powers: Doubles = np.where(numbers < -700, 0.0, np.ldexp(series, k.astype(np.int32)))
    return powers
