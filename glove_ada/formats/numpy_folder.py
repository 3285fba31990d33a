"""glove_ada's own format: a folder of NumPy arrays and a list of words, opened memory-mapped.

`words.txt` holds the words one a line; `vectors.npy` and, where the table has them, `counts.npy`,
`word_vectors.npy` and so on are NumPy's files; `table.json` names the format's version and each
file's size and CRC-32.
"""

from __future__ import annotations

import json
import os
import tokenize
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from glove_ada.errors import FormatError
from glove_ada.formats.table import OPTIONAL_ARRAYS, VectorTable, check_finite, check_table
from glove_ada.formats.table_builder import select_rows
from glove_ada.formats.word_encoding import decode_words, encode_words
from glove_ada.system.atomic_files import atomic_write_folder, check_folder_writable

MARKER = "table.json"
WORDS = "words.txt"
FORMAT = "glove_ada vectors"
VERSION = 1
_PIECE = 1 << 20
#: What NumPy raises for headers that were made by hand.
NO_ARRAY = (
    EOFError,
    MemoryError,
    OverflowError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
    tokenize.TokenError,
)


def write_numpy_folder(path: str | os.PathLike[str], table: VectorTable) -> None:
    """Write a table, all that it has and to the bit.

    Parameters
    ----------
    path : path
        A folder, made or replaced whole; one that holds anything that was not written so, or has
        been changed since, is left alone.
    table : VectorTable

    Raises
    ------
    OutputError
        If the folder cannot be written, a value is not finite, or a word holds a newline.
    """
    check_table(table)
    encoded = encode_words(table.words)
    with atomic_write_folder(path, _find_foreign) as folder:
        (folder / WORDS).write_bytes(encoded)
        for name in ("vectors", *OPTIONAL_ARRAYS):
            array = getattr(table, name)
            if array is not None:
                check_finite(table.words, array)
                np.save(folder / f"{name}.npy", array, allow_pickle=False)
        description = {"format": FORMAT, "version": VERSION, "files": describe_files(folder)}
        (folder / MARKER).write_text(json.dumps(description, indent=2) + "\n", encoding="ascii")


def check_numpy_folder(path: str | os.PathLike[str]) -> None:
    """Find out before long work whether `write_numpy_folder` can write to a path.

    Raises
    ------
    OutputError
        If it cannot.
    """
    check_folder_writable(path, _find_foreign)


def read_numpy_folder(
    path: str | os.PathLike[str],
    *,
    limit: int | None = None,
    dtype: npt.DTypeLike | None = None,
    keep: Collection[str] | None = None,
) -> VectorTable:
    """Open a table; arrays stay on the disk until they are used.

    What is taken of them is read once, to find values that are not finite. Their checksums, for
    which all would have to be read, are not looked at: see `verify_numpy_folder`.

    Parameters
    ----------
    path : path
        A folder that `write_numpy_folder` wrote.
    limit : int, optional
        Take that many rows at most; they stay memory-mapped.
    dtype : {float16, float32, float64}, optional
        Of the arrays of floats; another than theirs makes a copy in memory. By default theirs.
    keep : collection of str, optional
        Take these words only; makes a copy in memory.

    Returns
    -------
    VectorTable

    Raises
    ------
    FormatError
        If the folder is of a newer version, lacks a file, its files do not fit together, or a value
        is not finite.
    """
    folder = Path(path)
    files = _described_files(folder)
    for name, about in files.items():
        size = os.path.getsize(folder / name) if (folder / name).is_file() else None
        if size != about.size:
            found = "is missing" if size is None else f"has {size} bytes, not {about.size}"
            raise FormatError(f"{folder / name} {found}: the folder is damaged")
    vectors = _open_array(folder, "vectors")
    data = (folder / WORDS).read_bytes()
    if zlib.crc32(data) != files[WORDS].crc32 or not data.endswith(b"\n"):
        raise FormatError(f"{folder / WORDS} is not what was written: the folder is damaged")
    table = VectorTable(decode_words(data), vectors)
    for name in OPTIONAL_ARRAYS:
        if f"{name}.npy" in files:
            setattr(table, name, _open_array(folder, name))
    return select_rows(path, table, limit=limit, dtype=dtype, keep=keep)


