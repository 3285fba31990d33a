"""Stochastic gradient descent: as in `rules/sgd.h`."""

from __future__ import annotations

from glove_ada.kernels.numba_backend.compilation import kernel, part_of_kernels
from glove_ada.kernels.numba_backend.lanes import load
from glove_ada.kernels.numba_backend.rules.component_rule import no_tick, train_components


@part_of_kernels
def _step(values, place, gradient, rate, decay, k, slots, time, constants):
    return load(values, place) - rate * gradient


@kernel
def train(nonzeros, rows, columns, row_rate, column_rate, decay, constants):
    """Train nonzeros; return what they cost, and what the zeros among them."""
    return train_components(
        _step, 0, no_tick, False, False,
        nonzeros, rows, columns, row_rate, column_rate, decay, constants,
    )  # fmt: skip
