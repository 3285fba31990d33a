"""The training kernel: bit for bit against NumPy, its gradient against finite differences."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest
from kernel_problems import COLUMNS, NONZEROS, ROWS, bits, every_kernel, random_nonzeros, train
from reference import rules as reference

from glove_ada import kernels
from glove_ada.kernels.definitions import RULES
from glove_ada.training.parameters import RowLayout, aligned_zeros

# 50, 100, 200 and 300 have loops of their own; the others share one.
VECTOR_SIZES = [1, 13, 14, 15, 50, 62, 63, 100, 150, 200, 300, 333]
PROBLEMS = {
    "plain": {},
    "decay": {"decay": 0.01},
    "clip": {"grad_clip": 0.05},
    "clip and decay": {"grad_clip": 0.05, "decay": 0.01},
    "eps": {"eps": 0.1, "accumulator": 0.0},
    "step first": {"rule": "stanford"},
    "step first, clip": {"rule": "stanford", "grad_clip": 0.05},
    "large rate": {"rate": 2.0},
    "row-wise": {"rule": "adagrad_row"},
    "row-wise, decay": {"rule": "adagrad_row", "decay": 0.01},
    "row-wise, eps": {"rule": "adagrad_row", "eps": 0.1, "accumulator": 0.0},
    "row-wise, large rate": {"rule": "adagrad_row", "rate": 2.0},
    "norm, decay": {"rule": "adagrad_norm", "decay": 0.01},
}


def random_side(random, rows, layout, side, accumulator, rule):
    vector_size = layout.vector_size
    vectors = random.normal(size=(rows, vector_size)) / math.sqrt(vector_size)
    biases = random.normal(size=rows) / math.sqrt(vector_size)
    parameters = aligned_zeros(rows, layout.row_floats)
    parameters[:, :vector_size] = vectors
    if rule in reference.ROW_RULES:
        parameters[:, -4:-2], parameters[:, -1] = accumulator, biases
        return parameters
    parameters[:, layout.bias(side)] = biases
    parameters[:, layout.bias(1 - side)] = 1
    parameters[:, layout.slots :] = accumulator
    return parameters


def random_problem(
    vector_size,
    *,
    rule="adagrad",
    rate=0.2,
    decay=0.0,
    grad_clip=math.inf,
    eps=0.0,
    accumulator=1.0,
):
    """Return nonzeros, rows, columns and what the rule is told."""
    random = np.random.default_rng(vector_size)
    layout = RowLayout(
        vector_size, **{"states": 0, "kept": 4} if rule in reference.ROW_RULES else {}
    )
    sides = [
        random_side(random, rows, layout, side, accumulator, rule)
        for side, rows in enumerate((ROWS, COLUMNS))
    ]
    constants = {
        "adagrad": [grad_clip, eps],
        "stanford": [grad_clip],
        "adagrad_row": [eps, decay, 2 * decay, decay * decay, 1 / vector_size],
        "adagrad_norm": [0, decay, 2 * decay, decay * decay, 1 / vector_size],
    }[rule]
    told = {
        "rule": RULES.index(rule),
        "row_rate": layout.mask(rate, rate / 2, 0),
        "column_rate": layout.mask(rate, rate / 2, 1),
        "decay": layout.mask(decay, 0, 0),
        "constants": np.array(constants, np.float32),
    }
    return random_nonzeros(random, NONZEROS), *sides, told


@every_kernel
@pytest.mark.parametrize("rule_name", PROBLEMS)
@pytest.mark.parametrize("vector_size", VECTOR_SIZES)
def test_same_bits_as_the_reference(vector_size, rule_name, kernel):
    nonzeros, rows, columns, rule = random_problem(vector_size, **PROBLEMS[rule_name])
    expected_rows, expected_columns = rows.copy(), columns.copy()
    expected_costs = reference.train_nonzeros(nonzeros, expected_rows, expected_columns, **rule)

    assert train(nonzeros, rows, columns, rule, kernel) == expected_costs
    assert min(expected_costs) > 0
    assert bits(rows) == bits(expected_rows)
    assert bits(columns) == bits(expected_columns)


@every_kernel
def test_trains_the_named_span_in_the_named_rows_only(kernel):
    nonzeros, rows, columns, rule = random_problem(20)
    few = nonzeros[10:15].copy()
    few["row"] %= 2
    few["column"] %= 3
    nonzeros[10:15] = few
    expected_rows, expected_columns = rows.copy(), columns.copy()
    reference.train_nonzeros(few, expected_rows[2:], expected_columns[4:], **rule)

    kernel(nonzeros, 10, 15, rows, 2, columns, 4, **rule)
    assert bits(rows) == bits(expected_rows)
    assert bits(columns) == bits(expected_columns)


@every_kernel
def test_an_empty_span_costs_and_changes_nothing(kernel):
    nonzeros, rows, columns, rule = random_problem(20)
    before = bits(rows)
    costs = kernel(nonzeros, 3, 3, rows, 0, columns, 0, **rule)
    assert costs == (0, 0)
    assert bits(rows) == before


def test_ones_and_padding_never_move():
    nonzeros, rows, columns, rule = random_problem(20, decay=0.01)
    rows[:, 22:32] = 0
    columns[:, 22:32] = 0
    train(nonzeros, rows, columns, rule, kernels.train_nonzeros)
    assert (rows[:, 21] == 1).all()
    assert (columns[:, 20] == 1).all()
    assert not rows[:, 22:32].any()
    assert not columns[:, 22:32].any()


def test_an_instruction_set_that_is_missing_is_refused():
    training = pytest.importorskip("glove_ada.kernels.native.training")
    nonzeros, rows, columns, rule = random_problem(20)
    for number in (-1, len(training.instruction_sets())):
        kernel = partial(training.train_nonzeros, instruction_set=number)
        with pytest.raises(ValueError, match="instruction set"):
            train(nonzeros, rows, columns, rule, kernel)


def cost_of(word, context, vector_size, log_count, weight):
    """Return the cost of a nonzero whose rows are `word` and `context`, without decay."""
    biases = word[vector_size], context[vector_size + 1]
    return reference.cost(word[:vector_size], context[:vector_size], *biases, log_count, weight)


@every_kernel
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_gradient_is_that_of_the_cost(kernel, decay):
    vector_size, little = 10, 1e-6
    # Sums of 1, a rate of 1 and stepping first: the step is the gradient itself.
    nonzeros, rows, columns, rule = random_problem(vector_size, rule="stanford", decay=decay)
    rule["row_rate"], rule["column_rate"] = (
        RowLayout(vector_size).mask(1, 1, side) for side in (0, 1)
    )
    nonzeros = nonzeros[:1]
    nonzeros[["row", "column"]] = 0
    nonzeros["weight"] = abs(nonzeros["weight"])
    _, _, log_count, weight = nonzeros[0].item()
    before = [rows[0].astype(float), columns[0].astype(float)]

    def penalised_cost(word, context):
        penalty = (word[:vector_size] ** 2).sum() + (context[:vector_size] ** 2).sum()
        return cost_of(word, context, vector_size, log_count, weight) + decay / 2 * penalty

    returned, _ = train(nonzeros, rows, columns, rule, kernel)
    assert returned == pytest.approx(cost_of(*before, vector_size, log_count, weight), rel=1e-5)
    for side, after in enumerate((rows[0], columns[0])):
        for place in [*range(vector_size), vector_size + side]:
            costs = []
            for shift in (-little, little):
                shifted = [part.copy() for part in before]
                shifted[side][place] += shift
                costs.append(penalised_cost(*shifted))
            slope = (costs[1] - costs[0]) / (2 * little)
            gradient = before[side][place] - after[place]
            assert gradient == pytest.approx(slope, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("accumulator", [1.0, 1e-4])
def test_accumulating_first_bounds_every_step_by_the_rate(accumulator):
    nonzeros, rows, columns, rule = random_problem(50, rate=0.5, accumulator=accumulator)
    nonzeros["log_count"] *= 1000
    for place in range(len(nonzeros)):
        before = rows.copy()
        train(nonzeros[place : place + 1], rows, columns, rule, kernels.train_nonzeros)
        assert np.abs(rows - before)[:, :51].max() <= 0.5 * (1 + 1e-6)


@every_kernel
def test_updates_at_once_are_those_one_after_the_other(kernel):
    """Rows and columns that repeat soon, late and never, so that 1 to 4 updates share nothing."""
    nonzeros, rows, columns, told = random_problem(50, rule="adagrad_row", decay=0.01)
    nonzeros["row"] = np.arange(NONZEROS) % 5
    nonzeros["column"][: NONZEROS // 2] = np.arange(NONZEROS // 2) % 4
    one_by_one = [aligned_zeros(*side.shape) for side in (rows, columns)]
    one_by_one[0][:], one_by_one[1][:] = rows, columns
    costs = np.zeros(2)
    for place in range(NONZEROS):
        costs += kernel(nonzeros, place, place + 1, one_by_one[0], 0, one_by_one[1], 0, **told)
    assert train(nonzeros, rows, columns, told, kernel) == pytest.approx(tuple(costs), rel=1e-12)
    assert bits(rows) == bits(one_by_one[0])
    assert bits(columns) == bits(one_by_one[1])
