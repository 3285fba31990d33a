"""Singular values raised to a power, against NumPy's own decomposition."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glove_ada.vectors.eigenvectors import symmetric_eigenvectors
from glove_ada.vectors.spectrum import BLOCK_ROWS, gram_matrix, multiply_rows, raise_singular_values


def random_vectors(words: int, size: int, seed: int = 0) -> np.ndarray:
    """Return vectors whose directions differ in length, as those of words do."""
    random = np.random.default_rng(seed)
    mixed = random.standard_normal((words, size)) * np.geomspace(1, 0.1, size)
    return (mixed @ random.standard_normal((size, size)) + 0.3).astype(np.float32)


def reference(vectors: np.ndarray, power: float) -> np.ndarray:
    """Raise singular values as the textbook says."""
    u, s, vt = np.linalg.svd(vectors.astype(np.float64), full_matrices=False)
    raised = (u * s**power) @ vt
    return raised * np.sqrt((s**2).sum() / (raised**2).sum())


@pytest.mark.parametrize("power", [0, 0.25, 0.75, 1])
@pytest.mark.parametrize(("words", "size"), [(50, 1), (50, 7), (BLOCK_ROWS + 3, 20), (300, 100)])
def test_singular_values_are_raised_to_the_power(words: int, size: int, power: float) -> None:
    vectors = random_vectors(words, size)
    wanted = reference(vectors, power)
    raise_singular_values(vectors, power)
    largest = np.abs(wanted).max(axis=1, keepdims=True)
    np.testing.assert_allclose(vectors / largest, wanted / largest, atol=5e-5)


def test_fewer_words_than_dimensions_keep_their_space() -> None:
    vectors = random_vectors(3, 10)
    wanted = reference(vectors, 0.75)
    raise_singular_values(vectors, 0.75)
    np.testing.assert_allclose(vectors, wanted, atol=1e-4 * np.abs(wanted).max())


def test_words_alike_and_words_of_zero_stay_finite() -> None:
    vectors = np.zeros((5, 4), np.float32)
    raise_singular_values(vectors, 0.5)
    assert not vectors.any()
    vectors[:4] = [1, -2, 3, 0]
    raise_singular_values(vectors, 0)
    np.testing.assert_allclose(vectors[:4], [[1, -2, 3, 0]] * 4, rtol=1e-4)
    assert not vectors[4].any()


@given(st.integers(1, 40), st.integers(1, 12), st.integers(0, 99), st.floats(2.0**-60, 2.0**60))
def test_products_do_not_depend_on_the_order_of_sums(
    words: int, size: int, seed: int, scale: float
) -> None:
    vectors = random_vectors(words, size, seed) * np.float32(scale)
    order = np.random.default_rng(seed).permutation(words)
    np.testing.assert_array_equal(gram_matrix(vectors), gram_matrix(vectors[order]))
    transform = random_vectors(size, size, seed + 1).astype(np.float64)
    turned = np.random.default_rng(seed).permutation(size)
    one, other = vectors.copy(), vectors[:, turned].copy()
    multiply_rows(one, transform)
    multiply_rows(other, transform[turned])
    np.testing.assert_array_equal(one, other)


@given(st.integers(1, 15), st.integers(0, 999), st.integers(0, 3))
def test_eigenvectors_make_up_the_matrix(size: int, seed: int, rank_lost: int) -> None:
    random = np.random.default_rng(seed)
    rows = random.standard_normal((max(size - rank_lost, 0), size))
    matrix = rows.T @ rows
    values, vectors = symmetric_eigenvectors(matrix)
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(size), atol=1e-12)
    np.testing.assert_allclose((vectors.T * values) @ vectors, matrix, atol=1e-10)
    np.testing.assert_allclose(np.sort(values), np.linalg.eigvalsh(matrix), atol=1e-10)


def test_eigenvectors_of_a_diagonal_matrix_are_the_axes() -> None:
    values, vectors = symmetric_eigenvectors(np.diag([3.0, 0.0, 3.0]))
    np.testing.assert_array_equal(values, [3, 0, 3])
    np.testing.assert_array_equal(vectors, np.eye(3))


DIGEST = """
import hashlib
import numpy as np
from glove_ada.vectors.spectrum import raise_singular_values
unit = np.random.default_rng(1).random((3000, 70))
vectors = (unit * unit - 0.1).astype(np.float32)
raise_singular_values(vectors, 0.75)
print(hashlib.sha256(vectors.tobytes()).hexdigest())
"""


def test_no_blas_library_shows_in_the_bits() -> None:
    """OpenBLAS can be told to use another CPU's products; other libraries ignore it."""
    cpus = ({}, {"OPENBLAS_CORETYPE": "Prescott"}, {"OPENBLAS_CORETYPE": "Haswell"})
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env={**os.environ, **cpu},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for cpu in cpus
    }
    assert len(digests) == 1
