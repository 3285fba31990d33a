"""Text packed with Zstandard: Python's own module from 3.14 on, or the package `zstandard`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import IO, Any

from glove_ada.errors import CorpusError

_PACKED_BYTES = 1 << 16  # at once: they may become a thousand times as many


def unzstd(raw: IO[bytes], size: int) -> Iterator[bytes]:
    """Unpack one frame after the other, to the end of the file.

    Raises
    ------
    CorpusError
        If nothing is there to unpack it with.
    EOFError
        If the file ends within a frame.
    OSError
        Without a number, if it is damaged.
    """
    new, damaged = _find_library()
    data = raw.read(_PACKED_BYTES)
    try:
        while data:
            decompressor = new()
            while not decompressor.eof:
                if not data and not (data := raw.read(_PACKED_BYTES)):
                    raise EOFError("it ends within a frame")
                unpacked = decompressor.decompress(data)
                data = decompressor.unused_data if decompressor.eof else b""
                for at in range(0, len(unpacked), size):
                    yield unpacked[at : at + size]
            data = data or raw.read(_PACKED_BYTES)
    except damaged as error:
        raise OSError(str(error)) from error


def _find_library() -> tuple[Any, type[Exception]]:
    """Return what makes a decompressor, and the exception that tells of damage."""
    try:
        library = import_module("compression.zstd")
    except ImportError:
        pass
    else:
        return library.ZstdDecompressor, library.ZstdError
    try:
        package = import_module("zstandard")
    except ImportError:
        raise CorpusError(
            "a .zst file needs Python 3.14 or later, or the package zstandard: "
            "pip install 'glove-ada[zstd]'"
        ) from None
    return lambda: package.ZstdDecompressor().decompressobj(), package.ZstdError
