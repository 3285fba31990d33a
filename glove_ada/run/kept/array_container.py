"""Files of our own that hold arrays: versioned, and nothing in them is believed unseen.

A file is its kind and version in a line of text, the size and CRC-32 of a description, the
description in JSON (the version of the arithmetic that the arrays come from, facts, and each
array's name, dtype and shape), the arrays' bytes, and the CRC-32 of all that comes before it.
"""

from __future__ import annotations

import json
import math
import os
import struct
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from glove_ada.errors import CorpusError, FormatError
from glove_ada.run.kept.shared_files import open_ranges
from glove_ada.system.atomic_files import atomic_write
from glove_ada.system.spilled_array import DiskArray, LongArray, bytes_of, pieces
from glove_ada.system.version import ARITHMETIC_VERSION

Arrays = dict[str, LongArray[Any]]

MAX_DESCRIPTION = 1 << 28
_DTYPES = ("<u4", "<i8", "<f4", "<f8", "|u1")
_SIZE_AND_CRC = struct.Struct("<QI")
_CRC = struct.Struct("<I")
_BUFFER = 1 << 17


class FileKind(NamedTuple):
    """What a file holds, and the newest version of it that this program knows.

    Attributes
    ----------
    name : str
        ASCII, without a space at its end.
    version : int
    """

    name: str
    version: int


class Description(NamedTuple):
    """What a file says of itself.

    Attributes
    ----------
    facts : dict
        Plain values.
    arrays : dict of str to (dtype, shape)
    start : int
        Where the arrays' bytes start.
    """

    facts: dict[str, Any]
    arrays: dict[str, tuple[np.dtype[Any], tuple[int, ...]]]
    start: int


