"""Symmetric positive definite systems, in an order of operations that is the same everywhere.

LAPACK's bits are those of its blocks and of the CPU. Here each step changes all elements of an
array by IEEE arithmetic that shares no sum (outer products: Golub and Van Loan 2013, "Matrix
computations", algorithm 4.2.2), for many systems at once.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]

LEAST_PIVOT = 2.0**-40
"""Of the diagonal element that it was; below, a matrix is singular but for rounding."""


def factor(matrices: Doubles) -> Doubles:
    """Return L of L L^T for each symmetric matrix.

    Parameters
    ----------
    matrices : ndarray of float64, shape (..., size, size)

    Returns
    -------
    ndarray of float64, shape (..., size, size)
        Lower triangles; the diagonal of a matrix that is not positive definite has a NaN.
    """
    left = matrices.copy()
    factors: Doubles = np.zeros_like(matrices)
    diagonal = np.diagonal(matrices, axis1=-2, axis2=-1)
    for k in range(matrices.shape[-1]):
        pivot = left[..., k, k]
        pivot = np.where(pivot > LEAST_PIVOT * diagonal[..., k], pivot, np.nan)
        column = left[..., k:, k] / np.sqrt(pivot)[..., None]
        factors[..., k:, k] = column
        rest = column[..., 1:]
        left[..., k + 1 :, k + 1 :] -= rest[..., :, None] * rest[..., None, :]
    return factors


def solve(factors: Doubles, right: Doubles) -> Doubles:
    """Return x of L L^T x = b.

    Parameters
    ----------
    factors : ndarray of float64, shape (..., size, size)
        L, of `factor`.
    right : ndarray of float64, shape (..., size, columns)
        b.
    """
    x: Doubles = right.copy()
    size = factors.shape[-1]
    for k in range(size):
        x[..., k, :] /= factors[..., k, k, None]
        x[..., k + 1 :, :] -= factors[..., k + 1 :, k, None] * x[..., None, k, :]
    for k in reversed(range(size)):
        x[..., k, :] /= factors[..., k, k, None]
        x[..., :k, :] -= factors[..., k, :k, None] * x[..., None, k, :]
    return x
