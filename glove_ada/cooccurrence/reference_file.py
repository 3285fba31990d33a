"""Counts from the reference program's `cooccurrence.bin`, and counts for it.

With its `vocab.txt` this lets people change over one stage at a time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from glove_ada.cooccurrence.matrix import LEAST_COUNT, MOST_COUNT, Cooccurrence
from glove_ada.errors import FormatError
from glove_ada.system.atomic_files import atomic_write
from glove_ada.system.gzip_files import open_stream
from glove_ada.system.sentences.kinds import Path, Whole, check

#: One record of cooccurrence.bin; rows and columns count from 1.
RECORD = np.dtype([("row", "<i4"), ("column", "<i4"), ("count", "<f8")])
BLOCK_RECORDS = 1 << 16

Progress = Callable[[int], None]
_Cells = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]


def read_counts(
    path: str | os.PathLike[str], words: int, *, progress: Progress | None = None
) -> Cooccurrence:
    """Read a file of counts, shuffled or not.

    Parameters
    ----------
    path : path
    words : int
        Of the vocabulary that the file was counted with.
    progress : callable, optional
        Is given the number of cells just read.

    Returns
    -------
    Cooccurrence
        Symmetric if the file is, to the bit. A cell that comes several times is summed, the least
        count first, so that the order of the records does not show.

    Raises
    ------
    FormatError
        If the file is damaged, holds no cell or does not go with the vocabulary, or its counts are
        too small or too large for exact sums.
    OptionError
        If an argument makes no sense.
    """
    check("path", path, Path())
    words = check("words", words, Whole(1, 2**31 - 1))
    places, counts = [], []
    for cells in read_reference_cooccurrence(path, words):
        places.append(cells.rows.astype(np.int64) * words + cells.columns)
        counts.append(cells.counts)
        if progress:
            progress(len(cells.rows))
    if not places:
        raise FormatError(f"{os.fspath(path)} holds no counts")
    all_counts = np.concatenate(counts)
    if not all_counts.sum() < MOST_COUNT:
        raise FormatError(
            f"{os.fspath(path)}: the counts add up to {all_counts.sum():g}, and {MOST_COUNT:.2g} "
            f"is the most; divide all of them by the same number"
        )
    all_cells = _sorted_sums(np.concatenate(places), all_counts)
    upper = _upper_if_symmetric(all_cells, words)
    kept, kept_counts = all_cells if upper is None else upper
    rows, columns = np.divmod(kept, words)
    row_starts = np.searchsorted(rows, np.arange(words + 1))
    return Cooccurrence(
        words, upper is not None, row_starts, columns.astype(np.uint32), kept_counts
    )


def write_counts(path: str | os.PathLike[str], cooccurrence: Cooccurrence) -> None:
    """Write all cells of a matrix as the reference program's `cooccur` does, before `shuffle`.

    Raises
    ------
    OutputError
        If the path cannot be written.
    """
    write_reference_cooccurrence(path, _blocks(cooccurrence))


def _blocks(matrix: Cooccurrence) -> Iterator[Cooccurrences]:
    sizes = np.diff(matrix.row_starts)
    for first, end in matrix.row_blocks():
        rows = np.repeat(np.arange(first, end, dtype=np.int32), sizes[first:end])
        cells = slice(matrix.row_starts[first], matrix.row_starts[end])
        columns, counts = matrix.columns[cells].astype(np.int32), matrix.counts[cells]
        yield Cooccurrences(rows, columns, counts)
        if matrix.symmetric:
            mirrored = rows != columns
            yield Cooccurrences(columns[mirrored], rows[mirrored], counts[mirrored])


def _sorted_sums(places: npt.NDArray[np.int64], counts: npt.NDArray[np.float64]) -> _Cells:
    """Sort cells by place and add up those in the same one, the least count first."""
    order = np.argsort(places, kind="stable")
    first = np.flatnonzero(np.diff(places[order], prepend=-1))
    if len(first) < len(places):
        order = np.lexsort((counts, places))
    return places[order[first]], np.add.reduceat(counts[order], first)


def _upper_if_symmetric(cells: _Cells, words: int) -> _Cells | None:
    """Return the cells on and above the diagonal if the others are their mirror."""
    places, counts = cells
    rows, columns = np.divmod(places, words)
    above, below = rows < columns, rows > columns
    mirrored = columns[below] * words + rows[below]
    order = np.argsort(mirrored, kind="stable")
    same = np.array_equal(places[above], mirrored[order])
    if not same or not np.array_equal(counts[above], counts[below][order]):
        return None
    return places[~below], counts[~below]


class Cooccurrences(NamedTuple):
    """Cells of a co-occurrence matrix.

    Attributes
    ----------
    rows, columns : ndarray of int32, shape (cells,)
        Words by their index in the vocabulary, from 0.
    counts : ndarray of float64, shape (cells,)
    """

    rows: npt.NDArray[np.int32]
    columns: npt.NDArray[np.int32]
    counts: npt.NDArray[np.float64]


def read_reference_cooccurrence(
    path: str | os.PathLike[str], vocabulary_size: int
) -> Iterator[Cooccurrences]:
    """Read the cells of `cooccurrence.bin`, shuffled or not.

    Parameters
    ----------
    path : path
    vocabulary_size : int
        Words in the vocabulary that it was counted with.

    Yields
    ------
    Cooccurrences
        A block of cells in the file's order.

    Raises
    ------
    FormatError
        If the file is cut off, or a cell lies outside the vocabulary or has a count that is not
        between LEAST_COUNT and MOST_COUNT.
    """
    first = 0
    with open_stream(path) as stream:
        while data := stream.read(BLOCK_RECORDS * RECORD.itemsize):
            if len(data) % RECORD.itemsize:
                raise FormatError(
                    f"{path} is cut off: its size is no multiple of {RECORD.itemsize} bytes"
                )
            records = np.frombuffer(data, RECORD)
            _check_records(path, records, vocabulary_size, first)
            first += len(records)
            yield Cooccurrences(
                records["row"] - np.int32(1),
                records["column"] - np.int32(1),
                records["count"].astype(np.float64),
            )


def _check_records(
    path: str | os.PathLike[str], records: npt.NDArray[Any], vocabulary_size: int, first: int
) -> None:
    rows, columns, counts = records["row"], records["column"], records["count"]
    inside = (rows >= 1) & (rows <= vocabulary_size) & (columns >= 1) & (columns <= vocabulary_size)
    countable = (counts >= LEAST_COUNT) & (counts <= MOST_COUNT)
    good = inside & countable
    if good.all():
        return
    index = int(np.argmin(good))
    where = f"{path}, record {first + index + 1}"
    if not inside[index]:
        raise FormatError(
            f"{where}: row {rows[index]} and column {columns[index]} cannot be with a vocabulary "
            f"of {vocabulary_size} words; give the vocabulary that the file was counted with"
        )
    raise FormatError(
        f"{where}: the count {counts[index]} is not between {LEAST_COUNT:.2g} and "
        f"{MOST_COUNT:.2g}; count again, or multiply all counts by the same number"
    )


def write_reference_cooccurrence(
    path: str | os.PathLike[str], blocks: Iterable[Cooccurrences]
) -> None:
    """Write cells as `cooccurrence.bin`.

    Parameters
    ----------
    path : path
        Replaced whole or not at all.
    blocks : iterable of Cooccurrences

    Raises
    ------
    OutputError
        If the path cannot be written.
    """
    with atomic_write(path) as file:
        for block in blocks:
            records = np.empty(len(block.rows), RECORD)
            records["row"] = block.rows + 1
            records["column"] = block.columns + 1
            records["count"] = block.counts
            file.write(records.tobytes())
