"""The work on one square: a function of what it is given and nothing else.

With W workers, a power of two, each has one of W blocks of groups of words. In each of W steps of
an epoch it trains them against one block of groups of contexts, which it then passes on. The rounds
of a square are those of the schedule, so that every row is trained in the order of one machine.

What a training is at the end of an epoch is kept in slabs: the rows of one block of words, or of
one block of contexts. A worker writes those that it holds, and reads those that it begins with.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, Protocol

import numpy as np

from glove_ada.training.negatives import EpochDraws, NegativeSampler, Scratch
from glove_ada.training.parameters import BLOCK_ROWS, Floats, Start, aligned_zeros
from glove_ada.training.rules.rule import UpdateRule
from glove_ada.training.schedule import Tile, rounds_of_epoch
from glove_ada.training.state import TileCost
from glove_ada.training.tile_task import Executor, TileTask, spread_rule, train_tile
from glove_ada.training.tiles import Grouping, TileGrid

WORDS, CONTEXTS = 0, 1
"""The sides."""

Slabs = tuple[Floats, ...]
"""The rows of a block of words, or of one of contexts: to the right and, if directed, the left."""


class SlabStore(Protocol):
    """Where slabs are kept, whole or not at all, for whichever worker asks for them by name."""

    def read(self, name: str) -> Slabs:
        """Return what was written."""

    def write(self, name: str, slabs: Slabs) -> None:
        """Write some."""


def slab_name(age: int, side: int, block: int) -> str:
    """Return the name of slabs as they were when so many epochs had been trained here."""
    return f"{('words', 'contexts')[side]}-{block}-{age}"


@dataclass(frozen=True)
class Ground:
    """What a worker holds from its first square to its last.

    Attributes
    ----------
    tiles : TileGrid
        With the nonzeros of its squares.
    rule : UpdateRule
    start : Start
    negatives : NegativeSampler or None
    executor : Executor
        Who trains the tiles of a round.
    slabs : SlabStore
    """

    tiles: TileGrid
    rule: UpdateRule
    start: Start
    negatives: NegativeSampler | None
    executor: Executor
    slabs: SlabStore
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
    done : int
        Rounds of the epoch that are trained already.
    """

    epoch: int
    step: int
    words: int
    blocks: int
    done: int = 0

    def rounds(self, groups: int, seed: int) -> list[list[Tile]]:
        """Return the tiles of each round that is to be trained."""
        size = groups // self.blocks
        rounds = rounds_of_epoch(groups, seed, self.epoch)
        first, begun = self.words * size, max(self.step * size, self.done)
        return [round[first : first + size] for round in rounds[begun : (self.step + 1) * size]]

    def contexts(self, groups: int, seed: int) -> int:
        """Return the block of groups of contexts."""
        size = groups // self.blocks
        _, group = rounds_of_epoch(groups, seed, self.epoch)[self.step * size][self.words * size]
        return group // size


class TrainedSquare(NamedTuple):
    """What comes of a square.

    Attributes
    ----------
    words, contexts : tuple of ndarray of float32
        Their rows.
    costs : list of (Tile, TileCost)
    """

    words: Slabs
    contexts: Slabs
    costs: list[tuple[Tile, TileCost]]


class KeptSlabs(NamedTuple):
    """What is to be known of slabs that were kept.

    Attributes
    ----------
    finite : bool
        Whether every parameter and accumulator is a finite number.
    largest : float
        The largest component of a vector, whatever its sign.
    """

    finite: bool
    largest: float


def slab_rows(grouping: Grouping, block: int, blocks: int, *, left: bool = False) -> slice:
    """Return where the rows of a block of groups lie among the parameters."""
    size = grouping.groups // blocks
    first = block * size + (grouping.groups if left else 0)
    return slice(grouping.rows(first).start, grouping.rows(first + size - 1).stop)


def start_slabs(open_ground: OpenGround, side: int, block: int, blocks: int) -> None:
    """Write the slabs that a training starts from."""
    ground = open_ground()
    tables = [0] if side == WORDS else [1, 2] if ground.tiles.directed else [1]
    here = slab_rows(ground.tiles.grouping, block, blocks)
    slabs = tuple(ground.start.slab(table, here) for table in tables)
    ground.slabs.write(slab_name(0, side, block), slabs)


def read_slabs(open_ground: OpenGround, age: int, side: int, block: int) -> Slabs:
    """Read slabs to go on from."""
    return open_ground().slabs.read(slab_name(age, side, block))


def keep_slabs(open_ground: OpenGround, age: int, side: int, block: int, slabs: Slabs) -> KeptSlabs:
    """Write slabs at an epoch's end."""
    ground = open_ground()
    ground.slabs.write(slab_name(age, side, block), slabs)
    size = ground.start.layout.vector_size
    blocks = [
        slab[first : first + BLOCK_ROWS]
        for slab in slabs
        for first in range(0, len(slab), BLOCK_ROWS)
    ]
    return KeptSlabs(
        all(bool(np.isfinite(rows).all()) for rows in blocks),
        max(float(np.abs(rows[:, :size]).max()) for rows in blocks),
    )


def train_square(
    open_ground: OpenGround, square: Square, words: Slabs, contexts: Slabs
) -> TrainedSquare:
    """Train a square; what it is given stays as it is.

    Parameters
    ----------
    open_ground : callable
    square : Square
    words, contexts : tuple of ndarray
        As of `TrainedSquare`, before it is trained; they may be read-only.
    """
    ground = open_ground()
    tiles, grouping = ground.tiles, ground.tiles.grouping
    words, contexts = tuple(map(_copied, words)), tuple(map(_copied, contexts))
    size = tiles.groups // square.blocks
    rule = spread_rule(ground.rule, ground.start.layout, square.epoch)
    draws, scratch = ground.draws(square.epoch), Scratch()
    train = partial(train_tile, rule=rule, scratch=scratch)

    def rows_in(slab: Floats, group: int) -> Floats:
        rows, first = grouping.rows(group), grouping.rows(group // size * size).start
        return slab[rows.start - first : rows.stop - first]

    costs: list[tuple[Tile, TileCost]] = []
    for round in square.rounds(tiles.groups, ground.start.seed):
        here = sorted(round, key=lambda tile: -tiles.size(*tile))  # the longest first
        tasks = [
            TileTask(
                rows_in(words[0], p),
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
