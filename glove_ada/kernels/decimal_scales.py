"""The powers of ten by which the shortest decimal of a float32 is found, in exact integers."""

from __future__ import annotations

import math
from typing import NamedTuple


class DecimalScale(NamedTuple):
    """What a float32 c * 2^q with a given q is multiplied by to become a small integer.

    The shortest decimal is computed with it; see `native/headers/decimal.h`.

    Attributes
    ----------
    power : int
        floor(10^-exponent * 2^n) + 1, in [2^62, 2^63].
    shift : int
        Of the significand before the multiplication, so that 2^-63 is left over.
    exponent : int
        The integer counts units of 10^exponent.
    """

    power: int
    shift: int
    exponent: int


def compute_scale(biased: int, *, uneven: bool) -> DecimalScale:
    """Compute a scale in exact integers.

    Parameters
    ----------
    biased : int
        The float32's exponent as its bits give it, below 255.
    uneven : bool
        Whether its lower neighbour is nearer than the upper one.
    """
    # The float32 is c * 2^q; its interval is 2^q wide, or 3/4 of that where the exponent of the
    # lower neighbour is smaller. 10^k is the largest power that is not wider. No power of two but
    # 1 is so near to a power of ten that the logarithm could mislead.
    q = max(biased, 1) - 150
    k = math.floor(q * math.log10(2) + (math.log10(0.75) if uneven else 0.0))
    if k <= 0:
        ten = 10**-k
        log2 = ten.bit_length() - 1
        power = (ten << 62 >> log2) + 1
    else:
        ten = 10**k
        log2 = -ten.bit_length()
        power = (1 << (62 - log2)) // ten + 1
    return DecimalScale(power, q + log2 + 1, k)
