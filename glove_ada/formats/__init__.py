"""File formats of word vectors: one module each, found from the content.

=================  ===========================================================  ===============
name               what                                                         module
=================  ===========================================================  ===============
`glove`            GloVe text, no header                                        `glove_text`
`word2vec`         word2vec text, a header first                                `word2vec`
`word2vec-binary`  word2vec binary                                              `word2vec`
`npz`              one file of NumPy arrays                                     `npz_file`
`numpy`            a folder of NumPy arrays, opened memory-mapped               `numpy_folder`
`safetensors`      a folder for model2vec and sentence-transformers             `safetensors_folder`
=================  ===========================================================  ===============

The first three may be gzipped. The files of the reference GloVe program, which only make sense
together, are in `reference_vectors` and `glove_ada.cooccurrence.reference_file`.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Collection

import numpy as np
import numpy.typing as npt

from glove_ada.errors import FormatError, OptionError
from glove_ada.formats.detection import (
    GLOVE,
    NPZ,
    NUMPY,
    SAFETENSORS,
    WORD2VEC,
    WORD2VEC_BINARY,
    choose_format,
    find_format,
)
from glove_ada.formats.glove_text import read_glove_text, write_glove_text
from glove_ada.formats.npz_file import read_npz, write_npz
from glove_ada.formats.numpy_folder import (
    check_numpy_folder,
    read_numpy_folder,
    write_numpy_folder,
)
from glove_ada.formats.row_store import RowStore
from glove_ada.formats.safetensors_folder import (
    check_safetensors_folder,
    read_safetensors_folder,
    write_safetensors_folder,
)
from glove_ada.formats.table import VectorTable
from glove_ada.formats.table_builder import check_choice
from glove_ada.formats.word2vec import (
    read_word2vec_binary,
    read_word2vec_text,
    write_word2vec_binary,
)
from glove_ada.system.atomic_files import check_writable
from glove_ada.system.sentences.kinds import Choice, Path, check

__all__ = ["FORMATS", "VectorTable", "check_vectors_writable", "read_vectors", "write_vectors"]

_READERS: dict[str, Callable[..., VectorTable]] = {
    GLOVE: read_glove_text,
    WORD2VEC: read_word2vec_text,
    WORD2VEC_BINARY: read_word2vec_binary,
    NPZ: read_npz,
    NUMPY: read_numpy_folder,
    SAFETENSORS: read_safetensors_folder,
}
_WRITERS: dict[str, Callable[..., None]] = {
    GLOVE: write_glove_text,
    WORD2VEC: functools.partial(write_glove_text, header=True),
    WORD2VEC_BINARY: write_word2vec_binary,
    NPZ: write_npz,
    NUMPY: write_numpy_folder,
    SAFETENSORS: write_safetensors_folder,
}
_BY_ROWS = (GLOVE, WORD2VEC, WORD2VEC_BINARY)
_TEXT = (GLOVE, WORD2VEC)  # which takes time, and threads
_CHECKS: dict[str, Callable[[str | os.PathLike[str]], None]] = {
    NUMPY: check_numpy_folder,
    SAFETENSORS: check_safetensors_folder,
}
#: The names of the formats.
FORMATS = tuple(_WRITERS)


def read_vectors(
    path: str | os.PathLike[str],
    *,
    limit: int | None = None,
    dtype: npt.DTypeLike | None = np.float32,
    keep: Collection[str] | None = None,
    store: RowStore | None = None,
) -> VectorTable:
    """Read vectors in any format, which the content tells.

    Parameters
    ----------
    path : path
        A file, gzipped or not, or a folder.
    limit : int, optional
        Read that many rows at most, the first ones.
    dtype : {float16, float32, float64} or None
        Of the vectors; None leaves those of a folder as they are.
    keep : collection of str, optional
        Take these words only, among the rows up to the limit.
    store : RowStore, optional
        Where the vectors go that are read row by row, of text and word2vec's files; by default into
        memory.

    Returns
    -------
    VectorTable
        A word that is repeated has its first vector; a warning counts the others.

    Raises
    ------
    FormatError
        If the path is not there, is in none of the formats, or not what its format says.
    OptionError
        If an argument makes no sense.
    """
    check("path", path, Path())
    if isinstance(keep, str | bytes) or not isinstance(keep, Collection | None):
        raise OptionError(f"keep is {keep!r}; it takes a set or a list of words")
    check_choice(np.float32 if dtype is None else dtype, limit)
    try:
        name = find_format(path)
        if dtype is None and name not in (NUMPY, NPZ, SAFETENSORS):
            dtype = np.float32
        if name in _BY_ROWS:
            return _READERS[name](path, limit=limit, dtype=dtype, keep=keep, store=store)
        return _READERS[name](path, limit=limit, dtype=dtype, keep=keep)
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror or error}") from error


def check_vectors_writable(path: str | os.PathLike[str], format: str | None = None) -> None:
    """Find out before long work whether `write_vectors` can write to a path.

    Parameters
    ----------
    path, format
        As of `write_vectors`.

    Raises
    ------
    OptionError
        If the suffix says nothing.
    OutputError
        If the path cannot be written.
    """
    name = choose_format(path) if format is None else format
    _CHECKS.get(name, check_writable)(path)


def write_vectors(
    path: str | os.PathLike[str],
    table: VectorTable,
    format: str | None = None,
    *,
    threads: int | None = None,
    progress: Callable[[int], object] = lambda rows: None,
) -> None:
    """Write vectors in the format that is named, or else in the one of the path's suffix.

    Parameters
    ----------
    path : path
        Replaced whole or not at all. `.txt` is GloVe text, `.vec` word2vec text, `.bin` word2vec
        binary, each gzipped when `.gz` follows; `.npz` is one file of NumPy arrays, no suffix or a
        slash at the end a folder of them.
    table : VectorTable
    format : str, optional
        One of `FORMATS`.
    threads : int, optional
        By default one for each usable CPU; what is written is the same for any number.
    progress : callable
        Is given numbers of rows that add up to all.

    Raises
    ------
    OptionError
        If there is no such format, or the suffix says nothing.
    OutputError
        If the path cannot be written, or the format cannot hold the table.
    """
    check("path", path, Path())
    name = choose_format(path) if format is None else format
    if not Choice(FORMATS).accepts(name):
        raise OptionError(f"there is no format {name!r}: choose one of {', '.join(FORMATS)}")
    if name in _TEXT:
        _WRITERS[name](path, table, threads=threads, progress=progress)
    else:
        _WRITERS[name](path, table)
        progress(len(table.words))
