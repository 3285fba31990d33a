"""The rules of training: how one update changes the two rows of a nonzero.

A rule's own are its options with their defaults, what it keeps of a row and where that starts, and
the arithmetic of one update, which the kernels hold (`kernels/native/headers/rules`,
`kernels/numba_backend/rules`). Tiles, schedule, negatives, prefetching, costs and instruction sets
are the same for all of them.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

from glove_ada.training.rules import adagrad, adagrad_row, stanford
from glove_ada.training.rules.rule import Defaults, UpdateRule

DEFAULTS: dict[str, Defaults] = {
    "adagrad": adagrad.DEFAULTS,
    "adagrad-row": adagrad_row.DEFAULTS,
    "stanford": stanford.DEFAULTS,
}
"""The rules by the names that users give them, the default first."""

_MAKERS: dict[str, Callable[..., UpdateRule]] = {
    "adagrad": adagrad.adagrad_rule,
    "adagrad-row": adagrad_row.adagrad_row_rule,
    "stanford": stanford.stanford_rule,
}


def make_rule(name: str, options: Any) -> UpdateRule:
    """Return a rule with the options that belong to it.

    Parameters
    ----------
    name : str
    options : object
        Has an attribute for each of the rule's options; a `grad_clip` of None is none.
    """
    make = _MAKERS[name]
    values = {option: getattr(options, option) for option in inspect.signature(make).parameters}
    if "grad_clip" in values and values["grad_clip"] is None:
        values["grad_clip"] = math.inf
    return make(**values)
