"""AdaGrad with L1 by composite mirror descent (Duchi, Hazan and Singer 2011, section 5).

After each step a component comes nearer to 0, and no farther than to it, by the penalty times its
own learning rate. With no penalty it is AdaGrad.
"""

from __future__ import annotations

from glove_ada.training.rules import adagrad
from glove_ada.training.rules.rule import UpdateRule

DEFAULTS = adagrad.DEFAULTS.but(l1=1e-4)


def adagrad_comid_rule(
    *,
    eta: float,
    eps: float,
    initial_accumulator: float,
    weight_decay: float,
    l1: float,
    grad_clip: float,
) -> UpdateRule:
    """Return the rule."""
    return UpdateRule(
        "adagrad_comid",
        vector_rate=eta,
        bias_rate=eta,
        weight_decay=weight_decay,
        vector_accumulator=initial_accumulator,
        bias_accumulator=initial_accumulator,
        constants=(grad_clip, eps),
        l1=l1,
    )
