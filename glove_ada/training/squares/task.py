"""The work on one square: a function of what it is given and nothing else.

With W workers, a power of two, each has one of W blocks of groups of words. In each of W steps of
an epoch it trains them against one block of groups of contexts, which it then passes on. The rounds
of a square are those of the schedule, so that every row is trained in the order of one machine.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from glove_ada.training.negatives import EpochDraws, NegativeSampler, Scratch
from glove_ada.training.parameters import Floats, RowLayout, aligned_zeros
from glove_ada.training.rules.rule import UpdateRule
from glove_ada.training.schedule import Tile, rounds_of_epoch
from glove_ada.training.state import TileCost
from glove_ada.training.tile_task import Executor, TileTask, spread_rule, train_tile
from glove_ada.training.tiles import Grouping, TileGrid


@dataclass(frozen=True)
class Ground:
    """What a worker holds from its first square to its last.

    Attributes
    ----------
    tiles : TileGrid
        With the nonzeros of its squares.
    rule : UpdateRule
    layout : RowLayout
    seed : int
    negatives : NegativeSampler or None
    executor : Executor
        Who trains the tiles of a round.
    """

    tiles: TileGrid
    rule: UpdateRule
    layout: RowLayout
    seed: int
    negatives: NegativeSampler | None
    executor: Executor
    _drawn: dict[int, EpochDraws] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def draws(self, epoch: int) -> EpochDraws | None:
        """Return what the negatives of an epoch are drawn from; the last epoch's is kept."""
        if not self.negatives:
            return None
        with self._lock:
            if epoch not in self._drawn:
                self._drawn.clear()
                self._drawn[epoch] = self.negatives.draw_epoch(epoch)
            return self._drawn[epoch]


OpenGround = Callable[[], Ground]
"""Returns the ground of whoever calls it; it can be sent to other processes."""


class Square(NamedTuple):
    """Which rounds of an epoch are trained, and of which words.

    Attributes
    ----------
    epoch : int
        From 0 on.
    step : int
        From 0 on, below `blocks`.
    words : int
        The block of groups of words, and the number of the worker that has it.
    blocks : int
        How many there are, W.
    """

    epoch: int
    step: int
    words: int
    blocks: int

    def rounds(self, groups: int, seed: int) -> list[list[Tile]]:
        """Return the tiles of each round."""
        size = groups // self.blocks
        rounds = rounds_of_epoch(groups, seed, self.epoch)
        first = self.words * size
        return [
            round[first : first + size]
            for round in rounds[self.step * size : (self.step + 1) * size]
        ]

    def contexts(self, groups: int, seed: int) -> int:
        """Return the block of groups of contexts."""
        _, group = self.rounds(groups, seed)[0][0]
        return group // (groups // self.blocks)


class TrainedSquare(NamedTuple):
    """What comes of a square.

    Attributes
    ----------
    words : ndarray of float32
        The rows of its words.
    contexts : tuple of one or two ndarray of float32
        Those of its contexts; if these are directed, to the right and to the left.
    costs : list of (Tile, TileCost)
    """

    words: Floats
    contexts: tuple[Floats, ...]
    costs: list[tuple[Tile, TileCost]]


def slab_rows(grouping: Grouping, block: int, blocks: int, *, left: bool = False) -> slice:
    """Return where the rows of a block of groups lie among the parameters."""
    size = grouping.groups // blocks
    first = block * size + (grouping.groups if left else 0)
    return slice(grouping.rows(first).start, grouping.rows(first + size - 1).stop)


def train_square(
    open_ground: OpenGround, square: Square, words: Floats, contexts: tuple[Floats, ...]
) -> TrainedSquare:
    """Train a square; what it is given stays as it is.

    Parameters
    ----------
    open_ground : callable
    square : Square
    words, contexts
        As of `TrainedSquare`, before it is trained; they may be read-only.
    """
    ground = open_ground()
    tiles, grouping = ground.tiles, ground.tiles.grouping
    words, contexts = _copied(words), tuple(map(_copied, contexts))
    size = tiles.groups // square.blocks
    rule = spread_rule(ground.rule, ground.layout, square.epoch)
    draws, scratch = ground.draws(square.epoch), Scratch()
    train = partial(train_tile, rule=rule, scratch=scratch)

    def rows_in(slab: Floats, group: int) -> Floats:
        rows, first = grouping.rows(group), grouping.rows(group // size * size).start
        return slab[rows.start - first : rows.stop - first]

    costs: list[tuple[Tile, TileCost]] = []
    for round in square.rounds(tiles.groups, ground.seed):
        here = sorted(round, key=lambda tile: -tiles.size(*tile))  # the longest first
        tasks = [
            TileTask(
                rows_in(words, p),
                tuple(rows_in(slab, q) for slab in contexts),
                tiles.nonzeros_of(p, q),
                draws.of_tile(p, q) if draws else None,
            )
            for p, q in here
        ]
        costs += zip(here, ground.executor.run_all(train, tasks), strict=True)
    return TrainedSquare(words, contexts, costs)


def _copied(rows: Floats) -> Floats:
    """Return a copy that lies in memory as the kernels want it."""
    copy = aligned_zeros(*rows.shape)
    copy[:] = rows
    return copy
