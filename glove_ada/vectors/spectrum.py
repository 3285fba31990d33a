"""Flatten the spectrum of vectors, so that more directions of the space have a say.

A few directions hold what is common to most words, and make up most of every vector. Singular
values raised to a power below 1 let these count for less and the many short ones for more, from
which similarity gains (Caron 2001, "Experiments with LSA scoring: optimal rank and basis"; Levy,
Goldberg and Dagan 2015, "Improving distributional similarity with lessons learned from word
embeddings", section 3.3, both for vectors that come from a singular value decomposition).

The bits are the same on every machine although the products of matrices are the BLAS library's:
their factors are rounded to so few digits that all products and all sums are whole numbers which a
float64 holds exactly, in whatever order they are added.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.vectors.eigenvectors import Doubles, symmetric_eigenvectors
from glove_ada.vectors.matrix_power import inverse_power, step_count

Floats = npt.NDArray[np.float32]

BLOCK_ROWS = 1024
EXACT_BITS = 53  # of whole numbers in a float64
LEAST_VALUE = 2.0**-24
"""The least square of a singular value, of the largest: what is below is but rounding."""

MOST_ROTATED = 400
"""Dimensions up to which Jacobi's rotations are used; beyond, they take minutes."""

MOST_DIMENSIONS = 4096
"""Beyond, even the other way takes too long."""


def raise_singular_values(
    vectors: Floats, power: float, progress: Callable[[int], object] = lambda rows: None
) -> None:
    """Raise the singular values of a matrix to a power, in place: U S V^T becomes U S**power V^T.

    It is scaled to keep the mean length of its rows (that of their squares).

    Parameters
    ----------
    vectors : ndarray of float32, shape (words, vector_size)
        Changed; an element is good to a hundred thousandth of the largest in its row.
    power : float
        1 leaves them as they are; 0 makes all directions equally long.
    progress : callable
        Is given numbers of rows that add up to all: half of them for finding the directions, half
        for changing the rows.
    """
    words = len(vectors)
    if words < vectors.shape[1]:
        vectors = vectors.T  # has the same singular values, and fewer products of columns
    gram = gram_matrix(vectors)
    if not gram.any():
        progress(words)
        return
    transform = _transform(gram, power, words // 2, progress)
    blocks = -(-len(vectors) // BLOCK_ROWS)
    multiply_rows(vectors, transform, _share_out(words - words // 2, blocks, progress))


def flattening_matrix(vectors: Floats, power: float) -> Doubles:
    """Return the matrix by which `raise_singular_values` multiplies each row.

    Parameters
    ----------
    vectors : ndarray of float32, shape (words, vector_size)
        As they are before; no fewer words than dimensions.
    power : float

    Returns
    -------
    ndarray of float64, shape (vector_size, vector_size)
        Symmetric.
    """
    gram = gram_matrix(vectors)
    if power == 1 or not gram.any():
        return np.eye(vectors.shape[1])
    return _transform(gram, power, 0, lambda rows: None)


def _transform(
    gram: Doubles, power: float, rows: int, progress: Callable[[int], object]
) -> Doubles:
    """Return what rows are multiplied with; show that as work for so many of them."""
    if len(gram) <= MOST_ROTATED:
        transform = _transform_by_eigenvectors(gram, power)
        progress(rows)
        return transform
    step = _share_out(rows, step_count(len(gram)), progress)
    return inverse_power(gram, (1 - power) / 2, step)


def _transform_by_eigenvectors(gram: Doubles, power: float) -> Doubles:
    """Return V S**(power - 1) V^T, scaled, by which U S V^T becomes what is wanted."""
    squares, directions = symmetric_eigenvectors(gram)
    values = np.maximum(squares, LEAST_VALUE * float(squares.max())).tolist()
    factors = [kernels.exp((power - 1) / 2 * kernels.log(value)) for value in values]
    raised = math.fsum(s * f * f for s, f in zip(squares.tolist(), factors, strict=True))
    scale = math.sqrt(math.fsum(squares) / raised)
    transform = np.zeros_like(directions)
    for factor, direction in zip(factors, directions, strict=True):
        transform += factor * scale * np.outer(direction, direction)
    return transform


def _share_out(rows: int, steps: int, progress: Callable[[int], object]) -> Callable[[], object]:
    """Return what is to be called after each of so many steps, which count as so many rows."""
    numbers = itertools.count(1)

    def step() -> None:
        number = next(numbers)
        progress(rows * number // steps - rows * (number - 1) // steps)

    return step


def spectrum_bytes(words: int, vector_size: int) -> int:
    """Return what memory this takes besides the vectors, in bytes."""
    size = min(words, vector_size)
    return 8 * size * (6 * size + 4 * BLOCK_ROWS)


def gram_matrix(vectors: Floats) -> Doubles:
    """Return the products of all pairs of columns, X^T X, of elements that are rounded.

    Parameters
    ----------
    vectors : ndarray of float32, shape (words, vector_size)

    Returns
    -------
    ndarray of float64, shape (vector_size, vector_size)
    """
    largest = max(np.abs(block).max() for block in _blocks(vectors))
    unit = _unit(largest, terms=BLOCK_ROWS)
    gram: Doubles = np.zeros((vectors.shape[1],) * 2)
    for block in _blocks(vectors):
        whole = np.rint(block.astype(np.float64) / unit)
        gram += whole.T @ whole
    gram *= unit * unit
    return gram


def multiply_rows(
    vectors: Floats, transform: Doubles, step: Callable[[], object] = lambda: None
) -> None:
    """Multiply each row with a square matrix, in place.

    Parameters
    ----------
    vectors : ndarray of float32, shape (words, vector_size)
    transform : ndarray of float64, shape (vector_size, vector_size)
    step : callable
        Called after each `BLOCK_ROWS` rows.
    """
    size = len(transform)
    unit = _unit(np.abs(transform).max(), terms=size)
    whole_transform = np.rint(transform / unit)
    for block in _blocks(vectors):
        units = _unit(np.abs(block).max(axis=1, keepdims=True), terms=size)
        whole = np.rint(block.astype(np.float64) / units)
        block[:] = whole @ whole_transform * (units * unit)
        step()


def _blocks(vectors: Floats) -> Iterator[Floats]:
    for first in range(0, len(vectors), BLOCK_ROWS):
        yield vectors[first : first + BLOCK_ROWS]


def _unit(largest: npt.ArrayLike, terms: int) -> Any:
    """Return the power of 2 to round to, so that a sum of so many products of two is exact."""
    bits = (EXACT_BITS - terms.bit_length()) // 2
    _, exponent = np.frexp(largest)
    return np.ldexp(1.0, exponent - bits)
