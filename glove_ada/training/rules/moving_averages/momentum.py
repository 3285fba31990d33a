"""Gradient descent with momentum (Polyak 1964), as torch.optim.SGD has it.

The velocity is a sum of a row's gradients, of which each update of the row keeps `momentum`.
"""

from __future__ import annotations

from glove_ada.training.rules import adagrad
from glove_ada.training.rules.rule import UpdateRule

DEFAULTS = adagrad.DEFAULTS.but("eps", "initial_accumulator", eta=0.005, momentum=0.9)


def momentum_rule(
    *, eta: float, momentum: float, weight_decay: float, grad_clip: float
) -> UpdateRule:
    """Return the rule."""
    return UpdateRule(
        "momentum",
        vector_rate=eta,
        bias_rate=eta,
        weight_decay=weight_decay,
        constants=(grad_clip, momentum),
    )
