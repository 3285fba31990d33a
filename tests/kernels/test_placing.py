"""The placing kernels: every cell where the reference puts it, with log x and f(x)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.placing import nonzero, place_group

from glove_ada import kernels
from glove_ada.kernels import exp, log
from glove_ada.kernels.definitions import NONZERO


@given(st.floats(2.0**-1000, 1e308))
def test_log(x):
    assert log(x) == pytest.approx(math.log(x), rel=1e-14, abs=0)


@given(st.floats(-1e-3, 1e-3))
def test_log_near_one(difference):
    assert log(1 + difference) == pytest.approx(math.log(1 + difference), rel=1e-14, abs=0)


@given(st.floats(-699, 699))
def test_exp(y):
    assert exp(y) == pytest.approx(math.exp(y), rel=1e-14, abs=0)


def test_log_and_exp_at_corners():
    assert (log(1.0), exp(0.0)) == (0, 1)
    for power in range(-20, 34):
        assert log(2.0**power) == pytest.approx(power * math.log(2), rel=1e-14, abs=0)


def random_matrix(random, words, density):
    """Return the rows of a matrix as lists of cells, and as arrays."""
    filled = random.random((words, words)) < density
    rows = [
        [(row, column, float(random.integers(1, 2**26)) / 2**20) for column in columns.tolist()]
        for row, columns in enumerate(map(np.flatnonzero, filled))
    ]
    row_starts = np.concatenate(([0], np.cumsum([len(row) for row in rows])))
    columns = np.array([cell[1] for row in rows for cell in row], np.uint32)
    counts = np.array([cell[2] for row in rows for cell in row])
    return rows, (row_starts, columns, counts)


@pytest.mark.parametrize("alpha", [0.75, 0.0, 1.0, 3.0])
@pytest.mark.parametrize("strands", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("words", "groups", "density"), [(40, 3, 0.5), (7, 1, 1.0), (3, 5, 1.0), (30, 2, 0.03)]
)
def test_places_every_cell(words, groups, density, strands, alpha):
    random = np.random.default_rng(words + strands)
    rows, (row_starts, columns, counts) = random_matrix(random, words, density)
    group_of = random.integers(groups, size=words).astype(np.uint16)
    place_in_group = random.permutation(words).astype(np.uint16)
    for group in range(groups):
        mine = random.permutation(np.flatnonzero(group_of == group)).astype(np.uint32)
        tiles, diagonal = place_group(mine.tolist(), strands, rows, group_of, groups)
        sizes = np.zeros(groups, np.int64)
        assert kernels.count_group_cells(mine, row_starts, columns, group_of, sizes) == len(
            diagonal
        )
        off_diagonal = [len(tile) for tile in tiles]
        assert sum(off_diagonal) + len(diagonal) == sizes.sum()
        starts = np.concatenate(([0], np.cumsum(off_diagonal)))
        nonzeros = np.empty(sizes.sum() + 1, NONZERO)
        scratch = np.empty((2, groups, strands), np.int64)
        next_place = starts[:-1].copy()
        kernels.place_group(
            mine,
            strands,
            row_starts,
            columns,
            counts,
            group_of,
            place_in_group,
            10.0,
            alpha,
            next_place,
            int(starts[-1]),
            scratch[0],
            scratch[1],
            nonzeros,
        )
        assert next_place.tolist() == starts[1:].tolist()
        cells = [cell for tile in tiles for cell in tile] + diagonal
        expected = np.array([nonzero(cell, place_in_group, 10.0, alpha) for cell in cells], NONZERO)
        placed = nonzeros[: len(cells)]
        assert placed["row"].tolist() == expected["row"].tolist()
        assert placed["column"].tolist() == expected["column"].tolist()
        for name in ("log_count", "weight"):
            np.testing.assert_array_max_ulp(placed[name], expected[name], maxulp=1)


@pytest.mark.parametrize("alpha", [0.75, 30.0, 100.0, 1e6, 1e308])
@pytest.mark.parametrize("x_max", [1e-300, 10.0, 1e6, 1e300])
def test_weight_of_extreme_options(x_max, alpha):
    nonzeros = np.empty(1, NONZERO)
    count = 0.5
    kernels.place_group(
        np.zeros(1, np.uint32),
        1,
        np.array([0, 1]),
        np.ones(1, np.uint32),
        np.array([count]),
        np.zeros(2, np.uint16),
        np.arange(2, dtype=np.uint16),
        x_max,
        alpha,
        np.zeros(1, np.int64),
        1,
        np.empty((1, 1), np.int64),
        np.empty((1, 1), np.int64),
        nonzeros,
    )
    assert nonzeros["weight"][0] == pytest.approx(min(1.0, count / x_max) ** alpha, rel=1e-6)
