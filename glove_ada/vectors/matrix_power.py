"""A power of a large symmetric matrix, to the same bits on every machine, without eigenvectors.

Jacobi's rotations (`eigenvectors`) take hours for thousands of dimensions. Here Householder's
reflections make the matrix tridiagonal (Golub and Van Loan, "Matrix computations", the section on
the symmetric QR algorithm), the power of that is a sum of inverses, which are cheap, and the same
reflections carry it back. The sum is the trapezoidal rule, with steps of log 2 in t, for

    x**-s = sin(pi s) / pi * integral of exp((1 - s) t) / (exp(t) + x) over all t

whose error falls exponentially with the step (Trefethen and Weideman 2014, "The exponentially
convergent trapezoidal rule"). As there, all is sums, products and roots of single elements in a
fixed order.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from glove_ada import kernels
from glove_ada.vectors.eigenvectors import Doubles

LOWEST, HIGHEST = -23, 26
"""Binary logarithms of the first and the last shift, of the largest eigenvalue's bound."""

NEGLIGIBLE = 2.0**-60  # of the largest element
BLOCK_ROWS = 32  # stay in the cache


def inverse_power(matrix: Doubles, exponent: float, step: Callable[[], object]) -> Doubles:
    """Return a multiple of `matrix**-exponent`, a matrix P for which P M P has the trace of M.

    Eigenvalues below about 2**-24 of the largest count as if they were that large.

    Parameters
    ----------
    matrix : ndarray of float64, shape (size, size)
        Symmetric, without negative eigenvalues but for rounding, not 0.
    exponent : float
        0 to 1/2.
    step : callable
        Called `step_count(size)` times on the way.

    Returns
    -------
    ndarray of float64, shape (size, size)
        Good to about eight digits of its largest element.
    """
    _, binary_exponent = np.frexp(np.abs(matrix).max())
    reduced: Doubles = np.ldexp(matrix, -binary_exponent)
    reflections = []
    for first in range(1, len(reduced) - 1):
        reflections.append(_make_tridiagonal(reduced[first - 1 :, first - 1 :]))
        step()
    diagonal, beside = reduced.diagonal().copy(), reduced.diagonal(1).copy()
    del reduced
    power = _tridiagonal_power(diagonal, beside, exponent)
    power *= math.sqrt(math.fsum(diagonal) / _trace_between(power, diagonal, beside))
    while reflections:
        reflection = reflections.pop()
        first = len(power) - len(reflection)
        _reflect(power, reflection)
        power[first - 1, first:] = power[first:, first - 1]  # for the next, longer one
        step()
    return power


def step_count(size: int) -> int:
    """Return how many steps a matrix takes."""
    return 2 * max(size - 2, 0)


def _make_tridiagonal(matrix: Doubles) -> Doubles:
    """Reflect all but the first row and column so that zeros follow their first two elements.

    Returns
    -------
    ndarray of float64, shape (size - 1,)
        What `_reflect` took.
    """
    reflection: Doubles = matrix[1:, 0].copy()
    length = math.sqrt(math.fsum(reflection * reflection))
    if length <= NEGLIGIBLE:
        length, reflection[:] = 0.0, 0
    else:
        first = float(reflection[0])
        signed = math.copysign(length, first)
        reflection[0] = first + signed
        reflection /= math.sqrt(length * (length + abs(first)))
        _reflect(matrix[1:, 1:], reflection)
        length = -signed
    matrix[1:, 0] = matrix[0, 1:] = 0
    matrix[1, 0] = matrix[0, 1] = length
    return reflection


