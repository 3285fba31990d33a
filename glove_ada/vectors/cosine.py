"""Cosines of word vectors, row by row and block by block."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[Any]
Matrix = npt.NDArray[Any]
FloatVector = npt.NDArray[np.floating[Any]]

# Rows looked at in one go: bounds the memory for copies of a matrix that may be memory-mapped.
ROWS_AT_ONCE = 16384


def working_dtype(vectors: Matrix) -> np.dtype[Any]:
    """Name the precision for arithmetic on vectors: their own, but at least float32."""
    return np.result_type(vectors.dtype, np.float32)


def row_norms(vectors: Matrix) -> FloatVector:
    """Compute the Euclidean length of each row, summed in float64.

    Parameters
    ----------
    vectors : ndarray of float, shape (rows, vector_size)

    Returns
    -------
    ndarray of float32 or float64, shape (rows,)
    """
    norms = np.empty(len(vectors), dtype=working_dtype(vectors))
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        rows = np.asarray(vectors[start : start + ROWS_AT_ONCE], dtype=np.float64)
        norms[start : start + len(rows)] = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return norms


def unit_rows(vectors: Matrix) -> npt.NDArray[np.float64]:
    """Scale each row to length 1 in float64; rows of zeros stay as they are."""
    rows = np.array(vectors, dtype=np.float64)
    norms = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    rows /= np.where(norms > 0, norms, 1.0)[:, np.newaxis]
    return rows


def unit_vector(vector: Vector) -> Vector:
    """Scale one vector to length 1; a vector of zeros stays as it is."""
    norm = float(np.sqrt(np.dot(vector.astype(np.float64), vector.astype(np.float64))))
    return vector / vector.dtype.type(norm) if norm > 0 else vector


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
    products = np.empty(len(vectors), dtype=dtype)
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        rows = np.asarray(vectors[start : start + ROWS_AT_ONCE], dtype=dtype)
        np.dot(rows, unit, out=products[start : start + len(rows)])
    return np.divide(products, norms, out=np.zeros_like(products), where=norms > 0)


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
