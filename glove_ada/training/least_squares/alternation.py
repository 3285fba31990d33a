"""Words solved, and then contexts and words by turns, from where AdaGrad has come to.

Alternating least squares (Hu, Koren and Volinsky 2008) from the first values on would take many
turns to find what a few epochs of AdaGrad find. From there two or three turns come to the end, and
fewer if rows go beyond their solutions: successive over-relaxation (Young 1954, "Iterative methods
for solving partial difference equations of elliptic type") of two blocks. The first turn rids the
words of AdaGrad's noise and the last is what is wanted, so these two end at the solution.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from glove_ada.training.anchor import Anchor
from glove_ada.training.least_squares.conjugate_gradients import improve_rows
from glove_ada.training.least_squares.expected_zeros import ExpectedZeros
from glove_ada.training.least_squares.facing import groups_of, row_of_each, totals_of_sides
from glove_ada.training.least_squares.problem import pack_rows, pose_problem
from glove_ada.training.parameters import Floats, Parameters, RowLayout
from glove_ada.training.tile_task import Executor
from glove_ada.training.tiles import TileGrid

WORDS, CONTEXTS = 0, 1
_BEYOND = 1.5  # of the way to the solution; the best of 1, 1.3, 1.5, 1.7 and 1.9 (docs/method.md)


@dataclass(frozen=True)
class Turn:
    """One side solved, the other held fixed.

    Attributes
    ----------
    side : int
        What is solved: 0 for words, 1 for contexts.
    reach : float
        How far its rows go, of the way to their solution.
    """

    side: int
    reach: float

    def move(self, rows: Floats, improved: Floats, layout: RowLayout) -> None:
        """Move rows towards what they were improved to.

        Parameters
        ----------
        rows : ndarray of float32, shape (rows, layout.row_floats)
            Of this side; changed.
        improved : ndarray of float32, shape (rows, layout.slots)
            Laid out as words.
        layout : RowLayout
        """
        beyond, size = np.float32(self.reach - 1), layout.vector_size
        for here, there in ((slice(size), slice(size)), (layout.bias(self.side), layout.bias(0))):
            solved = improved[:, there]
            rows[:, here] = solved + beyond * (solved - rows[:, here])


def solve_by_turns(
    parameters: Parameters,
    tiles: TileGrid,
    zeros: ExpectedZeros,
    executor: Executor,
    *,
    steps: int,
    alternations: int,
    weight_decay: float,
    anchor: Anchor | None = None,
    progress: Callable[[int], object] = lambda rows: None,
) -> Parameters:
    """Return parameters with the words solved, and then both sides by turns.

    Parameters
    ----------
    parameters : Parameters
        As they were trained; only read.
    tiles : TileGrid
    zeros : ExpectedZeros
    executor : Executor
        Who does the work; the result does not depend on it.
    steps : int
        Of conjugate gradients, each time.
    alternations : int
        How often the contexts are solved, and the words after them.
    weight_decay : float
        Of one update.
    anchor : Anchor, optional
        Holds words near given vectors.
    progress : callable
        Is given the number of rows just improved; they add up to `rows_to_solve`.

    Returns
    -------
    solved : Parameters
        Without states.
    """
    layout = RowLayout(parameters.layout.vector_size, states=0)
    words, contexts = (
        pack_rows(rows, parameters.layout, layout, side, like=side)
        for side, rows in enumerate((parameters.words, parameters.contexts))
    )
    solved = Parameters(layout, parameters.grouping, words, contexts)
    totals = totals_of_sides(tiles, executor, zeros.sides)
    for turn in turns_of(alternations):
        problem = pose_problem(
            solved,
            tiles,
            zeros,
            executor,
            weight_decay=weight_decay,
            side=turn.side,
            totals=totals,
            anchor=anchor if turn.side == WORDS else None,
        )
        improved = improve_rows(problem, steps, executor, progress)
        rows = (words, contexts)[turn.side]
        for group in groups_of(tiles, turn.side):
            here = tiles.grouping.rows(group)
            turn.move(rows[here], improved[here], layout)
    return solved


def turns_of(alternations: int) -> list[Turn]:
    """Return all turns in their order."""
    sides = [WORDS, *[CONTEXTS, WORDS] * alternations]
    last = len(sides) - 1
    return [Turn(side, _BEYOND if 0 < place < last else 1.0) for place, side in enumerate(sides)]


def rows_to_solve(tiles: TileGrid, alternations: int) -> int:
    """Return how many rows `solve_by_turns` improves, each as often as it does."""
    words, contexts = (len(row_of_each(tiles, side)) for side in (WORDS, CONTEXTS))
    return words + alternations * (contexts + words)
