"""RMSprop (Tieleman and Hinton 2012): AdaGrad with a moving average in place of the sum.

As in torch.optim.RMSprop the average starts at 0, so that a row's first steps are long: the
learning rate over the root of 1 - rho.
"""

from __future__ import annotations

from glove_ada.training.rules import adagrad
from glove_ada.training.rules.rule import UpdateRule

DEFAULTS = adagrad.DEFAULTS.but("initial_accumulator", eta=0.002, rho=0.99, eps=1e-8)


def rmsprop_rule(
    *, eta: float, rho: float, eps: float, weight_decay: float, grad_clip: float
) -> UpdateRule:
    """Return the rule."""
    return UpdateRule(
        "rmsprop",
        vector_rate=eta,
        bias_rate=eta,
        weight_decay=weight_decay,
        constants=(grad_clip, rho, 1 - rho, eps),
    )
