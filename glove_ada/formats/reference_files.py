"""The binary files of the reference GloVe program, so that one stage at a time can be replaced.

`cooccurrence.bin` and `vectors.bin` are little-endian, without any header, and only make sense with
the `vocab.txt` that `glove_ada.vocabulary` reads.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from glove_ada.atomic import atomic_write
from glove_ada.errors import FormatError
from glove_ada.formats.streams import open_stream
from glove_ada.formats.table import VectorTable
from glove_ada.vocabulary import read_vocabulary

#: One record of cooccurrence.bin; rows and columns count from 1.
RECORD = np.dtype([("row", "<i4"), ("column", "<i4"), ("count", "<f8")])
BLOCK_RECORDS = 1 << 16


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
        finite and positive.
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
    good = (rows >= 1) & (rows <= vocabulary_size) & (columns >= 1) & (columns <= vocabulary_size)
    good &= np.isfinite(counts) & (counts > 0)
    if not good.all():
        index = int(np.argmin(good))
        raise FormatError(
            f"{path}, record {first + index + 1}: row {rows[index]}, column {columns[index]} and "
            f"count {counts[index]} cannot be with a vocabulary of {vocabulary_size} words"
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


def read_reference_vectors(
    path: str | os.PathLike[str], vocabulary_path: str | os.PathLike[str]
) -> VectorTable:
    """Read `vectors.bin`: the vectors and biases of both sides, which the text leaves out.

    Parameters
    ----------
    path : path
        float64, two rows for each word, words first and then contexts; each row ends in its bias.
    vocabulary_path : path
        The `vocab.txt` of the same training.

    Returns
    -------
    VectorTable
        float64, complete but for `<unk>`; both sides stay memory-mapped, `vectors` is their sum.

    Raises
    ------
    FormatError
        If the size of the file does not go with the vocabulary, or a value is not finite.
    """
    vocabulary = read_vocabulary(vocabulary_path)
    words = vocabulary.decoded()
    size = os.path.getsize(path) if os.path.isfile(path) else 0
    row_size, remainder = divmod(size, 2 * 8 * len(words))
    if remainder or row_size < 2:
        raise FormatError(
            f"{path} has {size} bytes, which are not two rows of float64 for each of the "
            f"{len(words)} words in {vocabulary_path}"
        )
    parameters = np.asarray(np.memmap(path, "<f8", "r", shape=(2, len(words), row_size)))
    word_side, context_side = parameters
    vectors = word_side[:, :-1] + context_side[:, :-1]
    if not np.isfinite(vectors).all() or not np.isfinite(parameters[:, :, -1]).all():
        raise FormatError(f"{path} holds values that are not finite: the training diverged")
    return VectorTable(
        words,
        vectors,
        vocabulary.counts,
        word_vectors=word_side[:, :-1],
        context_vectors=context_side[:, :-1],
        word_biases=word_side[:, -1],
        context_biases=context_side[:, -1],
    )
