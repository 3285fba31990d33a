"""What a document is in a file: a line, what stands between blank lines, or the whole file.

Behind this every document is one line, whatever it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

DOCUMENTS = ("line", "blank-line", "file")

_BLANK_LINES = re.compile(rb"\n[ \t\r]*\n[ \t\r\n]*")
_WHITE = b" \t\r\n"


def as_lines(chunks: Iterator[bytes], document: str) -> Iterator[bytes]:
    """Yield a text with one document a line.

    Parameters
    ----------
    chunks : iterator of bytes
        A file's text, in pieces of any length.
    document : {"line", "blank-line", "file"}
        What ends a document besides the end of the file.
    """
    if document == "line":
        return chunks
    if document == "file":
        return (chunk.replace(b"\n", b" ") for chunk in chunks)
    return _paragraphs(chunks)


def _paragraphs(chunks: Iterator[bytes]) -> Iterator[bytes]:
    white = b""  # at the end, whose last line may be blank or not
    for chunk in chunks:
        text = white + chunk
        end = len(text.rstrip(_WHITE))
        white = text[end:]
        if end:
            yield b"\n".join(
                paragraph.replace(b"\n", b" ") for paragraph in _BLANK_LINES.split(text[:end])
            )
