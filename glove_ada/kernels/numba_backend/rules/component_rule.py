"""A rule that steps each component of a row by itself: as in `component_rule.h`."""

from __future__ import annotations

import numpy as np

from glove_ada.kernels.definitions import LANES
from glove_ada.kernels.numba_backend.compilation import kernel, part_of_kernels
from glove_ada.kernels.numba_backend.lanes import at_most, load, splat, store, sum_lanes
from glove_ada.kernels.numba_backend.portable import prefetch_write

_ZERO = np.float32(0)
_LONG_ROW = 128  # floats; fewer of those are fetched ahead, since they would crowd the cache


@part_of_kernels
def no_tick(values, place, constants):
    """Stand for the clock of a rule without one."""
    return ()


@part_of_kernels
def train_components(
    step,
    states,
    tick,
    has_clock,
    decay_apart,
    nonzeros,
    rows,
    columns,
    row_rate,
    column_rate,
    decay,
    constants,
):
    """Train a tile's nonzeros by a rule; return what they cost, and what the zeros among them.

    Parameters
    ----------
    step : kernel
        `step(values, place, gradient, rate, decay, k, slots, time, constants)` returns the new
        value of the lanes of `values` at `place`, whose states are `slots`, 2 `slots`, ... behind
        it; `decay[k:]` are their decays, and those from `k + slots` on their L1 penalties.
    states : int
    tick : kernel
        `tick(values, place, constants)` moves on a row's clock, which is at `place`, and returns
        what steps are to know of it: a tuple of float32.
    has_clock : bool
    decay_apart : bool
        Whether the gradient comes without its weight decay.
    """
    slots = len(row_rate)
    ahead = 8 if slots < _LONG_ROW else 4
    size = (1 + states) * slots + (LANES if has_clock else 0)
    most = constants[0]
    clip = most < np.inf
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
        difference = _dot(rows, row, columns, column, slots) - nonzeros[n].log_count
        weight = nonzeros[n].weight
        g = abs(weight) * difference
        w_time = tick(rows, row + (1 + states) * slots, constants[1:])
        c_time = tick(columns, column + (1 + states) * slots, constants[1:])
        for k in range(0, slots, LANES):
            w, c = load(rows, row + k), load(columns, column + k)
            w_gradient, c_gradient = splat(g) * c, splat(g) * w
            if clip:
                w_gradient, c_gradient = at_most(w_gradient, most), at_most(c_gradient, most)
            if not decay_apart:
                w_gradient = w_gradient + load(decay, k) * w
                c_gradient = c_gradient + load(decay, k) * c
            w_rate, c_rate = load(row_rate, k), load(column_rate, k)
            w = step(rows, row + k, w_gradient, w_rate, decay, k, slots, w_time, constants[1:])
            c = step(
                columns, column + k, c_gradient, c_rate, decay, k, slots, c_time, constants[1:]
            )
            store(rows, row + k, w)
            store(columns, column + k, c)
        if weight < 0:
            zero_cost += 0.5 * g * difference
        else:
            cost += 0.5 * g * difference
    return cost, zero_cost


@kernel
def _dot(rows, row, columns, column, slots):
    lanes = splat(_ZERO)
    for k in range(0, slots, LANES):
        lanes = lanes + load(rows, row + k) * load(columns, column + k)
    return sum_lanes(lanes)
