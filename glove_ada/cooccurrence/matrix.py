"""The co-occurrence matrix: how often, and how near, words occur together."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.system.spilled_array import LongArray, on_disk

WEIGHT_UNIT = 2.0**-20
MOST_UNITS = 2**63
"""No count and no row's sum has as many units, so that 64 bits hold it exactly.

Counts, ours or a file's, so lie between 2**-20 and 2**43: far within the normal numbers, for which
the kernels' logarithm is made.
"""
LEAST_COUNT, MOST_COUNT = WEIGHT_UNIT, MOST_UNITS * WEIGHT_UNIT
_LOW_UNITS = 2.0**28
BLOCK_CELLS = 1 << 22  # room that a block of rows may take: 50 MB
CELL_BYTES = 12  # a column and a count


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
    columns : ndarray or DiskArray of uint32, shape (stored cells,)
    counts : ndarray or DiskArray of float64, shape (stored cells,)
    """

    words: int
    symmetric: bool
    row_starts: npt.NDArray[np.int64]
    columns: LongArray[np.uint32]
    counts: LongArray[np.float64]

    @property
    def on_disk(self) -> bool:
        """Whether the cells are on the disk."""
        return on_disk(self.columns)

    @property
    def nonzeros(self) -> int:
        """Cells of the whole matrix that are not zero."""
        stored = len(self.columns)
        return 2 * stored - self.diagonal_cells() if self.symmetric else stored

    def row_sums(self) -> npt.NDArray[np.float64]:
        """Return the sum of each row of the whole matrix, exact but for one rounding at the end.

        Our own counts are multiples of WEIGHT_UNIT; others are rounded to them. What is large is
        added apart, so that float64 holds all sums and no order of adding shows.
        """
        return joined_sums(*self.parts_of_sums)

    @cached_property
    def parts_of_sums(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """What `joined_sums` makes the sums of, whole numbers that add up exactly."""
        low_sums, high_sums = np.zeros((2, self.words))
        for first, end in self.row_blocks():
            cells = slice(self.row_starts[first], self.row_starts[end])
            rows = np.repeat(np.arange(first, end), np.diff(self.row_starts[first : end + 1]))
            columns = self.columns[cells]
            units = np.rint(self.counts[cells] / WEIGHT_UNIT)
            large = np.flatnonzero(units >= _LOW_UNITS)
            high = np.floor(units[large] / _LOW_UNITS)
            units[large] -= high * _LOW_UNITS
            self._add_to_sums(low_sums, rows, columns, units)
            self._add_to_sums(high_sums, rows[large], columns[large], high)
        return low_sums, high_sums

    def to_scipy(self) -> Any:
        """Copy the whole matrix, both halves of it, into memory as SciPy's.

        Returns
        -------
        scipy.sparse.csr_array of float64, shape (words, words)
            Row and column i are the vocabulary's word i; columns ascend.

        Raises
        ------
        ImportError
            If SciPy is not installed.
        """
        try:
            from scipy import sparse
        except ImportError as error:
            raise ImportError("to_scipy() needs SciPy: pip install scipy") from error

        columns = np.asarray(self.columns[:]).astype(np.int64)
        cells = (np.array(self.counts[:]), columns, self.row_starts)
        stored = sparse.csr_array(cells, shape=(self.words, self.words))
        return (stored + sparse.triu(stored, 1).T).tocsr() if self.symmetric else stored

    def _add_to_sums(
        self,
        sums: npt.NDArray[np.float64],
        rows: npt.NDArray[np.int64],
        columns: npt.NDArray[np.uint32],
        units: npt.NDArray[np.float64],
    ) -> None:
        sums += np.bincount(rows, units, self.words)
        if self.symmetric:
            sums += np.bincount(columns, np.where(rows == columns, 0, units), self.words)

    def diagonal_cells(self) -> int:
        """Return how many words occur near themselves."""
        diagonal = 0
        for first, end in self.row_blocks():
            cells = slice(self.row_starts[first], self.row_starts[end])
            rows = np.repeat(np.arange(first, end), np.diff(self.row_starts[first : end + 1]))
            diagonal += int(np.count_nonzero(self.columns[cells] == rows))
        return diagonal

    def row_blocks(self) -> Iterator[tuple[int, int]]:
        """Cut the rows into blocks of so few cells that they are easily held in memory."""
        return cut_rows(np.diff(self.row_starts), BLOCK_CELLS // 4)

    def select_rows(self, selected: npt.NDArray[np.bool_]) -> Cooccurrence:
        """Return a matrix in memory that has these rows' cells and no others.

        Parameters
        ----------
        selected : ndarray of bool, shape (words,)
        """
        sizes = np.where(selected, np.diff(self.row_starts), 0)
        row_starts = np.concatenate(([0], np.cumsum(sizes)))
        columns, counts = np.empty(row_starts[-1], np.uint32), np.empty(row_starts[-1])
        for first, end in self.row_blocks():
            to = slice(row_starts[first], row_starts[end])
            if to.start < to.stop:
                cells = slice(self.row_starts[first], self.row_starts[end])
                kept = np.repeat(selected[first:end], np.diff(self.row_starts[first : end + 1]))
                np.compress(kept, self.columns[cells], out=columns[to])
                np.compress(kept, self.counts[cells], out=counts[to])
        return Cooccurrence(self.words, self.symmetric, row_starts, columns, counts)


def joined_sums(
    low: npt.NDArray[np.float64], high: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return sums of rows from the parts of them, rounded once."""
    return (low + high * _LOW_UNITS) * WEIGHT_UNIT


def in_ones(units: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return whole numbers of WEIGHT_UNIT as counts, rounded once."""
    return units.astype(np.float64) * WEIGHT_UNIT


def cut_rows(sizes: npt.NDArray[np.int64], block_cells: int) -> Iterator[tuple[int, int]]:
    """Cut rows of these sizes into blocks of about so many cells, or of one row."""
    return ranges_alike(np.cumsum(sizes) // block_cells)


def ranges_alike(shares: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Return the ranges of rows whose share is the same."""
    edges = [0, *(np.flatnonzero(np.diff(shares)) + 1).tolist(), len(shares)]
    return itertools.pairwise(edges)
