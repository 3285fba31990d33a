"""Exact co-occurrence counts, one row at a time over an inverted index.

Every distance weight is rounded to a multiple of 2^-20. Float64 sums of such numbers are exact up
to 2^33, so the counts do not depend on the order in which they are added.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.encoding import EncodedCorpus
from glove_ada.errors import CorpusError
from glove_ada.threads import Workers

WEIGHT_UNIT = 2.0**-20
BLOCK_OCCURRENCES = 1 << 17  # work for one call of the kernel: tens of milliseconds
BLOCK_ROWS = 2048
MAX_STRETCHES = 8  # of the corpus that are indexed at once; each takes memory for every word

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Cooccurrence:
    """A co-occurrence matrix in compressed rows; the columns of a row ascend.

    Attributes
    ----------
    words : int
        Rows and columns.
    symmetric : bool
        If so, only the cells on and above the diagonal are stored; the others are their mirror.
    row_starts : ndarray of int64, shape (words + 1,)
    columns : ndarray of uint32, shape (stored cells,)
    counts : ndarray of float64, shape (stored cells,)
    """

    words: int
    symmetric: bool
    row_starts: npt.NDArray[np.int64]
    columns: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.float64]

    @property
    def nonzeros(self) -> int:
        """Cells of the whole matrix that are not zero."""
        stored = len(self.columns)
        return 2 * stored - self.diagonal_cells() if self.symmetric else stored

    def row_sums(self) -> npt.NDArray[np.float64]:
        """Return the sum of each row of the whole matrix, in units of WEIGHT_UNIT.

        Our own counts are such; others are rounded to them, so that no order of adding shows.
        """
        sums = np.zeros(self.words)
        for first in range(0, self.words, BLOCK_ROWS):
            edges = self.row_starts[first : first + BLOCK_ROWS + 1]
            rows = np.repeat(np.arange(first, first + len(edges) - 1), np.diff(edges))
            columns = self.columns[edges[0] : edges[-1]]
            counts = np.rint(self.counts[edges[0] : edges[-1]] / WEIGHT_UNIT) * WEIGHT_UNIT
            sums += np.bincount(rows, counts, self.words)
            if self.symmetric:
                sums += np.bincount(columns, np.where(rows == columns, 0, counts), self.words)
        return sums

    def diagonal_cells(self) -> int:
        """Return how many words occur near themselves."""
        filled = np.flatnonzero(np.diff(self.row_starts))
        if self.symmetric:  # a row's diagonal cell is its first
            return int(np.count_nonzero(self.columns[self.row_starts[filled]] == filled))
        rows = np.repeat(np.arange(self.words), np.diff(self.row_starts))
        return int(np.count_nonzero(self.columns == rows))


def distance_weights(window_size: int, distance_weighting: bool) -> npt.NDArray[np.float64]:
    """Return what a neighbour at each distance adds to a count.

    Parameters
    ----------
    window_size : int
    distance_weighting : bool
        1/distance if so, else 1.

    Returns
    -------
    ndarray of float64, shape (window_size + 1,)
        Multiples of 2**-20; entry 0 is unused.
    """
    distances = np.arange(window_size + 1, dtype=np.float64)
    if not distance_weighting:
        return np.minimum(distances, 1.0)
    distances[0] = np.inf
    # A window of a million would round to 0, and a cell must not be zero.
    return np.maximum(np.rint(1 / distances / WEIGHT_UNIT), distances < np.inf) * WEIGHT_UNIT


def count_cooccurrences(
    corpus: EncodedCorpus,
    workers: Workers,
    *,
    window_size: int = 15,
    symmetric: bool = True,
    distance_weighting: bool = True,
    progress: Progress | None = None,
) -> Cooccurrence:
    """Count how often, and how near, words occur together.

    Parameters
    ----------
    corpus : EncodedCorpus
    workers : Workers
        Who does the work; the result does not depend on them.
    window_size : int
        The farthest neighbour on each side.
    symmetric : bool
        Count neighbours on both sides. Otherwise cell (i, j) counts only j after i, which is the
        matrix that the reference program makes with `-symmetric 0`.
    distance_weighting : bool
        A neighbour at distance d counts 1/d; otherwise 1.
    progress : callable, optional
        Is given the number of rows just counted.

    Raises
    ------
    CorpusError
        If no word has a neighbour.
    """
    words = len(corpus.vocabulary)
    starts, positions = _index_positions(corpus.ids, words, workers)
    walk = _RowCounter(
        corpus.ids, positions, starts, symmetric, distance_weights(window_size, distance_weighting)
    )
    row_sizes = np.zeros(words, np.int64)
    cells = _CellList()
    for first, end, sizes, columns, counts in workers.map_in_order(
        walk.count_block, _row_blocks(np.diff(starts))
    ):
        row_sizes[first:end] = sizes
        cells.append(columns, counts)
        if progress:
            progress(end - first)
    row_starts = np.concatenate(([0], np.cumsum(row_sizes)))
    if not row_starts[-1]:
        raise CorpusError(
            "no two words of the vocabulary stand together in a document; a document is a line, "
            "so give longer lines, more text or a lower --min-count"
        )
    return Cooccurrence(words, symmetric, row_starts, *cells.finish())


def _index_positions(
    ids: npt.NDArray[np.uint32], words: int, workers: Workers
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return where each word's list of positions starts, and the lists; each ascends.

    Every thread lists a stretch of the corpus, behind what the stretches before it will list.
    """
    stretches = min(workers.threads, MAX_STRETCHES)
    edges = np.linspace(0, len(ids), stretches + 1, dtype=np.int64).tolist()
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


