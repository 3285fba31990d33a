"""Descriptions of options: defaults, nonsense, and all that is held equal to them."""

from __future__ import annotations

import dataclasses
import inspect
import math
import re
import subprocess
import sys

import numpy as np
import pytest
from support import DATA, another_value

from glove_ada import GloVe
from glove_ada.errors import OptionError
from glove_ada.run.options import (
    DEFAULT_RULE,
    GROUPS,
    MODES,
    OPTIONS,
    RULES,
    TRAINER_OPTIONS,
    Options,
    names_that_shape,
    own_defaults,
    shown_defaults,
)
from glove_ada.run.options.kinds import ByRule, Option, Shapes
from glove_ada.run.result import settle_weight_decay
from glove_ada.system.sentences.kinds import Number, Switch
from glove_ada.training.rules.adagrad_row import choose_weight_decay

IN_RESULT = names_that_shape(*set(Shapes) - {Shapes.INPUT, Shapes.NOTHING})


def resolve(**given):
    return GloVe(**given).resolved_options()


def test_an_option_must_say_what_depends_on_it():
    with pytest.raises(TypeError, match="shapes"):
        Option("dummy", Number(), 1.0, help="what it is for")
    with pytest.raises(TypeError, match="shapes"):
        Option("dummy", Number(), 1.0, "what it is for", "")


def test_no_option_is_described_twice():
    assert len(OPTIONS) == sum(map(len, GROUPS.values()))


def in_python(option):
    """Return the default of an option in a signature, where None is filled in by the rule."""
    return None if isinstance(option.default, ByRule) else option.default


def test_the_trainer_s_signature_is_as_described():
    parameters = dict(inspect.signature(GloVe).parameters)
    for name in ("sif", "verbose", "display"):  # of Python alone
        del parameters[name]
    for name, option in TRAINER_OPTIONS.items():
        parameter, default = parameters.pop(name), in_python(option)
        none = " | None" if default is None else ""
        assert parameter.annotation == option.kind.annotation + none, name
        assert parameter.default == default, name
        assert type(parameter.default) is type(default), name
    assert not parameters


def test_the_trainer_s_docstring_tells_of_every_option():
    parameters = inspect.getdoc(GloVe).split("Parameters\n---")[1].split("Attributes\n---")[0]
    described = re.findall(r"^(\w+) : .*\n    \S", parameters, re.MULTILINE)
    assert described == list(inspect.signature(GloVe).parameters)


def test_the_trainer_s_docstring_tells_the_defaults_of_its_rule():
    described = re.split(r"^(\w+) : .*$", inspect.getdoc(GloVe), flags=re.MULTILINE)
    texts = dict(zip(described[1::2], described[2::2], strict=True))
    for name, option in OPTIONS.items():
        default = option.default_for("adagrad-row", zeros=True)
        numeric = isinstance(default, int | float) and not isinstance(default, bool)
        if isinstance(option.default, ByRule) and numeric:
            assert f"({default:g}" in texts[name], name


def test_resolved_options_are_as_described():
    fields = {field.name: field.type for field in dataclasses.fields(Options)}
    for name in IN_RESULT:
        option = OPTIONS[name]
        defaults = [option.default_for(rule, zeros=zeros) for rule, zeros in MODES.values()]
        annotation = "str" if name == "window_weights" else option.kind.annotation
        assert fields.pop(name) == annotation + " | None" * (None in defaults), name
    assert not fields


def test_the_page_of_options_is_as_described():
    root = DATA.parent
    command = [sys.executable, root / "scripts" / "write_options_page.py"]
    made = subprocess.run(command, capture_output=True, check=True, text=True, cwd=root).stdout
    page = (root / "docs" / "options.md").read_text()
    assert page == made, "make it anew: python scripts/write_options_page.py > docs/options.md"


