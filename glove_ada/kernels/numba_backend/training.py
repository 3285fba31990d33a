"""The nonzeros of a tile, trained by any rule: the counterpart of `native/training.pyx`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glove_ada.kernels.numba_backend.rules import (
    adagrad,
    adagrad_comid,
    adagrad_da,
    adagrad_norm,
    adagrad_row,
    sgd,
    stanford,
)
from glove_ada.kernels.numba_backend.rules.moving_averages import (
    adadelta,
    adam,
    adamax,
    adamw,
    amsgrad,
    momentum,
    rmsprop,
)

Floats = npt.NDArray[np.float32]
_TRAIN = (
    adagrad.train,
    stanford.train,
    adagrad_row.train,
    sgd.train,
    momentum.train,
    rmsprop.train,
    adadelta.train,
    adam.train,
    adamw.train,
    amsgrad.train,
    adamax.train,
    adagrad_comid.train,
    adagrad_da.train,
    adagrad_norm.train,
)


def train_nonzeros(
    nonzeros: npt.NDArray[np.void],
    first: int,
    end: int,
    rows: Floats,
    first_row: int,
    columns: Floats,
    first_column: int,
    rule: int,
    row_rate: Floats,
    column_rate: Floats,
    decay: Floats,
    constants: Floats,
) -> tuple[float, float]:
    """Update the parameters by `nonzeros[first:end]`; see `glove_ada.kernels.interface`."""
    costs: tuple[float, float] = _TRAIN[rule](
        nonzeros[first:end],
        rows[first_row:].reshape(-1),
        columns[first_column:].reshape(-1),
        row_rate,
        column_rate,
        decay,
        constants,
    )
    return costs
