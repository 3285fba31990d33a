"""A la carte: the mean vector of the words around a word, times one matrix.

Khodak, Saunshi, Liang, Ma, Stewart and Arora 2018, "A la carte embedding: cheap but effective
induction of semantic feature vectors". The matrix is the one that makes the vectors of words that
the model has of the means around them, by regression over these words; a word that occurs once
needs no more than it and the words around.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from glove_ada.run.uncertainty.word_contexts import WordContexts
from glove_ada.system.threads import Workers

Doubles = npt.NDArray[np.float64]

_SHARE_BITS, _VECTOR_BITS = 26, 22  # of numbers whose products are added up exactly


class ContextMeans:
    """Means of the vectors of what words meet, each neighbour times what it counts.

    Parameters
    ----------
    vectors : ndarray of float, shape (words, size)
        The model's, as users are given them.
    """

    def __init__(self, vectors: npt.NDArray[np.floating]) -> None:
        _, exponent = np.frexp(np.abs(vectors).max())
        self._unit = np.ldexp(1.0, int(exponent) - _VECTOR_BITS)
        self._whole = np.rint(vectors / np.float64(self._unit))

    def of(self, contexts: Iterable[WordContexts], workers: Workers) -> Doubles:
        """Return the mean of each word, shape (words, size); 0 for a word that meets none."""

        def mean(met: WordContexts) -> Doubles:
            neighbours = met.contexts % len(self._whole)  # whichever side they stand on
            total = met.counts.sum() or 1.0  # exact: multiples of a power of 2
            # Whole numbers, whose products add up to the same in any order.
            shares = np.rint(np.ldexp(met.counts / total, _SHARE_BITS))
            sums: Doubles = shares @ self._whole[neighbours]
            means: Doubles = np.ldexp(sums, -_SHARE_BITS) * self._unit
            return means

        found = list(workers.map_in_order(mean, contexts))
        return np.array(found).reshape(len(found), self._whole.shape[1])
