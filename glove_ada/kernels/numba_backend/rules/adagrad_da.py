"""AdaGrad by regularised dual averaging: as in `rules/adagrad_da.h`."""

from __future__ import annotations

import numpy as np

from glove_ada.kernels.numba_backend.compilation import kernel, part_of_kernels
from glove_ada.kernels.numba_backend.lanes import (
    if_positive,
    load,
    soft_threshold,
    splat,
    square_root,
    store,
)
from glove_ada.kernels.numba_backend.rules.component_rule import train_components

_ONE = np.float32(1)


@part_of_kernels
def _tick(values, place, constants):
    values[place] += _ONE
    return (values[place],)


@part_of_kernels
def _step(values, place, gradient, rate, decay, k, slots, time, constants):
    total = load(values, place + slots) + gradient * gradient
    sums = load(values, place + 2 * slots) - rate * gradient
    store(values, place + slots, total)
    store(values, place + 2 * slots, sums)
    threshold = rate * (splat(time[0]) * load(decay, k + slots))
    moved = soft_threshold(sums, threshold) / (square_root(total) + splat(constants[0]))
    return if_positive(rate, moved, load(values, place))


@kernel
def train(nonzeros, rows, columns, row_rate, column_rate, decay, constants):
    """Train nonzeros; return what they cost, and what the zeros among them."""
    return train_components(
        _step, 2, _tick, True, False,
        nonzeros, rows, columns, row_rate, column_rate, decay, constants,
    )  # fmt: skip
