"""Row-wise AdaGrad: one accumulator for a row's vector, one for its bias.

AdaGrad-Norm (Ward, Wu and Bottou 2019, "AdaGrad stepsizes: sharp convergence over nonconvex
landscapes"), a row at a time, as recommender systems train their tables. The accumulator adds up
the mean of a row's squared gradient, so that a learning rate means what it means for AdaGrad.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

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
        "weight_decay": None,  # choose_weight_decay
        "singular_power": 0.63,
    },
    {**_COMPONENTS.without_zeros, "polish": 0, "alternations": 0},
)


def choose_weight_decay(counts: npt.NDArray[np.int64], vector_size: int) -> float:
    """Return the weight decay where the user does not say: the more text for a dimension, the less.

    0.0385 times the sixth root of dimensions over tokens, at most 0.01: about what does best on
    English Wikipedia of half a million to 70 million tokens (docs/defaults.md). Two digits are
    enough, and easy to repeat.

    Parameters
    ----------
    counts : ndarray of int64, shape (words,)
        How often each word occurs.
    vector_size : int
    """
    tokens = max(math.fsum(counts), 1.0)
    return float(f"{min(0.01, 0.0385 * (vector_size / tokens) ** (1 / 6)):.1e}")


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
