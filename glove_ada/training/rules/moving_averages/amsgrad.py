"""AMSGrad (Reddi, Kale and Kumar 2018): Adam by the largest mean square so far."""

from __future__ import annotations

from glove_ada.training.rules import adagrad
from glove_ada.training.rules.moving_averages.moments import moment_constants
from glove_ada.training.rules.rule import UpdateRule

DEFAULTS = adagrad.DEFAULTS.but("initial_accumulator", eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8)


def amsgrad_rule(
    *, eta: float, beta1: float, beta2: float, eps: float, weight_decay: float, grad_clip: float
) -> UpdateRule:
    """Return the rule."""
    return UpdateRule(
        "amsgrad",
        vector_rate=eta,
        bias_rate=eta,
        weight_decay=weight_decay,
        constants=(grad_clip, *moment_constants(beta1, beta2, eps)),
        states=3,
        clock=True,
    )
