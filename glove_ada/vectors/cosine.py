"""Cosines of word vectors, row by row and block by block.

Lengths far from 1 are handled apart: beyond these bounds squares, sums or the length itself may
leave the range of a float. Such rows are first scaled by a power of two, which rounds nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[Any]
Matrix = npt.NDArray[Any]
FloatVector = npt.NDArray[np.floating[Any]]

# Rows looked at in one go: bounds the memory for copies of a matrix that may be memory-mapped.
ROWS_AT_ONCE = 16384

# The lengths for which plain arithmetic is right in float32, and all the more in float64.
LEAST_LENGTH, MOST_LENGTH = 1e-18, 1e18


def working_dtype(vectors: Matrix) -> np.dtype[Any]:
    """Name the precision for arithmetic on vectors: their own, but at least float32."""
    return np.result_type(vectors.dtype, np.float32)


def ordinary(norms: FloatVector) -> npt.NDArray[np.bool_]:
    """Tell which rows of these lengths plain arithmetic is right for; zeros are none of them."""
    return (norms >= LEAST_LENGTH) & (norms <= MOST_LENGTH)


def row_norms(vectors: Matrix) -> FloatVector:
    """Compute the Euclidean length of each row, summed in float64.

    Parameters
    ----------
    vectors : ndarray of float, shape (rows, vector_size)

    Returns
    -------
    ndarray of float32 or float64, shape (rows,)
        Infinite where the length is too large for the dtype, though the components are not.
    """
    norms = np.empty(len(vectors), dtype=working_dtype(vectors))
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        rows = np.asarray(vectors[start : start + ROWS_AT_ONCE], dtype=np.float64)
        lengths = _plain_norms(rows)
        extreme = np.flatnonzero(~ordinary(lengths))
        scaled, exponents = _scaled(rows[extreme])
        with np.errstate(over="ignore"):
            lengths[extreme] = np.ldexp(_plain_norms(scaled), exponents)
            norms[start : start + len(rows)] = lengths
    return norms


def unit_rows(vectors: Matrix) -> npt.NDArray[np.float64]:
    """Scale each row to length 1 in float64; rows of zeros stay as they are."""
    rows = np.array(vectors, dtype=np.float64)
    norms = _plain_norms(rows)
    extreme = np.flatnonzero(~ordinary(norms))
    rows[extreme], _ = _scaled(rows[extreme])
    norms[extreme] = _plain_norms(rows[extreme])
    rows /= np.where(norms > 0, norms, 1.0)[:, np.newaxis]
    return rows


def _plain_norms(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    with np.errstate(over="ignore"):
        norms: npt.NDArray[np.float64] = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return norms


def _scaled(
    rows: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int32]]:
    """Divide each row by a power of two so that its largest component is between 1/2 and 1.

    Returns
    -------
    rows : ndarray of float64
    exponents : ndarray of int32, shape (rows,)
        Of the powers of two.
    """
    _, exponents = np.frexp(np.abs(rows).max(axis=1, initial=0))
    return np.ldexp(rows, -exponents[:, np.newaxis]), exponents


def unit_vector(vector: Vector) -> Vector:
    """Scale one vector to length 1; a vector of zeros stays as it is."""
    wide = vector.astype(np.float64)
    with np.errstate(over="ignore"):
        norm = float(np.sqrt(np.dot(wide, wide)))
    if LEAST_LENGTH <= norm <= MOST_LENGTH:
        unit: Vector = vector / vector.dtype.type(norm)
    else:
        unit = unit_rows(wide[np.newaxis])[0].astype(vector.dtype)
    return unit


def normed(vectors: Matrix, norms: FloatVector) -> Matrix:
    """Scale each row to length 1 at the precision of its length; rows of zeros stay as they are.

    Parameters
    ----------
    vectors : ndarray of float, shape (rows, vector_size)
    norms : ndarray of float, shape (rows,)
        Their lengths.
    """
    plain = ordinary(norms)
    units: Matrix = vectors / np.where(plain, norms, 1)[:, np.newaxis]
    extreme = np.flatnonzero(~plain)
    units[extreme] = unit_rows(vectors[extreme])
    return units


def cosines(vectors: Matrix, norms: FloatVector, query: Vector) -> FloatVector:
    """Compute the cosine of the angle between a query and each row.

    Parameters
    ----------
    vectors : ndarray of float, shape (rows, vector_size)
    norms : ndarray of float, shape (rows,)
        Their lengths.
    query : ndarray of float, shape (vector_size,)
        Of any length.

    Returns
    -------
    ndarray of float, shape (rows,)
        Between -1 and 1; 0 where the row or the query is all zeros.
    """
    dtype = working_dtype(vectors)
    unit = unit_vector(np.asarray(query, dtype=dtype))
    result = np.zeros(len(vectors), dtype=dtype)
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        block = slice(start, start + ROWS_AT_ONCE)
        rows, lengths = np.asarray(vectors[block], dtype=dtype), norms[block]
        plain = ordinary(lengths)
        with np.errstate(over="ignore", invalid="ignore"):
            products = np.dot(rows, unit)
        np.divide(products, lengths, out=result[block], where=plain)
        extreme = np.flatnonzero(~plain & (lengths > 0))
        result[start + extreme] = unit_rows(rows[extreme]) @ unit
    return result


def highest(scores: FloatVector, count: int) -> npt.NDArray[np.intp]:
    """Find the highest scores, the highest first, and of equal ones the first.

    Parameters
    ----------
    scores : ndarray of float, shape (rows,)
    count : int
        How many to find; at most all.

    Returns
    -------
    ndarray of int, shape (min(count, rows),)
    """
    if count >= len(scores):
        return np.argsort(-scores, kind="stable")
    cut = np.partition(scores, -count)[-count]
    above = np.flatnonzero(scores > cut)
    level = np.flatnonzero(scores == cut)[: count - len(above)]
    chosen = np.concatenate([above, level])
    return chosen[np.argsort(-scores[chosen], kind="stable")]
