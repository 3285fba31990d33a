"""Exact co-occurrence counts, one row at a time over an inverted index.

Every distance weight is rounded to a multiple of 2^-20. Such numbers are added as whole numbers of
64 bits, exactly, so that the counts do not depend on the order in which they are added; each
becomes a float64 once, at the end.

A corpus that outgrows the memory is counted in segments. A segment owns its occurrences, not its
text: it is read with a window's width on both sides, so that no pair is lost at a cut or counted
twice. What the segments have counted waits on the disk and is added up row by row.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic

import numpy as np
import numpy.typing as npt

from glove_ada.cooccurrence.addition import add_up
from glove_ada.cooccurrence.distance_weights import HARMONIC, distance_weights
from glove_ada.cooccurrence.matrix import (
    BLOCK_CELLS,
    CELL_BYTES,
    MOST_COUNT,
    MOST_UNITS,
    Cooccurrence,
    in_ones,
)
from glove_ada.cooccurrence.rows import RowBlock, RowCounter, index_positions, row_blocks
from glove_ada.corpus.encoding import EncodedCorpus
from glove_ada.errors import CorpusError
from glove_ada.system.spilled_array import (
    UNLIMITED,
    DiskArray,
    GrowingArray,
    LongArray,
    Scalar,
    check_space,
)
from glove_ada.system.threads import Workers

SAMPLED_BLOCKS = 16  # of rows, or twice as many, from which the size of the counts is forecast

Progress = Callable[[int], None]


@dataclass(frozen=True)
class CountingRoom:
    """How much memory counting may take.

    Attributes
    ----------
    segment_ids : int
        Word ids that are indexed at once; a longer corpus is counted in segments.
    cells : int
        Cells of the matrix that may be in memory; more go to the disk.
    block_cells : int
        What a block of rows may take; a few of them are in memory at once.
    folder : path or None
        Where files go to, if they may.
    """

    segment_ids: int = UNLIMITED
    cells: int = UNLIMITED
    block_cells: int = BLOCK_CELLS
    folder: str | os.PathLike[str] | None = None

    def segments(self, ids: int) -> int:
        """Return in how many segments so many word ids are counted."""
        return -(-ids // self.segment_ids)

    def passes(self, ids: int) -> int:
        """Return how often all rows are gone through."""
        segments = self.segments(ids)
        return segments + (segments > 1)


def count_cooccurrences(
    corpus: EncodedCorpus,
    workers: Workers,
    *,
    window_size: int = 15,
    symmetric: bool = True,
    window_weights: str = HARMONIC,
    room: CountingRoom | None = None,
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
    window_weights : str
        What a neighbour counts by its distance, as `distance_weights` takes it.
    room : CountingRoom, optional
        How much memory there is, which changes no result; by default as much as is wanted.
    progress : callable, optional
        Is given the number of rows just counted, in each of `room.passes`.

    Raises
    ------
    CorpusError
        If no word has a neighbour, or the counts could outgrow 64 bits.
    OutputError
        If there is no room on the disk.
    """
    room = room or CountingRoom()
    weights = distance_weights(window_size, window_weights)
    blocks = count_blocks(corpus, workers, symmetric, weights, room, progress)
    cells: CellList[np.float64] = CellList(len(corpus.vocabulary), np.float64, room)
    for block in blocks:
        cells.append(block)
        if progress:
            progress(block[1] - block[0])
    row_starts, columns, counts = cells.finish()
    if not row_starts[-1]:
        raise CorpusError(
            "no two words of the vocabulary stand together in a document; a document is a "
            "line, so give longer lines, more text or a lower --min-count"
        )
    return Cooccurrence(len(corpus.vocabulary), symmetric, row_starts, columns, counts)


def count_blocks(
    corpus: EncodedCorpus,
    workers: Workers,
    symmetric: bool,
    weights: npt.NDArray[np.int64],
    room: CountingRoom,
    progress: Progress | None,
) -> Iterator[RowBlock]:
    """Yield all rows in order, block by block, as `count_cooccurrences` counts them.

    `progress` is given the rows of each pass but the last.
    """
    counter = _SegmentCounter(corpus, workers, symmetric, weights, room)
    segments = _segments(len(corpus.ids), room)
    if len(segments) == 1:
        return counter.count(*segments[0])
    assert room.folder is not None
    parts = _Parts(len(corpus.vocabulary), room.folder)
    for segment in segments:
        parts.append(counter.count(*segment), progress)
    return parts.added_up(workers, room.block_cells)


def _segments(ids: int, room: CountingRoom) -> list[tuple[int, int]]:
    """Cut the corpus into segments of much the same size."""
    edges = np.linspace(0, ids, room.segments(ids) + 1, dtype=np.int64).tolist()
    return list(itertools.pairwise(edges))


