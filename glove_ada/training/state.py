"""The state of a training: all that the rounds to come depend on, and what the past ones cost."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from glove_ada.training.parameters import Parameters
from glove_ada.training.schedule import Tile


class TileCost(NamedTuple):
    """What the training of a tile cost.

    Attributes
    ----------
    nonzeros, negatives : float
        Sums of the costs of its nonzeros and of its negatives.
    drawn : int
        How many negatives there were.
    """

    nonzeros: float
    negatives: float
    drawn: int

    @property
    def finite(self) -> bool:
        """Whether both sums are finite numbers."""
        return math.isfinite(self.nonzeros) and math.isfinite(self.negatives)


class EpochCost(NamedTuple):
    """What an epoch cost.

    Attributes
    ----------
    nonzeros : float
        The mean cost of a nonzero, GloVe's own.
    negatives : float
        The mean cost of a negative; 0 if none was drawn.
    drawn : int
        How many negatives were drawn.
    """

    nonzeros: float
    negatives: float
    drawn: int


class TrainingState:
    """A training between two rounds: with its options and tiles, all that it goes on from.

    Attributes
    ----------
    parameters : Parameters
    epochs : int
        Finished ones.
    rounds : int
        Finished ones of the epoch under way; if these are all, the epoch is not closed yet.
    tile_costs : ndarray of float64, shape (groups, groups, 2)
        The sum of costs of each tile's nonzeros, and of its negatives, in the epoch under way or,
        for tiles still to come, before it.
    tile_negatives : ndarray of int64, shape (groups, groups)
        How many negatives were drawn for each tile.
    costs : list of EpochCost
        Of the finished epochs.
    """

    def __init__(self, parameters: Parameters) -> None:
        groups = parameters.grouping.groups
        self.parameters = parameters
        self.epochs = self.rounds = 0
        self.tile_costs = np.zeros((groups, groups, 2))
        self.tile_negatives = np.zeros((groups, groups), np.int64)
        self.costs: list[EpochCost] = []

    def close_rounds(self, costs: Iterable[tuple[Tile, TileCost]], rounds: int = 1) -> None:
        """Count a round, or some, as finished, whose tiles cost this."""
        for tile, cost in costs:
            self.tile_costs[tile] = cost.nonzeros, cost.negatives
            self.tile_negatives[tile] = cost.drawn
        self.rounds += rounds

    def close_epoch(self, nonzeros: int) -> None:
        """Count an epoch of so many nonzeros as finished."""
        # The sums are rounded once, so that they do not depend on an order.
        cost, negatives = (math.fsum(self.tile_costs[..., part].ravel()) for part in (0, 1))
        drawn = int(self.tile_negatives.sum())
        self.costs.append(EpochCost(cost / nonzeros, negatives / drawn if drawn else 0.0, drawn))
        self.epochs, self.rounds = self.epochs + 1, 0
