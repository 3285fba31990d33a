"""The nonzeros of a tile, trained or summed up: the counterpart of `native/training.pyx`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glove_ada.kernels.numba_backend import least_squares
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
Doubles = npt.NDArray[np.float64]
Nonzeros = npt.NDArray[np.void]
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
    nonzeros: Nonzeros,
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


def add_totals(
    nonzeros: Nonzeros, by_column: bool, row_zeros: Floats, column_zeros: Floats, totals: Doubles
) -> None:
    """Add up nonzeros, their weights and their pairs' zeros; see `glove_ada.kernels.interface`."""
    least_squares.add_totals(nonzeros, by_column, row_zeros, column_zeros, totals)


def add_gradients(
    nonzeros: Nonzeros,
    rows: Floats,
    fixed: Floats,
    by_column: bool,
    targets: bool,
    row_zeros: Floats,
    column_zeros: Floats,
    zero_target: float,
) -> None:
    """Add what nonzeros say to gradients of rows; see `glove_ada.kernels.interface`."""
    least_squares.add_gradients(
        nonzeros,
        rows.reshape(-1),
        fixed.reshape(-1),
        fixed.shape[1],
        by_column,
        targets,
        row_zeros,
        column_zeros,
        np.float32(zero_target),
    )


def add_products(rows: Floats, matrix: Floats, scales: Floats) -> None:
    """Add products of points and a matrix to gradients; see `glove_ada.kernels.interface`."""
    least_squares.add_products(rows.reshape(-1), len(rows), len(matrix), matrix.reshape(-1), scales)


def add_outer_products(
    rows: Floats, weights: Doubles, first: int, end: int, matrix: Doubles
) -> None:
    """Add rows' products with themselves to a matrix; see `glove_ada.kernels.interface`."""
    least_squares.add_outer_products(rows, weights, first, end, matrix)
