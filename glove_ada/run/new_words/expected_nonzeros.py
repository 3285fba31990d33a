"""How many words each context meets, as far as its word's count tells.

A model does not say how many words a context met, by which the zeros of a word are spread over
contexts when it is solved. If all words stood anywhere at random, a word of count x would be seen
in the window of one of count y about r x y / N times, and at least once with a chance of
1 - exp(-r x y / N): the number of words met is the sum of that over all words. A power of the
count, of whatever exponent, is far from it, since frequent words meet nearly all there are.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glove_ada.kernels.elementary_arrays import exp_of_each

Doubles = npt.NDArray[np.float64]

_MANTISSA_BITS = 6  # of a count: words of like count are taken together
_SURE = 700.0  # e to the power of -this is nothing beside 1


def expect_nonzeros(counts: npt.NDArray[np.int64], neighbours: int) -> Doubles:
    """Return how many words the context of each word is expected to meet.

    Parameters
    ----------
    counts : ndarray of int64, shape (words,)
        How often each word occurs.
    neighbours : int
        Of an occurrence, on all sides that are this context's.

    Returns
    -------
    ndarray of float64, shape (words,)
        The same bytes on every machine.
    """
    mantissas, exponents = np.frexp(counts.astype(np.float64))
    rounded = np.ldexp(np.rint(np.ldexp(mantissas, _MANTISSA_BITS)), exponents - _MANTISSA_BITS)
    distinct, place, words = np.unique(rounded, return_inverse=True, return_counts=True)
    rates = distinct * (neighbours / max(float(counts.sum()), 1.0))
    met = np.zeros(len(distinct))
    for count, number in zip(distinct.tolist(), words.tolist(), strict=True):  # added in order
        met += number * (1.0 - exp_of_each(-np.minimum(count * rates, _SURE)))
    expected: Doubles = met[place.reshape(-1)]
    return expected
