"""HTML: tags give way to spaces, character references to their characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

MOST_MARKUP = 1 << 16
"""Bytes of a tag, comment, script or style; what is longer is none."""

# Of one line: what is open at the end of a document is no markup.
_MARKUP = re.compile(
    rb"<(?:!--[^\n]{0,%(most)d}?-->"
    rb"|(?:script|style)\b[^\n]{0,%(most)d}?</(?:script|style)[^<>\n]{0,99}>"
    rb"|[a-z/!?][^<>\n]{0,%(most)d}>)" % {b"most": MOST_MARKUP},
    re.IGNORECASE,
)
_REFERENCE = re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LONGEST = 3 * MOST_MARKUP


def strip_markup(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a text with a space in place of each piece of markup, however it is cut."""
    text = b""
    for chunk in chunks:
        text += chunk
        if end := text.rfind(b"\n") + 1:
            yield _MARKUP.sub(b" ", text[:end])
            text = text[end:]
        if len(text) > 2 * _LONGEST:
            stripped, end = _strip_beginning(text, len(text) - _LONGEST)
            yield stripped
            text = text[end:]
    yield _MARKUP.sub(b" ", text)


def _strip_beginning(text: bytes, settled: int) -> tuple[bytes, int]:
    """Strip a part of a line up to a place, or to the end of markup that begins before.

    Returns
    -------
    stripped : bytes
    end : int
        Where the rest begins.
    """
    pieces: list[bytes] = []
    at = 0
    for markup in _MARKUP.finditer(text):
        if markup.start() >= settled:
            break
        pieces.append(text[at : markup.start()])
        at = markup.end()
    end = max(at, settled)
    return b" ".join([*pieces, text[at:end]]), end


def decode_references(text: bytes) -> bytes:
    """Return a text with characters in place of references such as `&amp;` and `&#39;`.

    White space of them ends no document, and names that HTML does not know stay.
    """
    return _REFERENCE.sub(_character, text) if b"&" in text else text


def _character(reference: re.Match[bytes]) -> bytes:
    return _decoded(reference[0])


@lru_cache(1 << 12)
def _decoded(reference: bytes) -> bytes:
    import html  # for this alone

    text = html.unescape(reference.decode("ascii"))
    return text.replace("\n", " ").replace("\r", " ").replace("\0", " ").encode()