class _SegmentCounter:
    """Counts the neighbours of all occurrences in a stretch of the corpus."""

    def __init__(
        self,
        corpus: EncodedCorpus,
        workers: Workers,
        symmetric: bool,
        weights: npt.NDArray[np.int64],
        room: CountingRoom,
    ) -> None:
        self.ids, self.words, self.workers = corpus.ids, len(corpus.vocabulary), workers
        self.symmetric, self.weights, self.room = symmetric, weights, room
        self.most_occurrences = 0  # of one word, in all segments

    def count(self, first: int, end: int) -> Iterator[RowBlock]:
        """Yield the rows of the occurrences `first:end`, block by block, in order."""
        window = len(self.weights) - 1
        before = min(first, window)
        ids = self.ids[first - before : end + window]
        starts, positions = index_positions(
            ids, before, before + end - first, self.words, self.workers
        )
        self._check_sums(int(np.diff(starts).max()))
        walk = RowCounter(ids, positions, starts, self.symmetric, self.weights)
        blocks = list(row_blocks(np.diff(starts), walk.most_cells, self.room.block_cells))
        if first == 0 and self.room.folder is not None:
            self._check_space(walk, blocks)
        yield from self.workers.map_in_order(walk.count_block, blocks)

    def _check_sums(self, most_occurrences: int) -> None:
        """Make sure that no row's sum, and so no count, outgrows 64 bits."""
        self.most_occurrences += most_occurrences
        if self.most_occurrences * 2 * int(self.weights.sum()) >= MOST_UNITS:
            raise CorpusError(
                f"the counts of a word that occurs {self.most_occurrences:,} times could reach "
                f"{MOST_COUNT:,.0f} and would not be exact: give a lower "
                f"--window-size or less text"
            )

    def _check_space(self, walk: RowCounter, blocks: list[tuple[int, int]]) -> None:
        """Forecast the size of all counts from a sample of the first segment's, if it matters."""
        segments = self.room.segments(len(self.ids))
        if segments == 1 and walk.most_cells.sum() <= self.room.cells:
            return
        assert self.room.folder is not None
        sample = blocks[:: max(1, len(blocks) // SAMPLED_BLOCKS)]
        counted = sum(len(rows[3]) for rows in self.workers.map_in_order(walk.count_block, sample))
        cells = segments * counted * len(blocks) // len(sample)
        if segments > 1 or cells > self.room.cells:
            copies = 1 + (segments > 1)  # as the segments counted them, and added up
            check_space("the matrix of counts", copies * cells * CELL_BYTES, self.room.folder)


class CellList(Generic[Scalar]):
    """Rows appended block by block, without ever holding the cells twice.

    Parameters
    ----------
    words : int
    dtype : dtype
        Of the counts: float64, or int64 for whole numbers of WEIGHT_UNIT, as they come.
    room : CountingRoom
    """

    def __init__(self, words: int, dtype: type[Scalar], room: CountingRoom) -> None:
        self.dtype = dtype
        self.row_sizes = np.zeros(words, np.int64)
        self.columns: GrowingArray[np.uint32] = GrowingArray(np.uint32, room.cells, room.folder)
        self.counts: GrowingArray[Scalar] = GrowingArray(dtype, room.cells, room.folder)

    def append(self, block: RowBlock) -> None:
        """Append rows behind the last."""
        first, end, sizes, columns, counts = block
        self.row_sizes[first:end] = sizes
        self.columns.append(columns)
        own: npt.NDArray[Any] = counts if self.dtype is np.int64 else in_ones(counts)
        self.counts.append(own)

    def finish(self) -> tuple[npt.NDArray[np.int64], LongArray[np.uint32], LongArray[Scalar]]:
        """Return where each row starts, and the columns and counts of all."""
        row_starts = np.concatenate(([0], np.cumsum(self.row_sizes)))
        return row_starts, self.columns.finish(), self.counts.finish()


class _Parts:
    """All rows as each segment has counted them, on the disk."""

    def __init__(self, words: int, folder: str | os.PathLike[str]) -> None:
        self.words = words
        self.total_sizes = np.zeros(words, np.int64)
        self.starts: list[int] = []
        self.row_sizes: DiskArray[np.int64] = DiskArray.temporary(np.int64, folder)
        self.columns: DiskArray[np.uint32] = DiskArray.temporary(np.uint32, folder)
        self.counts: DiskArray[np.int64] = DiskArray.temporary(np.int64, folder)

    def append(self, blocks: Iterator[RowBlock], progress: Progress | None) -> None:
        """Write what a segment has counted."""
        self.starts.append(len(self.columns))
        for first, end, sizes, columns, counts in blocks:
            self.total_sizes[first:end] += sizes
            self.row_sizes.append(sizes)
            self.columns.append(columns)
            self.counts.append(counts)
            if progress:
                progress(end - first)

    def added_up(self, workers: Workers, block_cells: int) -> Iterator[RowBlock]:
        """Yield the rows added up, block by block, in order."""
        parts = [_Segment(self, number) for number in range(len(self.starts))]
        yield from add_up(self.total_sizes, parts, workers, block_cells)


class _Segment:
    """The rows of one segment."""

    def __init__(self, parts: _Parts, number: int) -> None:
        self._parts, self._number = parts, number

    def row_sizes(self, first: int, end: int) -> npt.NDArray[np.int64]:
        before = self._number * self._parts.words
        return self._parts.row_sizes[before + first : before + end]

    def read(
        self, cell: int, columns: npt.NDArray[np.uint32], counts: npt.NDArray[np.int64]
    ) -> None:
        start = self._parts.starts[self._number] + cell
        self._parts.columns.read(start, columns)
        self._parts.counts.read(start, counts)
