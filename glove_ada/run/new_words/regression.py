"""Least squares for one matrix, the same bytes on every machine."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.system.threads import Workers
from glove_ada.training.least_squares import cholesky
from glove_ada.training.least_squares.fixed_products import FixedProducts
from glove_ada.training.parameters import aligned_zeros

Doubles = npt.NDArray[np.float64]

_LEAST_RIDGE = 1e-9  # of the mean of the diagonal, lest the matrix be singular


def regress(
    features: npt.NDArray[Any], targets: npt.NDArray[Any], weights: Doubles, workers: Workers
) -> Doubles:
    """Return the matrix M for which the weighted sum of |x M - y|^2 is least.

    Parameters
    ----------
    features : ndarray of float, shape (rows, size)
        x.
    targets : ndarray of float, shape (rows, given)
        y.
    weights : ndarray of float64, shape (rows,)
    workers : Workers
        Who does the work; the result does not depend on them.

    Returns
    -------
    ndarray of float64, shape (size, given)
    """
    size = features.shape[1]
    both = size + targets.shape[1]
    rows = aligned_zeros(len(features), -(-both // 16) * 16)
    rows[:, :size], rows[:, size:both] = features, targets
    products = FixedProducts(rows, np.arange(len(rows)), workers).sum(weights)
    matrix = products[:size, :size].copy()
    matrix[np.diag_indices(size)] += _LEAST_RIDGE * float(np.trace(matrix)) / size or 1.0
    return cholesky.solve(cholesky.factor(matrix), products[:size, size:both])


def multiply(rows: Doubles, matrix: Doubles) -> Doubles:
    """Return the product of rows and a matrix, each sum in the order of the columns."""
    product = np.zeros((len(rows), matrix.shape[1]))
    for column, factors in zip(rows.T, matrix, strict=True):
        product += column[:, None] * factors
    return product
