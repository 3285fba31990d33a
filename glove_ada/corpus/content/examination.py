"""A look at a file before the long work: whether it is what is to be read."""

from __future__ import annotations

import re
import zipfile
from typing import NamedTuple

from glove_ada.corpus.content.file_kinds import ZIP, foreign_kind, read_beginning, what_to_do
from glove_ada.corpus.content.zip_archives import kind_of_zip
from glove_ada.corpus.tables.table_files import PARQUET, table_kind

_FEWEST_NUMBERS = 10  # in a row of vectors
_ROW = re.compile(rb"\S+( -?\d+(\.\d+)?([eE][-+]?\d+)?){%d,}" % _FEWEST_NUMBERS)


class Wanted(NamedTuple):
    """What is to be read.

    Attributes
    ----------
    text_column : str or None
        The column of tables; without one, plain text.
    """

    text_column: str | None = None


class Found(NamedTuple):
    """A file that is not to be read.

    Attributes
    ----------
    kind : str
        What it is: "a PDF".
    refusal : str
        The sentence if the user has named it; empty if it is read then all the same.
    """

    kind: str
    refusal: str = ""


def examine(path: str, wanted: Wanted) -> Found | None:
    """Return what a regular file is if it does not belong into a corpus; None if it may.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    table = table_kind(path)
    with open(path, "rb") as file:
        beginning = read_beginning(file)
        kind = foreign_kind(beginning)
        if beginning.startswith(ZIP):
            try:
                kind = kind_of_zip(file)
            except zipfile.BadZipFile:
                kind = "a damaged zip archive"
    if kind == "a Parquet table" and table == PARQUET:
        kind = None
    if kind:
        return Found(kind, f"{path} is {kind} and no text; {what_to_do(kind)}")
    if wanted.text_column is None:
        if table:
            return Found("a table, which --text-column reads")
        if _is_vectors(beginning):
            return Found("word vectors")
    elif not table:
        return Found("no table")
    return None


def _is_vectors(beginning: bytes) -> bool:
    """Return whether a file begins as vectors in text do, with or without a line of sizes."""
    first, _, rest = beginning.partition(b"\n")
    if re.fullmatch(rb"\d+ \d+\r?", first):
        first = rest.partition(b"\n")[0]
    return _ROW.match(first) is not None and b"." in first
