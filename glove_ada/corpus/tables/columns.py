"""Columns of text in memory: of pandas, polars, pyarrow and Hugging Face's datasets.

None of these is imported: what comes from them is known by the names of its class and module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from glove_ada.corpus.tables.column_names import listed
from glove_ada.errors import CorpusError

ROWS_LOOKED_AT = 20
_LIBRARIES = ("pandas", "polars", "pyarrow", "datasets", "geopandas", "modin", "cudf")


def is_column(corpus: object) -> bool:
    """Return whether an object is one column of a table.

    Raises
    ------
    CorpusError
        If it is a whole table: the sentence lists its columns.
    """
    library = type(corpus).__module__.partition(".")[0]
    if library not in _LIBRARIES:
        return False
    names = _column_names(corpus)
    if isinstance(names, dict):
        splits = [f"{split}: {listed(columns)}" for split, columns in names.items()]
        raise CorpusError(
            f"which column? There are {'; '.join(splits)}: give one of them, as "
            f"dataset['train']['text']"
        )
    if names is not None:
        kind = type(corpus).__name__
        raise CorpusError(
            f"which column? The {kind} has {listed(names)}: give one of "
            f"them, as table[{_likely_text(corpus, names)!r}]"
        )
    return isinstance(corpus, Iterable)


def texts_of(column: Iterable[object]) -> Iterator[Any]:
    """Yield the documents of a column; missing ones are left out."""
    for document in column:
        value = document.as_py() if hasattr(document, "as_py") else document
        if not _is_missing(value):
            yield value


def _column_names(table: Any) -> list[object] | dict[str, list[str]] | None:
    names = getattr(table, "column_names", None)
    if names is None and type(table).__name__ not in ("Series", "Index"):
        names = getattr(table, "columns", None)
    if isinstance(names, dict):  # of a DatasetDict: a list for each split
        return names
    return None if names is None or callable(names) else list(names)


def _likely_text(table: Any, names: list[object]) -> str:
    """Return the column with the longest strings, as far as its first rows tell."""

    def length(name: object) -> int:
        first = islice(texts_of(table[name]), ROWS_LOOKED_AT)
        return sum(len(value) for value in first if isinstance(value, str))

    return str(max(names, key=length)) if names else "text"


def _is_missing(value: object) -> bool:
    """Return whether a value is None, NaN or pandas' NA, none of which equals itself for sure."""
    if value is None:
        return True
    if isinstance(value, float):
        return value != value
    return type(value).__name__ in ("NAType", "NaTType")
