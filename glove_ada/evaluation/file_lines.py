"""The lines of evaluation sets and lists of words.

They come with CRLF, byte order marks and blank lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike, fspath
from pathlib import Path

from glove_ada.errors import FormatError
from glove_ada.system.gzip_files import no_utf8


def numbered_lines(path: str | PathLike[str]) -> Iterator[tuple[int, str]]:
    """Read the lines of a text file that are not blank, with their numbers from 1.

    Words are decoded as those of vectors are, so that bytes that are not UTF-8 compare equal.

    Raises
    ------
    FormatError
        If the file cannot be read or is no text.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise FormatError(f"{fspath(path)} cannot be read: {reason}") from error
    if b"\0" in content:
        raise no_utf8(path)
    text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="surrogateescape")
    # Not splitlines(): words may hold U+0085 or U+2028.
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if line.strip(" \t"):
            yield number, line.strip(" \t")
