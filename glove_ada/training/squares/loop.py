"""The training loop over squares: what is trained, and where it goes next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np

from glove_ada.errors import OptionError
from glove_ada.training.loop import OnEpoch, Progress, collapse, divergence
from glove_ada.training.parameters import COLLAPSED, LARGEST_INITIAL_VALUE
from glove_ada.training.rules.rule import UpdateRule
from glove_ada.training.schedule import Tile
from glove_ada.training.squares.engine import MOST_LOSSES, Engine, LostWorkerError
from glove_ada.training.squares.task import (
    CONTEXTS,
    WORDS,
    KeptSlabs,
    OpenGround,
    Square,
    keep_slabs,
    read_slabs,
    train_square,
)
from glove_ada.training.state import TileCost, TrainingState
from glove_ada.training.tiles import TileGrid

COSTS = 2  # of a trained square


class KeptEpochs(Protocol):
    """The slabs of one epoch's end after the other, for who begins from them.

    Attributes
    ----------
    age : int
        Which are those to go on from.
    """

    age: int

    def forget(self, age: int) -> None:
        """Remove those that are no longer needed."""


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
    kept: KeptEpochs,
    *,
    blocks: int,
    epochs: int,
    seed: int,
    after_round: Callable[[], object] | None = None,
    on_epoch: OnEpoch | None = None,
    progress: Progress | None = None,
    on_loss: Callable[[str], object] | None = None,
) -> None:
    """Train, from where the state is; the bytes are those of `train_epochs`.

    Parameters
    ----------
    state : TrainingState
        Moved along, epoch by epoch. Its parameters are not looked at: they are what is kept.
    tiles : TileGrid
        Of which the sizes alone are looked at here.
    rule : UpdateRule
    engine : Engine
        Who does the work; the result does not depend on it.
    open_ground : callable
        What workers call to find tiles, rule, negatives, and where slabs are kept.
    kept : KeptEpochs
        From which an epoch begins anew if a worker is lost.
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
    groups = range(tiles.groups)
    sizes = np.array([[tiles.size(p, q) for q in groups] for p in groups])
    losses, finite = 0, True
    held: _Held | None = None
    while state.epochs < epochs:
        epoch = _Epoch(state, engine, open_ground, kept.age, blocks, seed)
        try:
            if held and engine.more():
                held = None
                engine.recover()
            held = held or epoch.begin()
            epoch.train(held, sizes, progress)
            words, contexts = epoch.keep(held)
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
        kept.age += 1
        state.close_rounds(epoch.costs, tiles.groups - state.rounds)
        if after_round:
            after_round()
        _check_vectors(words, contexts, state, rule)
        finite = all(slabs.finite for slabs in (*words, *contexts))
        state.close_epoch(int(sizes.sum()))
        kept.forget(kept.age - 1)
        if on_epoch and on_epoch(state):
            break
    if not finite:
        raise divergence("a parameter", state.epochs - 1)


def _check_vectors(
    words: list[KeptSlabs], contexts: list[KeptSlabs], state: TrainingState, rule: UpdateRule
) -> None:
    least = COLLAPSED * LARGEST_INITIAL_VALUE / state.parameters.layout.vector_size
    if any(max(slabs.largest for slabs in side) < least for side in (words, contexts)):
        raise collapse(state, rule)


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
        age: int,
        blocks: int,
        seed: int,
    ) -> None:
        self.epoch, self.rounds = state.epochs, state.rounds
        self.groups = state.parameters.grouping.groups
        self.engine, self.open_ground, self.age = engine, open_ground, age
        self.blocks, self.seed = range(blocks), seed
        self.done = 0
        self.costs: list[tuple[Tile, TileCost]] = []

    def begin(self) -> _Held:
        """Have the workers read their slabs."""
        held = _Held(list(self.blocks), list(self.blocks))
        for worker in self.blocks:
            place = self._square(self._first, worker).contexts(self.groups, self.seed)
            held.words[worker] = self._read(worker, WORDS, worker)
            held.contexts[place] = self._read(worker, CONTEXTS, place)
        return held

    def train(self, held: _Held, sizes: Any, progress: Progress | None) -> None:
        """Train all squares; what the workers held before goes as soon as it has been used."""
        words, contexts = held
        running: list[Any] = []
        for step in self.blocks[self.rounds * len(self.blocks) // self.groups :]:
            before, running = running, []
            for worker in self.blocks:
                square = self._square(step, worker)
                place = square.contexts(self.groups, self.seed)
                trained = self.engine.submit(
                    worker, train_square, self.open_ground, square, words[worker], contexts[place]
                )
                words[worker] = self.engine.part(worker, trained, WORDS)
                contexts[place] = self.engine.part(worker, trained, CONTEXTS)
                running.append(self.engine.part(worker, trained, COSTS))
            self._add_costs(before, sizes, progress)  # while the next step is under way
        self._add_costs(running, sizes, progress)

    def keep(self, held: _Held) -> tuple[list[KeptSlabs], list[KeptSlabs]]:
        """Have the workers write what they hold; return what is to be known of it."""
        words = [self._keep(worker, WORDS, worker, held.words[worker]) for worker in self.blocks]
        contexts = []
        for worker in self.blocks:  # each those that it has
            place = self._square(self.blocks[-1], worker).contexts(self.groups, self.seed)
            contexts.append(self._keep(worker, CONTEXTS, place, held.contexts[place]))
        return list(map(self.engine.result, words)), list(map(self.engine.result, contexts))

    @property
    def _first(self) -> int:
        return min(self.rounds * len(self.blocks) // self.groups, self.blocks[-1])

    def _square(self, step: int, worker: int) -> Square:
        return Square(self.epoch, step, worker, len(self.blocks), self.rounds)

    def _read(self, worker: int, side: int, block: int) -> Any:
        return self.engine.submit(worker, read_slabs, self.open_ground, self.age, side, block)

    def _keep(self, worker: int, side: int, block: int, slabs: Any) -> Any:
        return self.engine.submit(
            worker, keep_slabs, self.open_ground, self.age + 1, side, block, slabs
        )

    def _add_costs(self, squares: list[Any], sizes: Any, progress: Progress | None) -> None:
        """Wait for what some squares cost."""
        for square in squares:
            costs: list[tuple[Tile, TileCost]] = self.engine.result(square)
            if not all(cost.finite for _, cost in costs):
                raise divergence("the cost", self.epoch)
            self.costs += costs
            size = int(sum(sizes[tile] for tile, _ in costs))
            self.done += size
            if progress:
                progress(size)
