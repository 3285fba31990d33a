"""Folders of counts: a vocabulary and a matrix in whole numbers, which add up exactly."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.cooccurrence.addition import add_up
from glove_ada.cooccurrence.matrix import MOST_UNITS, Cooccurrence, in_ones
from glove_ada.cooccurrence.rows import RowBlock
from glove_ada.cooccurrence.segments import CellList, CountingRoom
from glove_ada.corpus.vocabulary import (
    Vocabulary,
    read_vocabulary,
    vocabulary_digest,
    write_vocabulary,
)
from glove_ada.errors import CorpusError, FormatError
from glove_ada.run.counted.description import (
    COUNTS,
    CountedFolder,
    CountedPart,
    check_together,
    describe,
    find_foreign,
)
from glove_ada.run.kept.array_container import FileKind, read_arrays, write_arrays
from glove_ada.system.atomic_files import atomic_write_folder
from glove_ada.system.spilled_array import GrowingArray, LongArray, pieces
from glove_ada.system.threads import Workers

VOCABULARY, CELLS = "vocab.txt", "cells"
KIND = FileKind("glove_ada cells", 1)

Progress = Callable[[int], None]


class Rows:
    """The rows of a folder of counts, which stay in its file.

    Parameters
    ----------
    folder : CountedFolder
    words : int
        Of the vocabulary.

    Raises
    ------
    FormatError
        If the file is damaged or does not go with the folder.
    """

    def __init__(self, folder: CountedFolder, words: int) -> None:
        self.path, self.words = folder.file(CELLS), words
        long = ("row_starts", "columns", "units")
        facts, arrays = read_arrays(self.path, KIND, left=long)
        self.require(facts == folder.options and arrays.keys() == set(long))
        self._starts: LongArray[np.int64] = arrays["row_starts"]
        self.columns: LongArray[np.uint32] = arrays["columns"]
        self.units: LongArray[np.int64] = arrays["units"]
        dtypes = [array.dtype.str for array in (self._starts, self.columns, self.units)]
        self.require(dtypes == ["<i8", "<u4", "<i8"])
        self.require(self._starts.shape == (words + 1,))
        ends = self._starts[0:1][0], self._starts[words : words + 1][0]
        self.require(ends == (0, len(self.columns)) and len(self.columns) == len(self.units))

    def row_sizes(self, first: int, end: int) -> npt.NDArray[np.int64]:
        """Return how many cells each of some rows has."""
        sizes: npt.NDArray[np.int64] = np.diff(self._starts[first : end + 1])
        self.require(bool((sizes >= 0).all() and (sizes <= self.words).all()))
        return sizes

    def read(
        self, cell: int, columns: npt.NDArray[np.uint32], counts: npt.NDArray[np.int64]
    ) -> None:
        """Fill two arrays with what comes from a cell on."""
        columns[:] = self.columns[cell : cell + len(columns)]
        counts[:] = self.units[cell : cell + len(counts)]
        self.require(bool((columns < self.words).all() and (counts > 0).all()))

    def require(self, condition: bool) -> None:
        """Refuse what would mislead the kernels."""
        if not condition:
            raise FormatError(f"{self.path} makes no sense: it is not what glove_ada wrote")


def save_counts(
    path: str | os.PathLike[str],
    vocabulary: Vocabulary,
    blocks: Iterator[RowBlock],
    parts: Sequence[CountedPart],
    options: Mapping[str, Any],
    *,
    room: CountingRoom,
    progress: Progress | None = None,
) -> None:
    """Write a folder of counts.

    Parameters
    ----------
    path : path
        The folder to be made.
    vocabulary : Vocabulary
    blocks : iterator of RowBlock
        All rows, in order.
    parts : sequence of CountedPart
        What they are the sum of.
    options : mapping
        What shaped them.
    room : CountingRoom
        How much may be in memory.
    progress : callable, optional
        Is given the number of rows of each block.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    cells: CellList[np.int64] = CellList(len(vocabulary), np.int64, room)
    largest_sum = 0
    for block in blocks:
        cells.append(block)
        largest_sum = max(largest_sum, largest_row_sum(block))
        if progress:
            progress(block[1] - block[0])
    row_starts, columns, units = cells.finish()
    shaped_by = {**options, "vocabulary": vocabulary_digest(vocabulary)}
    with atomic_write_folder(path, find_foreign) as folder:
        write_vocabulary(folder / VOCABULARY, vocabulary)
        arrays = {"row_starts": row_starts, "columns": columns, "units": units}
        write_arrays(folder / CELLS, KIND, shaped_by, arrays)
        facts = {"words": len(vocabulary), "cells": len(columns), "largest_row_sum": largest_sum}
        describe(folder, COUNTS, shaped_by, facts, parts)


