"""AdaGrad, accumulating first: as in `rules/adagrad.h`."""

from __future__ import annotations

from glove_ada.kernels.numba_backend.compilation import kernel
from glove_ada.kernels.numba_backend.lanes import load, splat, square_root, store
from glove_ada.kernels.numba_backend.rules.component_rule import component_rule


@kernel
def _step(values, place, gradient, rate, slots, constants):
    total = load(values, place + slots) + gradient * gradient
    store(values, place + slots, total)
    return load(values, place) - rate * gradient / (square_root(total) + splat(constants[0]))


train = component_rule(_step, states=1)