class _CellList:
    """Columns and counts appended block by block, without ever holding the cells twice."""

    def __init__(self) -> None:
        self.size = 0
        self.columns = np.empty(0, np.uint32)
        self.counts = np.empty(0)

    def append(self, columns: npt.NDArray[np.uint32], counts: npt.NDArray[np.float64]) -> None:
        end = self.size + len(columns)
        if end > len(self.columns):
            self._resize(end + end // 8)
        self.columns[self.size : end] = columns
        self.counts[self.size : end] = counts
        self.size = end

    def finish(self) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.float64]]:
        self._resize(self.size)
        return self.columns, self.counts

    def _resize(self, cells: int) -> None:
        # In place: the system moves the pages of a large array, it does not copy them.
        self.columns.resize(cells, refcheck=False)
        self.counts.resize(cells, refcheck=False)


class _Scratch:
    """Buffers for one call of the kernel at a time; the first three are zero between calls."""

    def __init__(self, words: int) -> None:
        marks = words // 64 + 1
        self.sums = np.zeros(words)
        self.marks = np.zeros(marks, np.uint64)
        self.marked_blocks = np.zeros(marks // 64 + 1, np.uint64)
        self.columns = np.empty(0, np.uint32)
        self.counts = np.empty(0)

    def make_room(self, cells: int) -> None:
        if len(self.columns) < cells:
            self.columns, self.counts = np.empty(cells, np.uint32), np.empty(cells)


class _RowCounter:
    """Counts blocks of rows; a call borrows scratch buffers or makes new ones."""

    def __init__(
        self,
        ids: npt.NDArray[np.uint32],
        positions: npt.NDArray[np.int64],
        starts: npt.NDArray[np.int64],
        symmetric: bool,
        weights: npt.NDArray[np.float64],
    ) -> None:
        self.ids, self.positions, self.starts = ids, positions, starts
        self.symmetric, self.weights = symmetric, weights
        self.free: SimpleQueue[_Scratch] = SimpleQueue()

    def count_block(
        self, block: tuple[int, int]
    ) -> tuple[int, int, npt.NDArray[np.int64], npt.NDArray[np.uint32], npt.NDArray[np.float64]]:
        """Count rows `block[0]:block[1]`; return them, their sizes, columns and counts."""
        first, end = block
        words = len(self.starts) - 1
        neighbours = np.diff(self.starts[first : end + 1]) * 2 * (len(self.weights) - 1)
        try:
            scratch = self.free.get_nowait()
        except Empty:
            scratch = _Scratch(words)
        scratch.make_room(int(np.minimum(neighbours, words).sum()) + 1)
        sizes = np.empty(end - first, np.int64)
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
        columns, counts = scratch.columns[:cells].copy(), scratch.counts[:cells].copy()
        self.free.put(scratch)
        return first, end, sizes, columns, counts


def _row_blocks(occurrences: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Cut the rows into blocks of much the same work."""
    # A row costs a little even without occurrences.
    shares = np.cumsum(occurrences + 1) // BLOCK_OCCURRENCES
    edges = [0, *(np.flatnonzero(np.diff(shares)) + 1).tolist(), len(occurrences)]
    yield from itertools.pairwise(edges)
