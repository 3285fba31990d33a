"""Sums of the products of fixed rows with themselves, in an order that is the same everywhere."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.training.parameters import Floats
from glove_ada.training.tile_task import Executor

Doubles = npt.NDArray[np.float64]

_CHUNK_ROWS = 4096  # that are brought together once for all strips
_BLOCK_ROWS = 256  # that are added up while they are in the cache
_STRIPS = 8  # of rows of the matrix, each a task, as long as the others


class FixedProducts:
    """Adds up weight c c^T of fixed rows c.

    Parameters
    ----------
    fixed : ndarray of float32, shape (rows, slots)
        Group by group.
    order : ndarray of int64, shape (rows,)
        In which they are added up: that of the vocabulary.
    executor : Executor
        Who does the work; the result does not depend on it.
    """

    def __init__(self, fixed: Floats, order: npt.NDArray[np.int64], executor: Executor) -> None:
        self.fixed, self.order, self.executor = fixed, order, executor

    def sum(self, weights: npt.NDArray[Any]) -> Doubles:
        """Return the sum over all rows."""
        whole: Doubles = self.sums(weights, np.array([0, len(self.fixed)]))[0]
        return whole

    def sums(self, weights: npt.NDArray[Any], edges: npt.NDArray[np.int64]) -> Doubles:
        """Return the sum over the rows of each class.

        Parameters
        ----------
        weights : ndarray, shape (rows,)
            Of the rows, group by group.
        edges : ndarray of int64, shape (classes + 1,)
            Where each class begins in their order, and how many rows there are.

        Returns
        -------
        ndarray of float64, shape (classes, slots, slots)
        """
        slots = self.fixed.shape[1]
        sums = np.zeros((len(edges) - 1, slots, slots))
        if not weights.any():
            return sums
        factors = weights.astype(np.float64)

        strips = [math.isqrt(slots**2 * strip // _STRIPS) for strip in range(_STRIPS + 1)]

        for number, matrix in enumerate(sums):
            rows = self.order[edges[number] : edges[number + 1]]
            rows = rows[factors[rows] != 0]
            for chunk in range(0, len(rows), _CHUNK_ROWS):
                here = rows[chunk : chunk + _CHUNK_ROWS]
                add = partial(_add_strip, self.fixed[here], factors[here], strips, matrix)
                self.executor.run_all(add, range(_STRIPS))
        whole: Doubles = np.tril(sums) + np.tril(sums, -1).swapaxes(1, 2)
        return whole


def _add_strip(
    fixed: Floats, factors: Doubles, strips: list[int], matrix: Doubles, strip: int
) -> None:
    """Add the rows' products to a strip of the matrix."""
    first, end = strips[strip : strip + 2]
    for block in range(0, len(fixed), _BLOCK_ROWS):
        rows = slice(block, block + _BLOCK_ROWS)
        kernels.add_outer_products(fixed[rows], factors[rows], first, end, matrix[first:end])
