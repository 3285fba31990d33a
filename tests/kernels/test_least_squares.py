"""The sums that rows are solved by, bit for bit against NumPy, in every backend and set."""

from __future__ import annotations

import importlib.util
from functools import partial

import numpy as np
import pytest
from kernel_problems import COLUMNS, NONZEROS, ROWS, bits, random_nonzeros
from reference import least_squares as reference

from glove_ada.training.parameters import aligned_zeros

NAMES = ("add_gradients", "add_products", "add_outer_products")
SLOTS = [16, 64, 80, 112, 304]


def kernels_of_every_set():
    """The kernels for each instruction set of this machine, and numba's, where they are there."""
    found = {}
    if importlib.util.find_spec("glove_ada.kernels.native.training"):
        from glove_ada.kernels.native import training

        for number, name in enumerate(training.instruction_sets()):
            found[name] = {
                kernel: partial(getattr(training, kernel), instruction_set=number)
                for kernel in NAMES
            } | {"add_totals": training.add_totals}
    if importlib.util.find_spec("numba"):
        from glove_ada.kernels.numba_backend import training

        found["numba"] = {kernel: getattr(training, kernel) for kernel in (*NAMES, "add_totals")}
    return found


KERNELS = kernels_of_every_set()
every_set = pytest.mark.parametrize("kernels", KERNELS.values(), ids=KERNELS)


def random_rows(random, rows, slots):
    side = aligned_zeros(rows, slots)
    side[:] = random.normal(size=side.shape)
    return side


def zeros_of_words(random, words):
    zeros = random.uniform(0, 0.1, size=(words, 4)).astype(np.float32)
    zeros[:, 3] = random.integers(2, size=words)
    return zeros


def problem(slots, by_column=False):
    """Return nonzeros, rows to be solved, fixed rows, and what is known of both sides' zeros."""
    random = np.random.default_rng(slots)
    sizes = (COLUMNS, ROWS) if by_column else (ROWS, COLUMNS)
    nonzeros = random_nonzeros(random, NONZEROS - 1)  # no multiple of four
    nonzeros["weight"] = abs(nonzeros["weight"])
    rows, fixed = random_rows(random, sizes[0], 2 * slots), random_rows(random, sizes[1], slots)
    return nonzeros, rows, fixed, zeros_of_words(random, ROWS), zeros_of_words(random, COLUMNS)


@every_set
@pytest.mark.parametrize("targets", [True, False])
@pytest.mark.parametrize("by_column", [True, False])
@pytest.mark.parametrize("slots", SLOTS)
def test_gradients_have_the_bits_of_the_reference(slots, by_column, targets, kernels):
    nonzeros, rows, fixed, of_rows, of_columns = problem(slots, by_column)
    expected = rows.copy()
    told = (fixed, by_column, targets, of_rows, of_columns, -5.5)
    reference.add_gradients(nonzeros, expected, *told)
    kernels["add_gradients"](nonzeros, rows, *told)
    assert bits(rows) == bits(expected)


@every_set
@pytest.mark.parametrize("slots", SLOTS)
def test_products_have_the_bits_of_the_reference(slots, kernels):
    _, rows, _, _, _ = problem(slots)
    random = np.random.default_rng(1)
    matrix, scales = random_rows(random, slots, slots), random_rows(random, 1, len(rows))[0]
    expected = rows.copy()
    reference.add_products(expected, matrix, scales)
    kernels["add_products"](rows, matrix, scales)
    assert bits(rows) == bits(expected)


@every_set
@pytest.mark.parametrize("slots", [16, 64, 112])
def test_outer_products_have_the_bits_of_the_reference(slots, kernels):
    _, _, fixed, _, _ = problem(slots)
    weights = np.random.default_rng(2).normal(size=len(fixed))
    matrix = np.ones((slots, slots))
    expected = matrix.copy()
    for first, end in ((0, 5), (5, slots)):
        reference.add_outer_products(fixed, weights, first, end, expected[first:end])
        kernels["add_outer_products"](fixed, weights, first, end, matrix[first:end])
    assert matrix.tobytes() == expected.tobytes()
    np.testing.assert_allclose(np.tril(matrix), np.tril(1 + (fixed.T * weights) @ fixed), rtol=1e-4)


@every_set
@pytest.mark.parametrize("by_column", [True, False])
def test_totals_are_those_of_the_reference(by_column, kernels):
    nonzeros, _, _, of_rows, of_columns = problem(16)
    totals = np.ones((COLUMNS if by_column else ROWS, 3))
    expected = totals.copy()
    reference.add_totals(nonzeros, by_column, of_rows, of_columns, expected)
    kernels["add_totals"](nonzeros, by_column, of_rows, of_columns, totals)
    assert totals.tobytes() == expected.tobytes()


@every_set
def test_nothing_adds_nothing(kernels):
    nonzeros, rows, fixed, of_rows, of_columns = problem(16)
    before = bits(rows)
    kernels["add_gradients"](nonzeros[:0], rows, fixed, False, True, of_rows, of_columns, -5.5)
    kernels["add_products"](rows[:0], aligned_zeros(16, 16), np.empty(0, np.float32))
    totals = np.zeros((ROWS, 3))
    kernels["add_totals"](nonzeros[:0], False, of_rows, of_columns, totals)
    assert bits(rows) == before
    assert not totals.any()


def test_an_instruction_set_that_is_missing_is_refused():
    training = pytest.importorskip("glove_ada.kernels.native.training")
    nonzeros, rows, fixed, of_rows, of_columns = problem(16)
    number, matrix = len(training.instruction_sets()), np.zeros((16, 16))
    with pytest.raises(ValueError, match="instruction set"):
        training.add_gradients(nonzeros, rows, fixed, False, True, of_rows, of_columns, 0, number)
    with pytest.raises(ValueError, match="instruction set"):
        training.add_products(rows, aligned_zeros(16, 16), rows[0, :ROWS].copy(), number)
    with pytest.raises(ValueError, match="instruction set"):
        training.add_outer_products(fixed, np.ones(COLUMNS), 0, 16, matrix, -1)