@pytest.mark.parametrize("option", OPTIONS.values(), ids=OPTIONS)
def test_defaults_make_sense(option):
    for rule in RULES:
        for zeros in (True, False):
            default = option.default_for(rule, zeros=zeros)
            assert option.check(default) == default
    if isinstance(option.default, ByRule):
        assert set(option.default.without_zeros) <= set(option.default.rules) <= set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_fills_in_its_defaults(rule):
    options = resolve(rule=rule)
    for name in set(IN_RESULT) - {"rule"}:
        assert getattr(options, name) == OPTIONS[name].default_for(rule, zeros=True)
        if not OPTIONS[name].belongs_to(rule):
            assert getattr(options, name) is None


def test_none_stands_for_the_default():
    assert GloVe(**dict.fromkeys(TRAINER_OPTIONS)).resolved_options() == resolve()


def test_defaults_are_shown_for_each_mode():
    assert shown_defaults(OPTIONS["eta"]) == ["0.4", "0.2", "0.05"]
    assert shown_defaults(OPTIONS["eps"]) == ["0", "0", "not used"]
    assert shown_defaults(OPTIONS["grad_clip"]) == ["not used", "not used", "100"]
    assert own_defaults("adagrad")["grad_clip"] == "none"
    assert shown_defaults(OPTIONS["max_vocab"])[0] == "no limit"


def test_the_counts_settle_what_a_zero_counts_for():
    assert resolve().zero_count is None
    assert resolve(zero_count=0.5).zero_count == 0.5


def test_the_text_settles_the_weight_decay():
    assert choose_weight_decay(np.array([17_000_000, 190_132]), 300) == 0.0062
    assert choose_weight_decay(np.array([17_000_000, 190_132]), 100) == 0.0052
    assert choose_weight_decay(np.array([10, 1]), 2) == 0.01
    options = resolve()
    assert options.weight_decay is None
    settled = settle_weight_decay(options, np.array([10**9]))
    assert settled == dataclasses.replace(options, weight_decay=0.0026)
    for given in ({"weight_decay": 0.0}, {"zeros": 0}, {"rule": "adagrad"}, {"rule": "stanford"}):
        assert settle_weight_decay(resolve(**given), np.array([10**9])) == resolve(**given)


def test_defaults_without_zeros_are_others():
    options = resolve(zeros=0)
    assert (options.zeros, options.epochs, options.x_max, options.eta) == (0, 25, 10, 0.2)
    assert (options.initial_accumulator, options.weight_decay) == (1, 0.002)
    assert (options.context_weight, options.singular_power) == (1, 1)
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
        name: another_value(option)
        for name, option in OPTIONS.items()
        if name in IN_RESULT and option.belongs_to(DEFAULT_RULE)
    }
    given["rule"] = DEFAULT_RULE  # another one lacks some options
    given["distance_weighting"] = True  # which excludes other weights
    others = dict.fromkeys(set(IN_RESULT) - set(given))
    # An anchor needs what it holds to.
    assert resolve(**given, start_from="vectors.txt") == Options(**given, **others)


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


def test_what_makes_no_sense_together_is_refused():
    with pytest.raises(OptionError, match="--resume and --fresh exclude each other"):
        resolve(resume=True, fresh=True, work_dir="work")
    for given in ({"resume": True}, {"keep": True}, {"checkpoint_every": 2}):
        with pytest.raises(OptionError, match="need a --work-dir"):
            resolve(**given)
        resolve(work_dir="work", **given)


