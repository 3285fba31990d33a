"""word2vec text: GloVe text behind a header `rows vector_size`."""

from __future__ import annotations

import os
from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from glove_ada.errors import FormatError
from glove_ada.formats.builder import TableBuilder
from glove_ada.formats.streams import open_stream, read_line
from glove_ada.formats.table import VectorTable
from glove_ada.formats.text_rows import read_text_rows, require_header


def read_word2vec_text(
    path: str | os.PathLike[str],
    *,
    limit: int | None = None,
    dtype: npt.DTypeLike = np.float32,
    keep: Collection[str] | None = None,
) -> VectorTable:
    """Read word2vec text; write it with `write_glove_text(..., header=True)`.

    Parameters
    ----------
    path : path
        Gzipped or not.
    limit : int, optional
        Read that many rows at most.
    dtype : {float16, float32, float64}
        Of the matrix.
    keep : collection of str, optional
        Take these words only.

    Returns
    -------
    VectorTable

    Raises
    ------
    FormatError
        If the file is not what its header says, down to the number of rows.
    """
    builder = TableBuilder(path, dtype, limit, keep)
    with open_stream(path) as stream:
        rows, vector_size = require_header(read_line(stream, path), path)
        read_text_rows(stream, path, builder, vector_size=vector_size, dtype=dtype, first_line=2)
    table = builder.finish()
    # The reference GloVe program's header leaves out the `<unk>` that it adds at the end.
    unknown_word_extra = builder.rows_read == rows + 1 and builder.last_word == "<unk>"
    if not builder.full and builder.rows_read != rows and not unknown_word_extra:
        raise FormatError(
            f"{path}: the header promises {rows} vectors, but {builder.rows_read} follow"
        )
    return table
