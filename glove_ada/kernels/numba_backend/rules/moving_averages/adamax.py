"""AdaMax: as in `rules/moving_averages/adamax.h`."""

from __future__ import annotations

import numpy as np

from glove_ada.kernels.numba_backend.compilation import kernel, part_of_kernels
from glove_ada.kernels.numba_backend.lanes import larger, load, magnitude, splat, store
from glove_ada.kernels.numba_backend.rules.component_rule import train_components

_ONE = np.float32(1)


@part_of_kernels
def _tick(values, place, constants):
    values[place] = constants[0] * values[place] + constants[1]
    return (_ONE / values[place],)


@part_of_kernels
def _step(values, place, gradient, rate, decay, k, slots, time, constants):
    mean = splat(constants[0]) * load(values, place + slots) + splat(constants[1]) * gradient
    faded = splat(constants[2]) * load(values, place + 2 * slots)
    largest = larger(faded, magnitude(gradient) + splat(constants[3]))
    store(values, place + slots, mean)
    store(values, place + 2 * slots, largest)
    return load(values, place) - rate * (mean * splat(time[0]) / largest)


@kernel
def train(nonzeros, rows, columns, row_rate, column_rate, decay, constants):
    """Train nonzeros; return what they cost, and what the zeros among them."""
    return train_components(
        _step, 2, _tick, True, False,
        nonzeros, rows, columns, row_rate, column_rate, decay, constants,
    )  # fmt: skip
