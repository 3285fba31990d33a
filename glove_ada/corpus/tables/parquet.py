"""Parquet tables, by way of pyarrow."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import IO, Any

from glove_ada.corpus.tables.column_names import listed
from glove_ada.errors import CorpusError

_ROWS = 4096  # at once


def columns(path: str, raw: IO[bytes]) -> list[str]:
    """Return the columns' names."""
    return list(map(str, _open(path, raw).schema_arrow.names))


def column_texts(path: str, raw: IO[bytes], column: str) -> Iterator[str]:
    """Yield the texts of a column; nulls are left out.

    Raises
    ------
    CorpusError
        If pyarrow is not installed, the file cannot be read, or the column is missing or no text.
    """
    table = _open(path, raw)
    names = list(map(str, table.schema_arrow.names))
    if column not in names:
        raise CorpusError(f"{path} has no column {column!r}; its columns are {listed(names)}")
    try:
        for batch in table.iter_batches(batch_size=_ROWS, columns=[column]):
            for text in batch.column(0).to_pylist():
                if isinstance(text, str):
                    yield text
                elif text is not None:
                    raise CorpusError(
                        f"{path}: the column {column!r} holds a {type(text).__name__} and no "
                        f"text; name another column"
                    )
    except OSError as error:
        raise _damaged(path, error) from error


def _open(path: str, raw: IO[bytes]) -> Any:
    try:
        pyarrow_parquet = import_module("pyarrow.parquet")
    except ImportError:
        raise CorpusError(
            f"{path} needs the package pyarrow: pip install 'glove-ada[parquet]'"
        ) from None
    if not raw.seekable():
        raise CorpusError(f"{path} is a Parquet table, which no pipe can hold; name a file")
    try:
        return pyarrow_parquet.ParquetFile(raw)
    except (OSError, ValueError) as error:  # pyarrow's own are kinds of these
        raise _damaged(path, error) from error


def _damaged(path: str, error: Exception) -> CorpusError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return CorpusError(f"{path} is a damaged Parquet table ({reason}); fetch or write it again")