def _reflect(matrix: Doubles, reflection: Doubles) -> None:
    """Multiply a symmetric matrix with a reflection from both sides, I - v v^T, in place.

    Parameters
    ----------
    matrix : ndarray of float64, shape (size, size)
        Of what changes, rows above the end of v keep their values.
    reflection : ndarray of float64, shape (at most size,)
        The end of v, which begins with zeros; 2 is its squared length, or 0.
    """
    upper = len(matrix) - len(reflection)
    rows = matrix[upper:]
    blocks = [slice(first, first + BLOCK_ROWS) for first in range(0, len(rows), BLOCK_ROWS)]
    padded, across = np.zeros(len(matrix)), np.zeros(len(matrix))
    padded[upper:] = reflection
    for block in blocks:
        across += _sum_of_rows(rows[block] * reflection[block, None])
    # M becomes M - v w^T - w v^T.
    across -= padded * (math.fsum(padded * across) / 2)
    for block in blocks:
        change = reflection[block, None] * across
        change += across[upper:][block, None] * padded
        rows[block] -= change


def _tridiagonal_power(diagonal: Doubles, beside: Doubles, exponent: float) -> Doubles:
    """Return a multiple of a tridiagonal matrix to a negative power.

    Parameters
    ----------
    diagonal : ndarray of float64, shape (size,)
    beside : ndarray of float64, shape (size - 1,)
        The elements beside the diagonal.
    exponent : float

    Returns
    -------
    ndarray of float64, shape (size, size)
    """
    size = len(diagonal)
    reach = np.abs(np.concatenate(([0], beside, [0])))
    bound = float((diagonal + reach[1:] + reach[:-1]).max())  # Gershgorin's
    shifts, weights, constant = _terms(exponent)
    shifts, weights = shifts * bound, weights * bound
    # Each matrix is L D L^T, with pivots in D and ratios in L; one column for each shift.
    pivots, ratios = np.zeros((2, size, len(shifts)))
    pivots[0] = diagonal[0] + shifts
    for row in range(1, size):
        ratios[row - 1] = beside[row - 1] / pivots[row - 1]
        pivots[row] = diagonal[row] + shifts - beside[row - 1] * ratios[row - 1]
    # Rows of the inverses right of the diagonal, each from the one below it.
    power, inverses, corner = np.empty((size, size)), np.zeros((len(shifts), size)), 0.0
    for row in reversed(range(size)):
        corner = 1 / pivots[row] + ratios[row] * ratios[row] * corner
        inverses[:, row + 1 :] *= -ratios[row][:, None]
        inverses[:, row] = weights * corner
        power[row, row:] = power[row:, row] = _sum_of_rows(inverses[:, row:].copy())
        power[row, row] += constant
    return power


def _terms(exponent: float) -> tuple[Doubles, Doubles, float]:
    """Return shifts a, weights b and c for which x**-exponent is a multiple of sum b / (x + a) + c.

    It is for x from 0 to 1, and what is below the first shift counts as about as much. All are
    multiplied by what keeps them finite when the exponent is 0.
    """
    logarithms = np.arange(LOWEST, HIGHEST + 1)
    shifts = np.ldexp(1.0, logarithms)
    weights = np.array([_power_of_two((1 - exponent) * n) for n in logarithms.tolist()])
    # The first stands for all shifts below it, too, with their weight and in their mean.
    weights[0] /= 1 - _power_of_two(exponent - 1)
    shifts[0] *= (1 - _power_of_two(exponent - 1)) / (1 - _power_of_two(exponent - 2))
    all_above = _power_of_two(-exponent * (HIGHEST + 1))  # where x does not matter
    return shifts, weights * (1 - _power_of_two(-exponent)), all_above


def _power_of_two(number: float) -> float:
    return kernels.exp(number * kernels.log(2.0))


def _trace_between(power: Doubles, diagonal: Doubles, beside: Doubles) -> float:
    """Return the trace of P T P of a symmetric P and a tridiagonal T."""
    product = diagonal[:, None] * power
    product[:-1] += beside[:, None] * power[1:]
    product[1:] += beside[:, None] * power[:-1]
    product *= power
    return math.fsum(_sum_of_rows(product))


def _sum_of_rows(rows: Doubles) -> Doubles:
    """Return the sum of the rows, which it spoils, adding half of them to the other half."""
    while len(rows) > 1:
        half = (len(rows) + 1) // 2
        rows[: len(rows) - half] += rows[half:]
        rows = rows[:half]
    total: Doubles = rows[0]
    return total
