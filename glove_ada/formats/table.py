"""What every file of vectors holds: words and a matrix, and sometimes more."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.errors import OutputError
from glove_ada.system.memory import mapped_file, release_pages
from glove_ada.system.sentences.counted import counted

#: What a table may hold besides words and vectors.
OPTIONAL_ARRAYS = (
    "counts",
    "word_vectors",
    "context_vectors",
    "word_biases",
    "context_biases",
    "left_context_vectors",
    "left_context_biases",
)


@dataclass
class VectorTable:
    """Words with their vectors, as read from a file or about to be written to one.

    Attributes
    ----------
    words : list of str
        Decoded from UTF-8 with `surrogateescape`, so that other bytes survive; no word twice.
    vectors : ndarray of float, shape (len(words), vector_size)
        One row a word; may be memory-mapped.
    counts : ndarray of int64, shape (len(words),), optional
        How often each word occurs in the corpus.
    word_vectors, context_vectors : ndarray of float, shape (len(words), vector_size), optional
        The two sides of GloVe's factorisation, of which `vectors` is usually the sum.
    word_biases, context_biases : ndarray of float, shape (len(words),), optional
        The biases that belong to them.
    left_context_vectors, left_context_biases : ndarray of float, optional
        Of directed contexts, of which those above are then what stands to the right of a word.
    """

    words: list[str]
    vectors: npt.NDArray[Any]
    counts: npt.NDArray[np.int64] | None = None
    word_vectors: npt.NDArray[Any] | None = None
    context_vectors: npt.NDArray[Any] | None = None
    word_biases: npt.NDArray[Any] | None = None
    context_biases: npt.NDArray[Any] | None = None
    left_context_vectors: npt.NDArray[Any] | None = None
    left_context_biases: npt.NDArray[Any] | None = None


def check_table(table: VectorTable) -> None:
    """Refuse to write what no reader could make sense of.

    Parameters
    ----------
    table : VectorTable

    Raises
    ------
    OutputError
        If there are no words or no numbers, not as many words as rows in each array, or a word
        twice.
    """
    shape = table.vectors.shape
    if len(shape) != 2 or 0 in shape:
        raise OutputError(f"a matrix of shape {shape} holds no vectors to write")
    if len(table.words) != shape[0]:
        words, vectors = counted(len(table.words), "word"), counted(shape[0], "vector")
        raise OutputError(f"a table with {words} for {vectors} cannot be written")
    for name in OPTIONAL_ARRAYS:
        array = getattr(table, name)
        if array is not None and len(array) != shape[0]:
            rows, vectors = counted(len(array), "row"), counted(shape[0], "vector")
            raise OutputError(f"{name} with {rows} for {vectors} cannot be written")
    if len(set(table.words)) != shape[0]:
        word, count = Counter(table.words).most_common(1)[0]
        raise OutputError(f"the word {word!r} stands {count} times in the table: keep one")


def finite_block(table: VectorTable, start: int, stop: int) -> npt.NDArray[np.float32]:
    """Take rows of the vectors as contiguous float32.

    Parameters
    ----------
    table : VectorTable
    start, stop : int
        The rows; `stop` may lie behind the last.

    Returns
    -------
    ndarray of float32, shape (up to stop - start, vector_size)
        C-contiguous.

    Raises
    ------
    OutputError
        If a value is not finite as float32.
    """
    with np.errstate(over="ignore"):
        block = np.ascontiguousarray(table.vectors[start:stop], dtype=np.float32)
    check_finite(table.words[start:stop], block)
    return block


def check_finite(words: list[str], array: npt.NDArray[Any]) -> None:
    """Refuse to write infinities and NaN.

    Parameters
    ----------
    words : list of str
        For the message.
    array : ndarray, shape (len(words), ...)

    Raises
    ------
    OutputError
        If a value is not finite.
    """
    row = row_not_finite(array)
    if row is not None:
        raise OutputError(f"the vector of {words[row]!r} (row {row + 1}) is not finite")


def row_not_finite(array: npt.NDArray[Any]) -> int | None:
    """Find the first row with an infinity or NaN.

    Parameters
    ----------
    array : ndarray of float, shape (rows, ...)
        Looked at a few rows at a time, so that a memory-mapped one stays on the disk.

    Returns
    -------
    int or None
    """
    step, file = 4096, mapped_file(array)
    for start in range(0, len(array), step):
        finite = np.isfinite(array[start : start + step])
        release_pages(file)
        if not finite.all():
            return start + int(np.argwhere(~finite)[0][0])
    return None
