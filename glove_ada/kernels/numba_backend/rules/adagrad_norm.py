"""AdaGrad-Norm: as in `rules/adagrad_norm.h`."""

from __future__ import annotations

from glove_ada.kernels.numba_backend.compilation import kernel, part_of_kernels
from glove_ada.kernels.numba_backend.rules.row_rule import train_rows


@part_of_kernels
def _rate(rate, accumulator, eps):
    return rate


@kernel
def train(nonzeros, rows, columns, row_rate, column_rate, decay, constants):
    """Train nonzeros; return what they cost, and what the zeros among them."""
    return train_rows(_rate, nonzeros, rows, columns, row_rate, column_rate, constants)
