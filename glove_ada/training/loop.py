"""The training loop: epochs of rounds of tiles."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from itertools import islice

import numpy as np

from glove_ada.errors import DivergenceError
from glove_ada.training.anchor import Anchor
from glove_ada.training.negatives import EpochDraws, NegativeSampler, Scratch
from glove_ada.training.parameters import Parameters
from glove_ada.training.rules.rule import UpdateRule
from glove_ada.training.schedule import Tile, rounds_to_come
from glove_ada.training.state import TrainingState
from glove_ada.training.tile_reader import read_rounds
from glove_ada.training.tile_task import (
    Executor,
    RowRule,
    TileTask,
    spread_rule,
    train_tile,
)
from glove_ada.training.tiles import TileGrid, TileNonzeros

Progress = Callable[[int], None]
OnEpoch = Callable[[TrainingState], bool | None]


def train_epochs(
    state: TrainingState,
    tiles: TileGrid,
    rule: UpdateRule,
    executor: Executor,
    *,
    epochs: int,
    seed: int,
    negatives: NegativeSampler | None = None,
    anchor: Anchor | None = None,
    after_round: Callable[[], object] | None = None,
    on_epoch: OnEpoch | None = None,
    progress: Progress | None = None,
) -> None:
    """Train in place, from where the state is.

    Parameters
    ----------
    state : TrainingState
        Moved along: between two rounds it is all that a training needs to go on to the bit.
    tiles : TileGrid
    rule : UpdateRule
    executor : Executor
        Who does the work; the result does not depend on it.
    epochs : int
        How many passes over all nonzeros there are to be in the end.
    seed : int
        Orders the rounds of each epoch.
    negatives : NegativeSampler, optional
        Draws pairs that never meet, to be trained besides; by default there are none.
    anchor : Anchor, optional
        Holds words near given vectors, for rules with one accumulator for a vector.
    after_round : callable, optional
        Called when the state fits together; an exception of its own ends the training.
    on_epoch : callable, optional
        Is given the state after each epoch; if it returns true, the training ends there.
    progress : callable, optional
        Is given the number of nonzeros of each round.

    Raises
    ------
    DivergenceError
        In the epoch in which the cost or a parameter stops being finite, or all vectors become 0.
    """
    parameters, groups = state.parameters, tiles.groups
    sizes = np.array([[tiles.size(p, q) for q in range(groups)] for p in range(groups)])
    scratch = Scratch()
    to_come = rounds_to_come(groups, seed, epoch=state.epochs, done=state.rounds, epochs=epochs)
    with closing(read_rounds(tiles, to_come)) as rounds:
        while state.epochs < epochs:
            draws = negatives.draw_epoch(state.epochs) if negatives else None
            for nonzeros in islice(rounds, groups - state.rounds):
                # The longest first, to end together.
                here = sorted(nonzeros, key=lambda tile: -sizes[tile])
                tasks = [
                    _task(tiles, tile, parameters, nonzeros[tile], draws, anchor) for tile in here
                ]
                train = partial(train_tile, rule=_rule_of_round(rule, state), scratch=scratch)
                costs = executor.run_all(train, tasks)
                if not all(cost.finite for cost in costs):
                    raise divergence("the cost", state.epochs)
                state.close_rounds(zip(here, costs, strict=True))
                if progress:
                    progress(int(sum(sizes[tile] for tile in here)))
                if after_round:
                    after_round()
            if parameters.collapsed():
                raise collapse(state, rule)
            state.close_epoch(int(sizes.sum()))
            if on_epoch and on_epoch(state):
                break
    if not parameters.finite():
        raise divergence("a parameter", state.epochs - 1)


def _rule_of_round(rule: UpdateRule, state: TrainingState) -> RowRule:
    """Return the rule with the rates of the round that begins."""
    parameters = state.parameters
    divisors = parameters.accumulator_roots() if rule.shares_accumulators else None
    return spread_rule(rule, parameters.layout, state.epochs, divisors)


def _task(
    tiles: TileGrid,
    tile: Tile,
    parameters: Parameters,
    nonzeros: TileNonzeros,
    draws: EpochDraws | None,
    anchor: Anchor | None,
) -> TileTask:
    p, q = tile
    contexts = sorted({q, tiles.mirrored_contexts(q)})
    return TileTask(
        parameters.rows_of(0, p),
        tuple(parameters.rows_of(1, group) for group in contexts),
        nonzeros,
        draws.of_tile(p, q) if draws else None,
        anchor.of_rows(parameters.grouping.rows(p)) if anchor else None,
    )


def collapse(state: TrainingState, rule: UpdateRule) -> DivergenceError:
    """Return the error of a training whose vectors all became 0 in the epoch under way."""
    return DivergenceError(
        f"all vectors became 0 in epoch {state.epochs + 1}; train again with a lower "
        f"{'--l1, ' if rule.l1 else ''}--weight-decay or --eta"
    )


def divergence(what: str, epoch: int) -> DivergenceError:
    """Return the error of a training that diverged in an epoch, from 0 on."""
    return DivergenceError(
        f"{what} stopped being finite in epoch {epoch + 1}; train again with a lower --eta"
    )
