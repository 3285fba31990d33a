"""AdaGrad by regularised dual averaging, with L1 (Duchi, Hazan and Singer 2011, section 5).

A component is a function of two sums, of its gradients and of their squares, and of how often its
row was updated: the penalty counts once for each update. The sum of gradients starts where the
first vector is the one drawn.

Where the learning rate falls from epoch to epoch, each gradient enters the sum with the rate of its
own epoch, as in weighted dual averaging, so that no vector is rescaled because the rate fell. The
penalty of all updates so far has the rate of the present epoch: beside the gradients it counts for
less than with a rate that stays.
"""

from __future__ import annotations

import math

from glove_ada.training.rules import adagrad
from glove_ada.training.rules.rule import UpdateRule

DEFAULTS = adagrad.DEFAULTS.but(l1=1e-4)


def adagrad_da_rule(
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
        "adagrad_da",
        vector_rate=eta,
        bias_rate=eta,
        weight_decay=weight_decay,
        vector_accumulator=initial_accumulator,
        bias_accumulator=initial_accumulator,
        constants=(grad_clip, eps),
        l1=l1,
        states=2,
        dual_scale=math.sqrt(initial_accumulator) + eps,
        clock=True,
    )
