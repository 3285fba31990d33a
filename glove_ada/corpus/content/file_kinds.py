"""Kinds of files that hold no plain text, known by how they begin."""

from __future__ import annotations

import re
from typing import IO

BEGINNING = 1 << 12
"""Bytes that tell what a file is."""

ZIP = b"PK\x03\x04"

_WITHOUT_ZEROS: list[tuple[bytes, str]] = [
    (rb"%PDF-", "a PDF"),
    (rb"%!PS", "PostScript"),
    (rb"\{\\rtf", "rich text (RTF)"),
]
# Text may begin with the letters of some of these, but holds no NUL.
_WITH_ZEROS: list[tuple[bytes, str]] = [
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word, Excel or PowerPoint file"),
    (rb"\x7fELF", "a program (ELF)"),
    (rb"MZ.{6}\x00", "a program (Windows)"),
    (rb"[\xfe\xce\xcf]\xfa\xed[\xfe\xce\xcf]|\xca\xfe\xba\xbe", "a program"),
    (rb"\x89PNG\r\n", "an image (PNG)"),
    (rb"\xff\xd8\xff", "an image (JPEG)"),
    (rb"GIF8[79]a", "an image (GIF)"),
    (rb"II\*\x00|MM\x00\*", "an image (TIFF)"),
    (rb"BM.{4}\x00\x00\x00\x00", "an image (BMP)"),
    (rb"\x00\x00\x01\x00", "an image (icon)"),
    (rb"RIFF.{4}WEBP", "an image (WebP)"),
    (rb"RIFF.{4}(WAVE|AVI )|ID3|OggS|fLaC|.{4}ftyp|\x1aE\xdf\xa3", "sound or video"),
    (ZIP, "a zip archive"),
    (rb"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (rb"Rar!\x1a\x07", "a RAR archive"),
    (rb".{257}ustar", "a tar archive"),
    (rb"SQLite format 3\x00", "a database (SQLite)"),
    (rb"\x89HDF\r\n", "HDF5"),
    (rb"\x93NUMPY", "a NumPy array"),
    (rb"ARROW1\x00\x00", "an Arrow file"),
    (rb"PAR1", "a Parquet table"),
    (rb"\x80[\x02-\x05][\x95}\]c(].*[.\x00]", "a Python pickle"),
    (rb"\x00asm", "a program (WebAssembly)"),
    (rb"wOF[F2]|\x00\x01\x00\x00\x00|OTTO", "a font"),
]
_DOCUMENTS = ["a PDF", "PostScript", "rich text", "an old", "a Word", "an Excel", "a PowerPoint"]
_DOCUMENTS += ["an EPUB", "an OpenDocument"]


def foreign_kind(beginning: bytes) -> str | None:
    """Return what a file is that begins so, if it is known to be no text: "a PDF"."""
    for pattern, kind in _WITHOUT_ZEROS + (_WITH_ZEROS if b"\0" in beginning else []):
        if re.match(pattern, beginning, re.DOTALL):
            return kind
    return None


def what_to_do(kind: str) -> str:
    """Return what a user may do about a file of some kind."""
    if "archive" in kind:
        return "unpack it"
    if "table" in kind or "Arrow" in kind:
        return "name its column of text with --text-column"
    if any(kind.startswith(document) for document in _DOCUMENTS):
        return "save its text as a file of plain text (UTF-8)"
    return "name files of text"


def read_beginning(file: IO[bytes]) -> bytes:
    """Return the first bytes of a file, as many as tell what it is."""
    return file.read(BEGINNING)
