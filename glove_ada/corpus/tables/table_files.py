"""Which files are tables, what columns they have, and the text in one of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import IO

from glove_ada.corpus.decompression import PACKED_NAMES
from glove_ada.corpus.tables import json_lines, parquet, separated
from glove_ada.corpus.tables.column_names import listed
from glove_ada.errors import CorpusError

PARQUET = "parquet"
_KINDS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": PARQUET,
}
_LINES_BYTES = 1 << 20

Chunks = Callable[[], Iterator[bytes]]


def table_kind(path: str) -> str | None:
    """Return what kind of table a file is by its name, packed or not; None if it is none."""
    name = path.lower()
    for suffix in PACKED_NAMES:
        name = name.removesuffix(suffix)
    return next((kind for suffix, kind in _KINDS.items() if name.endswith(suffix)), None)


def text_of_column(
    path: str, kind: str | None, raw: IO[bytes], chunks: Chunks, column: str
) -> Iterator[bytes]:
    """Yield the texts of a column, one a line.

    Parameters
    ----------
    path : str
        For messages.
    kind : str or None
        As `table_kind` says; None to tell it by the content.
    raw : file
        Open at its start.
    chunks : callable
        Returns an iterator of the file's text, unpacked, in UTF-8.
    column : str

    Raises
    ------
    CorpusError
        If the table is damaged or has no such column.
    """
    if kind == PARQUET:
        return _lines(parquet.column_texts(path, raw, column))
    text, kind = _told(chunks(), kind)
    if kind == "jsonl":
        return _lines(json_lines.column_texts(path, text, column))
    return _lines(separated.column_texts(path, text, column, tabs=kind == "tsv"))


def refuse_table(path: str, kind: str, raw: IO[bytes], chunks: Chunks) -> CorpusError:
    """Return the error for a table of which no column is named: it lists them."""
    if kind == PARQUET:
        columns = parquet.columns(path, raw)
    elif kind == "jsonl":
        columns = json_lines.columns(chunks())
    else:
        columns = separated.columns(path, chunks(), tabs=kind == "tsv")
    return CorpusError(f"{path} is a table: {which_column(columns)}")


def which_column(columns: list[str]) -> str:
    """Return the half sentence that lists columns and asks for one."""
    return f"name its column of text with --text-column; its columns are {listed(columns)}"


def refuse_json_lines(path: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a text.

    Raises
    ------
    CorpusError
        If it is a table of JSON objects, whatever its name.
    """
    first = next(chunks, b"")
    if json_lines.looks_like_table(first):
        columns = json_lines.columns(iter((first,)))
        raise CorpusError(f"{path} is a table: {which_column(columns)}")
    yield from _rejoined(first, chunks)


def _told(chunks: Iterator[bytes], kind: str | None) -> tuple[Iterator[bytes], str]:
    """Return the same text, and the kind of table that it is."""
    if kind:
        return chunks, kind
    first = next(chunks, b"")
    line = re.match(rb"[^\n]*", first)
    tabs = line is not None and line[0].count(b"\t") > line[0].count(b",")
    rejoined = _rejoined(first, chunks)
    return rejoined, "jsonl" if first.lstrip().startswith(b"{") else "tsv" if tabs else "csv"


def _rejoined(first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from chunks


def _lines(texts: Iterator[str]) -> Iterator[bytes]:
    """Yield texts as lines of bytes, many at once."""
    lines: list[str] = []
    size = 0
    for text in texts:
        lines.append(text.replace("\r", " ").replace("\n", " ").replace("\0", " "))
        size += len(text)
        if size >= _LINES_BYTES:
            yield _encoded(lines)
            lines, size = [], 0
    if lines:
        yield _encoded(lines)


def _encoded(lines: list[str]) -> bytes:
    """Return lines as bytes; what was no UTF-8 in a file is what it was."""
    text = "\n".join(lines) + "\n"
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a pair, as JSON may hold
        return text.encode("utf-8", "surrogatepass")
