"""Files gzipped or not: opened so that what is wrong with them becomes one sentence."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from glove_ada.errors import FormatError

#: No row of a file of vectors is longer (16 MiB are two million dimensions); what claims to be is
#: refused, so that memory does not depend on what a file claims.
LONGEST_ROW = 1 << 24

#: What a gzip of vectors may unpack to, in bytes and times its size, so that time does not depend
#: on what a few megabytes of it claim.
MOST_UNPACKED, MOST_TIMES = 1 << 26, 20

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
        If there is no such file, it cannot be read or is empty, or its gzip is damaged or unpacks
        to far more than vectors do; also from within the block.
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
            with io.BufferedReader(_Unpacked(file, path), _BUFFER) as unpacked:
                yield unpacked
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise FormatError(
            f"{path} is damaged: its gzip ends early or is wrong ({error})"
        ) from error
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror or error}") from error


def skip_mark(stream: BinaryIO) -> None:
    """Leave out the byte order mark of UTF-8, which would stay in the first word.

    Parameters
    ----------
    stream : binary file object
        At its beginning.
    """
    if stream.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
        stream.seek(0)


def no_utf8(path: str | os.PathLike[str]) -> FormatError:
    """Say what is wrong with a file whose text holds NUL bytes where none can be."""
    return FormatError(
        f"{path} holds NUL bytes, as UTF-16 and what is no text do: save it as UTF-8"
    )


class _Unpacked(io.RawIOBase):
    """What is gzipped, unless it is too much."""

    def __init__(self, file: BinaryIO, path: str | os.PathLike[str]) -> None:
        self._stream, self._path = gzip.GzipFile(fileobj=file), path
        self._most = most_unpacked(path)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        return self._stream.seek(place, whence)

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        if self._stream.tell() > self._most:
            raise FormatError(
                f"{self._path} unpacks to over {MOST_TIMES} times its size, which vectors hardly "
                f"do: unpack it first if you know what it is"
            )
        buffer[: len(data)] = data
        return len(data)


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
    return os.path.getsize(path) * (3 if is_packed(path) else 1)


def most_unpacked(path: str | os.PathLike[str]) -> int:
    """Return how many bytes of a gzip `open_stream` gives at the most.

    Parameters
    ----------
    path : path

    Returns
    -------
    int
    """
    return MOST_UNPACKED + MOST_TIMES * os.path.getsize(path)


def is_packed(path: str | os.PathLike[str]) -> bool:
    """Return whether a file's content is gzip."""
    with open(path, "rb") as file:
        return file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC


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
