"""Rows that come in blocks become one table: chosen, without repetition, in little more memory."""

from __future__ import annotations

import os
import warnings
from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.errors import FormatError, OptionError
from glove_ada.formats.row_store import RowsInMemory, RowStore
from glove_ada.formats.table import OPTIONAL_ARRAYS, VectorTable, row_not_finite
from glove_ada.system.sentences.counted import counted
from glove_ada.system.sentences.kinds import Whole, check_given


class TableBuilder:
    """Collects words and vectors of one file.

    Parameters
    ----------
    path : path
        The file, for messages.
    dtype : dtype
        Of the matrix: float16, float32 or float64.
    limit : int, optional
        How many rows of the file to take; by default all.
    keep : collection of str, optional
        The only words to take; by default all.
    store : RowStore, optional
        Where the vectors go; by default into memory.

    Raises
    ------
    OptionError
        If the dtype or the limit makes no sense.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        dtype: npt.DTypeLike,
        limit: int | None,
        keep: Collection[str] | None,
        store: RowStore | None = None,
    ) -> None:
        check_choice(dtype, limit)
        self.rows_read = 0
        self.last_word = ""
        self._path = path
        self._dtype = np.dtype(dtype)
        self._limit = limit
        self._keep = None if keep is None else frozenset(keep)
        self._words: list[str] = []
        self._seen: set[str] = set()
        self._repeated = 0
        self._store = RowsInMemory() if store is None else store

    @property
    def full(self) -> bool:
        """Whether the limit is reached and no more rows are needed."""
        return self._limit is not None and self.rows_read >= self._limit

    def append(self, words: list[str], vectors: npt.NDArray[Any], remaining: int = 0) -> None:
        """Add a block of rows.

        Parameters
        ----------
        words : list of str
            Not empty.
        vectors : ndarray of float, shape (len(words), vector_size)
        remaining : int
            About how many rows will follow; a good guess saves copying, a bad one does no harm.

        Raises
        ------
        FormatError
            If a value is not finite.
        """
        if self._limit is not None:
            words = words[: self._limit - self.rows_read]
            vectors = vectors[: len(words)]
        first_row = self.rows_read
        self.rows_read += len(words)
        self.last_word = words[-1]
        rows = self._rows_to_take(words)
        chosen = vectors if len(rows) == len(words) else vectors[rows]
        with np.errstate(over="ignore"):
            converted = chosen.astype(self._dtype, copy=False)
        finite = np.isfinite(converted)
        if not finite.all():
            row = rows[int(np.argmin(finite.all(axis=1)))]
            raise FormatError(
                f"{self._path}: the vector of {words[row]!r} (row {first_row + row + 1}) holds a "
                f"value that is not finite as {self._dtype}"
            )
        self._store.append(converted, remaining if self._keep is None else 0)
        self._words += words if chosen is vectors else [words[row] for row in rows]

    def finish(self) -> VectorTable:
        """Make the table; warn once if words were repeated.

        Returns
        -------
        VectorTable

        Raises
        ------
        FormatError
            If there was no row at all.
        """
        if not self.rows_read:
            raise FormatError(f"{self._path} holds no vectors")
        if self._repeated:
            warn_of_repeated(self._path, self._repeated)
        return VectorTable(self._words, self._store.finish())

    def _rows_to_take(self, words: list[str]) -> range | list[int]:
        """Choose the rows of wanted words that were not seen before, and remember the words."""
        if self._keep is None and self._seen.isdisjoint(words):
            before = len(self._seen)
            self._seen.update(words)
            if len(self._seen) - before == len(words):
                return range(len(words))
            self._seen.difference_update(words)
        rows = []
        for row, word in enumerate(words):
            if self._keep is not None and word not in self._keep:
                continue
            if word in self._seen:
                self._repeated += 1
                continue
            self._seen.add(word)
            rows.append(row)
        return rows


def check_choice(dtype: npt.DTypeLike, limit: int | None) -> None:
    """Refuse a dtype or a limit that makes no sense.

    Parameters
    ----------
    dtype : dtype
    limit : int or None

    Raises
    ------
    OptionError
    """
    try:
        known = np.dtype(dtype) in (np.float16, np.float32, np.float64)
    except (TypeError, ValueError):
        known = False
    if not known:
        raise OptionError(f"dtype is {dtype!r}: choose float16, float32 or float64")
    check_given("limit", limit, Whole(1))


def warn_of_repeated(path: str | os.PathLike[str], repeated: int) -> None:
    """Say once that later rows of words that came before were left out."""
    warnings.warn(
        f"{path}: {counted(repeated, 'row repeats', 'rows repeat')} an earlier word; the first "
        f"vector of each is kept",
        stacklevel=2,
    )


def select_rows(
    path: str | os.PathLike[str],
    table: VectorTable,
    *,
    limit: int | None,
    dtype: npt.DTypeLike | None,
    keep: Collection[str] | None,
) -> VectorTable:
    """Take the first rows, or those of some words, and each word once.

    Parameters
    ----------
    path : path
        For messages.
    table : VectorTable
        As read from a file that may be hostile.
    limit : int, optional
        Take rows among that many first ones.
    dtype : {float16, float32, float64}, optional
        Convert the arrays of floats; by default leave them as they are.
    keep : collection of str, optional
        Take these words only.

    Returns
    -------
    VectorTable
        With views of the arrays where all rows are taken and no dtype is converted.

    Raises
    ------
    FormatError
        If an array does not have as many rows as there are words, or a value is not finite, as it
        is or in the dtype. For that all rows taken are read, a few at a time.
    """
    check_choice(np.float32 if dtype is None else dtype, limit)
    rows = _first_rows(path, table.words[:limit], keep)
    if 0 in table.vectors.shape:
        raise FormatError(f"{path}: a matrix of shape {table.vectors.shape} holds no vectors")

    def take(name: str) -> npt.NDArray[Any] | None:
        array: npt.NDArray[Any] | None = getattr(table, name)
        if array is None:
            return None
        if len(array) != len(table.words):
            own, needed = counted(len(array), "row"), counted(len(table.words), "word")
            raise FormatError(f"{path}: {name} has {own} for {needed}")
        array = array[:limit] if rows is None else array[rows]
        if name == "counts":
            if array.min(initial=0) < 0:
                raise FormatError(
                    f"{path}: counts holds {array.min()}, and no word occurs so often"
                )
            return array
        if dtype is not None and array.dtype != dtype:
            with np.errstate(over="ignore"):
                array = array.astype(dtype)
        row = row_not_finite(array)
        if row is not None:
            raise FormatError(
                f"{path}: {name} of {words[row]!r} holds a value that is not finite as "
                f"{array.dtype}"
            )
        return array

    words = table.words[:limit] if rows is None else [table.words[row] for row in rows]
    vectors = take("vectors")
    assert vectors is not None
    return VectorTable(words, vectors, **{name: take(name) for name in OPTIONAL_ARRAYS})


def _first_rows(
    path: str | os.PathLike[str], words: list[str], keep: Collection[str] | None
) -> list[int] | None:
    """List the rows to take, or None for all of them."""
    if keep is None and len(set(words)) == len(words):
        return None
    first = {word: row for row, word in reversed(list(enumerate(words)))}
    wanted = frozenset(first if keep is None else keep)
    repeated = sum(word in wanted for word in words) - len(wanted & first.keys())
    if repeated:
        warn_of_repeated(path, repeated)
    return sorted(row for word, row in first.items() if word in wanted)
