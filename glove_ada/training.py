"""The training loop: epochs of rounds of tiles, with AdaGrad in each tile."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from glove_ada import kernels
from glove_ada.errors import DivergenceError
from glove_ada.parameters import Floats, Parameters, RowLayout
from glove_ada.randomness import random_order
from glove_ada.threads import run_each
from glove_ada.tiles import TileGrid

_ROUNDS = 4  # what a random order is for

Progress = Callable[[int], None]


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


class _Masks:
    """The rule's constants for each slot of a row."""

    def __init__(self, rule: UpdateRule, layout: RowLayout) -> None:
        self.rates: tuple[Floats, Floats] = (
            layout.mask(rule.vector_rate, rule.bias_rate, 0),
            layout.mask(rule.vector_rate, rule.bias_rate, 1),
        )
        self.decay = layout.mask(rule.weight_decay, 0.0, 0)
        self.constants = (rule.eps, rule.grad_clip, rule.step_first)


def train_epochs(
    parameters: Parameters,
    tiles: TileGrid,
    rule: UpdateRule,
    pool: ThreadPoolExecutor,
    threads: int,
    *,
    epochs: int,
    seed: int,
    progress: Progress | None = None,
) -> Iterator[float]:
    """Train in place; yield the mean cost of a nonzero after each epoch.

    Parameters
    ----------
    parameters : Parameters
        Changed in place.
    tiles : TileGrid
    rule : UpdateRule
    pool, threads
        Who does the work; the result does not depend on it.
    epochs : int
        How many passes over all nonzeros.
    seed : int
        Orders the rounds of each epoch.
    progress : callable, optional
        Is given the number of nonzeros of each round.

    Raises
    ------
    DivergenceError
        In the epoch in which the cost or a parameter stops being finite.
    """
    masks = _Masks(rule, parameters.layout)
    groups = tiles.groups
    sizes = np.array([[tiles.size(p, q) for q in range(groups)] for p in range(groups)])
    costs = np.zeros((groups, groups))

    def train_tile(tile: tuple[int, int]) -> None:
        costs[tile] = _train_tile(parameters, tiles, masks, *tile)

    for epoch in range(epochs):
        for shift in random_order(groups, seed, _ROUNDS, epoch).tolist():
            round_tiles = [(p, (p + shift) % groups) for p in range(groups)]
            round_tiles.sort(key=lambda tile: -sizes[tile])  # the longest first, to end together
            run_each(pool, threads, train_tile, round_tiles)
            if not all(math.isfinite(costs[tile]) for tile in round_tiles):
                raise _divergence("the cost", epoch)
            if progress:
                progress(int(sum(sizes[tile] for tile in round_tiles)))
        # In the order of the tiles, so that no thread shows in the last bit.
        yield math.fsum(costs.ravel()) / int(sizes.sum())
    if not parameters.finite():
        raise _divergence("a parameter", epochs - 1)


def _train_tile(
    parameters: Parameters, tiles: TileGrid, masks: _Masks, p: int, q: int
) -> float:
    """Train words of group p against contexts of group q; return the sum of the costs."""
    words, contexts = parameters.words, parameters.contexts
    word_start, context_start = int(tiles.grouping.starts[p]), int(tiles.grouping.starts[q])
    word_rate, context_rate = masks.rates
    cost = kernels.train_nonzeros(
        tiles.nonzeros, *tiles.stored(p, q), words, word_start, contexts, context_start,
        word_rate, context_rate, masks.decay, *masks.constants,
    )  # fmt: skip
    return cost + kernels.train_nonzeros(
        tiles.nonzeros, *tiles.mirrored(p, q), contexts, context_start, words, word_start,
        context_rate, word_rate, masks.decay, *masks.constants,
    )  # fmt: skip


def _divergence(what: str, epoch: int) -> DivergenceError:
    return DivergenceError(
        f"{what} stopped being finite in epoch {epoch + 1}; train again with a lower --eta."
    )
