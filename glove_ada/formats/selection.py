"""Choosing rows of a table whose arrays are at hand, as readers of whole files do."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.errors import FormatError
from glove_ada.formats.builder import check_choice, warn_of_repeated
from glove_ada.formats.table import OPTIONAL_ARRAYS, VectorTable


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
        If an array does not have as many rows as there are words, or a value does not fit the
        dtype.
    """
    check_choice(np.float32 if dtype is None else dtype, limit)
    rows = _first_rows(path, table.words[:limit], keep)

    def take(name: str) -> npt.NDArray[Any] | None:
        array: npt.NDArray[Any] | None = getattr(table, name)
        if array is None:
            return None
        if len(array) != len(table.words):
            raise FormatError(f"{path}: {name} has {len(array)} rows for {len(table.words)} words")
        array = array[:limit] if rows is None else array[rows]
        if dtype is None or name == "counts" or array.dtype == dtype:
            return array
        with np.errstate(over="ignore"):
            array = array.astype(dtype)
        if not np.isfinite(array).all():
            raise FormatError(f"{path}: {name} has a value that is not finite as {np.dtype(dtype)}")
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
