"""Sort the counts into tiles, batch of groups after batch where memory is short."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.cooccurrence.matrix import Cooccurrence
from glove_ada.kernels.definitions import NONZERO, STRANDS
from glove_ada.system.spilled_array import UNLIMITED, DiskArray, LongArray
from glove_ada.system.threads import Workers
from glove_ada.training.randomness import random_order
from glove_ada.training.tiles import Grouping, TileGrid

_BRAIDS = 2  # what a random order is for

Progress = Callable[[int], None]
Scalar = TypeVar("Scalar", bound=np.generic)


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


def build_tiles(
    cooccurrence: Cooccurrence,
    grouping: Grouping,
    workers: Workers,
    *,
    x_max: float,
    alpha: float,
    directed: bool = False,
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
    directed : bool
        Whether contexts to the right and to the left of a word are told apart; the cells are then
        those of neighbours to the right.
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
    builder = _TileBuilder(cooccurrence, grouping, workers, x_max, alpha, directed, room, progress)
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
        directed: bool,
        room: TilingRoom,
        progress: Progress | None,
    ) -> None:
        self.matrix, self.grouping, self.workers = matrix, grouping, workers
        self.x_max, self.alpha, self.directed, self.progress = x_max, alpha, directed, progress
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
            self.directed,
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
            words = _in_braids(self.grouping.words(p), p)
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


def _in_braids(words: npt.NDArray[np.uint32], group: int) -> npt.NDArray[np.uint32]:
    """Order a group's words by braids of like frequency, the braids in a scattered order."""
    braids = np.split(words, range(STRANDS, len(words), STRANDS))
    # A short last braid must stay last, since the kernel counts off whole ones.
    order = random_order(max(len(braids) - 1, 0), 0, _BRAIDS, group)
    return np.concatenate([*(braids[b] for b in order), braids[-1]])
