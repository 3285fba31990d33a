"""AdaMax (Kingma and Ba 2015, section 7.1): Adam by the largest gradient, which fades."""

from __future__ import annotations

from glove_ada.training.rules import adagrad
from glove_ada.training.rules.rule import UpdateRule

DEFAULTS = adagrad.DEFAULTS.but("initial_accumulator", eta=0.02, beta1=0.9, beta2=0.999, eps=1e-8)


def adamax_rule(
    *, eta: float, beta1: float, beta2: float, eps: float, weight_decay: float, grad_clip: float
) -> UpdateRule:
    """Return the rule."""
    return UpdateRule(
        "adamax",
        vector_rate=eta,
        bias_rate=eta,
        weight_decay=weight_decay,
        constants=(grad_clip, beta1, 1 - beta1, beta2, eps),
        states=2,
        clock=True,
    )
