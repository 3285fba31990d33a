"""Every rule that steps each component by itself: bit for bit against NumPy, with all options."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from kernel_problems import COLUMNS, NONZEROS, ROWS, bits, every_kernel, random_nonzeros, train
from reference.rules import COMPONENT_RULES, train_nonzeros

from glove_ada import kernels
from glove_ada.training.parameters import aligned_zeros
from glove_ada.training.rules import DEFAULTS, make_rule
from glove_ada.training.tile_task import spread_rule

NAMES = [name for name in DEFAULTS if name.replace("-", "_") in COMPONENT_RULES]
# 50 has loops of its own with adagrad; 14 fills its last lanes.
VECTOR_SIZES = [1, 13, 14, 50, 77]
OPTIONS = {
    "defaults": {},
    "decay": {"weight_decay": 0.05},
    "clip": {"grad_clip": 0.05},
    "clip and decay": {"grad_clip": 0.05, "weight_decay": 0.05},
    "l1": {"l1": 0.1},
    "l1 and decay": {"l1": 0.01, "weight_decay": 0.05, "eps": 0.1},
    "memory": {"momentum": 0.5, "rho": 0.5, "beta1": 0.0, "beta2": 0.25, "eps": 0.1},
    "large rate": {"eta": 0.1},
}
CASES = [
    pytest.param(name, options, id=f"{name}, {title}")
    for name in NAMES
    for title, options in OPTIONS.items()
    if not options or options.keys() & DEFAULTS[name].values.keys()
]


def rule_with(name, **options):
    """Return a rule with some options; those that it lacks are left out."""
    values = {"eta_decay": 0.0, "l1": 0.1, **DEFAULTS[name].values, **options}
    if values.get("weight_decay", 0.0) is None:
        values["weight_decay"] = 0.005  # else the text settles it
    return make_rule(name, SimpleNamespace(**values))


def told(rule, layout):
    """Return what the kernel is told of a rule."""
    spread = spread_rule(rule, layout)
    return {
        "rule": spread.number,
        "row_rate": spread.rates[0],
        "column_rate": spread.rates[1],
        "decay": spread.decay,
        "constants": spread.constants,
    }


def start(random, rule, layout, side, rows):
    """Return random rows as a rule lays them out and starts them."""
    parameters = aligned_zeros(rows, layout.row_floats)
    size = layout.vector_size
    parameters[:, :size] = random.normal(size=(rows, size)) / np.sqrt(size)
    parameters[:, layout.bias(side)] = random.normal(size=rows) / np.sqrt(size)
    layout.start(
        parameters,
        side,
        vector_accumulator=rule.vector_accumulator,
        bias_accumulator=rule.bias_accumulator,
        dual_scale=rule.dual_scale,
    )
    return parameters


def random_problem(vector_size, rule):
    """Return nonzeros, rows, columns and what the kernel is told of the rule."""
    random = np.random.default_rng(vector_size)
    layout = rule.layout(vector_size)
    sides = [start(random, rule, layout, side, rows) for side, rows in enumerate((ROWS, COLUMNS))]
    return random_nonzeros(random, NONZEROS), *sides, told(rule, layout)


@every_kernel
@pytest.mark.parametrize(("name", "options"), CASES)
def test_same_bits_as_the_reference(name, options, kernel):
    for vector_size in VECTOR_SIZES:
        rule = rule_with(name, **options)
        nonzeros, rows, columns, about = random_problem(vector_size, rule)
        expected_rows, expected_columns = rows.copy(), columns.copy()
        expected_costs = train_nonzeros(nonzeros, expected_rows, expected_columns, **about)

        assert train(nonzeros, rows, columns, about, kernel) == expected_costs
        assert np.isfinite(expected_rows).all()
        assert bits(rows) == bits(expected_rows)
        assert bits(columns) == bits(expected_columns)


@pytest.mark.parametrize("name", NAMES)
def test_only_vectors_and_biases_move(name):
    rule = rule_with(name)
    layout = rule.layout(20)
    nonzeros, rows, columns, about = random_problem(20, rule)
    before = rows.copy()
    train(nonzeros, rows, columns, about, kernels.train_nonzeros)
    moved = (rows != before).any(axis=0)
    assert moved[:21].all()
    assert not moved[21 : layout.slots].any()


@every_kernel
def test_no_l1_is_adagrad(kernel):
    plain, without = rule_with("adagrad", eta=0.1), rule_with("adagrad-comid", eta=0.1, l1=0.0)
    nonzeros, rows, columns, about = random_problem(20, plain)
    others = [aligned_zeros(*side.shape) for side in (rows, columns)]
    others[0][:], others[1][:] = rows, columns
    train(nonzeros, rows, columns, about, kernel)
    train(nonzeros, *others, told(without, without.layout(20)), kernel)
    assert bits(rows) == bits(others[0])
    assert bits(columns) == bits(others[1])


@pytest.mark.parametrize("name", ["adagrad-comid", "adagrad-da"])
def test_a_large_l1_leaves_the_biases_alone(name):
    rule = rule_with(name, l1=100.0)
    nonzeros, rows, columns, about = random_problem(20, rule)
    bias = rows[0, 20]
    train(nonzeros, rows, columns, about, kernels.train_nonzeros)
    assert not rows[np.unique(nonzeros["row"]), :20].any()
    assert not columns[np.unique(nonzeros["column"]), :20].any()
    assert bias != rows[0, 20] != 0
    assert (rows[:, 21] == 1).all()


def test_dual_averaging_starts_at_what_was_drawn():
    """Without gradients a component stays; the sum alone says where it is."""
    rule = rule_with("adagrad-da", eps=0.1, weight_decay=0.0, l1=0.0)
    nonzeros, rows, columns, about = random_problem(20, rule)
    nonzeros["weight"] = 1e-12
    before = rows.copy()
    train(nonzeros, rows, columns, about, kernels.train_nonzeros)
    np.testing.assert_allclose(rows[:, :22], before[:, :22], rtol=1e-6)
