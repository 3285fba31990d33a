"""The tile grid: nonzeros sorted so that threads never meet and a tile's rows stay in the cache.

The words are dealt out to P groups. Tile (p, q) holds what trains the words of group p against the
contexts of group q; `schedule` says when.

A symmetric matrix is stored once: the cells (i, j) with i in group p, j in group q and i no rarer
than j. Tile (p, q) trains these as they stand, and then those of storage (q, p) with the two sides
exchanged.

Directed contexts are stored once, too: cell (i, j) says how often j stands to the right of i, and
so how often i stands to the left of j. Tile (p, q) trains the cells of (p, q) as they stand,
against the right contexts of group q, and then all those of (q, p) with the two sides exchanged,
against its left contexts. All rows of contexts lie in one table, the right ones of all groups
before the left ones of all groups, which are counted on as groups P and up.

`kernels/definitions.py` says what a tile is and in which order its nonzeros lie.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from glove_ada.system.spilled_array import LongArray, on_disk
from glove_ada.training.randomness import random_order

_DEAL = 1  # what a random order is for


@dataclass(frozen=True)
class Grouping:
    """How the words are dealt out to groups.

    Attributes
    ----------
    group_of, place_in_group : ndarray of uint16, shape (words,)
    starts : ndarray of int64, shape (groups + 1,)
        Where each group's rows start when all parameters are laid out group by group.
    """

    group_of: npt.NDArray[np.uint16]
    place_in_group: npt.NDArray[np.uint16]
    starts: npt.NDArray[np.int64]

    @property
    def groups(self) -> int:
        """The number of groups, P."""
        return len(self.starts) - 1

    @property
    def row_of_word(self) -> npt.NDArray[np.int64]:
        """Each word's row among the parameters."""
        return self.starts[self.group_of] + self.place_in_group

    @property
    def word_of_row(self) -> npt.NDArray[np.int64]:
        """The word of each row of words."""
        words = np.empty(len(self.group_of), np.int64)
        words[self.row_of_word] = np.arange(len(words))
        return words

    def rows(self, group: int) -> slice:
        """Return where the rows of a group of words or of contexts lie.

        Groups of contexts to the left are counted on behind those to the right.
        """
        left, group = divmod(group, self.groups)
        first, end = (self.starts[group : group + 2] + left * self.starts[-1]).tolist()
        return slice(first, end)

    def words(self, group: int) -> npt.NDArray[np.uint32]:
        """Return a group's words, the most frequent first."""
        return np.flatnonzero(self.group_of == group).astype(np.uint32)


class TileNonzeros(NamedTuple):
    """What one tile trains.

    Attributes
    ----------
    stored, mirrored : ndarray of NONZERO
        Those to be trained as they stand, and those with the two sides exchanged.
    """

    stored: npt.NDArray[np.void]
    mirrored: npt.NDArray[np.void]


@dataclass(frozen=True)
class TileGrid:
    """All nonzeros, tile by tile, with log x and f(x).

    Attributes
    ----------
    grouping : Grouping
    symmetric : bool
        Whether each stored cell stands for its mirror, too.
    directed : bool
        Whether it stands for the same pair seen from its other word, with contexts of their own.
    starts : ndarray of int64, shape (groups, groups + 1)
        Tile (p, q) is stored in `nonzeros[starts[p, q]:starts[p, q + 1]]`.
    diagonal_starts : ndarray of int64, shape (groups,)
        Where the cells (i, i) of tile (p, p) start; they are its last ones.
    nonzeros : ndarray or DiskArray of NONZERO
    row_sums : ndarray of float64, shape (words,)
        The sum of each word's counts.
    """

    grouping: Grouping
    symmetric: bool
    directed: bool
    starts: npt.NDArray[np.int64]
    diagonal_starts: npt.NDArray[np.int64]
    nonzeros: LongArray[np.void]
    row_sums: npt.NDArray[np.float64]

    @property
    def on_disk(self) -> bool:
        """Whether the nonzeros are on the disk."""
        return on_disk(self.nonzeros)

    @property
    def groups(self) -> int:
        """The number of groups, P."""
        return self.grouping.groups

    @property
    def row_of_context(self) -> npt.NDArray[np.int64]:
        """The row of each word's context among the parameters; behind all, of that to its left."""
        rows = self.grouping.row_of_word
        return np.concatenate((rows, len(rows) + rows)) if self.directed else rows

    @property
    def nonzeros_per_epoch(self) -> int:
        """Nonzeros of the whole matrix."""
        stored = len(self.nonzeros)
        if self.directed:
            return 2 * stored
        diagonal = int((np.diagonal(self.starts, 1) - self.diagonal_starts).sum())
        return 2 * stored - diagonal if self.symmetric else stored

    def stored(self, p: int, q: int) -> tuple[int, int]:
        """Return the range of the nonzeros that tile (p, q) trains as they stand."""
        return int(self.starts[p, q]), int(self.starts[p, q + 1])

    def mirrored(self, p: int, q: int) -> tuple[int, int]:
        """Return the range of those that it trains with the two sides exchanged."""
        if self.directed:
            return self.stored(q, p)
        if not self.symmetric:
            return 0, 0
        first, end = self.stored(q, p)
        return (first, int(self.diagonal_starts[p])) if p == q else (first, end)

    def mirrored_contexts(self, q: int) -> int:
        """Return the group of contexts whose rows the mirrored nonzeros of tiles (p, q) train."""
        return self.groups + q if self.directed else q

    def size(self, p: int, q: int) -> int:
        """Return how many nonzeros tile (p, q) trains."""
        stored, mirrored = self.stored(p, q), self.mirrored(p, q)
        return stored[1] - stored[0] + mirrored[1] - mirrored[0]

    def nonzeros_of(self, p: int, q: int) -> TileNonzeros:
        """Return what tile (p, q) trains."""
        stored, mirrored = self.stored(p, q), self.mirrored(p, q)
        return TileNonzeros(self.nonzeros[slice(*stored)], self.nonzeros[slice(*mirrored)])


def deal_words(words: int, groups: int) -> Grouping:
    """Deal words of like frequency evenly to all groups, since counts are Zipfian."""
    deals = -(-words // groups)
    orders = [random_order(groups, 0, _DEAL, deal) for deal in range(deals)]
    group_of = np.concatenate(orders)[:words].astype(np.uint16)
    place_in_group = np.empty(words, np.uint16)
    sizes = np.bincount(group_of, minlength=groups)
    starts = np.concatenate(([0], np.cumsum(sizes)))
    by_group = np.argsort(group_of, kind="stable")
    place_in_group[by_group] = np.arange(words) - np.repeat(starts[:-1], sizes)
    return Grouping(group_of, place_in_group, starts)
