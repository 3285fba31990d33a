"""AdaDelta (Zeiler 2012): a step is as long as the root mean square of those before.

Both averages start at 0, so that `eps`, which is added under both roots, sets the length of a row's
first steps.
"""

from __future__ import annotations

from glove_ada.training.rules import adagrad
from glove_ada.training.rules.rule import UpdateRule

DEFAULTS = adagrad.DEFAULTS.but("initial_accumulator", eta=0.1, rho=0.95, eps=1e-3)


def adadelta_rule(
    *, eta: float, rho: float, eps: float, weight_decay: float, grad_clip: float
) -> UpdateRule:
    """Return the rule."""
    return UpdateRule(
        "adadelta",
        vector_rate=eta,
        bias_rate=eta,
        weight_decay=weight_decay,
        constants=(grad_clip, rho, 1 - rho, eps),
        states=2,
    )
