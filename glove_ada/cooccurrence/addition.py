"""Rows that were counted in parts, added up: exactly, in any order, a block at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from glove_ada.cooccurrence.matrix import cut_rows
from glove_ada.cooccurrence.rows import RowBlock, ScratchPool
from glove_ada.system.threads import Workers


class CountedRows(Protocol):
    """All rows of the matrix as one part of the text has them, in whole numbers of WEIGHT_UNIT."""

    def row_sizes(self, first: int, end: int) -> npt.NDArray[np.int64]:
        """Return how many cells each of some rows has."""

    def read(
        self, cell: int, columns: npt.NDArray[np.uint32], counts: npt.NDArray[np.int64]
    ) -> None:
        """Fill two arrays with what comes from a cell on; any thread may call it."""


def add_up(
    total_sizes: npt.NDArray[np.int64],
    parts: Sequence[CountedRows],
    workers: Workers,
    block_cells: int,
    words: int | None = None,
) -> Iterator[RowBlock]:
    """Yield the rows of all parts added up, block by block, in order.

    Parameters
    ----------
    total_sizes : ndarray of int64, shape (rows,)
        How many cells the parts have of each row.
    parts : sequence of CountedRows
    workers : Workers
        Who does the work; the result does not depend on them.
    block_cells : int
        Cells of all parts that are in memory for one block, unless one row has more.
    words : int, optional
        Columns; by default as many as rows.
    """
    scratches = ScratchPool(words or len(total_sizes))

    def add(block: tuple[int, int, list[int], npt.NDArray[np.int64]]) -> RowBlock:
        first, end, cells, starts = block
        columns = np.empty(starts[-1, -1], np.uint32)
        counts = np.empty(starts[-1, -1], np.int64)
        for part, cell, row_starts in zip(parts, cells, starts, strict=True):
            here = slice(row_starts[0], row_starts[-1])
            part.read(cell, columns[here], counts[here])
        with scratches.borrowed(len(columns) + 1) as scratch:
            return first, end, *scratch.add_rows(columns, counts, starts)

    yield from workers.map_in_order(add, _blocks(total_sizes, parts, block_cells))


def _blocks(
    total_sizes: npt.NDArray[np.int64], parts: Sequence[CountedRows], block_cells: int
) -> Iterator[tuple[int, int, list[int], npt.NDArray[np.int64]]]:
    """Yield blocks of rows: where each part's cells are, and where its rows start in them."""
    next_cells = [0] * len(parts)
    for first, end in cut_rows(total_sizes, block_cells):
        sizes = [part.row_sizes(first, end) for part in parts]
        edges = np.concatenate(([0], np.cumsum(np.concatenate(sizes))))
        rows = end - first
        starts = [edges[part * rows : (part + 1) * rows + 1] for part in range(len(sizes))]
        yield first, end, list(next_cells), np.stack(starts)
        for part, part_sizes in enumerate(sizes):
            next_cells[part] += int(part_sizes.sum())
