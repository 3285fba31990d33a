"""Sets of word pairs with people's judgements of their similarity."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from glove_ada.errors import FormatError, OptionError
from glove_ada.evaluation.file_lines import numbered_lines
from glove_ada.system.sentences import kinds
from glove_ada.system.sentences.kinds import check

_BLANKS = re.compile(r"[ \t]+")


class WordPair(NamedTuple):
    """Two words and how similar people say they are."""

    first: str
    second: str
    score: float


@dataclass(frozen=True)
class PairLayout:
    """How a file of pairs is written; what is None is found from the content.

    Attributes
    ----------
    delimiter : str, optional
        What divides the columns; a blank stands for any run of blanks.
    header : bool, optional
        Whether the first line names the columns.
    score_column : int, optional
        Number of the column of scores, from 1; the words are in the first two.
    """

    delimiter: str | None = None
    header: bool | None = None
    score_column: int | None = None


@dataclass(frozen=True)
class PairSet:
    """The pairs of a file.

    Attributes
    ----------
    name : str
        Name of the file.
    pairs : tuple of WordPair
    layout : PairLayout
        How the file turned out to be written.
    notes : tuple of str
        What was odd about the lines, one sentence each.
    """

    name: str
    pairs: tuple[WordPair, ...]
    layout: PairLayout
    notes: tuple[str, ...]


def read_pairs(path: str | PathLike[str], layout: PairLayout | None = None) -> PairSet:
    """Read word pairs; delimiter, header and score column are found unless given.

    Columns are divided by tabs if most lines hold one, else by commas, semicolons or blanks. The
    scores are the first column behind the two words that is a number in most lines; the first
    line is a header if it has no number there. Lines that start with `#` are comments.

    Raises
    ------
    FormatError
        If the file holds no pairs.
    OptionError
        If there is no such score column.
    """
    check("the file of word pairs", path, kinds.Path())
    path, layout = Path(path), layout or PairLayout()
    if not isinstance(layout, PairLayout):
        raise TypeError(f"layout is a PairLayout, not {layout!r}")
    if not isinstance(layout.delimiter, str | None):
        raise OptionError(f"the delimiter is a string, not {layout.delimiter!r}")
    if layout.score_column is not None and not kinds.Whole(3).accepts(layout.score_column):
        raise OptionError("the score column is 3 or more, as the words are in columns 1 and 2")
    lines = [(number, line) for number, line in numbered_lines(path) if line[0] != "#"]
    if not lines:
        raise FormatError(f"{path} holds no word pairs: it has no line of text")
    delimiter = layout.delimiter or _find_delimiter([line for _, line in lines])
    rows = [(number, _columns(line, delimiter)) for number, line in lines]
    column = layout.score_column or _find_score_column(path, [row for _, row in rows])
    header = _number(rows[0][1], column) is None if layout.header is None else layout.header
    pairs, notes = [], []
    for number, row in rows[1:] if header else rows:
        score = _number(row, column)
        if score is None:
            notes.append(f"{path.name}, line {number}: no score in column {column}; left out")
        else:
            pairs.append(WordPair(row[0], row[1], score))
    if not pairs:
        raise FormatError(f"{path} holds no word pairs: column {column} has no numbers")
    return PairSet(path.name, tuple(pairs), PairLayout(delimiter, header, column), tuple(notes))


def _find_delimiter(lines: Sequence[str]) -> str:
    """Find what divides the columns of most lines."""
    for delimiter in ("\t", ",", ";"):
        if sum(line.count(delimiter) >= 2 for line in lines) * 2 > len(lines):
            return delimiter
    return " "


def _columns(line: str, delimiter: str) -> list[str]:
    """Divide a line into columns, taking off blanks and the quotation marks of CSV."""
    columns = _BLANKS.split(line) if delimiter == " " else line.split(delimiter)
    return [column.strip(" \t").strip('"') for column in columns]


def _find_score_column(path: Path, rows: Sequence[Sequence[str]]) -> int:
    """Find the first column behind the words that holds a number in most lines."""
    body = rows[1:] or rows
    for column in range(3, max(map(len, rows)) + 1):
        if sum(_number(row, column) is not None for row in body) * 2 > len(body):
            return column
    raise FormatError(
        f"{path} has no column of numbers behind two words, so it holds no word pairs "
        "(give the delimiter and the score column if it does)"
    )


def _number(row: Sequence[str], column: int) -> float | None:
    """Read the number in a column, counted from 1; None if there is none."""
    try:
        number = float(row[column - 1])
    except (IndexError, ValueError):
        return None
    return number if math.isfinite(number) else None
