"""The rule of the reference C program, GloVe 1.2: step, then accumulate.

It accumulates the squares of eta * gradient from 1. That is AdaGrad with a rate of 1 and
accumulators that start at 1 / eta**2; its biases leave eta out.
"""

from __future__ import annotations

from glove_ada.training.rules.rule import Defaults, UpdateRule

DEFAULTS = Defaults(
    {
        "directed": False,
        "symmetric": True,
        "vector_size": 50,
        "epochs": 25,
        "x_max": 100.0,
        "eta": 0.05,
        "grad_clip": 100.0,
        "zeros": 0.0,
        "bias_init": "random",
        "polish": 0,
        "alternations": 0,
        "context_weight": 1.0,
        "singular_power": 1.0,
    }
)


def stanford_rule(*, eta: float, grad_clip: float) -> UpdateRule:
    """Return the rule."""
    return UpdateRule(
        "stanford",
        vector_rate=1.0,
        bias_rate=1.0,
        vector_accumulator=1 / eta**2,
        bias_accumulator=1.0,
        weight_decay=0.0,
        constants=(grad_clip,),
    )
