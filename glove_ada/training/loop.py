"""The training loop: epochs of rounds of tiles, with AdaGrad in each tile."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.errors import DivergenceError
from glove_ada.system.threads import Workers
from glove_ada.training.negatives import ZeroSampler
from glove_ada.training.parameters import Parameters
from glove_ada.training.randomness import random_order
from glove_ada.training.tile_reader import rounds
from glove_ada.training.tiles import Grouping, TileGrid, TileNonzeros

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


class EpochCost(NamedTuple):
    """What an epoch cost.

    Attributes
    ----------
    nonzeros : float
        The mean cost of a nonzero, GloVe's own.
    zeros : float
        The mean cost of a sampled zero; 0 if none was drawn.
    drawn : int
        How many zeros were drawn.
    """

    nonzeros: float
    zeros: float
    drawn: int


class Place:
    """Where in its schedule a training is.

    Attributes
    ----------
    epochs : int
        Finished ones.
    rounds : int
        Finished ones of the epoch under way; if these are all, its cost has not been told yet.
    tile_costs : ndarray of float64, shape (groups, groups, 2)
        The sum of costs of each tile's nonzeros, and of its zeros, in the epoch under way or, for
        tiles still to come, before it.
    tile_zeros : ndarray of int64, shape (groups, groups)
        How many zeros were drawn for each tile.
    """

    def __init__(self, groups: int) -> None:
        self.epochs = self.rounds = 0
        self.tile_costs = np.zeros((groups, groups, 2))
        self.tile_zeros = np.zeros((groups, groups), np.int64)

    def epoch_cost(self, nonzeros: int) -> EpochCost:
        """Return what the finished epoch cost, of so many nonzeros."""
        # The sums are rounded once, so that they do not depend on an order.
        costs, zero_costs = (math.fsum(self.tile_costs[..., part].ravel()) for part in (0, 1))
        drawn = int(self.tile_zeros.sum())
        return EpochCost(costs / nonzeros, zero_costs / drawn if drawn else 0.0, drawn)


class _TileTrainer:
    """Trains one tile after the other, with the rule spread over the slots of a row."""

    def __init__(
        self,
        parameters: Parameters,
        grouping: Grouping,
        rule: UpdateRule,
        zeros: ZeroSampler | None,
        place: Place,
    ) -> None:
        self.parameters, self.starts = parameters, grouping.starts
        self.zeros, self.place = zeros, place
        layout = parameters.layout
        self.rates = [layout.mask(rule.vector_rate, rule.bias_rate, side) for side in (0, 1)]
        self.train = partial(
            kernels.train_nonzeros,
            decay=layout.mask(rule.weight_decay, 0.0, 0),
            eps=rule.eps,
            grad_clip=rule.grad_clip,
            step_first=rule.step_first,
        )

    def train_tile(self, p: int, q: int, nonzeros: TileNonzeros) -> None:
        """Train the words of group p against the contexts of group q."""
        stored = self._train_span(nonzeros.stored, row_side=0, rows=p, columns=q)
        mirrored = self._train_span(nonzeros.mirrored, row_side=1, rows=q, columns=p)
        cost, zero_cost, zeros = map(sum, zip(stored, mirrored, strict=True))
        self.place.tile_costs[p, q] = cost, zero_cost
        self.place.tile_zeros[p, q] = zeros

    def _train_span(
        self, nonzeros: npt.NDArray[np.void], row_side: int, rows: int, columns: int
    ) -> tuple[float, float, int]:
        """Train nonzeros whose rows are words (side 0) or contexts (side 1), and their zeros.

        Return the costs of both and the number of zeros.
        """
        sides = (self.parameters.words, self.parameters.contexts)
        braided = nonzeros
        if self.zeros:
            epoch = self.place.epochs
            braided = self.zeros.braid(nonzeros, rows, columns, epoch=epoch, side=row_side)
        cost, zero_cost = self.train(
            braided,
            first=0,
            end=len(braided),
            rows=sides[row_side],
            first_row=int(self.starts[rows]),
            columns=sides[1 - row_side],
            first_column=int(self.starts[columns]),
            row_rate=self.rates[row_side],
            column_rate=self.rates[1 - row_side],
        )
        return cost, zero_cost, len(braided) - len(nonzeros)


def train_epochs(
    parameters: Parameters,
    tiles: TileGrid,
    rule: UpdateRule,
    workers: Workers,
    *,
    epochs: int,
    seed: int,
    zeros: ZeroSampler | None = None,
    place: Place | None = None,
    after_round: Callable[[], object] | None = None,
    progress: Progress | None = None,
) -> Iterator[EpochCost]:
    """Train in place; yield what each epoch cost when it is done.

    Parameters
    ----------
    parameters : Parameters
        Changed in place.
    tiles : TileGrid
    rule : UpdateRule
    workers : Workers
        Who does the work; the result does not depend on them.
    epochs : int
        How many passes over all nonzeros.
    seed : int
        Orders the rounds of each epoch.
    zeros : ZeroSampler, optional
        Draws pairs that never meet, to be trained besides; by default there are none.
    place : Place, optional
        Where to go on, by default the start; moved along. With the parameters it is all
        that a training needs to go on to the bit.
    after_round : callable, optional
        Called when parameters and place fit together; an exception of its own ends the training.
    progress : callable, optional
        Is given the number of nonzeros of each round.

    Raises
    ------
    DivergenceError
        In the epoch in which the cost or a parameter stops being finite, or all vectors become 0.
    """
    groups = tiles.groups
    sizes = np.array([[tiles.size(p, q) for q in range(groups)] for p in range(groups)])
    place = place or Place(groups)
    trainer = _TileTrainer(parameters, tiles.grouping, rule, zeros, place)

    def train_tile(tile: tuple[int, int]) -> None:
        trainer.train_tile(*tile, nonzeros[tile])

    shifts = _shifts_to_come(groups, seed, epochs, place.epochs, place.rounds)
    with closing(rounds(tiles, shifts)) as rounds_to_come:
        while place.epochs < epochs:
            for nonzeros in islice(rounds_to_come, groups - place.rounds):
                # The longest first, to end together.
                workers.run_each(train_tile, sorted(nonzeros, key=lambda tile: -sizes[tile]))
                if not all(np.isfinite(place.tile_costs[tile]).all() for tile in nonzeros):
                    raise _divergence("the cost", place.epochs)
                place.rounds += 1
                if progress:
                    progress(int(sum(sizes[tile] for tile in nonzeros)))
                if after_round:
                    after_round()
            if parameters.collapsed():
                raise DivergenceError(
                    f"all vectors became 0 in epoch {place.epochs + 1}; train again with a lower "
                    f"--weight-decay or --eta"
                )
            place.epochs, place.rounds = place.epochs + 1, 0
            yield place.epoch_cost(int(sizes.sum()))
    if not parameters.finite():
        raise _divergence("a parameter", epochs - 1)


def _shifts_to_come(
    groups: int, seed: int, epochs: int, epoch: int, done_rounds: int
) -> Iterator[int]:
    """Yield the shifts of all rounds to come, from a place in an epoch to the end."""
    while epoch < epochs:
        shifts = random_order(groups, seed, _ROUNDS, epoch).tolist()
        yield from shifts[done_rounds:]
        epoch, done_rounds = epoch + 1, 0


def _divergence(what: str, epoch: int) -> DivergenceError:
    return DivergenceError(
        f"{what} stopped being finite in epoch {epoch + 1}; train again with a lower --eta"
    )
