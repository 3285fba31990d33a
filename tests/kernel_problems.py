"""The training kernel of every backend and instruction set, and small problems for it."""

from __future__ import annotations

import importlib.util
from functools import partial

import numpy as np
import pytest

from glove_ada.kernels.definitions import NONZERO

ROWS, COLUMNS, NONZEROS = 5, 7, 40


def trainers():
    """The kernel for each instruction set of this machine, and numba's, where they are there."""
    found = {}
    if importlib.util.find_spec("glove_ada.kernels.native.training"):
        from glove_ada.kernels.native import training

        for number, name in enumerate(training.instruction_sets()):
            found[name] = partial(training.train_nonzeros, instruction_set=number)
    if importlib.util.find_spec("numba"):
        from glove_ada.kernels.numba_backend.training import train_nonzeros

        found["numba"] = train_nonzeros
    return found


TRAINERS = trainers()
every_kernel = pytest.mark.parametrize("kernel", TRAINERS.values(), ids=TRAINERS)


def random_nonzeros(random, size):
    nonzeros = np.empty(size, NONZERO)
    nonzeros["row"] = random.integers(ROWS, size=size)
    nonzeros["column"] = random.integers(COLUMNS, size=size)
    nonzeros["log_count"] = random.normal(size=size)
    nonzeros["weight"] = random.uniform(0.01, 1, size=size) * random.choice([-1, 1], size=size)
    return nonzeros


def train(nonzeros, rows, columns, rule, kernel):
    return kernel(nonzeros, 0, len(nonzeros), rows, 0, columns, 0, **rule)


def bits(array):
    return array.view(np.uint32).tolist()
