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

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.randomness import random_bits
from glove_ada.tiles import NONZERO, Grouping

SHARES = 1 << 31
"""Into so many parts the draws of a group are divided among its words."""

GUIDE_SIZE = 1 << 12
_ZEROS = 5  # what the random bits are for


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
        self.shares = [share_columns(counts[words]) for words in self.words]
        self.guides = [guide_to(starts) for starts in self.shares]
        self.symmetric, self.ratio = symmetric, ratio
        self.log_count, self.weight, self.seed = log_count, weight, seed

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
        most = int((1 + self.ratio) * len(nonzeros)) + len(self.words[rows])
        braided = np.empty(most, NONZERO)
        size = kernels.braid_zeros(
            nonzeros,
            self.words[rows],
            self.words[columns],
            self.shares[columns],
            self.guides[columns],
            self.symmetric,
            self.ratio,
            int(random_bits(self.seed, _ZEROS, epoch, side, rows, columns)),
            self.log_count,
            self.weight,
            np.zeros(len(self.words[columns]), np.uint8),
            braided,
        )
        return braided[:size]


def share_columns(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.uint32]:
    """Return where each column's share of the draws starts, and where the last one ends.

    Parameters
    ----------
    counts : ndarray of int64, shape (columns,)

    Returns
    -------
    ndarray of uint32, shape (columns + 1,)
        From 0 to SHARES; SHARES everywhere if no word occurs, so that nothing is drawn.
    """
    roots = np.sqrt(counts.astype(np.float64))
    # sqrt and a running sum are the same on every machine; a power need not be.
    ends = np.cumsum(roots * np.sqrt(roots))
    if not len(counts) or not ends[-1]:
        return np.full(len(counts) + 1, SHARES, np.uint32)
    starts = np.zeros(len(counts) + 1, np.uint32)
    starts[1:] = np.floor(ends / ends[-1] * SHARES)
    return starts


def guide_to(share_starts: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint16]:
    """Return the column whose share each GUIDE_SIZE-th part of the shares starts in."""
    parts = np.arange(GUIDE_SIZE) * (SHARES // GUIDE_SIZE)
    return (np.searchsorted(share_starts, parts, side="right") - 1).astype(np.uint16)
