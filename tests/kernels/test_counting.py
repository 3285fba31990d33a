"""The counting kernels against all pairs of places."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.counting import UNIT, count_cells
from reference.text import BREAK

from glove_ada import kernels
from glove_ada.cooccurrence.distance_weights import distance_weights

WORDS = 6
DOCUMENTS = st.lists(st.lists(st.integers(0, WORDS - 1), max_size=12), max_size=8)
WEIGHTS = [("power:1", 1), ("power:1", 2), ("power:1", 15), ("uniform", 4), ("0,2,0,0.5", 4)]


def join(documents):
    """Return word ids as the kernels take them: each document between breaks."""
    return np.array([BREAK, *(i for d in documents for i in [*d, BREAK])], np.uint32)


def index(ids, words):
    """Return each word's positions, one list behind the other, and where the lists start."""
    occurrences = np.zeros(words, np.int64)
    kernels.count_words(ids, 0, len(ids), occurrences)
    starts = np.concatenate(([0], np.cumsum(occurrences)))
    positions = np.empty(starts[-1], np.int64)
    ends = starts[:-1].copy()
    kernels.index_positions(ids, 0, len(ids), ends, positions)
    assert (ends == starts[1:]).all()
    return positions, starts


def count(ids, words, first, end, weights, symmetric):
    """Return the cells (row, column, count) of some rows."""
    positions, starts = index(ids, words)
    marks = np.zeros(words // 64 + 1, np.uint64)
    blocks = np.zeros(len(marks) // 64 + 1, np.uint64)
    sums, sizes = np.zeros(words, np.int64), np.empty(end - first, np.int64)
    room = (end - first) * words + 1
    columns, counts = np.empty(room, np.uint32), np.empty(room, np.int64)
    cells = kernels.count_rows(
        ids,
        positions,
        starts,
        first,
        end,
        weights,
        symmetric,
        sums,
        marks,
        blocks,
        columns,
        counts,
        sizes,
    )
    assert cells == sizes.sum()
    for scratch in (sums, marks, blocks):
        assert not scratch.any(), "scratch must be left clean"
    rows = np.repeat(np.arange(first, end), sizes)
    return list(zip(rows.tolist(), columns[:cells].tolist(), counts[:cells].tolist(), strict=True))


def add(columns, counts, starts, words):
    """Return the sizes of rows that are added up, and their cells (column, count)."""
    sums, marks, blocks = np.zeros(words, np.int64), np.zeros(1, np.uint64), np.zeros(1, np.uint64)
    out, out_counts = np.empty(len(columns), np.uint32), np.empty(len(columns), np.int64)
    sizes = np.empty(starts.shape[1] - 1, np.int64)
    written = kernels.add_rows(columns, counts, starts, sums, marks, blocks, out, out_counts, sizes)
    for scratch in (sums, marks, blocks):
        assert not scratch.any(), "scratch must be left clean"
    cells = zip(out[:written].tolist(), out_counts[:written].tolist(), strict=True)
    return sizes.tolist(), list(cells)


@given(DOCUMENTS)
def test_inverted_index_lists_every_place(documents):
    ids = join(documents)
    positions, starts = index(ids, WORDS)
    for word in range(WORDS):
        listed = positions[starts[word] : starts[word + 1]]
        assert listed.tolist() == np.flatnonzero(ids == word).tolist()


@pytest.mark.parametrize(("weights", "window_size"), WEIGHTS)
@pytest.mark.parametrize("symmetric", [True, False])
@given(documents=DOCUMENTS, first=st.integers(0, WORDS - 1))
def test_rows_against_all_pairs(documents, window_size, first, symmetric, weights):
    expected = count_cells(documents, window_size, symmetric, weights)
    units = distance_weights(window_size, weights)
    cells = count(join(documents), WORDS, first, WORDS, units, symmetric)
    # Symmetric: the cells below the diagonal are left to their mirrors. Rows and columns ascend.
    assert cells == sorted(
        (row, column, exact / UNIT)
        for (row, column), exact in expected.items()
        if row >= first and (column >= row or not symmetric)
    )


@given(
    st.lists(
        st.lists(st.dictionaries(st.integers(0, WORDS - 1), st.integers(1, 99)), max_size=4),
        min_size=1,
        max_size=3,
    )
)
def test_rows_in_parts_are_added(parts):
    height = max(map(len, parts))
    rows = [part[row] if row < len(part) else {} for part in parts for row in range(height)]
    edges = np.concatenate(([0], np.cumsum([len(row) for row in rows], dtype=np.int64)))
    starts = np.stack([edges[p * height : (p + 1) * height + 1] for p in range(len(parts))])
    cells = [sorted(row.items()) for row in rows]
    columns = np.array([column for row in cells for column, _ in row] + [0], np.uint32)
    counts = np.array([count for row in cells for _, count in row] + [0], np.int64)
    sizes, added = add(columns, counts, starts, WORDS)
    expected = [Counter() for _ in range(height)]
    for place, row in enumerate(rows):
        expected[place % height].update(row)
    assert sizes == [len(row) for row in expected]
    assert added == [cell for row in expected for cell in sorted(row.items())]


def test_sums_beyond_what_float64_holds_are_exact():
    large = 2**53
    ids = join([[0, 1]] * 3)
    weights = np.array([0, large + 1], np.int64)
    assert count(ids, 2, 0, 2, weights, True) == [(0, 1, 3 * (large + 1))]
    columns, counts = np.array([1, 1, 1, 0], np.uint32), np.array([large, 1, 1, 0], np.int64)
    starts = np.array([[0, 1], [1, 2], [2, 3]])
    assert add(columns, counts, starts, 2) == ([1], [(1, large + 2)])


def test_columns_ascend_across_the_blocks_of_the_bitmap():
    words = 3 * 64 * 64 + 5
    random = np.random.default_rng(0)
    neighbours = np.unique(
        np.concatenate(([0, 63, 64, 4095, 4096, words - 1], random.integers(words, size=500)))
    )
    ids = join([[5, int(column)] for column in random.permutation(neighbours)])
    cells = count(ids, words, 5, 6, distance_weights(1), False)
    assert [column for _, column, _ in cells] == neighbours.tolist()
