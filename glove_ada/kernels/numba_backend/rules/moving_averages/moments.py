"""What Adam and its kin share: as in `rules/moving_averages/moments.h`."""

from __future__ import annotations

import numpy as np

from glove_ada.kernels.numba_backend.compilation import kernel, part_of_kernels
from glove_ada.kernels.numba_backend.lanes import load, splat, square_root, store

_ONE = np.float32(1)


@part_of_kernels
def tick(values, place, constants):
    """Move the clock on; return by what the averages are to be multiplied."""
    values[place] = constants[0] * values[place] + constants[1]
    values[place + 1] = constants[2] * values[place + 1] + constants[3]
    return _ONE / values[place], _ONE / np.sqrt(values[place + 1])


@kernel
def average(values, place, gradient, slots, constants):
    """Move the averages on; return them."""
    mean, square = load(values, place + slots), load(values, place + 2 * slots)
    mean = splat(constants[0]) * mean + splat(constants[1]) * gradient
    square = splat(constants[2]) * square + splat(constants[3]) * (gradient * gradient)
    store(values, place + slots, mean)
    store(values, place + 2 * slots, square)
    return mean, square


@kernel
def direction(mean, square, time, constants):
    """Return the step at a rate of 1."""
    root = square_root(square) * splat(time[1]) + splat(constants[4])
    return mean * splat(time[0]) / root
