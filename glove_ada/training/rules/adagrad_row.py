"""Row-wise AdaGrad: one accumulator for a row's vector, one for its bias.

AdaGrad-Norm (Ward, Wu and Bottou 2019, "AdaGrad stepsizes: sharp convergence over nonconvex
landscapes"), a row at a time, as recommender systems train their tables. The accumulator adds up
the mean of a row's squared gradient, so that a learning rate means what it means for AdaGrad.
"""

from __future__ import annotations

from glove_ada.training.rules import adagrad
from glove_ada.training.rules.rule import Defaults, UpdateRule

_COMPONENTS = adagrad.DEFAULTS.but("grad_clip")
DEFAULTS = Defaults(
    {
        **_COMPONENTS.values,
        "epochs": 3,
        "eta": 0.4,
        "initial_accumulator": 1.0,
        "bias_init": "random",
        "polish": 2,
        "alternations": 2,
        "singular_power": 0.7,
    },
    {**_COMPONENTS.without_zeros, "polish": 0, "alternations": 0},
)


def adagrad_row_rule(
    *, vector_size: int, eta: float, eps: float, initial_accumulator: float, weight_decay: float
) -> UpdateRule:
    """Return the rule."""
    return UpdateRule(
        "adagrad_row",
        vector_rate=eta,
        bias_rate=eta,
        vector_accumulator=initial_accumulator,
        bias_accumulator=initial_accumulator,
        weight_decay=weight_decay,
        constants=(eps, weight_decay, 2 * weight_decay, weight_decay**2, 1 / vector_size),
        states=0,
        kept=4,
    )
