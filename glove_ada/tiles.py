"""The tile grid: nonzeros sorted so that threads never meet and a tile's rows stay in the cache.

The words are dealt out to P groups. Tile (p, q) trains the words of group p against the contexts
of group q; the P tiles (p, (p + s) mod P) of a round share no row of either matrix, so they may
run at once, on any thread, and the result is the same (Gemulla, Nijkamp, Haas and Sismanis 2011,
"Large-scale matrix factorization with distributed stochastic gradient descent", section 5).

A symmetric matrix is stored once: the cells (i, j) with i in group p, j in group q and i no rarer
than j. Tile (p, q) trains these as they stand, and then those of storage (q, p) with the two sides
exchanged.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.cooccurrence import Cooccurrence
from glove_ada.disk_array import UNLIMITED, DiskArray, LongArray, on_disk
from glove_ada.randomness import random_order
from glove_ada.threads import Workers

NONZERO = np.dtype(
    [("row", np.uint16), ("column", np.uint16), ("log_count", np.float32), ("weight", np.float32)]
)
STRANDS = 4
"""Rows taken in turn in a tile, so that no update waits for the one before it."""

GROUP_WORDS = 2048
MIN_GROUPS, MAX_GROUPS = 8, 128
MAX_GROUP_WORDS = 1 << 16  # what the nonzeros' 16-bit numbers can tell apart
_DEAL, _BRAIDS = 1, 2  # what a random order is for

Progress = Callable[[int], None]
Scalar = TypeVar("Scalar", bound=np.generic)


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
class TilingRoom:
    """How much memory the tiles may take.

    Attributes
    ----------
    batch_cells : int
        Cells that may be in memory at once while the tiles are built, besides the tiles.
    folder : path or None
        Where the tiles go to; with None they stay in memory.
    """

    batch_cells: int = UNLIMITED
    folder: str | os.PathLike[str] | None = None


@dataclass(frozen=True)
class TileGrid:
    """All nonzeros, tile by tile, with log x and f(x).

    Attributes
    ----------
    grouping : Grouping
    symmetric : bool
        Whether each stored cell stands for its mirror, too.
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
    def nonzeros_per_epoch(self) -> int:
        """Nonzeros of the whole matrix."""
        stored = len(self.nonzeros)
        diagonal = int((np.diagonal(self.starts, 1) - self.diagonal_starts).sum())
        return 2 * stored - diagonal if self.symmetric else stored

    def stored(self, p: int, q: int) -> tuple[int, int]:
        """Return the range of the nonzeros that tile (p, q) trains as they stand."""
        return int(self.starts[p, q]), int(self.starts[p, q + 1])

    def mirrored(self, p: int, q: int) -> tuple[int, int]:
        """Return the range of those that it trains with the two sides exchanged."""
        if not self.symmetric:
            return 0, 0
        first, end = self.stored(q, p)
        return (first, int(self.diagonal_starts[p])) if p == q else (first, end)

    def size(self, p: int, q: int) -> int:
        """Return how many nonzeros tile (p, q) trains."""
        stored, mirrored = self.stored(p, q), self.mirrored(p, q)
        return stored[1] - stored[0] + mirrored[1] - mirrored[0]

    def nonzeros_of(self, p: int, q: int) -> TileNonzeros:
        """Return what tile (p, q) trains."""
        stored, mirrored = self.stored(p, q), self.mirrored(p, q)
        return TileNonzeros(self.nonzeros[slice(*stored)], self.nonzeros[slice(*mirrored)])

    def tiles_of_round(self, shift: int) -> list[tuple[int, int]]:
        """Return the tiles (p, (p + shift) mod P), which share no row."""
        return [(p, (p + shift) % self.groups) for p in range(self.groups)]


