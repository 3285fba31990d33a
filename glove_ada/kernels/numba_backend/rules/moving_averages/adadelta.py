"""AdaDelta: as in `rules/moving_averages/adadelta.h`."""

from __future__ import annotations

from glove_ada.kernels.numba_backend.compilation import kernel, part_of_kernels
from glove_ada.kernels.numba_backend.lanes import load, splat, square_root, store
from glove_ada.kernels.numba_backend.rules.component_rule import no_tick, train_components


@part_of_kernels
def _step(values, place, gradient, rate, decay, k, slots, time, constants):
    rho, rest, eps = splat(constants[0]), splat(constants[1]), splat(constants[2])
    gradients = rho * load(values, place + slots) + rest * (gradient * gradient)
    steps = load(values, place + 2 * slots)
    step = gradient * (square_root(steps + eps) / square_root(gradients + eps))
    store(values, place + slots, gradients)
    store(values, place + 2 * slots, rho * steps + rest * (step * step))
    return load(values, place) - rate * step


@kernel
def train(nonzeros, rows, columns, row_rate, column_rate, decay, constants):
    """Train nonzeros; return what they cost, and what the zeros among them."""
    return train_components(
        _step, 2, no_tick, False, False,
        nonzeros, rows, columns, row_rate, column_rate, decay, constants,
    )  # fmt: skip