def largest_row_sum(block: RowBlock) -> int:
    """Return the largest sum of a row, which 64 bits hold."""
    _, _, sizes, _, counts = block
    sums = np.diff(np.concatenate(([0], np.cumsum(counts)))[np.concatenate(([0], sizes.cumsum()))])
    return int(sums.max(initial=0))


def read_counted_vocabulary(folder: CountedFolder) -> Vocabulary:
    """Read the vocabulary of a folder of counts.

    Raises
    ------
    FormatError
        If it is not what was written.
    """
    vocabulary = read_vocabulary(folder.file(VOCABULARY))
    if vocabulary_digest(vocabulary) != folder.options.get("vocabulary"):
        raise FormatError(
            f"{folder.file(VOCABULARY)} is not what was written: the folder is damaged"
        )
    return vocabulary


def merge_counts(
    path: str | os.PathLike[str],
    folders: Sequence[CountedFolder],
    workers: Workers,
    *,
    room: CountingRoom,
    progress: Progress | None = None,
) -> None:
    """Add up folders of counts; the order makes no difference.

    Raises
    ------
    GloveError
        As of `check_together` and `save_counts`, if a folder is damaged, or the sums could
        outgrow 64 bits.
    """
    check_together(folders)
    if sum(int(folder.facts["largest_row_sum"]) for folder in folders) >= MOST_UNITS:
        raise CorpusError(
            "the sums of the counts could outgrow 64 bits and would not be exact: take less text, "
            "or count with a lower --window-size"
        )
    vocabulary = read_counted_vocabulary(folders[0])
    words = len(vocabulary)
    parts = [Rows(folder, words) for folder in folders]
    total_sizes = np.zeros(words, np.int64)
    for part in parts:
        total_sizes += part.row_sizes(0, words)
    options = {name: value for name, value in folders[0].options.items() if name != "vocabulary"}
    save_counts(
        path,
        vocabulary,
        add_up(total_sizes, parts, workers, room.block_cells),
        [part for folder in folders for part in folder.parts],
        options,
        room=room,
        progress=progress,
    )


def load_counts(folder: CountedFolder, vocabulary: Vocabulary, room: CountingRoom) -> Cooccurrence:
    """Read counts to be trained on; what is more than `room.cells` goes to the disk.

    Raises
    ------
    FormatError
        If the folder is damaged.
    CorpusError
        If there is no count in it.
    """
    rows = Rows(folder, len(vocabulary))
    sizes = rows.row_sizes(0, len(vocabulary))
    if not len(rows.columns):
        raise CorpusError(
            f"{folder.path} holds no count: no two words of the vocabulary stand together in a "
            f"document; count more text"
        )
    columns: GrowingArray[np.uint32] = GrowingArray(np.uint32, room.cells, room.folder)
    counts: GrowingArray[np.float64] = GrowingArray(np.float64, room.cells, room.folder)
    for piece in pieces(rows.columns):
        rows.require(bool((piece < len(vocabulary)).all()))
        columns.append(piece)
    for units in pieces(rows.units):
        rows.require(bool((units > 0).all()))
        counts.append(in_ones(units))
    return Cooccurrence(
        len(vocabulary),
        bool(folder.options["symmetric"]),
        np.concatenate(([0], np.cumsum(sizes))),
        columns.finish(),
        counts.finish(),
    )
