"""The reference C program's rule, stepping first: as in `rules/stanford.h`."""

from __future__ import annotations

from glove_ada.kernels.numba_backend.compilation import kernel
from glove_ada.kernels.numba_backend.lanes import load, square_root, store
from glove_ada.kernels.numba_backend.rules.component_rule import component_rule


@kernel
def _step(values, place, gradient, rate, slots, constants):
    before = load(values, place + slots)
    store(values, place + slots, before + gradient * gradient)
    return load(values, place) - rate * gradient / square_root(before)


train = component_rule(_step, states=1)
