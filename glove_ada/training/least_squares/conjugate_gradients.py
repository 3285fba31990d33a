"""All rows of a side improved by a few steps of conjugate gradients each.

A step takes one pass over the nonzeros and forms no matrix (Takacs, Pilaszy and Tikk 2011,
"Applications of the conjugate gradient method for implicit feedback collaborative filtering"). The
rows' matrices are much alike, so that the inverse of their mean is a good preconditioner for all.

What the last of several steps costs is the measure of its length alone. As steps of one row are
about as long, it is guessed from those before (as by Barzilai and Borwein 1988, "Two-point step
size gradient methods"), which saves the pass. A step that is too short does no harm, so it is the
shortest that counts.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from glove_ada import kernels
from glove_ada.kernels.definitions import LANES
from glove_ada.training.least_squares.facing import groups_of
from glove_ada.training.least_squares.problem import LeastSquares
from glove_ada.training.parameters import Floats, aligned_zeros
from glove_ada.training.tile_task import Executor

_SOLVED = np.float32(1e-10)  # of the square of a residual at first; less is rounding
_GUESS = np.float32(0.8)  # of the shortest step's length; the best for words and contexts


def improve_rows(
    problem: LeastSquares,
    steps: int,
    executor: Executor,
    progress: Callable[[int], object] = lambda rows: None,
) -> Floats:
    """Improve all rows by so many steps from where they start.

    Parameters
    ----------
    problem : LeastSquares
    steps : int
    executor : Executor
        Who does the work; the result does not depend on it.
    progress : callable
        Is given the number of rows just improved.

    Returns
    -------
    ndarray of float32, shape (rows, problem.layout.slots)
        Group by group, and laid out as rows that are solved.
    """
    places = [
        problem.tiles.grouping.rows(group) for group in groups_of(problem.tiles, problem.side)
    ]
    improved = aligned_zeros(places[-1].stop, problem.layout.slots)

    def improve(group: int) -> None:
        improved[places[group]] = improve_group(problem, group, steps)
        progress(places[group].stop - places[group].start)

    filled = [group for group, here in enumerate(places) if here.start < here.stop]
    executor.run_all(improve, filled)
    return improved


def improve_group(problem: LeastSquares, group: int, steps: int) -> Floats:
    """Return the rows of a group after so many steps.

    Returns
    -------
    ndarray of float32, shape (rows, problem.layout.slots)
    """
    here, slots = problem.tiles.grouping.rows(group), problem.layout.slots
    solution = problem.start(group)
    work = aligned_zeros(len(solution), 2 * slots)
    points, gradients = work[:, :slots], work[:, slots:]

    points[:] = solution
    problem.add_gradients(group, work, targets=True)
    residual = -gradients
    residual[problem.nonzeros[here] == 0] = 0  # a row of which nothing is known stays
    direction = np.zeros_like(residual)
    first = before = np.zeros((len(solution), 1), np.float32)
    shortest = np.full_like(first, np.inf)
    for step in range(steps):
        preconditioned = _multiply(residual, problem.preconditioner, work)
        product = _dots(residual, preconditioned)
        if step == 0:
            first = product
        product[product < _SOLVED * first] = 0  # no step any more, to where rounding leads
        direction, before = preconditioned + _ratio(product, before) * direction, product
        if 0 < step == steps - 1:
            solution += _GUESS * shortest * direction
            return solution
        points[:], gradients[:] = direction, 0
        problem.add_gradients(group, work, targets=False)
        length = _ratio(product, _dots(direction, gradients))
        shortest = np.minimum(shortest, length)
        solution += length * direction
        residual -= length * gradients
    return solution


def passes_of(steps: int) -> int:
    """Return how often `improve_group` passes over the nonzeros."""
    return 1 + max(min(steps, 1), steps - 1)


def _multiply(rows: Floats, matrix: Floats, work: Floats) -> Floats:
    """Return the products of rows and a matrix; `work` is scratch."""
    slots = rows.shape[1]
    work[:, :slots], work[:, slots:] = rows, 0
    kernels.add_products(work, matrix, np.ones(len(work), np.float32))
    products: Floats = work[:, slots:].copy()
    return products


def _dots(left: Floats, right: Floats) -> Floats:
    """Return the dot product of each two rows, shape (rows, 1), in lanes and then a fixed tree."""
    products = (left * right).reshape(len(left), -1, LANES)
    lanes: Floats = products[:, 0]
    for part in range(1, products.shape[1]):
        lanes = lanes + products[:, part]
    while lanes.shape[1] > 1:
        half = lanes.shape[1] // 2
        lanes = lanes[:, :half] + lanes[:, half:]
    return lanes


def _ratio(above: Floats, below: Floats) -> Floats:
    """Return quotients, 0 where a row has come to its end."""
    quotients: Floats = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
    return quotients
