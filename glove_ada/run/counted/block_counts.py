"""Counts cut by blocks of words, so that each worker of a cluster reads those of its own.

They are in the folder of all counts, or in a file of each part of the corpus for each block.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from glove_ada.cooccurrence.addition import CountedRows
from glove_ada.cooccurrence.rows import RowBlock
from glove_ada.run.counted.counts import Rows
from glove_ada.run.counted.description import open_counted
from glove_ada.run.kept.array_container import FileKind, read_arrays, write_arrays
from glove_ada.run.kept.shared_files import fetched, fetched_folder, remove, written
from glove_ada.system.spilled_array import GrowingArray
from glove_ada.training.tiles import Grouping

RANGES = FileKind("glove_ada ranges", 1)
_CELLS = ("columns", "units")


class RangeWriter:
    """Cuts rows into those of each block, as they are counted, and writes a file for each.

    Parameters
    ----------
    grouping : Grouping
    blocks : int
    most_cells : int
        Cells that may be in memory.
    folder : path
        Where the others go to.
    """

    def __init__(
        self, grouping: Grouping, blocks: int, most_cells: int, folder: str | os.PathLike[str]
    ) -> None:
        self._block_of = grouping.group_of // (grouping.groups // blocks)
        most = most_cells // blocks
        self._sizes: list[list[npt.NDArray[np.int64]]] = [[] for _ in range(blocks)]
        self._columns = [GrowingArray[np.uint32](np.uint32, most, folder) for _ in range(blocks)]
        self._units = [GrowingArray[np.int64](np.int64, most, folder) for _ in range(blocks)]

    def append(self, rows: RowBlock) -> None:
        """Take rows behind the last."""
        first, end, sizes, columns, units = rows
        owners = self._block_of[first:end]
        of_cells = np.repeat(owners, sizes)
        for block, (held_columns, held_units) in enumerate(
            zip(self._columns, self._units, strict=True)
        ):
            self._sizes[block].append(sizes[owners == block])
            here = of_cells == block
            held_columns.append(columns[here])
            held_units.append(units[here])

    def write(self, paths: Sequence[str]) -> None:
        """Write the file of each block."""
        for path, sizes, columns, units in zip(
            paths, self._sizes, self._columns, self._units, strict=True
        ):
            starts = np.concatenate(([0], np.cumsum(np.concatenate(sizes))))
            arrays = {"starts": starts, "columns": columns.finish(), "units": units.finish()}
            with written(path) as here:
                write_arrays(here, RANGES, {}, arrays, lasting=False)


class RangeRows:
    """The rows of a block as one part of the corpus has them, in a file of `RangeWriter`."""

    def __init__(self, path: str) -> None:
        with fetched(path) as here:
            _, arrays = read_arrays(here, RANGES, left=_CELLS)
        self._sizes = np.diff(arrays["starts"][:])
        self._columns, self._units = (arrays[name] for name in _CELLS)

    def row_sizes(self, first: int, end: int) -> npt.NDArray[np.int64]:
        """Return how many cells each of some rows has."""
        sizes: npt.NDArray[np.int64] = self._sizes[first:end]
        return sizes

    def read(
        self, cell: int, columns: npt.NDArray[np.uint32], counts: npt.NDArray[np.int64]
    ) -> None:
        """Fill two arrays with what comes from a cell on."""
        columns[:] = self._columns[cell : cell + len(columns)]
        counts[:] = self._units[cell : cell + len(counts)]


class ChosenRows:
    """Some rows of a folder of counts.

    Parameters
    ----------
    path : str
        The folder.
    words : int
        Of its vocabulary.
    chosen : ndarray of int64
        The rows, ascending.
    """

    def __init__(self, path: str, words: int, chosen: npt.NDArray[np.int64]) -> None:
        with fetched_folder(path) as here:
            self._rows = Rows(open_counted(here), words)
        sizes = self._rows.row_sizes(0, words)
        self._starts = np.concatenate(([0], np.cumsum(sizes)))[chosen]
        self._sizes: npt.NDArray[np.int64] = sizes[chosen]
        self._edges = np.concatenate(([0], np.cumsum(self._sizes)))

    def row_sizes(self, first: int, end: int) -> npt.NDArray[np.int64]:
        """Return how many cells each of some rows has."""
        return self._sizes[first:end]

    def read(
        self, cell: int, columns: npt.NDArray[np.uint32], counts: npt.NDArray[np.int64]
    ) -> None:
        """Fill two arrays with what comes from a cell on."""
        row = int(np.searchsorted(self._edges, cell, "right")) - 1
        done = 0
        while done < len(columns):
            within = cell + done - int(self._edges[row])
            here = slice(done, min(done + int(self._sizes[row]) - within, len(columns)))
            self._rows.read(int(self._starts[row]) + within, columns[here], counts[here])
            done, row = here.stop, row + 1


@dataclass(frozen=True)
class PartedCounts:
    """Counts of which each worker reads what it needs.

    Attributes
    ----------
    words : int
    symmetric : bool
    folder : str or None
        The folder of all counts.
    ranges : tuple of tuple of str
        Otherwise, of each block, the files of all parts.
    """

    words: int
    symmetric: bool
    folder: str | None
    ranges: tuple[tuple[str, ...], ...] = ()

    def of_block(self, block: int) -> BlockCounts:
        """Return what a worker is told of a block's counts."""
        paths = self.ranges[block] if self.folder is None else ()
        return BlockCounts(block, self.words, self.symmetric, self.folder, paths)

    def remove(self, block: int) -> None:
        """Remove the files of a block, when its tiles are there."""
        for path in self.ranges[block] if self.ranges else ():
            remove(path)


class BlockCounts(NamedTuple):
    """The counts of one block; see `PartedCounts`."""

    block: int
    words: int
    symmetric: bool
    folder: str | None
    paths: tuple[str, ...]

    def rows_of(self, chosen: npt.NDArray[np.int64]) -> list[CountedRows]:
        """Return the rows as each part has them."""
        if self.folder is not None:
            return [ChosenRows(self.folder, self.words, chosen)]
        return [RangeRows(path) for path in self.paths]
