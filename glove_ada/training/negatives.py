"""Sampled negatives: pairs of words that never meet, learned from besides those that do.

GloVe's cost has a term for each pair that occurs; that most pairs never do says something, too.
word2vec draws negative samples (Mikolov et al. 2013, "Distributed representations of words and
phrases and their compositionality", section 2.2); Swivel (Shazeer et al. 2016, "Swivel: improving
embeddings by noticing what's missing") and LexVec (Salle, Idiart and Villavicencio 2016, "Matrix
factorization using window sampling and negative sampling for improved word representations")
brought them to the factorisation of matrices. Here a negative is a zero of the matrix: an ordinary
update with a low target and a small weight, drawn afresh for every tile of every epoch, and never
stored. The options and the kernels call it a zero.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.kernels.definitions import NONZERO, STRANDS
from glove_ada.training.randomness import random_bits
from glove_ada.training.tiles import Grouping

TABLE_SIZE = 1 << 14
"""Entries of a group's sampling table: few enough for the first cache, 32 KB."""

_NEGATIVES, _TABLES = 5, 6  # what random bits are for
_GOLDEN_RATIO = 0x9E3779B9  # of 2**32


class SamplingTable(NamedTuple):
    """Columns, each about as often as it is to be drawn, so that a draw is one lookup.

    Attributes
    ----------
    columns : ndarray of uint16, shape (entries,)
        They ascend. There are TABLE_SIZE entries, or none if no column occurs.
    starts : ndarray of uint32, shape (columns + 1,)
        The first entry of each column, and how many entries there are.
    """

    columns: npt.NDArray[np.uint16]
    starts: npt.NDArray[np.uint32]


class Scratch(threading.local):
    """Each thread's own room, used again from tile to tile: fresh memory would cost more."""

    def __init__(self) -> None:
        self._nonzeros = np.empty(0, NONZERO)

    def room_for(self, size: int) -> npt.NDArray[np.void]:
        """Return room for so many nonzeros, which this thread may use until it asks again."""
        if len(self._nonzeros) < size:
            self._nonzeros = np.empty(size + size // 4, NONZERO)
        return self._nonzeros


class Sampling(NamedTuple):
    """How many negatives are drawn, and what they are trained for.

    Attributes
    ----------
    ratio : float
        Draws for each nonzero. Those of pairs that do occur are dropped.
    log_count : float
        What a negative counts for: its target in place of log x.
    weight : float
        Its weight in place of f(x).
    symmetric : bool
        Whether the nonzeros are, so that a pair is stored with its more frequent word; then it is
        drawn for that one, too.
    """

    ratio: float
    log_count: float
    weight: float
    symmetric: bool


class NegativeDraws(NamedTuple):
    """All that decides which negatives come between the nonzeros of a tile, on one side.

    Attributes
    ----------
    row_words, column_words : ndarray of uint32
        The words of the rows' group and of the columns'.
    table : SamplingTable
        Of the columns.
    key : int
        Of the draws, 64 random bits.
    sampling : Sampling
    """

    row_words: npt.NDArray[np.uint32]
    column_words: npt.NDArray[np.uint32]
    table: SamplingTable
    key: int
    sampling: Sampling

    def interleave(self, nonzeros: npt.NDArray[np.void], scratch: Scratch) -> npt.NDArray[np.void]:
        """Return nonzeros with negatives between them.

        Parameters
        ----------
        nonzeros : ndarray of NONZERO
        scratch : Scratch

        Returns
        -------
        ndarray of NONZERO
            The weights of negatives have their sign reversed. It lies in the scratch room.
        """
        ratio, log_count, weight, symmetric = self.sampling
        # One more, since a draw that will be dropped is written, too.
        interleaved = scratch.room_for((1 + math.ceil(ratio)) * len(nonzeros) + 1)
        size = kernels.interleave_negatives(
            nonzeros,
            self.row_words,
            self.column_words,
            *self.table,
            symmetric,
            ratio,
            self.key,
            log_count,
            weight,
            np.zeros((len(self.column_words), STRANDS), np.uint16),
            interleaved,
        )
        return interleaved[:size]


@dataclass(frozen=True)
class EpochDraws:
    """What the negatives of one epoch are drawn from.

    Attributes
    ----------
    sampling : Sampling
    words : list of ndarray of uint32
        Of each group.
    tables : list of SamplingTable
        Of each group.
    keys : ndarray of uint64, shape (2, groups, groups)
        For rows that are words (0) or contexts (1), by the groups of rows and columns.
    """

    sampling: Sampling
    words: list[npt.NDArray[np.uint32]]
    tables: list[SamplingTable]
    keys: npt.NDArray[np.uint64]

    def of_tile(self, p: int, q: int) -> tuple[NegativeDraws, NegativeDraws]:
        """Return the draws for the stored nonzeros of tile (p, q) and for the mirrored ones."""
        return self._draws(0, p, q), self._draws(1, q, p)

    def _draws(self, side: int, rows: int, columns: int) -> NegativeDraws:
        key = int(self.keys[side, rows, columns])
        return NegativeDraws(
            self.words[rows], self.words[columns], self.tables[columns], key, self.sampling
        )


class NegativeSampler:
    """Draws negatives for the rows of tiles.

    A word is drawn by its count to the power 0.75, the share of word2vec's negative samples.
    Which ones are drawn depends on seed, epoch and tile alone.

    Parameters
    ----------
    grouping : Grouping
    counts : ndarray of int64, shape (words,)
        How often each word occurs, by which columns are drawn.
    sampling : Sampling
    seed : int
    """

    def __init__(
        self, grouping: Grouping, counts: npt.NDArray[np.int64], sampling: Sampling, *, seed: int
    ) -> None:
        self.words = [grouping.words(group) for group in range(grouping.groups)]
        self.shares = [shares_of_draws(counts[words]) for words in self.words]
        self.sampling, self.seed = sampling, seed

    def draw_epoch(self, epoch: int) -> EpochDraws:
        """Return what the negatives of an epoch are drawn from."""
        groups = np.arange(len(self.words))
        keys = random_bits(self.seed, _NEGATIVES, epoch, [[[0]], [[1]]], groups[:, None], groups)
        # In steps of the golden ratio, so that a word of half an entry has one in every other
        # epoch.
        starts = random_bits(self.seed, _TABLES, groups) >> np.uint64(32)
        offsets = [(start + epoch * _GOLDEN_RATIO) % 2**32 / 2**32 for start in starts.tolist()]
        return EpochDraws(
            self.sampling, self.words, [*map(sampling_table, self.shares, offsets)], keys
        )


def choose_zero_count(row_sums: npt.NDArray[np.float64]) -> float:
    """Return what a negative counts for where the user does not say: a sixth of the mean count.

    The mean is that of all cells of the matrix, zeros included: what two words would count if all
    met alike. The less text there is for its words, the less a negative says. One digit is enough,
    and easy to repeat.

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


def sampling_table(shares: npt.NDArray[np.float64], offset: float) -> SamplingTable:
    """Return the table by which columns are drawn.

    Parameters
    ----------
    shares : ndarray of float64, shape (columns,)
        Of the draws, that of each column and those before it.
    offset : float
        Between 0 and 1, less than 1, of 32 bits: where a column's share of TABLE_SIZE is rounded
        up rather than down. On average over all offsets a column has its share of the entries.
    """
    ends = np.floor(shares * TABLE_SIZE + offset).astype(np.int64)
    starts = np.concatenate(([0], ends))
    columns = np.repeat(np.arange(len(shares), dtype=np.uint16), np.diff(starts))
    return SamplingTable(columns, starts.astype(np.uint32))
