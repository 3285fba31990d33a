"""AMSGrad: as in `rules/moving_averages/amsgrad.h`."""

from __future__ import annotations

from glove_ada.kernels.numba_backend.compilation import kernel, part_of_kernels
from glove_ada.kernels.numba_backend.lanes import larger, load, store
from glove_ada.kernels.numba_backend.rules.component_rule import train_components
from glove_ada.kernels.numba_backend.rules.moving_averages.moments import average, direction, tick


@part_of_kernels
def _step(values, place, gradient, rate, decay, k, slots, time, constants):
    mean, square = average(values, place, gradient, slots, constants)
    largest = larger(load(values, place + 3 * slots), square)
    store(values, place + 3 * slots, largest)
    return load(values, place) - rate * direction(mean, largest, time, constants)


@kernel
def train(nonzeros, rows, columns, row_rate, column_rate, decay, constants):
    """Train nonzeros; return what they cost, and what the zeros among them."""
    return train_components(
        _step, 3, tick, True, False,
        nonzeros, rows, columns, row_rate, column_rate, decay, constants,
    )  # fmt: skip
