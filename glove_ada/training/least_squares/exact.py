"""Some rows solved to the end, in float64: their normal equations are made and factored."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.system.sentences.counted import counted
from glove_ada.training.least_squares import cholesky
from glove_ada.training.least_squares.expected_zeros import (
    CLASS,
    LATER_DRAWS,
    OWN_DRAWS,
    SHARE,
)
from glove_ada.training.least_squares.facing import nonzeros_facing, row_of_each
from glove_ada.training.least_squares.problem import LeastSquares
from glove_ada.training.parameters import Floats

Doubles = npt.NDArray[np.float64]

_BLOCK_ROWS = 256  # that are added up while they are in the cache
_LEAST_DECAY, _MOST_DECAY = 2.0**-30, 2.0**-6  # of the mean of a matrix's diagonal


class Facing(NamedTuple):
    """What one row meets.

    Attributes
    ----------
    fixed : ndarray of int64, shape (nonzeros,)
        Which of the fixed rows.
    log_counts, weights, zeros : ndarray of float64, shape (nonzeros,)
        Of each nonzero: log x, f(x), and the zeros that are expected of its pair, times their
        weight.
    """

    fixed: npt.NDArray[np.intp]
    log_counts: Doubles
    weights: Doubles
    zeros: Doubles

    def cut(self, here: slice) -> Facing:
        """Return a part of it."""
        return Facing(self.fixed[here], self.log_counts[here], self.weights[here], self.zeros[here])


class NormalEquations(NamedTuple):
    """A x = b, of rows whose solutions x are vectors with their biases behind them.

    Attributes
    ----------
    matrices : ndarray of float64, shape (rows, vector_size + 1, vector_size + 1)
        A.
    right : ndarray of float64, shape (rows, vector_size + 1)
        b.
    """

    matrices: Doubles
    right: Doubles


def solve_rows(problem: LeastSquares, words: Sequence[int]) -> Doubles:
    """Return the vector and, behind it, the bias of some words that make their cost the least.

    Parameters
    ----------
    problem : LeastSquares
    words : sequence of int
        Their numbers in the vocabulary. Of directed contexts, those to the left are counted on
        behind those to the right.

    Returns
    -------
    ndarray of float64, shape (words, vector_size + 1)
        A word that meets none stays as it was trained.

    Warns
    -----
    UserWarning
        Once, if for some words many solutions are as good. Theirs are those with the least decay
        that works.
    """
    equations = normal_equations(problem, words)
    factors = factor_with_least_decay(equations.matrices)
    solutions = cholesky.solve(factors, equations.right[..., None])[..., 0]
    rows = row_of_each(problem.tiles, problem.side)[np.asarray(words, np.intp)]
    groups, numbers = _places(problem, words)
    for place in np.flatnonzero(problem.nonzeros[rows] == 0).tolist():
        start = problem.start(int(groups[place]))[numbers[place]]
        solutions[place] = start[: solutions.shape[1]]
    return solutions


def factor_with_least_decay(matrices: Doubles) -> Doubles:
    """Return L of L L^T for each matrix; decay singular ones by the least that works.

    Parameters
    ----------
    matrices : ndarray of float64, shape (rows, size, size)
    """
    factors = cholesky.factor(matrices)
    size = matrices.shape[-1]
    singular = np.flatnonzero(np.isnan(factors).any(axis=(1, 2)))
    if len(singular):
        one = "word meets too few contexts for its dimensions, so that it is"
        many = "words meet too few contexts for their dimensions, so that they are"
        warnings.warn(
            f"{counted(len(singular), one, many)} solved with the least decay that works; more "
            f"--weight-decay, or fewer --vector-size, would settle that",
            stacklevel=3,
        )
    for place in singular.tolist():
        mean = math.fsum(np.diagonal(matrices[place])) / size or 1.0
        decay = _LEAST_DECAY
        while np.isnan(factors[place]).any() and decay <= _MOST_DECAY:
            factors[place] = cholesky.factor(matrices[place] + decay * mean * np.eye(size))
            decay *= 4
    return factors


def normal_equations(problem: LeastSquares, words: Sequence[int]) -> NormalEquations:
    """Make the normal equations of some words."""
    slots, size = problem.layout.slots, problem.layout.vector_size + 1
    matrices, right = np.zeros((len(words), slots, slots)), np.zeros((len(words), slots))
    for place, facing in _facing(problem, words):
        for first in range(0, len(facing.fixed), _BLOCK_ROWS):
            rows, log_counts, weights, zeros = facing.cut(slice(first, first + _BLOCK_ROWS))
            fixed = problem.fixed[rows]
            kernels.add_outer_products(fixed, weights - zeros, 0, slots, matrices[place])
            biases = fixed[:, size].astype(np.float64)
            pulls = weights * (log_counts - biases) - zeros * (problem.zeros.log_count - biases)
            right[place] += np.cumsum(pulls[:, None] * fixed, axis=0)[-1]  # in order
        matrices[place] += np.tril(matrices[place], -1).T
    rows = row_of_each(problem.tiles, problem.side)[np.asarray(words, np.intp)]
    zeros = problem.zeros.sides[problem.side][rows].astype(np.float64)
    number = np.maximum(zeros[:, CLASS], 0).astype(np.intp)
    for column, of_classes in ((LATER_DRAWS, problem.later), (SHARE, problem.earlier)):
        products = zeros[:, column, None, None] * of_classes[number]
        matrices += products
        right += problem.zeros.log_count * products[:, size - 1] - products[:, size]
    decayed = np.arange(size - 1)
    matrices[:, decayed, decayed] += problem.decay[rows, None]
    if problem.anchor:
        pulls = problem.anchor.strengths[rows, None].astype(np.float64)
        right[:, : size - 1] += pulls * problem.anchor.vectors[rows]
    return NormalEquations(matrices[:, :size, :size].copy(), right[:, :size].copy())


def _facing(problem: LeastSquares, words: Sequence[int]) -> Iterator[tuple[int, Facing]]:
    """Yield what each word meets, with its place among the words."""
    groups, places_in_groups = _places(problem, words)
    for group in np.unique(groups).tolist():
        places = np.flatnonzero(groups == group)
        numbers = places_in_groups[places]
        solved, facing = _facing_of_group(problem, group, numbers)
        starts, ends = (np.searchsorted(solved, numbers, side) for side in ("left", "right"))
        for place, first, end in zip(*map(np.ndarray.tolist, (places, starts, ends)), strict=True):
            yield place, facing.cut(slice(first, end))


def _places(
    problem: LeastSquares, words: Sequence[int]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.uint16]]:
    """Return in which group each word or context is, and its place there."""
    grouping = problem.tiles.grouping
    left, of_words = np.divmod(np.asarray(words, np.intp), len(grouping.group_of))
    groups = grouping.groups * left + grouping.group_of[of_words]
    return groups.astype(np.intp), grouping.place_in_group[of_words]


def _facing_of_group(
    problem: LeastSquares, group: int, numbers: npt.NDArray[np.uint16]
) -> tuple[npt.NDArray[np.uint16], Facing]:
    """Return what some rows of a group meet, row by row, and of each nonzero its row."""
    wanted = np.isin(np.arange(1 << 16), numbers)
    side, tiles = problem.side, problem.tiles
    own = problem.zeros.sides[side][tiles.grouping.rows(group)]
    rows, parts = [], []
    for nonzeros, others, by_column in nonzeros_facing(tiles, side, group):
        here = nonzeros[wanted[nonzeros["column" if by_column else "row"]]]
        solved = here["column" if by_column else "row"]
        fixed = others.start + here["row" if by_column else "column"].astype(np.intp)
        sides = own[solved], problem.zeros.sides[1 - side][fixed]
        rows.append(solved)
        parts.append(
            Facing(
                fixed,
                here["log_count"].astype(np.float64),
                here["weight"].astype(np.float64),
                _expected_zeros(*(reversed(sides) if by_column else sides)),
            )
        )
    solved = np.concatenate(rows)
    order = np.argsort(solved, kind="stable")
    facing = Facing(*(np.concatenate(part)[order] for part in zip(*parts, strict=True)))
    return solved[order], facing


def _expected_zeros(rows: Floats, columns: Floats) -> Doubles:
    """Return the zeros that are expected of pairs, as the kernels have them."""
    same = rows[:, CLASS] == columns[:, CLASS]
    draws = np.where(same, rows[:, OWN_DRAWS], rows[:, LATER_DRAWS])
    return (draws * columns[:, SHARE]).astype(np.float64)
