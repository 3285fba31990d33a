"""Text packed with gzip, bzip2 or xz, told by its content and read to the last byte."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from typing import IO, cast

from glove_ada.errors import CorpusError

_NAMES = (".gz", ".bz2", ".xz")
_ERRORS = (EOFError, zlib.error, lzma.LZMAError)
_Unpack = Callable[[IO[bytes], int], Iterator[bytes]]


def read_chunks(path: str, raw: IO[bytes], size: int) -> Iterator[bytes]:
    """Yield the text of a file, packed or not, in chunks of at most `size` bytes.

    Raises
    ------
    CorpusError
        If the file cannot be read, or is an archive that is damaged or cut off.
    """
    try:
        start = cast(io.BufferedReader, raw).peek(10)
        unpack = next((unpack for magic, unpack in _PACKERS if re.match(magic, start)), _plain)
        if unpack is _plain and path.endswith(_NAMES) and b"\0" in start:
            raise CorpusError(
                f"{path} is neither text nor the archive that its name tells of; fetch or pack it "
                f"again"
            )
        yield from unpack(raw, size)
    except (*_ERRORS, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise CorpusError(f"cannot read {path}: {error.strerror}") from error
        # bz2's are bare OSErrors
        raise CorpusError(
            f"{path} is a damaged or truncated archive ({error}); fetch or pack it again"
        ) from error


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
]
