"""Tables of one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator

from glove_ada.corpus.tables.column_names import listed
from glove_ada.errors import CorpusError


def columns(chunks: Iterator[bytes]) -> list[str]:
    """Return the names in the first object; none if the first line is no object."""
    return _names(next((line for line in _lines(chunks) if line.strip()), b""))


def looks_like_table(beginning: bytes) -> bool:
    """Return whether the first two lines of a text are objects: one alone may be any JSON."""
    if not beginning.startswith(b"{"):
        return False
    lines = beginning.split(b"\n", 2)
    return len(lines) == 3 and all(map(_names, lines[:2]))


def _names(line: bytes) -> list[str]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return []
    return list(row) if isinstance(row, dict) else []


def column_texts(path: str, chunks: Iterator[bytes], column: str) -> Iterator[str]:
    """Yield the texts of one name; an object without it, or with null, is left out.

    Raises
    ------
    CorpusError
        If a line is no object, its value is no text, or the first object lacks the name.
    """
    lacking = True
    for number, line in enumerate(_lines(chunks), start=1):
        if not line.strip():
            continue
        row = _object(path, number, line)
        if lacking and column not in row:
            raise CorpusError(
                f"{path} has no {column!r} in line {number}; there are {listed(list(row))}"
            )
        lacking = False
        text = row.get(column)
        if text is None:
            continue
        if not isinstance(text, str):
            raise CorpusError(
                f"{path}, line {number}: {column!r} is a {type(text).__name__} and no text; name "
                f"another column"
            )
        yield text


def _object(path: str, number: int, line: bytes) -> dict[str, object]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CorpusError(
            f"{path}, line {number} is no JSON ({error}); each line is one object"
        ) from error
    if not isinstance(row, dict):
        raise CorpusError(f"{path}, line {number} is no object; each line is one, as {{...}}")
    return row


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    begun: list[bytes] = []
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        begun.append(first)
        for line in others:
            yield b"".join(begun)
            begun = [line]
    yield b"".join(begun)
