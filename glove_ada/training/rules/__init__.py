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
from dataclasses import replace
from typing import Any

from glove_ada.training.rules import (
    adagrad,
    adagrad_comid,
    adagrad_da,
    adagrad_norm,
    adagrad_row,
    sgd,
    stanford,
)
from glove_ada.training.rules.moving_averages import (
    adadelta,
    adam,
    adamax,
    adamw,
    amsgrad,
    momentum,
    rmsprop,
)
from glove_ada.training.rules.rule import Defaults, UpdateRule

_RULES: dict[str, tuple[Defaults, Callable[..., UpdateRule]]] = {
    "adagrad-row": (adagrad_row.DEFAULTS, adagrad_row.adagrad_row_rule),
    "adagrad": (adagrad.DEFAULTS, adagrad.adagrad_rule),
    "adagrad-norm": (adagrad_norm.DEFAULTS, adagrad_norm.adagrad_norm_rule),
    "adagrad-comid": (adagrad_comid.DEFAULTS, adagrad_comid.adagrad_comid_rule),
    "adagrad-da": (adagrad_da.DEFAULTS, adagrad_da.adagrad_da_rule),
    "sgd": (sgd.DEFAULTS, sgd.sgd_rule),
    "momentum": (momentum.DEFAULTS, momentum.momentum_rule),
    "rmsprop": (rmsprop.DEFAULTS, rmsprop.rmsprop_rule),
    "adadelta": (adadelta.DEFAULTS, adadelta.adadelta_rule),
    "adam": (adam.DEFAULTS, adam.adam_rule),
    "adamw": (adamw.DEFAULTS, adamw.adamw_rule),
    "amsgrad": (amsgrad.DEFAULTS, amsgrad.amsgrad_rule),
    "adamax": (adamax.DEFAULTS, adamax.adamax_rule),
    "stanford": (stanford.DEFAULTS, stanford.stanford_rule),
}
DEFAULTS = {name: defaults for name, (defaults, _) in _RULES.items()}
"""The rules by the names that users give them, the default first."""


def make_rule(name: str, options: Any) -> UpdateRule:
    """Return a rule with the options that belong to it.

    Parameters
    ----------
    name : str
    options : object
        Has an attribute for each of the rule's options, and for those that all rules have; a
        `grad_clip` of None is none.
    """
    _, make = _RULES[name]
    values = {option: getattr(options, option) for option in inspect.signature(make).parameters}
    if "grad_clip" in values and values["grad_clip"] is None:
        values["grad_clip"] = math.inf
    return replace(make(**values), eta_decay=options.eta_decay)
