"""Eigenvectors of a symmetric matrix, to the same bits on every machine.

LAPACK's differ in their last bits from one CPU to the next. Jacobi's rotations (Golub and Van Loan,
"Matrix computations", the section on Jacobi methods, in parallel order) are sums and products of
single elements, the same everywhere, since IEEE arithmetic rounds each of them by itself.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]

TOLERANCE = 2.0**-40
"""The largest element off the diagonal that is left, of the largest at the start."""

MAX_SWEEPS = 30  # about ten are enough: elements off the diagonal are squared away


def symmetric_eigenvectors(matrix: Doubles) -> tuple[Doubles, Doubles]:
    """Return the eigenvalues and eigenvectors of a symmetric matrix.

    Parameters
    ----------
    matrix : ndarray of float64, shape (size, size)

    Returns
    -------
    values : ndarray of float64, shape (size,)
        In no order.
    vectors : ndarray of float64, shape (size, size)
        Each row is the eigenvector of a value.
    """
    size = len(matrix)
    even = size + size % 2  # a row of zeros makes pairs of all rows, and is never turned
    rotated, vectors, row_of = np.zeros((even, even)), np.eye(even), np.arange(even)
    rotated[:size, :size] = matrix
    turned = np.empty_like(rotated)
    order = _next_pairs(even)
    small = TOLERANCE * np.abs(matrix).max()
    for _ in range(MAX_SWEEPS):
        if np.abs(rotated - np.diag(rotated.diagonal())).max() <= small:
            break
        for _ in range(even - 1):
            cosine, sine = _angles(rotated)
            _turn(rotated, cosine, sine, out=turned)
            np.take(turned.T, order, axis=1, out=rotated, mode="clip")
            _turn(rotated, cosine, sine, out=turned)
            np.take(turned, order, axis=0, out=rotated, mode="clip")
            _turn(vectors, cosine, sine, out=turned)
            np.take(turned, order, axis=0, out=vectors, mode="clip")
            row_of = row_of[order]
    kept = row_of < size
    return rotated.diagonal()[kept], vectors[kept, :size]


def _angles(matrix: Doubles) -> tuple[Doubles, Doubles]:
    """Return cosines and sines that turn each row of the upper half against its like in the lower.

    Afterwards their common element is 0.
    """
    half = len(matrix) // 2
    upper, lower = np.arange(half), np.arange(half, 2 * half)
    element = matrix[upper, lower]
    difference = matrix[lower, lower] - matrix[upper, upper]
    ratio = np.divide(difference, 2 * element, out=np.zeros(half), where=element != 0)
    tangent = np.where(ratio < 0, -1.0, 1.0) / (np.abs(ratio) + np.sqrt(ratio * ratio + 1))
    tangent[element == 0] = 0
    cosine = 1 / np.sqrt(tangent * tangent + 1)
    return cosine[:, None], (tangent * cosine)[:, None]


def _turn(rows: Doubles, cosine: Doubles, sine: Doubles, out: Doubles) -> None:
    """Turn each row of the upper half against its like in the lower, without fresh memory."""
    half = len(rows) // 2
    upper, lower = rows[:half], rows[half:]
    product = np.multiply(lower, sine)
    np.subtract(np.multiply(upper, cosine, out=out[:half]), product, out=out[:half])
    np.multiply(lower, cosine, out=product)
    np.add(np.multiply(upper, sine, out=out[half:]), product, out=out[half:])


def _next_pairs(size: int) -> npt.NDArray[np.int64]:
    """Return the order of rows by which, after `size - 1` times, each has met every other once.

    They sit at a table in two lines; the first one stays, the others move on by a seat.
    """
    half = size // 2
    seats = np.concatenate((np.arange(1, half), np.arange(half, size)[::-1]))
    moved = np.roll(seats, 1)
    return np.concatenate(([0], moved[: half - 1], moved[half - 1 :][::-1]))
