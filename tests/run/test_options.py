"""Defaults of the rules, and values that make no sense."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pytest

from glove_ada import GloVe
from glove_ada.errors import OptionError
from glove_ada.run.options import DEFAULTS, RULES, Options, check_values


def resolve(**given):
    return GloVe(**given).resolved_options()


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_fills_in_its_defaults(rule):
    options = resolve(rule=rule)
    for name, value in DEFAULTS[rule].items():
        assert getattr(options, name) == value
    for name in set(DEFAULTS["adagrad"]) - set(DEFAULTS[rule]):
        assert getattr(options, name) is None


def test_the_counts_settle_what_a_zero_counts_for():
    assert resolve().zero_count is None
    assert resolve(zero_count=0.5).zero_count == 0.5


def test_defaults_without_zeros_are_others():
    options = resolve(zeros=0)
    for name, value in DEFAULTS["without zeros"].items():
        assert getattr(options, name) == (0 if name == "zeros" else value)
    assert resolve(zeros=0, epochs=3).epochs == 3
    assert resolve(zeros=0, rule="stanford") == resolve(rule="stanford")


def test_stanford_s_defaults_are_the_reference_program_s():
    options = resolve(rule="stanford")
    assert (options.vector_size, options.epochs, options.x_max) == (50, 25, 100)
    assert (options.eta, options.alpha, options.grad_clip) == (0.05, 0.75, 100)
    assert (options.zeros, options.bias_init) == (0, "random")
    assert (options.context_weight, options.singular_power) == (1, 1)
    assert (options.window_size, options.min_count) == (15, 5)


def test_what_is_given_stays():
    given = {
        "vector_size": 7,
        "window_size": 3,
        "min_count": 2,
        "max_vocab": 9,
        "symmetric": False,
        "distance_weighting": False,
        "lowercase": True,
        "epochs": 4,
        "x_max": 5.0,
        "alpha": 0.5,
        "eta": 0.1,
        "eps": 1e-8,
        "initial_accumulator": 0.0,
        "weight_decay": 0.0,
        "grad_clip": 1.0,
        "zeros": 0.5,
        "zero_count": 0.1,
        "zero_weight": 0.2,
        "bias_init": "random",
        "model": "both",
        "context_weight": 0.5,
        "singular_power": 0.5,
        "seed": 2**64 - 1,
        "rule": "adagrad",
    }
    assert resolve(**given) == Options(**given)
    assert set(given) == set(Options.__dataclass_fields__)


def test_resolving_changes_no_parameter():
    model = GloVe()
    model.resolved_options()
    assert model.vector_size is None
    assert model.eta is None


def test_every_parameter_becomes_an_attribute():
    values = {name: object() for name in inspect.signature(GloVe).parameters}
    model = GloVe(**values)
    for name, value in values.items():
        assert getattr(model, name) is value


WHOLE = ["vector_size", "epochs", "window_size", "min_count", "max_vocab", "threads", "seed"]
ABOVE_ZERO = ["x_max", "eta", "grad_clip", "zero_count", "zero_weight"]
NOT_NEGATIVE = ["alpha", "eps", "initial_accumulator", "weight_decay", "zeros"]
NOT_NEGATIVE += ["context_weight", "singular_power"]
BAD = [
    *((name, value) for name in WHOLE for value in (-1, 1.5, 2.0, "3", True, math.nan)),
    *((name, 0) for name in WHOLE if name != "seed"),
    *((name, value) for name in ABOVE_ZERO + NOT_NEGATIVE for value in (-1, math.nan, math.inf)),
    *((name, "1") for name in ABOVE_ZERO + NOT_NEGATIVE),
    *((name, 0) for name in ABOVE_ZERO),
    ("vector_size", 1_000_001),
    ("window_size", 1_000_001),
    ("threads", 4097),
    ("seed", 2**64),
    ("zeros", 101),
    ("singular_power", 1.1),
    ("bias_init", "zero"),
    ("model", "words"),
    ("rule", "adam"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_nonsense_is_refused_by_the_option_s_name(name, value):
    with pytest.raises(OptionError) as raised:
        resolve(**{name: value})
    message = str(raised.value)
    assert message.startswith(f"--{name.replace('_', '-')} is {value!r}; it takes ")
    assert "\n" not in message


@pytest.mark.parametrize("name", ["eps", "initial_accumulator", "weight_decay"])
def test_an_option_of_another_rule_is_refused(name):
    with pytest.raises(
        OptionError, match=f"--{name.replace('_', '-')} belongs to the rule adagrad"
    ):
        resolve(rule="stanford", **{name: 0.5})


def test_a_first_step_that_divides_by_zero_is_refused():
    with pytest.raises(OptionError, match="divide by 0"):
        resolve(eps=0.0, initial_accumulator=0.0)
    resolve(eps=1e-8, initial_accumulator=0.0)


def test_numpy_s_whole_numbers_and_the_edges_pass():
    resolve(vector_size=np.int64(5), seed=0, threads=np.int32(4096))
    resolve(vector_size=1_000_000, alpha=0, weight_decay=0, x_max=1e-9)
    check_values({"threads": None, "max_vocab": None})
