"""Words solved, and then contexts and words by turns, from where AdaGrad has come to.

Alternating least squares (Hu, Koren and Volinsky 2008) from the first values on would take many
turns to find what a few epochs of AdaGrad find. From there one or two turns come to the end.
"""

from __future__ import annotations

from collections.abc import Callable

from glove_ada.training.anchor import Anchor
from glove_ada.training.least_squares.conjugate_gradients import improve_rows
from glove_ada.training.least_squares.expected_zeros import ExpectedZeros
from glove_ada.training.least_squares.facing import row_of_each, totals_of_sides
from glove_ada.training.least_squares.problem import pack_rows, pose_problem
from glove_ada.training.parameters import Parameters, RowLayout
from glove_ada.training.tile_task import Executor
from glove_ada.training.tiles import TileGrid

WORDS, CONTEXTS = 0, 1


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
    for side in turns_of(alternations):
        problem = pose_problem(
            solved,
            tiles,
            zeros,
            executor,
            weight_decay=weight_decay,
            side=side,
            totals=totals,
            anchor=anchor if side == WORDS else None,
        )
        improved = improve_rows(problem, steps, executor, progress)
        rows, size = (words, contexts)[side], layout.vector_size
        rows[:, :size] = improved[:, :size]
        rows[:, layout.bias(side)] = improved[:, layout.bias(WORDS)]
    return solved


def turns_of(alternations: int) -> list[int]:
    """Return which side is solved, turn by turn."""
    return [WORDS, *[CONTEXTS, WORDS] * alternations]


def rows_to_solve(tiles: TileGrid, alternations: int) -> int:
    """Return how many rows `solve_by_turns` improves, each as often as it does."""
    words, contexts = (len(row_of_each(tiles, side)) for side in (WORDS, CONTEXTS))
    return words + alternations * (contexts + words)
