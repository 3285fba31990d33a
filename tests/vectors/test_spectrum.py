"""Singular values raised to a power, against NumPy's own decomposition."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from glove_ada.vectors import spectrum
from glove_ada.vectors.eigenvectors import symmetric_eigenvectors
from glove_ada.vectors.matrix_power import inverse_power, step_count
from glove_ada.vectors.spectrum import (
    BLOCK_ROWS,
    gram_matrix,
    multiply_rows,
    raise_singular_values,
    spectrum_bytes,
)


@pytest.fixture(params=[spectrum.MOST_ROTATED, 0], ids=["rotations", "reflections"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let small matrices go the way of large ones, too."""
    monkeypatch.setattr(spectrum, "MOST_ROTATED", request.param)


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


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("power", [0, 0.25, 0.75, 1])
@pytest.mark.parametrize(("words", "size"), [(50, 1), (50, 7), (BLOCK_ROWS + 3, 20), (300, 100)])
def test_singular_values_are_raised_to_the_power(words: int, size: int, power: float) -> None:
    vectors = random_vectors(words, size)
    wanted = reference(vectors, power)
    raise_singular_values(vectors, power)
    largest = np.abs(wanted).max(axis=1, keepdims=True)
    np.testing.assert_allclose(vectors / largest, wanted / largest, atol=5e-5)


@pytest.mark.usefixtures("either_way")
def test_fewer_words_than_dimensions_keep_their_space() -> None:
    vectors = random_vectors(3, 10)
    wanted = reference(vectors, 0.75)
    raise_singular_values(vectors, 0.75)
    np.testing.assert_allclose(vectors, wanted, atol=1e-4 * np.abs(wanted).max())


@pytest.mark.usefixtures("either_way")
def test_words_alike_and_words_of_zero_stay_finite() -> None:
    vectors = np.zeros((5, 4), np.float32)
    raise_singular_values(vectors, 0.5)
    assert not vectors.any()
    vectors[:4] = [1, -2, 3, 0]
    raise_singular_values(vectors, 0)
    # Directions of nothing take half of the bits of the matrix that rows are multiplied with.
    tolerance = 1e-4 if spectrum.MOST_ROTATED else 2.0**-12
    np.testing.assert_allclose(vectors[:4], [[1, -2, 3, 0]] * 4, rtol=tolerance)
    assert not vectors[4].any()


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize(("words", "size"), [(50, 3), (3, 50), (7, 7), (BLOCK_ROWS + 3, 20)])
@pytest.mark.parametrize("scale", [0, 1])
def test_progress_adds_up_to_all_words(words: int, size: int, scale: int) -> None:
    done: list[int] = []
    raise_singular_values(random_vectors(words, size) * np.float32(scale), 0.5, done.append)
    assert sum(done) == words
    assert min(done) >= 0


@pytest.mark.parametrize("size", [50, spectrum.MOST_ROTATED + 1])
def test_it_takes_no_more_memory_than_planned(size: int) -> None:
    vectors = random_vectors(2 * BLOCK_ROWS, size)
    raise_singular_values(vectors[:2].copy(), 0.5)  # loads the kernels
    tracemalloc.start()
    try:
        raise_singular_values(vectors, 0.5)
        assert tracemalloc.get_traced_memory()[1] <= spectrum_bytes(*vectors.shape)
    finally:
        tracemalloc.stop()


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


def eigen_power(matrix: np.ndarray, exponent: float) -> np.ndarray:
    """Return what `inverse_power` does, by LAPACK."""
    values, vectors = np.linalg.eigh(matrix)
    power = (vectors * np.maximum(values, values.max() * 2.0**-24) ** -exponent) @ vectors.T
    return power * np.sqrt(np.trace(matrix) / np.trace(power @ matrix @ power))


@given(
    st.integers(1, 40), st.integers(0, 999), st.integers(0, 45), st.floats(0, 0.5), st.floats(-9, 9)
)
def test_powers_are_those_of_the_eigenvalues(
    size: int, seed: int, rank_lost: int, exponent: float, scale: float
) -> None:
    random = np.random.default_rng(seed)
    rows = random.standard_normal((max(2 * size - rank_lost, 1), size)) * 10**scale
    matrix = rows.T @ rows
    values = np.linalg.eigvalsh(matrix)
    # Near the least value that counts, the one rounds off a corner that the other has.
    assume(not ((values / values.max() > 2.0**-40) & (values / values.max() < 2.0**-18)).any())
    called: list[None] = []
    power = inverse_power(matrix, exponent, lambda: called.append(None))
    assert len(called) == step_count(size)
    np.testing.assert_array_equal(power, power.T)
    # What stands for an eigenvalue of 0 may differ, and times the matrix it does not show.
    wanted = eigen_power(matrix, exponent) @ matrix
    np.testing.assert_allclose(power @ matrix, wanted, atol=1e-6 * np.abs(wanted).max())


@pytest.mark.parametrize(
    "matrix",
    [
        np.eye(6),
        np.diag([3.0, 0, 3, 1, 0, 1, 1]),
        np.ones((5, 5)),
        np.kron(np.eye(3), [[2.0, 1], [1, 2]]),
        np.diag([1.0, 1e-3, 0]) + 1e-30,
    ],
    ids=["identity", "repeated", "rank one", "blocks", "nearly diagonal"],
)
def test_powers_of_repeated_eigenvalues(matrix: np.ndarray) -> None:
    power = inverse_power(matrix, 0.3, lambda: None)
    np.testing.assert_allclose(
        power @ matrix, eigen_power(matrix, 0.3) @ matrix, atol=1e-6 * matrix.max()
    )


def test_eigenvalues_of_nothing_count_as_two_to_the_minus_24() -> None:
    """And larger ones as what they are, so that the two ways agree."""
    values = np.array([1, 2.0**-10, 2.0**-19, 2.0**-24, 0])
    power = inverse_power(np.diag(values), 0.2, lambda: None).diagonal()
    wanted = np.maximum(values, 2.0**-24) ** -0.2
    np.testing.assert_allclose((power / power[0] / wanted)[:3], 1, rtol=1e-3)
    np.testing.assert_allclose((power / power[0] / wanted)[3:], 1, rtol=0.3)


def test_the_bits_of_a_power_stay() -> None:
    rows = np.random.default_rng(1).integers(-9, 10, (100, 70)).astype(np.float64)
    power = inverse_power(rows.T @ rows, 0.2, lambda: None)
    assert hashlib.sha256(power.tobytes()).hexdigest()[:16] == "cc77991628de3a61"


DIGEST = """
import hashlib, sys
import numpy as np
from glove_ada.vectors import spectrum
from glove_ada.vectors.spectrum import raise_singular_values
spectrum.MOST_ROTATED = int(sys.argv[1])
unit = np.random.default_rng(1).random((3000, 70))
vectors = (unit * unit - 0.1).astype(np.float32)
raise_singular_values(vectors, 0.75)
print(hashlib.sha256(vectors.tobytes()).hexdigest())
"""


@pytest.mark.parametrize("most_rotated", [spectrum.MOST_ROTATED, 0])
def test_no_blas_library_shows_in_the_bits(most_rotated: int) -> None:
    """OpenBLAS can be told to use another CPU's products; other libraries ignore it."""
    cpus = ({}, {"OPENBLAS_CORETYPE": "Prescott"}, {"OPENBLAS_CORETYPE": "Haswell"})
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST, str(most_rotated)],
            env={**os.environ, **cpu},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for cpu in cpus
    }
    assert len(digests) == 1
