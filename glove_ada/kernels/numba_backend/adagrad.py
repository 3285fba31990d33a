"""AdaGrad over the nonzeros of a tile: the counterpart of `native/headers/tile.h`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glove_ada.kernels.definitions import LANES
from glove_ada.kernels.numba_backend.compilation import kernel
from glove_ada.kernels.numba_backend.lanes import (
    at_most,
    load,
    splat,
    square_root,
    store,
    sum_lanes,
)
from glove_ada.kernels.numba_backend.portable import prefetch_write

Floats = npt.NDArray[np.float32]
_ZERO = np.float32(0)
_LONG_ROW = 128  # floats; fewer of those are fetched ahead, since they would crowd the cache


def train_nonzeros(
    nonzeros: npt.NDArray[np.void],
    first: int,
    end: int,
    rows: Floats,
    first_row: int,
    columns: Floats,
    first_column: int,
    row_rate: Floats,
    column_rate: Floats,
    decay: Floats,
    eps: float,
    grad_clip: float,
    step_first: bool,
) -> tuple[float, float]:
    """Update the parameters by `nonzeros[first:end]`, one after the other.

    numba would take Python's floats for float64; here they become what C's signature makes them.
    """
    costs: tuple[float, float] = _train_span(
        nonzeros[first:end],
        rows[first_row:].reshape(-1),
        columns[first_column:].reshape(-1),
        row_rate,
        column_rate,
        decay,
        np.float32(eps),
        np.float32(grad_clip),
        grad_clip < np.inf,
        step_first,
    )
    return costs


@kernel
def _train_span(
    nonzeros,
    rows,
    columns,
    row_rate,
    column_rate,
    decay,
    eps,
    grad_clip,
    clip,
    step_first,
):
    half = len(row_rate)
    ahead = 8 if half < _LONG_ROW else 4
    size = 2 * half
    cost = zero_cost = 0.0
    for n in range(len(nonzeros)):
        row, column = size * np.int64(nonzeros[n].row), size * np.int64(nonzeros[n].column)
        if n + ahead < len(nonzeros):
            later = nonzeros[n + ahead]
            for k in range(0, size, LANES):
                prefetch_write(columns, size * np.int64(later.column) + k)
            if later.row != nonzeros[n].row:
                for k in range(0, size, LANES):
                    prefetch_write(rows, size * np.int64(later.row) + k)
        difference = _dot(rows, row, columns, column, half) - nonzeros[n].log_count
        weight = nonzeros[n].weight
        g = abs(weight) * difference
        for k in range(0, half, LANES):
            w, c = load(rows, row + k), load(columns, column + k)
            w_gradient, c_gradient = splat(g) * c, splat(g) * w
            if clip:
                w_gradient = at_most(w_gradient, grad_clip)
                c_gradient = at_most(c_gradient, grad_clip)
            w_gradient = w_gradient + load(decay, k) * w
            c_gradient = c_gradient + load(decay, k) * c
            w_step = _step(rows, row + half + k, w_gradient, load(row_rate, k), eps, step_first)
            c_step = _step(
                columns, column + half + k, c_gradient, load(column_rate, k), eps, step_first
            )
            store(rows, row + k, w - w_step)
            store(columns, column + k, c - c_step)
        if weight < 0:
            zero_cost += 0.5 * g * difference
        else:
            cost += 0.5 * g * difference
    return cost, zero_cost


@kernel
def _dot(rows, row, columns, column, half):
    lanes = splat(_ZERO)
    for k in range(0, half, LANES):
        lanes = lanes + load(rows, row + k) * load(columns, column + k)
    return sum_lanes(lanes)


@kernel
def _step(sums, place, gradient, rate, eps, step_first):
    """Accumulate a squared gradient at `sums[place]`; return the step to take."""
    before = load(sums, place)
    total = before + gradient * gradient
    store(sums, place, total)
    return rate * gradient / (square_root(before if step_first else total) + splat(eps))
