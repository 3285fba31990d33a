"""One file of NumPy's: `words`, `vectors` and what else a table has, for `numpy.load`."""

from __future__ import annotations

import os
import zlib
from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.errors import FormatError, OutputError
from glove_ada.formats.numpy_folder import NO_ARRAY, check_array
from glove_ada.formats.table import OPTIONAL_ARRAYS, VectorTable, check_finite, check_table
from glove_ada.formats.table_builder import select_rows
from glove_ada.formats.word_encoding import encode_words
from glove_ada.system.atomic_files import atomic_write

WORDS, VECTORS = "words", "vectors"
#: NumPy gives each string the room of the longest.
MOST_WORD_BYTES = 1 << 30


def write_npz(path: str | os.PathLike[str], table: VectorTable) -> None:
    """Write a table, all that it has and to the bit, as `numpy.savez` does.

    Parameters
    ----------
    path : path
        Replaced whole or not at all.
    table : VectorTable

    Raises
    ------
    OutputError
        If the file cannot be written, a value is not finite, or NumPy's strings cannot hold a word.
    """
    check_table(table)
    arrays: dict[str, Any] = {WORDS: _as_array(table.words)}
    for name in (VECTORS, *OPTIONAL_ARRAYS):
        array = getattr(table, name)
        if array is not None:
            check_finite(table.words, array)
            arrays[name] = array
    with atomic_write(path) as file:
        np.savez(file, **arrays)


def _as_array(words: list[str]) -> npt.NDArray[np.str_]:
    encode_words(words)  # refuses those that could not be read back from any other format
    longest = max(words, key=len)
    if len(words) * len(longest) * 4 > MOST_WORD_BYTES:
        raise OutputError(
            f"NumPy would give each word the room of {longest[:30]!r}..., which has "
            f"{len(longest):,} letters: write another format"
        )
    if any(word.endswith("\0") for word in words):
        raise OutputError("a word ends in a NUL, which NumPy would drop: write another format")
    return np.array(words)


def is_npz(path: str | os.PathLike[str]) -> bool:
    """Return whether a zip archive holds the arrays of a table."""
    import zipfile  # for this format alone

    try:
        with zipfile.ZipFile(path) as archive:
            return {f"{WORDS}.npy", f"{VECTORS}.npy"} <= set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def read_npz(
    path: str | os.PathLike[str],
    *,
    limit: int | None = None,
    dtype: npt.DTypeLike | None = None,
    keep: Collection[str] | None = None,
) -> VectorTable:
    """Read a table that `write_npz` wrote, or `numpy.savez(path, words=..., vectors=...)`.

    Parameters
    ----------
    path : path
    limit : int, optional
        Take that many rows at most.
    dtype : {float16, float32, float64}, optional
        Of the arrays of floats; by default theirs.
    keep : collection of str, optional
        Take these words only.

    Returns
    -------
    VectorTable

    Raises
    ------
    FormatError
        If the file is damaged, its arrays are not those of a table, or a value is not finite.
    """
    arrays = _read_arrays(path)
    words = arrays.pop(WORDS)
    if words.dtype.kind != "U" or words.ndim != 1 or len(words) == 0:
        raise FormatError(f"{path} has {WORDS} of shape {words.shape} and dtype {words.dtype}")
    for name, array in arrays.items():
        check_array(f"{name} of {path}", name, array)
    table = VectorTable(words.tolist(), **arrays)
    return select_rows(path, table, limit=limit, dtype=dtype, keep=keep)


def _read_arrays(path: str | os.PathLike[str]) -> dict[str, npt.NDArray[Any]]:
    import zipfile

    try:
        with np.load(path, allow_pickle=False) as archive:
            known = {WORDS, VECTORS, *OPTIONAL_ARRAYS}
            arrays = {name: archive[name] for name in archive.files if name in known}
            if not all(isinstance(array, np.ndarray) for array in arrays.values()):
                raise ValueError("a file without the header of an array")
            return arrays
    except (*NO_ARRAY, zipfile.BadZipFile, zlib.error, NotImplementedError, OSError) as error:
        raise FormatError(f"{path} cannot be read: it is damaged, or no .npz of arrays") from error
