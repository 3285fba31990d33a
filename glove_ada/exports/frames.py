"""Vectors as a data frame."""

from __future__ import annotations

from typing import Any

from glove_ada.formats.table import VectorTable


def make_frame(table: VectorTable) -> Any:
    """Make a DataFrame of vectors, over the same matrix if pandas allows it.

    Parameters
    ----------
    table : VectorTable

    Returns
    -------
    pandas.DataFrame, shape (words, vector_size)
        The index has the words and the name `word`; columns are 0 to vector_size - 1.

    Raises
    ------
    ImportError
        If pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise ImportError("to_pandas() needs pandas: pip install pandas") from error

    return pandas.DataFrame(table.vectors, index=pandas.Index(table.words, name="word"))
