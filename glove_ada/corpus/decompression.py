"""Text packed with gzip, bzip2, xz or Zstandard, told by its content and read to the last byte.

UTF-16 and UTF-32 become UTF-8, a mark of the byte order is left out, and what is plainly no text
is refused.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from typing import IO, cast

from glove_ada.corpus.content.file_kinds import BEGINNING, ZIP, foreign_kind, what_to_do
from glove_ada.corpus.content.wide_text import as_utf8, wide_encoding
from glove_ada.corpus.content.zstandard import unzstd
from glove_ada.corpus.large.remote_files import is_url, open_url
from glove_ada.errors import CorpusError

PACKED_NAMES = (".gz", ".bz2", ".xz", ".zst")
_PACKED_BEGINNING = 10  # bytes that tell what a file is packed with
_ERRORS = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)
_Unpack = Callable[[IO[bytes], int], Iterator[bytes]]


def is_packed(path: str) -> bool:
    """Return whether a file can only be read from its beginning: an archive, or UTF-16 or UTF-32.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with open_url(path) if is_url(path) else open(path, "rb") as file:
        start = file.read(BEGINNING)
    packed = any(re.match(magic, start) for magic, _ in _PACKERS) or start.startswith(ZIP)
    return packed or wide_encoding(start) is not None


def read_plain_chunks(path: str, raw: IO[bytes], size: int) -> Iterator[bytes]:
    """Yield text from the midst of a plain file in chunks of at most `size` bytes.

    Raises
    ------
    CorpusError
        If the file cannot be read or holds NUL bytes.
    """
    try:
        for chunk in _plain(raw, size):
            if b"\0" in chunk:
                raise _no_text(path)
            yield chunk
    except OSError as error:
        raise CorpusError(f"cannot read {path}: {error.strerror or error}") from error


def read_chunks(path: str, raw: IO[bytes], size: int) -> Iterator[bytes]:
    """Yield the text of a file, packed or not, in chunks of about `size` bytes.

    A byte order mark at its start is left out.

    Raises
    ------
    CorpusError
        If the file cannot be read, is an archive that is damaged or cut off, or is no text.
    """
    try:
        # From a pipe, peek() would give what its writer has sent by now.
        start = raw.read(_PACKED_BEGINNING)
        unpack = next((unpack for magic, unpack in _PACKERS if re.match(magic, start)), _plain)
        if unpack is _plain and path.endswith(PACKED_NAMES) and b"\0" in start:
            raise CorpusError(
                f"{path} is neither text nor the kind of archive that its name says; fetch or pack "
                f"it again"
            )
        stream = cast("IO[bytes]", _Rejoined(start, raw))
        for chunk in _text(path, unpack(stream, size)):
            if b"\0" in chunk:
                raise _no_text(path)
            yield chunk
    except (*_ERRORS, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise CorpusError(f"cannot read {path}: {error.strerror}") from error
        # bz2's are bare OSErrors
        raise CorpusError(
            f"{path} is a damaged or truncated archive ({error}); fetch or pack it again"
        ) from error


def _no_text(path: str) -> CorpusError:
    return CorpusError(f"{path} holds NUL bytes, as files that are no text do; save it as UTF-8")


def _text(path: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what was unpacked as UTF-8 without a byte order mark, which would be in a word."""
    start = b""
    for chunk in chunks:
        start += chunk
        if len(start) >= BEGINNING:
            break
    if kind := foreign_kind(start):
        raise CorpusError(f"{path} is {kind} and no text; {what_to_do(kind)}")
    chunks = chain((start,), chunks)
    if encoding := wide_encoding(start[:BEGINNING]):
        chunks = as_utf8(path, chunks, encoding)
    # Whatever the encoding: it is the same character in all, and the first.
    first = next(filter(None, chunks), b"").removeprefix(codecs.BOM_UTF8)
    return chain((first,) if first else (), chunks)


class _Rejoined:
    """A stream from which some bytes were read already."""

    def __init__(self, start: bytes, stream: IO[bytes]) -> None:
        self._start, self._stream = start, stream

    def read(self, size: int) -> bytes:
        start, self._start = self._start[:size], self._start[size:]
        return start + self._stream.read(size - len(start))


def _plain(raw: IO[bytes], size: int) -> Iterator[bytes]:
    while chunk := raw.read(size):
        yield chunk


def _gunzip(raw: IO[bytes], size: int) -> Iterator[bytes]:
    yield from _plain(cast("IO[bytes]", gzip.GzipFile(fileobj=raw)), size)


def _bunzip2(raw: IO[bytes], size: int) -> Iterator[bytes]:
    return _streams(raw, size, bz2.BZ2Decompressor)


def _unxz(raw: IO[bytes], size: int) -> Iterator[bytes]:
    return _streams(raw, size, lzma.LZMADecompressor)


def _streams(
    raw: IO[bytes],
    size: int,
    new: Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor],
) -> Iterator[bytes]:
    """Unpack one stream after the other, to the end of the file.

    Python's own files take what is no stream behind a stream for the end, without a word: of an
    archive of many streams, as pbzip2 and Wikipedia make them, a damaged one would cut off the
    rest.
    """
    data = raw.read(size)
    while data:
        decompressor = new()
        while not decompressor.eof:
            if decompressor.needs_input and not data:
                data = raw.read(size)
                if not data:
                    raise EOFError("it ends within a stream")
            if chunk := decompressor.decompress(data, size):
                yield chunk
            data = b""
        data = decompressor.unused_data
        # Zeros may stand between streams and behind the last.
        while not (data := data.lstrip(b"\0")) and (more := raw.read(size)):
            data = more


# What packed files begin with; text may well begin with bzip2's first three letters alone.
_PACKERS: list[tuple[bytes, _Unpack]] = [
    (rb"\x1f\x8b", _gunzip),
    (rb"BZh[1-9](1AY&SY|\x17rE8P\x90)", _bunzip2),
    (rb"\xfd7zXZ\x00", _unxz),
    (rb"\x28\xb5\x2f\xfd", unzstd),
]
