"""Parts of a corpus: which documents of which files are the third twentieth of it, say.

All files stand behind one another, as they lie on the disk, and part i of n owns the bytes from
(i - 1) / n to i / n of them all. A document of plain text belongs to the part in which its first
byte lies; a packed file, which can only be read from its beginning, or one whose documents are no
lines, belongs whole to the part in which its own first byte lies. So the parts of any mix of files
have no document in common, and one behind the other they are the whole text, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import IO, NamedTuple

from glove_ada.corpus.decompression import is_packed
from glove_ada.errors import OptionError

MOST_PARTS = 1_000_000
_SKIPPED = 1 << 20


class Part(NamedTuple):
    """One part of a corpus that is cut into some.

    Attributes
    ----------
    number : int
        From 1 on.
    of : int
        How many there are.
    """

    number: int
    of: int

    def __str__(self) -> str:
        """Return it as it is written on the command line."""
        return f"{self.number}/{self.of}"


class Stretch(NamedTuple):
    """What a part has of a file.

    Attributes
    ----------
    path : str
    first, end : int
        The documents that begin in these bytes; all of a packed file.
    whole : bool
        Whether that is all of the file.
    """

    path: str
    first: int
    end: int
    whole: bool


def parse_part(text: str) -> Part:
    """Read a part as it is written on the command line: `3/20`.

    Raises
    ------
    OptionError
        If it is none.
    """
    match = re.fullmatch(r"(\d{1,7})/(\d{1,7})", text)
    part = Part(int(match[1]), int(match[2])) if match else Part(0, 0)
    if not 1 <= part.number <= part.of <= MOST_PARTS:
        raise OptionError(f"--part is {text!r}; it takes which part of how many, 3/20, say")
    return part


def cut_files(
    files: Sequence[str], sizes: Sequence[int], part: Part, *, whole: bool = False
) -> list[Stretch]:
    """Return what a part has of the files, whose sizes are these.

    Parameters
    ----------
    files : sequence of str
    sizes : sequence of int
    part : Part
    whole : bool
        Whether no file may be cut, as documents are no lines.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    total = sum(sizes)
    first, end = total * (part.number - 1) // part.of, total * part.number // part.of
    stretches = []
    start = 0
    for path, size in zip(files, sizes, strict=True):
        here = max(first - start, 0), min(end - start, size)
        if here[0] < here[1]:
            if here == (0, size):
                stretches.append(Stretch(path, 0, size, True))
            elif not whole and not is_packed(path):
                stretches.append(Stretch(path, *here, False))
            elif here[0] == 0:
                stretches.append(Stretch(path, 0, size, True))
        start += size
    return stretches


class Documents:
    """The documents of plain text that begin in a stretch of a file, as a stream.

    Parameters
    ----------
    raw : binary file
        Open for reading; its place is moved.
    first, end : int
        The stretch, in bytes.
    """

    def __init__(self, raw: IO[bytes], first: int, end: int) -> None:
        self._raw, self._end, self._within = raw, end, False
        raw.seek(max(first - 1, 0))
        if first:  # to the next document, which begins here if a newline is just before
            while (piece := raw.readline(_SKIPPED)) and not piece.endswith(b"\n"):
                pass

    def read(self, size: int) -> bytes:
        """Return at most so many bytes; none at the end."""
        if not size:
            return b""
        left = self._end - self._raw.tell()
        if left > 0:
            data = self._raw.read(min(size, left))
        else:  # the last one goes on to its newline
            data = self._raw.readline(size) if self._within else b""
        self._within = bool(data) and not data.endswith(b"\n")
        return data
