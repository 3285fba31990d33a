"""Tables of values between commas, semicolons or tabs, with the columns' names in the first row."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from glove_ada.corpus.tables.column_names import listed
from glove_ada.errors import CorpusError
from glove_ada.system.sentences.counted import counted

LONGEST_CELL = 1 << 30
_SEPARATORS = ",;|\t"


def columns(path: str, chunks: Iterator[bytes], *, tabs: bool) -> list[str]:
    """Return the columns' names."""
    with _rows(path, chunks, tabs) as rows:
        return _header(path, rows)


def column_texts(path: str, chunks: Iterator[bytes], column: str, *, tabs: bool) -> Iterator[str]:
    """Yield the texts of a column; a row that is too long or too short is an error.

    Raises
    ------
    CorpusError
        If there is no such column, or a row does not fit the first.
    """
    with _rows(path, chunks, tabs) as rows:
        names = _header(path, rows)
        if column not in names:
            raise CorpusError(f"{path} has no column {column!r}; its columns are {listed(names)}")
        place, width = names.index(column), len(names)
        for row in rows:
            if len(row) != width and row:
                raise CorpusError(
                    f"{path}, line {rows.line_num}, has {counted(len(row), 'value')}, and the "
                    f"first line names {counted(width, 'column')}; put quotes around what holds a "
                    f"separator"
                )
            if row:
                yield row[place]


def _header(path: str, rows: Any) -> list[str]:
    header = next((row for row in rows if row), None)
    if header is None:
        raise CorpusError(f"{path} is an empty table; give one with rows")
    return cast("list[str]", header)


@contextmanager
def _rows(path: str, chunks: Iterator[bytes], tabs: bool) -> Iterator[Any]:
    """Give the rows, and the number of the line that the last one ended with."""
    import csv  # for this alone

    file = io.TextIOWrapper(
        io.BufferedReader(cast(Any, _ChunkFile(chunks)), 1 << 20),
        encoding="utf-8",
        errors="surrogateescape",
        newline="",
    )
    first = file.readline()
    separator = "\t" if tabs else max(_SEPARATORS, key=_unquoted(first).count)
    before = csv.field_size_limit()
    csv.field_size_limit(max(before, LONGEST_CELL))  # a cell may be a book
    try:
        yield csv.reader(_rejoined(first, file), delimiter=separator)
    except csv.Error as error:
        raise CorpusError(f"{path} is a damaged table ({error}); save it again") from error
    finally:
        csv.field_size_limit(before)


def _unquoted(line: str) -> str:
    """Return what of a line stands outside quotes."""
    return "".join(line.split('"')[::2])


def _rejoined(first: str, file: io.TextIOWrapper) -> Iterator[str]:
    yield first
    yield from file


class _ChunkFile(io.RawIOBase):
    """Pieces of bytes as a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._left = chunks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = chunk
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size
