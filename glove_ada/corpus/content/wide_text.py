"""Text in UTF-16 and UTF-32, known by its byte order mark or by where its zeros are."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator

import numpy as np

from glove_ada.errors import CorpusError

# Those of UTF-32 first: one of them begins as one of UTF-16.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# Where bytes of Western text are zeros, in each four.
_ZEROS = {
    "utf-32-le": (False, True, True, True),
    "utf-32-be": (True, True, True, False),
    "utf-16-le": (False, True, False, True),
    "utf-16-be": (True, False, True, False),
}
_MOSTLY = 0.5  # of the places that may be zeros; letters of other scripts have none
LEAST_BYTES = 8


def wide_encoding(beginning: bytes) -> str | None:
    """Return the name of the wide encoding of a text that begins so; None for any other."""
    for mark, encoding in _MARKS.items():
        if beginning.startswith(mark) and (b"\0" in beginning or _makes_sense(beginning, encoding)):
            return encoding
    if len(beginning) < LEAST_BYTES or b"\0" not in beginning:
        return None
    whole = len(beginning) // 4 * 4
    zeros = (np.frombuffer(beginning, np.uint8, whole).reshape(-1, 4) == 0).mean(axis=0)
    for encoding, expected in _ZEROS.items():
        if all(
            share > _MOSTLY if zero else share == 0
            for share, zero in zip(zeros, expected, strict=True)
        ):
            return encoding
    return None


def _makes_sense(beginning: bytes, encoding: str) -> bool:
    """Return whether a beginning without zeros is text: two odd bytes make no mark."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        return all(unicodedata.category(char) != "Cn" for char in decoder.decode(beginning))
    except UnicodeDecodeError:
        return False


def as_utf8(path: str, chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Yield a text in another encoding as UTF-8; a byte order mark is carried over.

    Raises
    ------
    CorpusError
        If the text is not in this encoding.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeDecodeError as error:
        name = encoding[:6].upper()
        raise CorpusError(
            f"{path} looks like {name} and is not: {error.reason}; save it as UTF-8"
        ) from error
