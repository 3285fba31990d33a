"""Rows of the co-occurrence matrix, a block at a time, over an inverted index of a text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.cooccurrence.matrix import ranges_alike
from glove_ada.system.threads import Workers

BLOCK_OCCURRENCES = 1 << 17  # work for one call of the kernel: tens of milliseconds
MAX_STRETCHES = 8  # of the text that are indexed at once; each takes memory for every word

RowBlock = tuple[int, int, npt.NDArray[np.int64], npt.NDArray[np.uint32], npt.NDArray[np.int64]]
"""First and end row, the sizes of the rows, and the columns and counts of their cells.

Counts are whole numbers of WEIGHT_UNIT until all is added up.
"""


def index_positions(
    ids: npt.NDArray[np.uint32], first: int, end: int, words: int, workers: Workers
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return where each word's list of its positions in `ids[first:end]` starts, and the lists.

    Each list ascends. Every thread lists a stretch of the ids, behind what the stretches before it
    will list.
    """
    stretches = min(workers.threads, MAX_STRETCHES)
    edges = np.linspace(first, end, stretches + 1, dtype=np.int64).tolist()
    occurrences = np.zeros((stretches, words), np.int64)

    def count(stretch: int) -> None:
        kernels.count_words(ids, edges[stretch], edges[stretch + 1], occurrences[stretch])

    workers.run_each(count, range(stretches))
    starts = np.concatenate(([0], np.cumsum(occurrences.sum(axis=0))))
    next_places = starts[:-1] + np.cumsum(occurrences, axis=0) - occurrences
    positions = np.empty(starts[-1], np.int64)

    def index(stretch: int) -> None:
        kernels.index_positions(
            ids, edges[stretch], edges[stretch + 1], next_places[stretch], positions
        )

    workers.run_each(index, range(stretches))
    return starts, positions


class RowCounter:
    """Counts blocks of rows over an inverted index."""

    def __init__(
        self,
        ids: npt.NDArray[np.uint32],
        positions: npt.NDArray[np.int64],
        starts: npt.NDArray[np.int64],
        symmetric: bool,
        weights: npt.NDArray[np.int64],
    ) -> None:
        self.ids, self.positions, self.starts = ids, positions, starts
        self.symmetric, self.weights = symmetric, weights
        words = len(starts) - 1
        self.most_cells = np.minimum(np.diff(starts) * 2 * (len(weights) - 1), words)
        self.scratches = ScratchPool(words)

    def count_block(self, block: tuple[int, int]) -> RowBlock:
        """Count rows `block[0]:block[1]`; return them, their sizes, columns and counts."""
        first, end = block
        sizes = np.empty(end - first, np.int64)
        with self.scratches.borrowed(int(self.most_cells[first:end].sum()) + 1) as scratch:
            cells = kernels.count_rows(
                self.ids,
                self.positions,
                self.starts,
                first,
                end,
                self.weights,
                self.symmetric,
                scratch.sums,
                scratch.marks,
                scratch.marked_blocks,
                scratch.columns,
                scratch.counts,
                sizes,
            )
            return first, end, sizes, scratch.columns[:cells].copy(), scratch.counts[:cells].copy()


class ScratchPool:
    """Lends scratch buffers to threads; there are never more than were lent at once."""

    def __init__(self, words: int) -> None:
        self.words = words
        self.free: SimpleQueue[Scratch] = SimpleQueue()

    @contextmanager
    def borrowed(self, cells: int) -> Iterator[Scratch]:
        """Lend one with room for so many cells; it comes back clean unless the work fails."""
        try:
            scratch = self.free.get_nowait()
        except Empty:
            scratch = Scratch(self.words)
        scratch.make_room(cells)
        yield scratch
        self.free.put(scratch)


class Scratch:
    """Buffers for one call of a kernel at a time; the first three are zero between calls."""

    def __init__(self, words: int) -> None:
        marks = words // 64 + 1
        self.sums = np.zeros(words, np.int64)
        self.marks = np.zeros(marks, np.uint64)
        self.marked_blocks = np.zeros(marks // 64 + 1, np.uint64)
        self.columns = np.empty(0, np.uint32)
        self.counts = np.empty(0, np.int64)

    def make_room(self, cells: int) -> None:
        """Have room for so many cells."""
        if len(self.columns) < cells:
            self.columns, self.counts = np.empty(cells, np.uint32), np.empty(cells, np.int64)

    def add_rows(
        self,
        columns: npt.NDArray[np.uint32],
        counts: npt.NDArray[np.int64],
        starts: npt.NDArray[np.int64],
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
        """Add up rows that were counted in parts; return their sizes, columns and counts."""
        sizes = np.empty(starts.shape[1] - 1, np.int64)
        cells = kernels.add_rows(
            columns,
            counts,
            starts,
            self.sums,
            self.marks,
            self.marked_blocks,
            self.columns,
            self.counts,
            sizes,
        )
        return sizes, self.columns[:cells].copy(), self.counts[:cells].copy()


def row_blocks(
    occurrences: npt.NDArray[np.int64], most_cells: npt.NDArray[np.int64], block_cells: int
) -> Iterator[tuple[int, int]]:
    """Cut the rows into blocks of much the same work that take little room."""
    # A row costs a little even without occurrences.
    shares = np.cumsum(occurrences + 1) // BLOCK_OCCURRENCES
    shares += np.cumsum(most_cells) // block_cells
    return ranges_alike(shares)
