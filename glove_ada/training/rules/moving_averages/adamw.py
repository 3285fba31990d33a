"""AdamW (Loshchilov and Hutter 2019): Adam whose weight decay is no part of the gradient.

A step takes the learning rate times the decay off the vector, whatever the mean square is.
"""

from __future__ import annotations

from glove_ada.training.rules import adagrad
from glove_ada.training.rules.moving_averages.moments import moment_constants
from glove_ada.training.rules.rule import UpdateRule

DEFAULTS = adagrad.DEFAULTS.but(
    "initial_accumulator", eta=0.002, weight_decay=0.05, beta1=0.9, beta2=0.999, eps=1e-8
)


def adamw_rule(
    *, eta: float, beta1: float, beta2: float, eps: float, weight_decay: float, grad_clip: float
) -> UpdateRule:
    """Return the rule."""
    return UpdateRule(
        "adamw",
        vector_rate=eta,
        bias_rate=eta,
        weight_decay=weight_decay,
        constants=(grad_clip, *moment_constants(beta1, beta2, eps)),
        states=2,
        clock=True,
    )
