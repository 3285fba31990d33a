"""Vectors as a layer of PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np

from glove_ada.formats.table import VectorTable


def make_embedding(table: VectorTable, *, freeze: bool) -> Any:
    """Make an embedding layer whose row i is the vector of word i.

    Parameters
    ----------
    table : VectorTable
    freeze : bool
        Whether training leaves the vectors as they are. If so the layer shares the table's matrix
        where that may be written to; otherwise it has a copy.

    Returns
    -------
    torch.nn.Embedding

    Raises
    ------
    ImportError
        If PyTorch is not installed.
    """
    try:
        import torch
    except ImportError as error:
        raise ImportError("to_torch() needs PyTorch: pip install torch") from error

    vectors = table.vectors
    shared = freeze and vectors.flags.writeable and vectors.flags.c_contiguous
    matrix = vectors if shared else np.array(vectors, order="C")
    return torch.nn.Embedding.from_pretrained(torch.from_numpy(matrix), freeze=freeze)
