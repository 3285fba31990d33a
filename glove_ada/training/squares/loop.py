"""The training loop over squares: what is trained, and where it goes next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from glove_ada.errors import OptionError
from glove_ada.training.loop import OnEpoch, Progress, check_vectors, divergence
from glove_ada.training.parameters import Parameters
from glove_ada.training.rules.rule import UpdateRule
from glove_ada.training.schedule import Tile
from glove_ada.training.squares.engine import Engine, LostWorkerError
from glove_ada.training.squares.task import OpenGround, Square, slab_rows, train_square
from glove_ada.training.state import TileCost, TrainingState
from glove_ada.training.tiles import TileGrid

MOST_LOSSES = 5
"""Times that one epoch is begun anew."""

WORDS, CONTEXTS, COSTS = range(3)  # of a trained square


def check_blocks(blocks: int, groups: int, rule: UpdateRule) -> None:
    """Check that a training can be done in squares.

    Raises
    ------
    OptionError
        If the number of blocks is no power of two or more than there are groups, or the rule needs
        all rows at once.
    """
    if blocks < 1 or blocks & (blocks - 1) or blocks > groups:
        taken = min(1 << max(blocks, 1).bit_length() - 1, groups)
        raise OptionError(
            f"{blocks} workers cannot share {groups} groups of words evenly: give a power of two, "
            f"{taken}, say"
        )
    if rule.shares_accumulators:
        raise OptionError(
            "this rule has one accumulator for all rows, which no worker holds alone: train with "
            "it on one machine, or give another --rule"
        )


def train_epochs_in_squares(
    state: TrainingState,
    tiles: TileGrid,
    rule: UpdateRule,
    engine: Engine,
    open_ground: OpenGround,
    *,
    blocks: int,
    epochs: int,
    seed: int,
    after_round: Callable[[], object] | None = None,
    on_epoch: OnEpoch | None = None,
    progress: Progress | None = None,
    on_loss: Callable[[str], object] | None = None,
) -> None:
    """Train in place, from an epoch's beginning; the bytes are those of `train_epochs`.

    Parameters
    ----------
    state : TrainingState
        Moved along, epoch by epoch. No worker changes it, so that an epoch in which one is lost is
        begun anew from there.
    tiles : TileGrid
        Of which the sizes alone are looked at here.
    rule : UpdateRule
    engine : Engine
        Who does the work; the result does not depend on it.
    open_ground : callable
        What workers call to find tiles, rule and negatives.
    blocks : int
        Workers, W.
    epochs, seed
        As for `train_epochs`.
    after_round, on_epoch, progress : callable, optional
        As for `train_epochs`, but only an epoch's last round is told of, and progress is made
        square by square.
    on_loss : callable, optional
        Is told of a worker that was lost, before the epoch is begun anew.

    Raises
    ------
    DivergenceError
        As of `train_epochs`.
    OptionError
        As of `check_blocks`.
    LostWorkerError
        If an epoch was begun anew so many times in vain.
    """
    check_blocks(blocks, tiles.groups, rule)
    assert not state.rounds, "an epoch is under way"
    groups = range(tiles.groups)
    sizes = np.array([[tiles.size(p, q) for q in groups] for p in groups])
    losses = 0
    held: _Held | None = None
    while state.epochs < epochs:
        epoch = _Epoch(state, engine, open_ground, blocks, seed)
        try:
            held = epoch.train(held or epoch.begin(), sizes, progress)
            _take_over(state.parameters, *epoch.results(held))
        except LostWorkerError as error:
            losses, held = losses + 1, None
            if losses > MOST_LOSSES:
                raise
            if progress:
                progress(-epoch.done)
            if on_loss:
                on_loss(f"{error}; epoch {state.epochs + 1} begins anew")
            engine.recover()
            continue
        losses = 0
        state.close_rounds(epoch.costs, tiles.groups)
        if after_round:
            after_round()
        check_vectors(state, rule)
        state.close_epoch(int(sizes.sum()))
        if on_epoch and on_epoch(state):
            break
    if not state.parameters.finite():
        raise divergence("a parameter", state.epochs - 1)


class _Held(NamedTuple):
    """What the workers hold between two epochs: the slabs of each block, wherever they lie."""

    words: list[Any]
    contexts: list[Any]


class _Epoch:
    """One epoch: W steps, in each of which every worker has a square."""

    def __init__(
        self,
        state: TrainingState,
        engine: Engine,
        open_ground: OpenGround,
        blocks: int,
        seed: int,
    ) -> None:
        self.state, self.engine, self.open_ground = state, engine, open_ground
        self.blocks, self.seed = range(blocks), seed
        self.done = 0
        self.costs: list[tuple[Tile, TileCost]] = []

    def begin(self) -> _Held:
        """Give the workers their slabs of the state."""
        parameters, blocks = self.state.parameters, len(self.blocks)
        sides = (False, True) if parameters.directed else (False,)
        held = _Held([], [])
        for block in self.blocks:
            words = parameters.words[slab_rows(parameters.grouping, block, blocks)]
            contexts = tuple(
                parameters.contexts[slab_rows(parameters.grouping, block, blocks, left=left)]
                for left in sides
            )
            held.words.append(self.engine.put(block, words))
            held.contexts.append(self.engine.put(block, contexts))
        return held

    def train(self, held: _Held, sizes: Any, progress: Progress | None) -> _Held:
        """Train all squares; return what the workers hold then."""
        engine, groups = self.engine, self.state.parameters.grouping.groups
        words, contexts = list(held.words), list(held.contexts)
        running: list[Any] = []
        for step in self.blocks:
            before, running = running, []
            for worker in self.blocks:
                square = Square(self.state.epochs, step, worker, len(self.blocks))
                place = square.contexts(groups, self.seed)
                trained = engine.submit(
                    worker, train_square, self.open_ground, square, words[worker], contexts[place]
                )
                words[worker] = engine.part(worker, trained, WORDS)
                contexts[place] = engine.part(worker, trained, CONTEXTS)
                running.append(engine.part(worker, trained, COSTS))
            self._add_costs(before, sizes, progress)  # while the next step is under way
        self._add_costs(running, sizes, progress)
        return _Held(words, contexts)

    def results(self, held: _Held) -> tuple[list[Any], list[Any]]:
        """Fetch all slabs."""
        return (
            [self.engine.result(slab) for slab in held.words],
            [self.engine.result(slabs) for slabs in held.contexts],
        )

    def _add_costs(self, squares: list[Any], sizes: Any, progress: Progress | None) -> None:
        """Wait for what some squares cost."""
        for square in squares:
            costs: list[tuple[Tile, TileCost]] = self.engine.result(square)
            if not all(cost.finite for _, cost in costs):
                raise divergence("the cost", self.state.epochs)
            self.costs += costs
            size = int(sum(sizes[tile] for tile, _ in costs))
            self.done += size
            if progress:
                progress(size)


def _take_over(parameters: Parameters, words: list[Any], contexts: list[Any]) -> None:
    """Write the slabs of all blocks to where they belong."""
    blocks = len(words)
    for block in range(blocks):
        parameters.words[slab_rows(parameters.grouping, block, blocks)] = words[block]
        for left, slab in enumerate(contexts[block]):
            rows = slab_rows(parameters.grouping, block, blocks, left=bool(left))
            parameters.contexts[rows] = slab
