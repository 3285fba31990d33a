"""AdaGrad-Norm: one accumulator for all vectors of a side, and one for its biases.

Ward, Wu and Bottou 2019, "AdaGrad stepsizes: sharp convergence over nonconvex landscapes",
algorithm 1. Each row adds up the mean of its squared gradients, and the accumulator is the mean of
these sums, so that a learning rate means what it means for AdaGrad. A round reads it as it is at
its beginning and knows of its own gradients when it has ended: then threads change nothing.
"""

from __future__ import annotations

from glove_ada.training.rules import adagrad
from glove_ada.training.rules.rule import UpdateRule

# Its rates are the same for all rows, and so as small as those of SGD at first.
DEFAULTS = adagrad.DEFAULTS.but("grad_clip", "eps", eta=0.05, initial_accumulator=1.0)


def adagrad_norm_rule(
    *, vector_size: int, eta: float, initial_accumulator: float, weight_decay: float
) -> UpdateRule:
    """Return the rule."""
    return UpdateRule(
        "adagrad_norm",
        vector_rate=eta,
        bias_rate=eta,
        vector_accumulator=initial_accumulator,
        bias_accumulator=initial_accumulator,
        weight_decay=weight_decay,
        constants=(0.0, weight_decay, 2 * weight_decay, weight_decay**2, 1 / vector_size),
        states=0,
        kept=4,
        shares_accumulators=True,
    )