def choose_groups(words: int) -> int:
    """Return the number of groups, P.

    It depends on the problem alone, never on the machine, since it shapes the result. Around two
    thousand words keep a group's often met rows in the cache; more than 128 groups would only
    make short tiles.
    """
    groups = -(-words // GROUP_WORDS)
    return max(MIN_GROUPS, min(groups, MAX_GROUPS), -(-words // MAX_GROUP_WORDS))


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


def build_tiles(
    cooccurrence: Cooccurrence,
    grouping: Grouping,
    workers: Workers,
    *,
    x_max: float,
    alpha: float,
    room: TilingRoom | None = None,
    progress: Progress | None = None,
) -> TileGrid:
    """Sort the cells into tiles and compute log x and f(x) once and for all.

    Parameters
    ----------
    cooccurrence : Cooccurrence
    grouping : Grouping
    workers : Workers
        Who does the work; the result does not depend on them.
    x_max, alpha : float
        f(x) = min(1, x / x_max) ** alpha (Pennington, Socher and Manning 2014, equation 9).
    room : TilingRoom, optional
        How much memory there is, which changes no result; by default as much as is wanted.
    progress : callable, optional
        Is given the number of rows just placed.

    Raises
    ------
    OutputError
        If there is no room on the disk.
    """
    room = room or TilingRoom()
    builder = _TileBuilder(cooccurrence, grouping, workers, x_max, alpha, room, progress)
    for groups in _batches(cooccurrence, grouping, room):
        builder.build(groups)
    return builder.finish()


def _batches(matrix: Cooccurrence, grouping: Grouping, room: TilingRoom) -> Iterator[range]:
    """Cut the groups into batches of so few cells that there is room for them, or of one group."""
    if not matrix.on_disk and room.folder is None:
        yield range(grouping.groups)
        return
    cells = np.bincount(grouping.group_of, np.diff(matrix.row_starts), grouping.groups)
    first = held = 0
    for group, size in enumerate(cells.astype(np.int64).tolist()):
        if group > first and held + size > room.batch_cells:
            yield range(first, group)
            first, held = group, 0
        held += size
    yield range(first, grouping.groups)


class _TileBuilder:
    """Builds the tiles of one batch of groups after the other."""

    def __init__(
        self,
        matrix: Cooccurrence,
        grouping: Grouping,
        workers: Workers,
        x_max: float,
        alpha: float,
        room: TilingRoom,
        progress: Progress | None,
    ) -> None:
        self.matrix, self.grouping, self.workers = matrix, grouping, workers
        self.x_max, self.alpha, self.progress = x_max, alpha, progress
        groups = grouping.groups
        self.starts = np.zeros((groups, groups + 1), np.int64)
        self.diagonal_starts = np.zeros(groups, np.int64)
        self.built = 0
        self.nonzeros: LongArray[np.void] = (
            np.empty(matrix.row_starts[-1], NONZERO)
            if room.folder is None
            else DiskArray.temporary(NONZERO, room.folder)
        )

    def build(self, groups: range) -> None:
        """Build the tiles of some groups, which come behind those built before."""
        matrix = self.matrix
        if matrix.on_disk:
            in_batch = (groups.start <= self.grouping.group_of) & (
                self.grouping.group_of < groups.stop
            )
            matrix = matrix.select_rows(in_batch)
        size = self._size_tiles(matrix, groups)
        if isinstance(self.nonzeros, DiskArray):
            nonzeros = np.empty(size, NONZERO)
            self._place(matrix, groups, nonzeros)
            self.nonzeros.append(nonzeros)
        else:
            self._place(matrix, groups, self.nonzeros[self.built : self.built + size])
        self.built += size

    def finish(self) -> TileGrid:
        """Return the grid of all tiles."""
        return TileGrid(
            self.grouping,
            self.matrix.symmetric,
            self.starts,
            self.diagonal_starts,
            self.nonzeros,
            self.matrix.row_sums(),
        )

    def _size_tiles(self, matrix: Cooccurrence, groups: range) -> int:
        """Find out where the tiles start; return how many nonzeros they hold."""
        columns = _in_memory(matrix.columns)
        sizes = np.zeros((len(groups), self.grouping.groups), np.int64)
        diagonal = np.zeros(len(groups), np.int64)

        def size_tiles(p: int) -> None:
            diagonal[p - groups.start] = kernels.count_group_cells(
                self.grouping.words(p),
                matrix.row_starts,
                columns,
                self.grouping.group_of,
                sizes[p - groups.start],
            )

        self.workers.run_each(size_tiles, groups)
        edges = self.built + np.concatenate(([0], np.cumsum(sizes)))
        for p in groups:
            first = (p - groups.start) * self.grouping.groups
            self.starts[p] = edges[first : first + self.grouping.groups + 1]
            self.diagonal_starts[p] = self.starts[p, p + 1] - diagonal[p - groups.start]
        return int(sizes.sum())

    def _place(self, matrix: Cooccurrence, groups: range, nonzeros: npt.NDArray[np.void]) -> None:
        """Fill the tiles of some groups."""
        columns, counts = _in_memory(matrix.columns), _in_memory(matrix.counts)

        def place_group(p: int) -> None:
            words = _braided(self.grouping.words(p), p)
            scratch = np.empty((2, self.grouping.groups, STRANDS), np.int64)
            kernels.place_group(
                words,
                STRANDS,
                matrix.row_starts,
                columns,
                counts,
                self.grouping.group_of,
                self.grouping.place_in_group,
                self.x_max,
                self.alpha,
                self.starts[p, :-1] - self.built,
                int(self.diagonal_starts[p]) - self.built,
                scratch[0],
                scratch[1],
                nonzeros,
            )
            if self.progress:
                self.progress(len(words))

        self.workers.run_each(place_group, groups)


def _in_memory(array: LongArray[Scalar]) -> npt.NDArray[Scalar]:
    assert not isinstance(array, DiskArray)
    return array


def _braided(words: npt.NDArray[np.uint32], group: int) -> npt.NDArray[np.uint32]:
    """Order a group's words by braids: rows of like frequency, the braids in a scattered order."""
    braids = np.split(words, range(STRANDS, len(words), STRANDS))
    # A short last braid must stay last, since the kernel counts off whole ones.
    order = random_order(max(len(braids) - 1, 0), 0, _BRAIDS, group)
    return np.concatenate([*(braids[b] for b in order), braids[-1]])
