"""Stochastic gradient descent: a step is the learning rate times the gradient."""

from __future__ import annotations

from glove_ada.training.rules import adagrad
from glove_ada.training.rules.rule import UpdateRule

DEFAULTS = adagrad.DEFAULTS.but("eps", "initial_accumulator", eta=0.05)


def sgd_rule(*, eta: float, weight_decay: float, grad_clip: float) -> UpdateRule:
    """Return the rule."""
    return UpdateRule(
        "sgd",
        vector_rate=eta,
        bias_rate=eta,
        weight_decay=weight_decay,
        constants=(grad_clip,),
        states=0,
    )