def write_arrays(
    path: str | os.PathLike[str],
    kind: FileKind,
    facts: Mapping[str, Any],
    arrays: Mapping[str, LongArray[Any]],
    *,
    lasting: bool = True,
) -> None:
    """Write facts and arrays, whole or not at all.

    Parameters
    ----------
    path : path
    kind : FileKind
    facts : mapping
        Plain values, as JSON knows them.
    arrays : mapping of str to ndarray or DiskArray
        Of uint8, uint32, int64, float32 or float64.
    lasting : bool
        Wait until the file is on the disk, lest it be lost with the power.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    described = [[name, array.dtype.str, array.shape] for name, array in arrays.items()]
    description = json.dumps(
        {"arithmetic": ARITHMETIC_VERSION, "facts": facts, "arrays": described}
    ).encode("ascii")
    with atomic_write(path, lasting=lasting) as file:
        head = b"%b %d\n" % (kind.name.encode("ascii"), kind.version)
        head += _SIZE_AND_CRC.pack(len(description), zlib.crc32(description)) + description
        file.write(head)
        crc = zlib.crc32(head)
        for array in arrays.values():
            for piece in _pieces(array):
                file.write(piece)
                crc = zlib.crc32(piece, crc)
        file.write(_CRC.pack(crc))


def is_of_kind(path: str | os.PathLike[str], kind: FileKind) -> bool:
    """Return whether a file is of a kind, of whatever version, by its first line."""
    try:
        with _buffered(path) as file:
            return _split_first_line(file.readline(100))[0] == kind.name.encode("ascii")
    except (OSError, CorpusError):
        return False


def read_description(path: str | os.PathLike[str], kind: FileKind) -> Description:
    """Read what a file says of itself, checked against its size, without the arrays.

    Raises
    ------
    FormatError
        If the file cannot be read, is of another kind, a newer version or another arithmetic, or
        is damaged.
    """
    with _open(path) as file:
        return _read_head(file, kind)[0]


def read_arrays(
    path: str | os.PathLike[str],
    kind: FileKind,
    *,
    into: Mapping[str, npt.NDArray[Any]] | None = None,
    left: Collection[str] = (),
) -> tuple[dict[str, Any], Arrays]:
    """Read facts and arrays and compare them with their checksum.

    Parameters
    ----------
    path : path
    kind : FileKind
    into : mapping of str to ndarray, optional
        Arrays to be filled, in place of new ones. What they hold after an error is undefined.
    left : collection of str
        Arrays to be left where they are, in the file, which may be removed but not written to;
        they are flat then.

    Raises
    ------
    FormatError
        If the file cannot be read, is of another kind, a newer version or another arithmetic, is
        damaged, or an array has not the shape of the one to be filled.
    """
    with _open(path) as file:
        description, crc = _read_head(file, kind)
        arrays: Arrays = {}
        start = description.start
        for name, (dtype, shape) in description.arrays.items():
            array: LongArray[Any]
            if name in left:
                own_file = open(path, "rb", buffering=0)  # noqa: SIM115 (it stays open)
                array = DiskArray(own_file, dtype, start=start, size=math.prod(shape))
                file.seek(array.nbytes, os.SEEK_CUR)
            else:
                array = into[name] if into and name in into else np.empty(shape, dtype)
                if array.shape != shape or array.dtype != dtype:
                    raise FormatError(f"{os.fspath(path)} holds {name} of another shape: {shape}")
                _fill(array, file)
            for piece in _pieces(array):
                crc = zlib.crc32(piece, crc)
            arrays[name] = array
            start += math.prod(shape) * dtype.itemsize
        if file.read() != _CRC.pack(crc):
            raise _DamagedError
    return description.facts, arrays


def open_array(
    place: str | os.PathLike[str], kind: FileKind, name: str, *, keep: bool = False
) -> DiskArray[Any]:
    """Open one array where it is, unread: for files so long that few of their readers need all.

    Parameters
    ----------
    place : path or URL
    kind : FileKind
    name : str
        Of the array.
    keep : bool
        Keep on this machine's disk what is fetched of a file at a URL.

    Raises
    ------
    FormatError
        If the file cannot be read, is of another kind, a newer version or another arithmetic, or
        its size is not what it says, or there is no such array.
    """
    with _open(place) as file:
        description, _ = _read_head(file, kind)
        start = description.start
        for found, (dtype, shape) in description.arrays.items():
            size = math.prod(shape)
            if found == name:
                own_file: Any = open_ranges(os.fspath(place), keep=keep)
                return DiskArray(own_file, dtype, start=start, size=size)
            start += size * dtype.itemsize
        raise _DamagedError


class _DamagedError(Exception):
    """The file is not what was written."""


class _WrongKindError(Exception):
    """The file is of another kind, version or arithmetic; the message says which."""


@contextmanager
def _open(path: str | os.PathLike[str]) -> Iterator[BufferedReader]:
    """Open a file; what fails while it is read becomes a sentence that names it."""
    try:
        with _buffered(path) as file:
            yield file
    except OSError as error:
        raise FormatError(f"cannot read {os.fspath(path)}: {error.strerror or error}") from error
    except _DamagedError as error:
        raise FormatError(f"{os.fspath(path)} is damaged: it is not what was written") from error
    except _WrongKindError as error:
        raise FormatError(f"{os.fspath(path)} {error}") from error


def _buffered(path: str | os.PathLike[str]) -> BufferedReader:
    raw: Any = open_ranges(os.fspath(path))
    return BufferedReader(raw, _BUFFER)


def _read_head(file: BufferedReader, kind: FileKind) -> tuple[Description, int]:
    """Return the description and the CRC-32 of the bytes read."""
    name, version = _split_first_line(first_line := file.readline(100))
    if name != kind.name.encode("ascii") or not version.isdigit():
        raise _WrongKindError(f"is no {kind.name}")
    if int(version) > kind.version:
        raise _WrongKindError(
            f"is a {kind.name} of version {int(version)}, this program knows {kind.version}: "
            f"update glove_ada"
        )
    sizes = file.read(_SIZE_AND_CRC.size)
    if len(sizes) < _SIZE_AND_CRC.size:
        raise _DamagedError
    size, crc = _SIZE_AND_CRC.unpack(sizes)
    file_size = file.seek(0, os.SEEK_END)
    file.seek(len(first_line) + len(sizes))
    if size > min(MAX_DESCRIPTION, file_size):
        raise _DamagedError
    encoded = file.read(size)
    if zlib.crc32(encoded) != crc:
        raise _DamagedError
    description = _parse_description(encoded, file.tell())
    held = sum(math.prod(shape) * dtype.itemsize for dtype, shape in description.arrays.values())
    if description.start + held + _CRC.size != file_size:
        raise _DamagedError
    return description, zlib.crc32(first_line + sizes + encoded)


def _split_first_line(line: bytes) -> tuple[bytes, bytes]:
    """Return the name of the kind and the version."""
    name, _, version = line.rstrip(b"\n").rpartition(b" ")
    return name, version


def _parse_description(encoded: bytes, start: int) -> Description:
    try:
        parsed = json.loads(encoded)
        if parsed["arithmetic"] != ARITHMETIC_VERSION:
            raise _WrongKindError("was made by a version of glove_ada whose arithmetic differs")
        facts, arrays = parsed["facts"], {}
        for name, dtype, shape in parsed["arrays"]:
            if dtype not in _DTYPES or not all(type(n) is int and n >= 0 for n in shape):
                raise _DamagedError
            arrays[name] = (np.dtype(dtype), tuple(shape))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _DamagedError from error
    if not isinstance(facts, dict):
        raise _DamagedError
    return Description(facts, arrays, start)


def _fill(array: npt.NDArray[Any], file: BufferedReader) -> None:
    for piece in _pieces(array):
        if file.readinto(piece) != len(piece):
            raise _DamagedError


def _pieces(array: LongArray[Any]) -> Iterator[memoryview]:
    """Yield the bytes of a contiguous array, piece by piece; in memory, without a copy."""
    flat = array.reshape(-1) if isinstance(array, np.ndarray) else array
    for piece in pieces(flat):
        yield bytes_of(piece)
