"""The least squares problems of all rows of one side, the other side held fixed.

Row i has the vector w and the bias b that make

    sum over j met      f(x_ij) (w.c_j + b + b_j - log x_ij)^2
    + z sum over j not met  e_ij (w.c_j + b + b_j - t)^2
    + m u_i |w|^2

the least, with e_ij the negatives of the pair in an epoch (`expected_zeros.py`), z their weight, t
their target, m the weight decay, and u_i the updates of the row in an epoch: its nonzeros and the
negatives of those that it does not meet. With the negatives that are drawn, this is where AdaGrad
comes to rest, but for noise. The second sum is that over all j, which a few matrices make for all
rows, less that over those met (Hu, Koren and Volinsky 2008, section 4).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.training.anchor import Anchor
from glove_ada.training.least_squares import cholesky
from glove_ada.training.least_squares.expected_zeros import (
    CLASS,
    CLASSES,
    LATER_DRAWS,
    SHARE,
    ExpectedZeros,
)
from glove_ada.training.least_squares.facing import (
    nonzeros_facing,
    row_of_each,
    totals_of_sides,
)
from glove_ada.training.least_squares.fixed_products import FixedProducts
from glove_ada.training.parameters import Floats, Parameters, RowLayout, aligned_zeros
from glove_ada.training.schedule import choose_groups
from glove_ada.training.tile_task import Executor
from glove_ada.training.tiles import TileGrid

Doubles = npt.NDArray[np.float64]

_WORD_BYTES, _MATRICES_BYTES, _SLOT_BYTES = 128, 72, 40  # of a word, a class, a row under way
_FREQUENT_FOR_ONE = 16  # rows for each of the matrix, at least, of which the others are estimated
_LEAST_OF_MEAN = 1e-6  # added to the preconditioner's diagonal, times its mean, lest it be singular


@dataclass(frozen=True)
class LeastSquares:
    """The problems of all rows of one side.

    A row that is solved is `[vector | bias | 1 | padding]`, a fixed one `[vector | 1 | bias |
    padding]`, as `layout` has them for words and contexts.

    Attributes
    ----------
    tiles : TileGrid
    side : int
        What is solved: 0 for words, 1 for contexts.
    layout : RowLayout
        Of rows that are solved and of fixed ones.
    parameters : Parameters
        As they were trained.
    fixed : ndarray of float32, shape (rows of the other side, layout.slots)
        The rows that are held fixed, group by group.
    zeros : ExpectedZeros
        With their weight in the draws.
    later, earlier : ndarray of float32, shape (classes, slots, slots)
        What a row's draws and its share are multiplied with, by the row's class: sums of the
        products of fixed rows.
    nonzeros : ndarray of float64, shape (rows,)
        Of each row.
    decay : ndarray of float32, shape (rows,)
        Of each row: m u_i, and the strength of its anchor.
    preconditioner : ndarray of float32, shape (slots, slots)
        The inverse of about the mean of all normal equations' matrices, but for a factor.
    anchor : Anchor, optional
        Of words, if it is they that are solved: the cost of each has strength |w - r|^2 more.
    """

    tiles: TileGrid
    side: int
    layout: RowLayout
    parameters: Parameters
    fixed: Floats
    zeros: ExpectedZeros
    later: Floats
    earlier: Floats
    nonzeros: Doubles
    decay: Floats
    preconditioner: Floats
    anchor: Anchor | None = None

    def start(self, group: int) -> Floats:
        """Return a group's rows as they were trained, shape (rows, layout.slots)."""
        rows = self.parameters.rows_of(self.side, group)
        return pack_rows(rows, self.parameters.layout, self.layout, self.side, like=0)

    def add_gradients(self, group: int, rows: Floats, *, targets: bool) -> None:
        """Add half the gradient of each row of a group at its point.

        Parameters
        ----------
        group : int
        rows : ndarray of float32, shape (rows, 2 layout.slots)
            64-byte aligned: points and, behind each, its gradient.
        targets : bool
            If not, all targets are 0: what is added is the product of the point and the matrix of
            the row's normal equations.
        """
        slots, size = self.layout.slots, self.layout.vector_size
        here = self.tiles.grouping.rows(group)
        own = self.zeros.sides[self.side][here]
        for nonzeros, others, by_column in nonzeros_facing(self.tiles, self.side, group):
            facing = self.zeros.sides[1 - self.side][others]
            kernels.add_gradients(
                nonzeros,
                rows,
                self.fixed[others],
                by_column,
                targets,
                facing if by_column else own,
                own if by_column else facing,
                self.zeros.log_count,
            )
        self._add_gradients_of_zeros(group, rows, targets=targets)
        rows[:, slots : slots + size] += self.decay[here, None] * rows[:, :size]
        if self.anchor and targets:
            anchor = self.anchor.of_rows(here)
            rows[:, slots : slots + size] -= anchor.strengths[:, None] * anchor.vectors
        rows[:, slots + size + 1 :] = 0

    def _add_gradients_of_zeros(self, group: int, rows: Floats, *, targets: bool) -> None:
        """Add what all pairs would, if none met."""
        slots, size = self.layout.slots, self.layout.vector_size
        zeros = self.zeros.sides[self.side][self.tiles.grouping.rows(group)]
        for number, here in _runs(zeros[:, CLASS]):
            for place, matrices in ((LATER_DRAWS, self.later), (SHARE, self.earlier)):
                scales = np.ascontiguousarray(zeros[here, place])
                if not scales.any():
                    continue
                kernels.add_products(rows[here], matrices[number], scales)
                if targets:
                    shift = (scales * np.float32(self.zeros.log_count))[:, None]
                    rows[here, slots:] -= shift * matrices[number][size]