def verify_numpy_folder(path: str | os.PathLike[str]) -> None:
    """Read every file of a table and compare it with its checksum.

    Parameters
    ----------
    path : path
        A folder that `write_numpy_folder` wrote.

    Raises
    ------
    FormatError
        If a file is not what was written.
    """
    for name, about in _described_files(Path(path)).items():
        file = Path(path) / name
        if not _is_as_described(file, about):
            raise FormatError(f"{file} is not what was written: the folder is damaged")


class FileDescription(NamedTuple):
    """A file's size in bytes and the CRC-32 of its content."""

    size: int
    crc32: int


def describe_files(folder: Path) -> dict[str, dict[str, int]]:
    """Describe each file of a folder, as JSON takes it."""
    described = {}
    for file in sorted(folder.iterdir()):
        size, crc32 = _describe(file)
        described[file.name] = {"bytes": size, "crc32": crc32}
    return described


def parse_descriptions(described: dict[str, Any]) -> dict[str, FileDescription]:
    """Read what `describe_files` returned.

    Raises
    ------
    AttributeError, KeyError, OverflowError, TypeError, ValueError
        If it is something else.
    """
    return {
        name: FileDescription(int(about["bytes"]), int(about["crc32"]))
        for name, about in described.items()
    }


def find_other_file(folder: Path, marker: str, files: dict[str, FileDescription]) -> str | None:
    """Name what is in a folder besides the marker and is not as described; None without such."""
    for entry in sorted(os.listdir(folder)):
        if entry != marker:
            about = files.get(entry)
            if about is None or not _is_as_described(folder / entry, about):
                return entry
    return None


def _find_foreign(folder: Path) -> str | None:
    """Name something in a folder that was not written as a part of a table."""
    try:
        files = _described_files(folder)
    except FormatError:
        others = (entry for entry in sorted(os.listdir(folder)) if entry != MARKER)
        return next(others, MARKER)
    return find_other_file(folder, MARKER, files)


def _describe(file: Path) -> FileDescription:
    crc32 = 0
    with open(file, "rb") as stream:
        while piece := stream.read(_PIECE):
            crc32 = zlib.crc32(piece, crc32)
    return FileDescription(os.path.getsize(file), crc32)


def _is_as_described(file: Path, about: FileDescription) -> bool:
    return file.is_file() and os.path.getsize(file) == about.size and _describe(file) == about


def _described_files(folder: Path) -> dict[str, FileDescription]:
    """Read what table.json says of the other files; nothing in it is believed unseen."""
    if not (folder / MARKER).is_file():
        raise FormatError(f"{folder / MARKER} is not a regular file")
    try:
        with open(folder / MARKER, "rb") as file:
            description = json.loads(file.read(_PIECE))
        if description["format"] != FORMAT:
            raise ValueError("another format")
        version = int(description["version"])
        files = parse_descriptions(description["files"])
    except OSError as error:
        raise FormatError(f"{folder / MARKER} cannot be read: {error.strerror}") from error
    except (
        AttributeError,
        KeyError,
        OverflowError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise FormatError(f"{folder / MARKER} does not describe a table of vectors") from error
    if version > VERSION:
        raise FormatError(
            f"{folder} is of version {version} of the format, this program knows {VERSION}: "
            "update glove_ada"
        )
    required = {WORDS, "vectors.npy"}
    if not required <= files.keys() <= required | {f"{name}.npy" for name in OPTIONAL_ARRAYS}:
        raise FormatError(f"{folder / MARKER} does not list the files of a table of vectors")
    return files


def _open_array(folder: Path, name: str) -> npt.NDArray[Any]:
    file = folder / f"{name}.npy"
    try:
        array = np.load(file, mmap_mode="r", allow_pickle=False)
    except (*NO_ARRAY, OSError) as error:
        raise FormatError(f"{file} is no array that can be mapped") from error
    check_array(file, name, array)
    return np.asarray(array)


def check_array(file: object, name: str, array: npt.NDArray[Any]) -> None:
    """Refuse an array that is not of the kind that a table has under a name.

    Raises
    ------
    FormatError
        It names the file.
    """
    dimensions, kind = (1, "i") if name == "counts" else (2 - name.endswith("biases"), "f")
    known = array.dtype.kind == kind and array.dtype.itemsize <= 8
    if array.ndim != dimensions or not known:
        raise FormatError(f"{file} has shape {array.shape} and dtype {array.dtype}")
