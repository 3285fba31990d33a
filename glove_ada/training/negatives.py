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
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.kernels.definitions import NONZERO, STRANDS
from glove_ada.training.randomness import random_bits
from glove_ada.training.tiles import Grouping

LOTS = 1 << 14
"""So many lots the draws of a group are made from: few enough for the first cache, 32 KB."""

_ZEROS, _LOTS = 5, 6  # what random bits are for
_GOLDEN_RATIO = 0x9E3779B9  # of 2**32


class _Draws(NamedTuple):
    """What an epoch draws from: a key for each side of each tile, and the lots of each group."""

    epoch: int
    keys: npt.NDArray[np.uint64]
    lots: list[tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint32]]]


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
        self.shares = [shares_of_draws(counts[words]) for words in self.words]
        self.symmetric, self.ratio = symmetric, ratio
        self.log_count, self.weight, self.seed = log_count, weight, seed
        self._draws = self._draws_of(0)
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
        draws = self._draws
        if draws.epoch != epoch:
            # Another thread may do the same at the same time, to the same result.
            draws = self._draws = self._draws_of(epoch)
        # One more, since a draw that will be dropped is written, too.
        most = (1 + math.ceil(self.ratio)) * len(nonzeros) + 1
        braided = self._scratch(most)
        size = kernels.braid_zeros(
            nonzeros,
            self.words[rows],
            self.words[columns],
            *draws.lots[columns],
            self.symmetric,
            self.ratio,
            int(draws.keys[side, rows, columns]),
            self.log_count,
            self.weight,
            np.zeros((len(self.words[columns]), STRANDS), np.uint16),
            braided,
        )
        return braided[:size]

    def _scratch(self, size: int) -> npt.NDArray[np.void]:
        """Return this thread's own room for so many nonzeros: fresh memory would cost more."""
        if not hasattr(self._room, "nonzeros") or len(self._room.nonzeros) < size:
            self._room.nonzeros = np.empty(size + size // 4, NONZERO)
        nonzeros: npt.NDArray[np.void] = self._room.nonzeros
        return nonzeros

    def _draws_of(self, epoch: int) -> _Draws:
        """Return what an epoch draws from."""
        groups = np.arange(len(self.words))
        keys = random_bits(self.seed, _ZEROS, epoch, [[[0]], [[1]]], groups[:, None], groups)
        # In steps of the golden ratio, so that a word of half a lot has one in every other epoch.
        starts = random_bits(self.seed, _LOTS, groups) >> np.uint64(32)
        offsets = [(start + epoch * _GOLDEN_RATIO) % 2**32 / 2**32 for start in starts.tolist()]
        return _Draws(epoch, keys, [*map(cast_lots, self.shares, offsets)])


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


def shares_of_draws(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the share of the draws of each column and those before it: by count**0.75.

    Parameters
    ----------
    counts : ndarray of int64, shape (columns,)

    Returns
    -------
    ndarray of float64, shape (columns,)
        The last one is 1, or 0 if no column occurs.
    """
    roots = np.sqrt(counts.astype(np.float64))
    # sqrt and a running sum are the same on every machine; a power need not be.
    sums = np.cumsum(roots * np.sqrt(roots))
    return sums / sums[-1] if len(sums) and sums[-1] else sums


def cast_lots(
    shares: npt.NDArray[np.float64], offset: float
) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint32]]:
    """Return the lots by which columns are drawn, so that a draw is one lookup.

    Parameters
    ----------
    shares : ndarray of float64, shape (columns,)
        Of the draws, that of each column and those before it.
    offset : float
        Between 0 and 1, less than 1, of 32 bits: where a column's share of LOTS is rounded up
        rather than down. On average over all offsets a column has its share of the lots.

    Returns
    -------
    lots : ndarray of uint16, shape (lots,)
        The column of each lot; they ascend. There are LOTS, or none if no column occurs.
    starts : ndarray of uint32, shape (columns + 1,)
        The first lot of each column, and how many there are.
    """
    ends = np.floor(shares * LOTS + offset).astype(np.int64)
    starts = np.concatenate(([0], ends))
    return np.repeat(np.arange(len(shares), dtype=np.uint16), np.diff(starts)), starts.astype(
        np.uint32
    )
