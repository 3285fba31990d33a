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

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.randomness import random_bits
from glove_ada.tiles import NONZERO, Grouping

LOTS = 1 << 13
"""So many lots the draws of a group are made from: few enough to stay in the first cache."""

_KEYS, _LOTS = 5, 6  # what random bits are for


@dataclass(frozen=True)
class _Draws:
    """What an epoch's draws are made from.

    Attributes
    ----------
    epoch : int
    keys : ndarray of uint64, shape (2, groups, groups)
        By side, group of rows and group of columns.
    lots : list of ndarray of uint16
        Of each group, the columns to draw from. All lots are moved along the shares by one random
        part of a lot, so that a share of less than one has its lot in some epochs.
    """

    epoch: int
    keys: npt.NDArray[np.uint64]
    lots: list[npt.NDArray[np.uint16]]


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
        self.shares = [running_shares(counts[words]) for words in self.words]
        self.symmetric, self.ratio = symmetric, ratio
        self.log_count, self.weight, self.seed = log_count, weight, seed
        self._draws = self._draws_of(0)

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
            The zeros have the sign of their weight turned round.
        """
        draws = self._draws
        if draws.epoch != epoch:
            # Another thread may do the same at the same time, to the same result.
            draws = self._draws = self._draws_of(epoch)
        most = int((1 + self.ratio) * len(nonzeros)) + len(self.words[rows])
        braided = np.empty(most, NONZERO)
        size = kernels.braid_zeros(
            nonzeros,
            self.words[rows],
            self.words[columns],
            draws.lots[columns],
            self.symmetric,
            self.ratio,
            int(draws.keys[side, rows, columns]),
            self.log_count,
            self.weight,
            np.zeros(len(self.words[columns]), np.uint8),
            braided,
        )
        return braided[:size]

    def _draws_of(self, epoch: int) -> _Draws:
        groups = np.arange(len(self.words))
        keys = random_bits(self.seed, _KEYS, epoch, [[[0]], [[1]]], groups[:, None], groups)
        # 53 bits are a float64's.
        parts = (random_bits(self.seed, _LOTS, epoch, groups) >> np.uint64(11)) * 2.0**-53
        lots = [cast_lots(*pair) for pair in zip(self.shares, parts.tolist(), strict=True)]
        return _Draws(epoch, keys, lots)


def running_shares(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return what share of the draws falls on each column and those before it.

    Parameters
    ----------
    counts : ndarray of int64, shape (columns,)

    Returns
    -------
    ndarray of float64, shape (columns,)
        Up to 1; empty if no word occurs.
    """
    roots = np.sqrt(counts.astype(np.float64))
    # sqrt and a running sum are the same on every machine; a power need not be.
    ends = np.cumsum(roots * np.sqrt(roots))
    return ends / ends[-1] if len(ends) and ends[-1] else np.empty(0)


def cast_lots(shares: npt.NDArray[np.float64], part: float) -> npt.NDArray[np.uint16]:
    """Return the column in whose share each lot lies: number k at (k + part) / LOTS."""
    if not len(shares):
        return np.empty(0, np.uint16)
    places = (np.arange(LOTS) + part) / LOTS
    lots = np.searchsorted(shares, places, side="right")
    return np.minimum(lots, len(shares) - 1).astype(np.uint16)
