"""Sampled zeros: pairs of words that never meet, learned from besides those that do.

GloVe's cost has a term for each pair that occurs; that most pairs never do says something, too.
word2vec draws negative samples (Mikolov et al. 2013, "Distributed representations of words and
phrases and their compositionality", section 2.2); Swivel (Shazeer et al. 2016, "Swivel: improving
embeddings by noticing what's missing") and LexVec (Salle, Idiart and Villavicencio 2016, "Matrix
factorization using window sampling and negative sampling for improved word representations")
brought them to the factorisation of matrices. Here a zero is an ordinary update with a low target
and a small weight, drawn afresh for every tile of every epoch, and never stored.
"""

from __future__ import annotations

import math
import threading

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.randomness import random_bits
from glove_ada.tiles import NONZERO, Grouping

LOTS = 1 << 13
"""About so many lots the draws of a group are made from, few enough for the first cache."""

_ZEROS = 5  # what random bits are for


class ZeroSampler:
    """Draws zeros for the rows of a tile.

    A word is drawn by its count to the power 0.75, the share of word2vec's negative samples.
    Which ones are drawn depends on seed, epoch and tile alone.

    Parameters
    ----------
    grouping : Grouping
    counts : ndarray of int64, shape (words,)
        How often each word occurs, by which columns are drawn.
    symmetric : bool
        Whether the nonzeros are, so that a pair is stored with its more frequent word; then it is
        drawn for that one, too.
    ratio : float
        Draws for each nonzero. Those of pairs that do occur are dropped.
    log_count : float
        What a zero counts for: its target in place of log x.
    weight : float
        Its weight in place of f(x).
    seed : int
    """

    def __init__(
        self,
        grouping: Grouping,
        counts: npt.NDArray[np.int64],
        *,
        symmetric: bool,
        ratio: float,
        log_count: float,
        weight: float,
        seed: int,
    ) -> None:
        self.words = [grouping.words(group) for group in range(grouping.groups)]
        self.lots = [cast_lots(counts[words]) for words in self.words]
        # More draws make good what lots do not count.
        self.ratios = [ratio * len(lots) / LOTS for lots, *_ in self.lots]
        self.symmetric = symmetric
        self.log_count, self.weight, self.seed = log_count, weight, seed
        self._keys = self._keys_of(0)
        self._room = threading.local()

    def braid(
        self, nonzeros: npt.NDArray[np.void], rows: int, columns: int, *, epoch: int, side: int
    ) -> npt.NDArray[np.void]:
        """Return nonzeros of a tile with drawn zeros between them.

        Parameters
        ----------
        nonzeros : ndarray of NONZERO
        rows, columns : int
            The groups of their rows and columns.
        epoch : int
        side : int
            Whether the rows are words (0) or contexts (1).

        Returns
        -------
        ndarray of NONZERO
            The zeros have the sign of their weight turned round. It may be used until this thread
            asks for the next one.
        """
        keys_epoch, keys = self._keys
        if keys_epoch != epoch:
            # Another thread may do the same at the same time, to the same result.
            _, keys = self._keys = self._keys_of(epoch)
        # One more, since a draw that will be dropped is written, too.
        most = int((1 + self.ratios[columns]) * len(nonzeros)) + len(self.words[rows]) + 1
        braided = self._scratch(most)
        size = kernels.braid_zeros(
            nonzeros,
            self.words[rows],
            self.words[columns],
            *self.lots[columns],
            self.symmetric,
            self.ratios[columns],
            int(keys[side, rows, columns]),
            self.log_count,
            self.weight,
            np.zeros(len(self.words[columns]), np.uint8),
            braided,
        )
        return braided[:size]

    def _scratch(self, size: int) -> npt.NDArray[np.void]:
        """Return this thread's own room for so many nonzeros: fresh memory would cost more."""
        if not hasattr(self._room, "nonzeros") or len(self._room.nonzeros) < size:
            self._room.nonzeros = np.empty(size + size // 4, NONZERO)
        nonzeros: npt.NDArray[np.void] = self._room.nonzeros
        return nonzeros

    def _keys_of(self, epoch: int) -> tuple[int, npt.NDArray[np.uint64]]:
        """Return the epoch and a key for each side, group of rows and group of columns."""
        groups = np.arange(len(self.words))
        return epoch, random_bits(self.seed, _ZEROS, epoch, [[[0]], [[1]]], groups[:, None], groups)


def choose_zero_count(row_sums: npt.NDArray[np.float64]) -> float:
    """Return what a zero counts for where the user does not say: a sixth of the mean count.

    The mean is that of all cells of the matrix, zeros included: what two words would count if all
    met alike. The less text there is for its words, the less a zero says. One digit is enough, and
    easy to repeat.

    Parameters
    ----------
    row_sums : ndarray of float64, shape (words,)
        Sums of the rows of the whole matrix.
    """
    mean = math.fsum(row_sums) / len(row_sums) ** 2
    return float(f"{mean / 6:.0e}")


def cast_lots(
    counts: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Return the lots by which columns are drawn, so that a draw is one lookup.

    Parameters
    ----------
    counts : ndarray of int64, shape (columns,)

    Returns
    -------
    lots : ndarray of uint16, shape (lots,)
        The column of each lot. A column has as many of LOTS as its share of the draws, rounded up;
        they ascend.
    shares : ndarray of uint32, shape (lots,)
        How much of each lot counts, of 2**32: what makes good the rounding.
    starts : ndarray of uint32, shape (columns + 1,)
        The first lot of each column, and how many there are.
    """
    roots = np.sqrt(counts.astype(np.float64))
    # sqrt and a running sum are the same on every machine; a power need not be.
    powers = roots * np.sqrt(roots)
    total = np.cumsum(powers)[-1] if len(powers) else 0.0
    wanted = powers / total * LOTS if total else powers
    lots = np.ceil(wanted)
    shares = np.divide(wanted, lots, out=np.zeros_like(wanted), where=lots > 0)
    columns = np.repeat(np.arange(len(counts), dtype=np.uint16), lots.astype(np.int64))
    starts = np.concatenate(([0], np.cumsum(lots))).astype(np.uint32)
    return columns, np.floor(shares * (2**32 - 1)).astype(np.uint32)[columns], starts