def solving_bytes(words: int, contexts: int, vector_size: int, threads: int) -> int:
    """Return what memory it takes to solve by turns, besides parameters and tiles."""
    slots = RowLayout(vector_size, states=0).slots
    group = -(-words // choose_groups(words))
    matrices = CLASSES * slots**2 * _MATRICES_BYTES
    rows = (words + 3 * contexts) * 4 * slots  # of both sides, the fixed ones, and the improved
    return rows + contexts * _WORD_BYTES + matrices + threads * group * slots * _SLOT_BYTES


class Products(Protocol):
    """Sums of the products of fixed rows, as those of `FixedProducts`."""

    def sum(self, weights: npt.NDArray[Any]) -> Doubles:
        """Return the sum over all rows."""

    def sums(self, weights: npt.NDArray[Any], edges: npt.NDArray[np.int64]) -> Doubles:
        """Return the sum over the rows of each class."""


def pose_problem(
    parameters: Parameters,
    tiles: TileGrid,
    zeros: ExpectedZeros,
    executor: Executor,
    *,
    weight_decay: float,
    side: int = 0,
    totals: tuple[Doubles, Doubles] | None = None,
    anchor: Anchor | None = None,
) -> LeastSquares:
    """Pose the problems of all rows of one side.

    Parameters
    ----------
    parameters : Parameters
        Only read.
    tiles : TileGrid
    zeros : ExpectedZeros
    executor : Executor
        Who does the work; the result does not depend on it.
    weight_decay : float
        Of one update.
    side : int
        What is solved: 0 for words, 1 for contexts.
    totals : tuple of two ndarray, optional
        Those of `totals_of_sides`, where they are known.
    anchor : Anchor, optional
        Of the rows that are solved.
    """
    layout = RowLayout(parameters.layout.vector_size, states=0)
    others = (parameters.words, parameters.contexts)[1 - side]
    fixed = pack_rows(others, parameters.layout, layout, 1 - side, like=1)
    both = totals or totals_of_sides(tiles, executor, zeros.sides)
    products = FixedProducts(fixed, row_of_each(tiles, 1 - side), executor)
    return pose_with(
        products,
        parameters,
        tiles,
        zeros,
        fixed,
        both,
        weight_decay=weight_decay,
        side=side,
        anchor=anchor,
    )


def pose_with(
    products: Products,
    parameters: Parameters,
    tiles: TileGrid,
    zeros: ExpectedZeros,
    fixed: Floats,
    totals: tuple[Doubles, Doubles],
    *,
    weight_decay: float,
    side: int,
    anchor: Anchor | None = None,
) -> LeastSquares:
    """Pose the problems with the sums of the products of fixed rows, whoever adds these up.

    Parameters
    ----------
    products : Products
    parameters, tiles, zeros, fixed, side
        As of `LeastSquares`.
    totals : tuple of two ndarray
        Those of `totals_of_sides`.
    weight_decay : float
        Of one update.
    anchor : Anchor, optional
        Of the rows that are solved.
    """
    layout = RowLayout(parameters.layout.vector_size, states=0)
    own_totals, facing = totals[side], totals[1 - side]
    later, earlier = _of_zeros(products, zeros, side, symmetric=tiles.symmetric)
    own, one = zeros.sides[side], layout.vector_size
    number = np.maximum(own[:, CLASS], 0).astype(np.intp)
    drawn = (
        own[:, LATER_DRAWS] * later[number, one, one] + own[:, SHARE] * earlier[number, one, one]
    )
    never_met = np.maximum(drawn - own_totals[:, 2], 0) / (zeros.weight or 1)
    decay = weight_decay * (own_totals[:, 0] + never_met)
    if anchor:
        decay += anchor.strengths
    mean = _sum_by_the_frequent(products, facing[:, 1], one)
    for matrices, place in ((later, LATER_DRAWS), (earlier, SHARE)):
        factors = np.bincount(number, own[:, place], len(matrices))
        for factor, matrix in zip(factors, matrices, strict=True):
            mean += factor * matrix
    mean[np.diag_indices(one)] += math.fsum(decay)
    return LeastSquares(
        tiles,
        side,
        layout,
        parameters,
        fixed,
        zeros,
        _aligned(later),
        _aligned(earlier),
        own_totals[:, 0],
        decay.astype(np.float32),
        _inverse(mean, one + 1),
        anchor,
    )


def pack_rows(
    rows: Floats, trained: RowLayout, layout: RowLayout, side: int, *, like: int
) -> Floats:
    """Return trained rows of one side, laid out like those of words (0) or of contexts (1).

    Parameters
    ----------
    rows : ndarray of float32, shape (rows, trained.row_floats)
    trained, layout : RowLayout
        Of what is given, and of what is returned.
    side : int
        Whose rows they are.
    like : int
    """
    packed = aligned_zeros(len(rows), layout.slots)
    packed[:, : layout.vector_size] = rows[:, : layout.vector_size]
    packed[:, layout.bias(like)] = rows[:, trained.bias(side)]
    packed[:, layout.bias(1 - like)] = 1
    return packed


def _of_zeros(
    products: Products, zeros: ExpectedZeros, side: int, *, symmetric: bool
) -> tuple[Doubles, Doubles]:
    """Return what a row's draws and its share are multiplied with, by its class."""
    fixed = zeros.sides[1 - side]
    if not symmetric:
        edges = np.array([0, len(fixed)])
        return products.sums(fixed[:, SHARE], edges), products.sums(fixed[:, LATER_DRAWS], edges)
    by_share = products.sums(fixed[:, SHARE], zeros.edges)
    by_draws = products.sums(fixed[:, LATER_DRAWS], zeros.edges)
    later, earlier = np.zeros_like(by_share), np.zeros_like(by_draws)
    for number in range(1, len(by_share)):
        later[-1 - number] = later[-number] + by_share[-number]
        earlier[number] = earlier[number - 1] + by_draws[number - 1]
    return later, earlier + zeros.own[:, None, None] * by_share


def _sum_by_the_frequent(products: Products, weights: Doubles, size: int) -> Doubles:
    """Return about what the sum over all rows is, from those that weigh more than the mean.

    These are a sixth of the rows and four fifths of the weight, which does for a preconditioner,
    but not where they are few for the size of the matrix.
    """
    whole = math.fsum(weights)
    frequent = np.where(weights * len(weights) > whole, weights, 0)
    if np.count_nonzero(frequent) < _FREQUENT_FOR_ONE * size:
        return products.sum(weights)
    return products.sum(frequent) * (whole / math.fsum(frequent))


def _runs(classes: Floats) -> Iterator[tuple[int, slice]]:
    """Yield each class of a group's rows, the most frequent first, and where it lies."""
    edges = [0, *(np.flatnonzero(np.diff(classes)) + 1).tolist(), len(classes)]
    for first, end in itertools.pairwise(edges):
        yield max(int(classes[first]), 0), slice(first, end)


def _inverse(matrix: Doubles, size: int) -> Floats:
    """Return the inverse of the first rows and columns, and zeros around it."""
    here = matrix[:size, :size] / (math.fsum(np.diagonal(matrix)[:size]) / size)
    here[np.diag_indices(size)] += _LEAST_OF_MEAN
    inverse = aligned_zeros(*matrix.shape)
    inverse[:size, :size] = cholesky.solve(cholesky.factor(here), np.eye(size))
    return inverse


def _aligned(matrices: Doubles) -> Floats:
    aligned = aligned_zeros(len(matrices), matrices[0].size).reshape(matrices.shape)
    aligned[:] = matrices
    return aligned
