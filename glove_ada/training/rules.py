"""The update rules: the constants that make the kernels' AdaGrad one rule or another."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class UpdateRule:
    """AdaGrad's constants.

    Attributes
    ----------
    vector_rate, bias_rate : float
        Learning rates.
    vector_accumulator, bias_accumulator : float
        Where the sums of squared gradients start.
    eps : float
        Added to the root of a sum before the division.
    weight_decay : float
        Times the vector, added to its gradient; biases do not decay.
    grad_clip : float
        The largest component of a gradient; infinity for none.
    step_first : bool
        Step before the squared gradient is added, as the reference program does. To add first
        bounds every step by the learning rate.
    """

    vector_rate: float
    bias_rate: float
    vector_accumulator: float
    bias_accumulator: float
    eps: float
    weight_decay: float
    grad_clip: float
    step_first: bool


def adagrad_rule(
    *, eta: float, eps: float, initial_accumulator: float, weight_decay: float, grad_clip: float
) -> UpdateRule:
    """Return AdaGrad as it is written: accumulate, then step."""
    return UpdateRule(
        vector_rate=eta,
        bias_rate=eta,
        vector_accumulator=initial_accumulator,
        bias_accumulator=initial_accumulator,
        eps=eps,
        weight_decay=weight_decay,
        grad_clip=grad_clip,
        step_first=False,
    )


def stanford_rule(*, eta: float, grad_clip: float) -> UpdateRule:
    """Return the rule of the reference C program, GloVe 1.2.

    It steps first, and it accumulates the squares of eta * gradient from 1. That is AdaGrad with
    a rate of 1 and accumulators that start at 1 / eta**2; its biases leave eta out.
    """
    return UpdateRule(
        vector_rate=1.0,
        bias_rate=1.0,
        vector_accumulator=1 / eta**2,
        bias_accumulator=1.0,
        eps=0.0,
        weight_decay=0.0,
        grad_clip=grad_clip,
        step_first=True,
    )
