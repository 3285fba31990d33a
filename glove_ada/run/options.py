"""The options of training, their defaults and what makes sense."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from glove_ada.errors import OptionError

MODELS = ("sum", "word", "context", "both")
RULES = ("adagrad", "stanford")
BIAS_INITS = ("log-sums", "random")

_ADAGRAD: dict[str, Any] = {
    "vector_size": 100,
    "epochs": 20,
    "x_max": 5.0,
    "eta": 0.3,
    "eps": 0.0,
    "initial_accumulator": 0.1,
    "weight_decay": 0.005,
    "grad_clip": None,
    "zeros": 1.3,
    "bias_init": "log-sums",
    "context_weight": 0.1,
    "singular_power": 0.6,
}
# What suits training on nonzeros alone.
_WITHOUT_ZEROS: dict[str, Any] = {
    **_ADAGRAD,
    "epochs": 25,
    "x_max": 10.0,
    "eta": 0.2,
    "initial_accumulator": 1.0,
    "weight_decay": 0.002,
    "context_weight": 1.0,
    "singular_power": 1.0,
}
# The reference program's own; what belongs to AdaGrad alone is fixed by its rule.
_STANFORD: dict[str, Any] = {
    "vector_size": 50,
    "epochs": 25,
    "x_max": 100.0,
    "eta": 0.05,
    "grad_clip": 100.0,
    "zeros": 0.0,
    "bias_init": "random",
    "context_weight": 1.0,
    "singular_power": 1.0,
}
DEFAULTS = {"adagrad": _ADAGRAD, "without zeros": _WITHOUT_ZEROS, "stanford": _STANFORD}
_LIMITS: dict[str, tuple[float, float]] = {
    "vector_size": (1, 1_000_000),
    "epochs": (1, math.inf),
    "window_size": (1, 1_000_000),
    "min_count": (1, math.inf),
    "max_vocab": (1, math.inf),
    "threads": (1, 4096),
    "evaluate_every": (1, math.inf),
    "checkpoint_every": (1, math.inf),
    "seed": (0, 2**64 - 1),
}
SMALLEST, LARGEST = 1e-18, 1e30  # what float32 and the reciprocal of a square can bear
_MOST = {
    "zeros": 100.0,  # for each nonzero; more would fill the memory with one tile's
    "singular_power": 1.0,
}
_ABOVE_ZERO = ("x_max", "eta", "grad_clip", "zero_count", "zero_weight", "memory")
_NOT_NEGATIVE = (
    "zeros",
    "alpha",
    "eps",
    "initial_accumulator",
    "weight_decay",
    "context_weight",
    "singular_power",
    "checkpoint_minutes",
)


@dataclass(frozen=True)
class Options:
    """Everything that shapes the result, with the rule's defaults filled in.

    The attributes are those of `GloVe`. Those that a rule does not know are None, and so is
    `zero_count` if the counts are to settle it.
    """

    vector_size: int
    window_size: int
    min_count: int
    max_vocab: int | None
    symmetric: bool
    distance_weighting: bool
    lowercase: bool
    rule: str
    epochs: int
    x_max: float
    alpha: float
    eta: float
    eps: float | None
    initial_accumulator: float | None
    weight_decay: float | None
    grad_clip: float | None
    zeros: float
    zero_count: float | None
    zero_weight: float
    bias_init: str
    model: str
    context_weight: float
    singular_power: float
    seed: int


def resolve_options(**given: Any) -> Options:
    """Fill in the rule's defaults for what is None and check every value.

    Raises
    ------
    OptionError
        If a value makes no sense, or an option belongs to another rule.
    """
    rule = given["rule"]
    _check_choice("rule", rule, RULES)
    _check_choice("model", given["model"], MODELS)
    without_zeros = rule == "adagrad" and given["zeros"] == 0
    defaults = DEFAULTS["without zeros" if without_zeros else rule]
    values = dict(given)
    for name in _ADAGRAD:
        if values.get(name) is None:
            values[name] = defaults.get(name)
        elif name not in defaults:
            raise OptionError(
                f"{option_flag(name)} belongs to the rule adagrad; leave it out with --rule {rule}"
            )
    _check_choice("bias_init", values["bias_init"], BIAS_INITS)
    check_values(values)
    if values["initial_accumulator"] == 0 and values["eps"] == 0:
        raise OptionError(
            "--initial-accumulator and --eps are both 0, so that the first step would divide by 0; "
            "give one of them"
        )
    return Options(**values)


def check_values(values: dict[str, Any]) -> None:
    """Check that numbers are what their options take and make them Python's own; None passes.

    Raises
    ------
    OptionError
        For the first one that is not.
    """
    for name, value in values.items():
        if value is None:
            continue
        if name in _LIMITS:
            values[name] = _whole_number(name, value)
        elif name in _ABOVE_ZERO or name in _NOT_NEGATIVE:
            values[name] = _number(name, value)


def _whole_number(name: str, value: Any) -> int:
    low, high = _LIMITS[name]
    if isinstance(value, bool) or not isinstance(value, Integral) or not low <= int(value) <= high:
        most = "or more" if high == math.inf else f"to {high:,}"
        raise OptionError(
            f"{option_flag(name)} is {value!r}; it takes a whole number, {low} {most}"
        )
    return int(value)


def _number(name: str, value: Any) -> float:
    above = name in _ABOVE_ZERO
    largest = _MOST.get(name, LARGEST)
    if (
        isinstance(value, bool)
        or not isinstance(value, Real)
        or not (SMALLEST if above else 0) <= float(value) <= largest
    ):
        least = f"{SMALLEST:g}" if above else "0"
        raise OptionError(
            f"{option_flag(name)} is {value!r}; it takes a number, {least} to {largest:g}"
        )
    return float(value)


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise OptionError(f"{option_flag(name)} is {value!r}; it takes one of {', '.join(choices)}")


def option_flag(name: str) -> str:
    """Return how an option is written on the command line."""
    return "--" + name.replace("_", "-")
