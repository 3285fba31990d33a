"""Files gzipped or not: opened so that what is wrong with them becomes one sentence."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from glove_ada.errors import FormatError

#: No row of a file of vectors is longer (16 MiB are two million dimensions); what claims to be is
#: refused, so that memory does not depend on what a file claims.
LONGEST_ROW = 1 << 24

_BUFFER = 1 << 20
_GZIP_MAGIC = b"\x1f\x8b\x08"


def display(data: bytes) -> str:
    """Show the beginning of some bytes in a message."""
    text = data[:40].decode("utf-8", "backslashreplace")
    return repr(text) + ("..." if len(data) > 40 else "")


@contextmanager
def open_stream(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file's bytes, unpacked where its content is gzip.

    Parameters
    ----------
    path : path
        A regular file.

    Yields
    ------
    binary file object
        Buffered; seeking back in what is gzipped unpacks it anew.

    Raises
    ------
    FormatError
        If there is no such file, it cannot be read or is empty, or its gzip is damaged; also from
        within the block.
    """
    try:
        if Path(path).exists() and not Path(path).is_file():
            raise FormatError(f"{path} is not a regular file")
        with io.BufferedReader(io.FileIO(path), _BUFFER) as file:
            beginning = file.peek(len(_GZIP_MAGIC))[: len(_GZIP_MAGIC)]
            if not beginning:
                raise FormatError(f"{path} is empty")
            if beginning != _GZIP_MAGIC:
                yield file
                return
            with io.BufferedReader(
                cast(io.RawIOBase, gzip.GzipFile(fileobj=file)), _BUFFER
            ) as unpacked:
                yield unpacked
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise FormatError(
            f"{path} is damaged: its gzip ends early or is wrong ({error})"
        ) from error
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror or error}") from error


def unpacked_size(path: str | os.PathLike[str]) -> int:
    """Guess, rather too high, how many bytes `open_stream` will give.

    Parameters
    ----------
    path : path

    Returns
    -------
    int
        Exact where the file is not gzipped; decimal numbers shrink to a bit less than half.
    """
    with open(path, "rb") as file:
        packed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    return os.path.getsize(path) * (3 if packed else 1)


def read_line(stream: BinaryIO, path: str | os.PathLike[str]) -> bytes:
    """Read one line without its newline.

    Parameters
    ----------
    stream : binary file object
    path : path
        For the message.

    Returns
    -------
    bytes

    Raises
    ------
    FormatError
        If the line is longer than `LONGEST_ROW`.
    """
    line = stream.readline(LONGEST_ROW)
    if len(line) == LONGEST_ROW and not line.endswith(b"\n"):
        raise FormatError(
            f"{path} holds a line of over {LONGEST_ROW >> 20} MiB: no text of vectors"
        )
    return line.removesuffix(b"\n")


def gzip_member(data: memoryview | bytes) -> bytes:
    """Compress one block by itself: gzip files may be joined, so that threads can share the work.

    Parameters
    ----------
    data : bytes-like

    Returns
    -------
    bytes
        The same for the same data, whenever it is made.
    """
    return gzip.compress(data, compresslevel=6, mtime=0)
