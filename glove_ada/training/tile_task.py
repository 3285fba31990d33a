"""The work on one tile: a function of what it is given and nothing else, so that anyone may run it.

The rows of parameters that a task brings are changed in place; where an executor runs tasks in
other processes, these send them back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

import numpy as np

from glove_ada import kernels
from glove_ada.training.anchor import Anchor
from glove_ada.training.negatives import NegativeDraws, Scratch
from glove_ada.training.parameters import Floats, RowLayout, aligned_zeros
from glove_ada.training.rules.rule import UpdateRule
from glove_ada.training.state import TileCost
from glove_ada.training.tiles import TileNonzeros

Item = TypeVar("Item")
Result = TypeVar("Result")


class Executor(Protocol):
    """Who runs tasks: `glove_ada.system.threads.Workers`, say."""

    def run_all(self, work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """Return `work(item)` of all items, in their order, run in any order or at once.

        The first error is raised once no task runs any more.
        """


@dataclass(frozen=True)
class RowRule:
    """An update rule spread over the slots of a row, as the kernels take it in a round.

    Attributes
    ----------
    number : int
        Of its kernel.
    rates : tuple of two ndarray of float32, shape (layout.slots,)
        For the rows of words and of contexts: 0 where nothing must move.
    decay : ndarray of float32, shape (2 layout.slots,)
        The weight decay of each slot, and behind it the L1 penalty of each.
    constants : ndarray of float32
    kept : int
        As in `UpdateRule`.
    """

    number: int
    rates: tuple[Floats, Floats]
    decay: Floats
    constants: Floats
    kept: int = 0

    def vector_rates(self, words: Floats) -> Floats:
        """Return the learning rates of words, of a rule with one accumulator for a vector.

        Parameters
        ----------
        words : ndarray of float32, shape (words, row_floats)

        Returns
        -------
        ndarray of float32, shape (words,)
        """
        eps, rates = self.constants[0], self.rates[0]
        lengths: Floats = rates[0] / (np.sqrt(words[:, -self.kept]) + eps)
        return lengths


def spread_rule(
    rule: UpdateRule,
    layout: RowLayout,
    epoch: int = 0,
    divisors: tuple[Floats, Floats] | None = None,
) -> RowRule:
    """Spread a rule over the slots of a row.

    Parameters
    ----------
    rule : UpdateRule
    layout : RowLayout
    epoch : int
        From 0 on; the rates are those that it has.
    divisors : pair of ndarray of float32, shape (2,), optional
        For words and for contexts, what divides the rates of vectors and of biases.
    """
    rates = np.array(rule.rates(epoch), np.float32)
    of_sides = [rates / divisor for divisor in divisors] if divisors else [rates, rates]
    words, contexts = (
        layout.mask(vector_rate, bias_rate, side)
        for side, (vector_rate, bias_rate) in enumerate(of_sides)
    )
    decay = aligned_zeros(1, 2 * layout.slots)[0]
    decay[: layout.slots] = layout.mask(rule.weight_decay, 0.0, 0)
    decay[layout.slots :] = layout.mask(rule.l1, 0.0, 0)
    constants = np.array(rule.constants, np.float32)
    return RowRule(rule.number, (words, contexts), decay, constants, rule.kept)


class TileTask(NamedTuple):
    """What the training of tile (p, q) depends on, besides the rule.

    Attributes
    ----------
    words : ndarray of float32
        The rows of group p's words, 64-byte aligned as those of `aligned_zeros`; changed in place.
    contexts : tuple of one or two ndarray of float32
        Those of group q's contexts; if these are directed, to the right and to the left.
    nonzeros : TileNonzeros
    negatives : tuple of two NegativeDraws, or None
        From what negatives are drawn for the stored nonzeros and for the mirrored ones.
    anchor : Anchor, optional
        Of group p's words.
    """

    words: Floats
    contexts: tuple[Floats, ...]
    nonzeros: TileNonzeros
    negatives: tuple[NegativeDraws, NegativeDraws] | None
    anchor: Anchor | None = None


def train_tile(task: TileTask, rule: RowRule, scratch: Scratch) -> TileCost:
    """Train the stored nonzeros of a tile, then the mirrored ones, whose rows are contexts."""
    rows = task.words, task.contexts[-1]
    columns = task.contexts[0], task.words
    cost = negatives_cost = 0.0
    drawn = 0
    for row_side, nonzeros in enumerate(task.nonzeros):
        trained = nonzeros
        if task.negatives:
            trained = task.negatives[row_side].interleave(nonzeros, scratch)
        costs = kernels.train_nonzeros(
            trained,
            first=0,
            end=len(trained),
            rows=rows[row_side],
            first_row=0,
            columns=columns[row_side],
            first_column=0,
            rule=rule.number,
            row_rate=rule.rates[row_side],
            column_rate=rule.rates[1 - row_side],
            decay=rule.decay,
            constants=rule.constants,
        )
        cost, negatives_cost = cost + costs[0], negatives_cost + costs[1]
        drawn += len(trained) - len(nonzeros)
    if task.anchor:
        task.anchor.pull(task.words, rule.vector_rates(task.words))
    return TileCost(cost, negatives_cost, drawn)