WHOLE = ["vector_size", "epochs", "window_size", "min_count", "max_vocab", "threads", "seed"]
ABOVE_ZERO = ["x_max", "eta", "grad_clip", "zero_count", "zero_weight"]
NOT_NEGATIVE = ["alpha", "eps", "initial_accumulator", "weight_decay", "zeros"]
NOT_NEGATIVE += ["anchor", "context_weight", "singular_power", "l1", "eta_decay"]
BELOW_ONE = ["momentum", "rho", "beta1", "beta2"]
SWITCHES = [name for name, option in TRAINER_OPTIONS.items() if isinstance(option.kind, Switch)]
PATHS = ["vocab_file", "start_from", "scheduler_file", "work_dir"]
BAD = [
    *((name, value) for name in WHOLE for value in (-1, 1.5, 2.0, "3", True, math.nan)),
    *((name, 0) for name in WHOLE if name != "seed"),
    *(
        (name, value)
        for name in ABOVE_ZERO + NOT_NEGATIVE + BELOW_ONE
        for value in (-1, math.nan, math.inf, "0.5")
    ),
    *((name, value) for name in BELOW_ONE for value in (1, 1.5, True)),
    *((name, 0) for name in ABOVE_ZERO),
    *((name, value) for name in SWITCHES for value in ("no", "false", 2, 0.0, [], math.nan)),
    *((name, value) for name in PATHS for value in (3, "", [], b"x", "a\0b")),
    *(("cluster", value) for value in (3, "", [])),
    ("document", ["line"]),
    ("vector_size", 1_000_001),
    ("window_size", 1_000_001),
    ("threads", 4097),
    ("seed", 2**64),
    ("zeros", 101),
    ("singular_power", 1.1),
    ("bias_init", "zero"),
    ("model", "words"),
    ("rule", "adamant"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_nonsense_is_refused_by_the_option_s_name(name, value):
    with pytest.raises(OptionError) as raised:
        resolve(**{name: value})
    message = str(raised.value)
    assert message.startswith(f"--{name.replace('_', '-')} is {value!r}; it takes ")
    assert "\n" not in message


def test_numpy_s_numbers_and_switches_become_python_s():
    given = resolve(vector_size=np.int64(7), alpha=np.float32(0.5), lowercase=np.True_, tokenize=1)
    assert (given.vector_size, given.alpha, given.lowercase, given.tokenize) == (7, 0.5, True, True)
    assert {type(given.vector_size), type(given.alpha)} == {int, float}
    assert given.lowercase is given.tokenize is True


@pytest.mark.parametrize("name", ["eps", "initial_accumulator", "weight_decay"])
def test_an_option_of_another_rule_is_refused(name):
    with pytest.raises(
        OptionError, match=f"--{name.replace('_', '-')} belongs to the rules adagrad-row, adagrad,"
    ):
        resolve(rule="stanford", **{name: 0.5})


LACKING = [
    (rule, name) for rule in RULES for name in TRAINER_OPTIONS if not OPTIONS[name].belongs_to(rule)
]
assert {("adam", "l1"), ("adagrad", "beta1"), ("adagrad-row", "rho")} < set(LACKING)


@pytest.mark.parametrize(("rule", "name"), LACKING)
def test_an_option_that_only_other_rules_have_is_refused(rule, name):
    flag = f"--{name.replace('_', '-')}"
    with pytest.raises(OptionError, match=f"{flag} belongs to .*; leave it out with --rule {rule}"):
        resolve(rule=rule, **{name: 0.5})


@pytest.mark.parametrize("rule", [rule for rule in RULES if OPTIONS["eps"].belongs_to(rule)])
def test_an_average_that_starts_at_zero_needs_an_eps(rule):
    if OPTIONS["initial_accumulator"].belongs_to(rule):
        resolve(rule=rule, eps=0)
    else:
        with pytest.raises(OptionError, match="--eps is 0"):
            resolve(rule=rule, eps=0)


def test_a_first_step_that_divides_by_zero_is_refused():
    with pytest.raises(OptionError, match="divide by 0"):
        resolve(eps=0.0, initial_accumulator=0.0)
    with pytest.raises(OptionError, match="--initial-accumulator is 0"):
        resolve(rule="adagrad-norm", initial_accumulator=0.0)
    resolve(eps=1e-8, initial_accumulator=0.0)


def test_numpy_s_whole_numbers_and_the_edges_pass():
    resolve(vector_size=np.int64(5), seed=0, threads=np.int32(4096))
    resolve(vector_size=1_000_000, alpha=0, weight_decay=0, x_max=1e-9)
    resolve(zeros=100, singular_power=1, eps=1e30)
