"""AdamW: as in `rules/moving_averages/adamw.h`."""

from __future__ import annotations

import numpy as np

from glove_ada.kernels.numba_backend.compilation import kernel, part_of_kernels
from glove_ada.kernels.numba_backend.lanes import load, splat
from glove_ada.kernels.numba_backend.rules.component_rule import train_components
from glove_ada.kernels.numba_backend.rules.moving_averages.moments import average, direction, tick

_ONE = np.float32(1)


@part_of_kernels
def _step(values, place, gradient, rate, decay, k, slots, time, constants):
    mean, square = average(values, place, gradient, slots, constants)
    kept = splat(_ONE) - rate * load(decay, k)
    return load(values, place) * kept - rate * direction(mean, square, time, constants)


@kernel
def train(nonzeros, rows, columns, row_rate, column_rate, decay, constants):
    """Train nonzeros; return what they cost, and what the zeros among them."""
    return train_components(
        _step, 2, tick, True, True,
        nonzeros, rows, columns, row_rate, column_rate, decay, constants,
    )  # fmt: skip
