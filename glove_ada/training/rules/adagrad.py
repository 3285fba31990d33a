"""AdaGrad as it is written (Duchi, Hazan and Singer 2011): accumulate, then step.

Each component has a sum of squared gradients of its own. To add before the step bounds every step
by the learning rate.
"""

from __future__ import annotations

from glove_ada.training.rules.rule import Defaults, UpdateRule

DEFAULTS = Defaults(
    {
        "directed": True,
        "symmetric": False,
        "vector_size": 100,
        "epochs": 20,
        "x_max": 5.0,
        "eta": 0.3,
        "eps": 0.0,
        "initial_accumulator": 0.1,
        "weight_decay": 0.005,
        "grad_clip": None,
        "zeros": 1.3,
        "bias_init": "log-sums",
        "polish": 0,
        "alternations": 0,
        "context_weight": 0.1,
        "singular_power": 0.6,
    },
    without_zeros={
        "directed": False,
        "symmetric": True,
        "epochs": 25,
        "x_max": 10.0,
        "eta": 0.2,
        "initial_accumulator": 1.0,
        "weight_decay": 0.002,
        "context_weight": 1.0,
        "singular_power": 1.0,
    },
)


def adagrad_rule(
    *, eta: float, eps: float, initial_accumulator: float, weight_decay: float, grad_clip: float
) -> UpdateRule:
    """Return the rule."""
    return UpdateRule(
        "adagrad",
        vector_rate=eta,
        bias_rate=eta,
        vector_accumulator=initial_accumulator,
        bias_accumulator=initial_accumulator,
        weight_decay=weight_decay,
        constants=(grad_clip, eps),
    )
