"""The rows of parameters, and what they start from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glove_ada.kernels.definitions import LANES
from glove_ada.system.threads import Workers
from glove_ada.training.parameters import (
    ALIGNMENT,
    BLOCK_ROWS,
    RowLayout,
    aligned_zeros,
    initial_parameters,
)
from glove_ada.training.randomness import random_bits
from glove_ada.training.tiles import deal_words


def start(workers, words=100, vector_size=10, groups=8, seed=1):
    return initial_parameters(
        RowLayout(vector_size),
        deal_words(words, groups),
        workers,
        seed=seed,
        vector_accumulator=3.0,
        bias_accumulator=5.0,
    )


@given(st.integers(1, 2000))
def test_a_row_holds_vector_bias_and_one_in_whole_lanes(vector_size):
    layout = RowLayout(vector_size)
    assert layout.slots % LANES == 0
    assert vector_size + 2 <= layout.slots < vector_size + 2 + LANES
    assert layout.row_bytes == 8 * layout.slots
    assert {layout.bias(0), layout.bias(1)} == {vector_size, vector_size + 1}


@pytest.mark.parametrize("side", [0, 1])
def test_masks_leave_the_one_and_the_padding_alone(side):
    layout = RowLayout(3)
    mask = layout.mask(0.5, 0.25, side)
    expected = [0.5, 0.5, 0.5, 0, 0] + [0] * 11
    expected[3 + side] = 0.25
    assert mask.tolist() == expected
    assert mask.ctypes.data % ALIGNMENT == 0


@given(st.integers(1, 20), st.integers(1, 5))
def test_zeros_are_aligned(rows, lanes):
    zeros = aligned_zeros(rows, lanes * LANES)
    assert zeros.ctypes.data % ALIGNMENT == 0
    assert zeros.shape == (rows, lanes * LANES)
    assert zeros.flags.c_contiguous
    assert not zeros.any()


@pytest.mark.parametrize("vector_size", [1, 10, 14, 300])
def test_initial_values_depend_on_seed_side_word_and_place_alone(workers, vector_size):
    parameters = start(workers, words=30, vector_size=vector_size, seed=7)
    for side in (0, 1):
        # (bits >> 40) 2^-24 is uniform in [0, 1).
        unit = [
            [int(random_bits(7, 3, side, word, place)) >> 40 for place in range(vector_size + 1)]
            for word in range(30)
        ]
        values = (np.array(unit) / 2**24 - 0.5) / vector_size
        expected = values.astype(np.float32)
        assert parameters.vectors(side).tolist() == expected[:, :-1].tolist()
        assert parameters.biases(side).tolist() == expected[:, -1].tolist()


@pytest.mark.parametrize("side", [0, 1])
def test_rows_are_laid_out_as_the_kernel_expects(workers, side):
    parameters = start(workers, vector_size=10)
    matrix = (parameters.words, parameters.contexts)[side]
    assert matrix.shape == (100, 32)
    assert matrix.ctypes.data % ALIGNMENT == 0
    assert (matrix[:, 11 - side] == 1).all()
    assert not matrix[:, 12:16].any()
    sums = np.full(16, 3.0)
    sums[10 + side] = 5.0
    assert (matrix[:, 16:] == sums).all()


def test_values_are_spread_evenly_over_their_range(workers):
    values = start(workers, words=2000, vector_size=50).vectors(0) * 50
    assert -0.5 <= values.min() < -0.499
    assert 0.499 < values.max() < 0.5
    assert abs(values.mean()) < 0.01
    assert values.std() == pytest.approx(12**-0.5, rel=0.01)


@pytest.mark.parametrize("threads", [1, 3, 8])
def test_threads_change_nothing(workers, threads):
    words = 2 * BLOCK_ROWS + 5
    with Workers(threads) as others:
        one, other = start(workers, words), start(others, words)
    assert other.words.tobytes() == one.words.tobytes()
    assert other.contexts.tobytes() == one.contexts.tobytes()


def test_groups_change_where_a_row_lies_but_not_its_values(workers):
    one, other = start(workers, groups=8), start(workers, groups=3)
    assert other.vectors(0).tobytes() == one.vectors(0).tobytes()
    assert other.biases(1).tobytes() == one.biases(1).tobytes()
    assert other.words.tobytes() != one.words.tobytes()


def test_seeds_differ(workers):
    assert (start(workers, seed=1).vectors(0) != start(workers, seed=2).vectors(0)).mean() > 0.99


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("row", [0, -1])
def test_a_value_that_is_not_finite_is_found_anywhere(workers, value, row):
    for side in ("words", "contexts"):
        parameters = start(workers, words=BLOCK_ROWS + 7)
        assert parameters.finite()
        getattr(parameters, side)[row, -1] = value
        assert not parameters.finite()


@pytest.mark.parametrize("vector_size", [1, 300])
@pytest.mark.parametrize("side", ["words", "contexts"])
def test_vectors_that_have_shrunk_to_a_millionth_have_collapsed(workers, vector_size, side):
    parameters = start(workers, words=BLOCK_ROWS + 7, vector_size=vector_size)
    matrix = getattr(parameters, side)[:, :vector_size]
    matrix *= 1e-5
    assert not parameters.collapsed()
    matrix *= 0.09
    assert parameters.collapsed()
    matrix[-1, -1] = 1e-6 / vector_size  # one component is enough
    assert not parameters.collapsed()
