"""The file that lists phrases: a header, and `phrase count score` in columns between tabs."""

from __future__ import annotations

import os
from collections.abc import Iterable

from glove_ada.system.atomic_files import atomic_write

HEADER = b"phrase\tcount\tscore\n"


def write_phrases(path: str | os.PathLike[str], phrases: Iterable[tuple[str, int, float]]) -> None:
    """Write phrases with their counts and scores.

    Raises
    ------
    OutputError
        If that cannot be done.
    """
    with atomic_write(path) as file:
        file.write(HEADER)
        for phrase, count, score in phrases:
            name = phrase.encode("utf-8", "surrogateescape")
            file.write(b"%b\t%d\t%b\n" % (name, count, repr(score).encode()))
