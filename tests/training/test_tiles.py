"""The tile grid: every nonzero once, no row in two tiles of a round."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.placing import nonzero, place_group
from small_problems import build, each_kind, full_cells, random_matrix, words_trained

from glove_ada.kernels.definitions import NONZERO, STRANDS
from glove_ada.system.threads import Workers
from glove_ada.training import tiling
from glove_ada.training.tiles import deal_words

# Words, groups: one or two words, more groups than words, a grid, braids cut short.
SHAPES = [(1, 1), (1, 8), (2, 8), (2, 1), (7, 8), (8, 8), (50, 8), (101, 3)]


@each_kind
@pytest.mark.parametrize(("words", "groups"), SHAPES)
def test_an_epoch_trains_every_nonzero_once(workers, words, groups, symmetric, directed):
    matrix = random_matrix(words, symmetric)
    grid = build(matrix, groups, workers, directed=directed)
    cells = full_cells(matrix, directed)
    trained = Counter()
    for p in range(groups):
        for q in range(groups):
            here = words_trained(grid, p, q)
            assert len(here) == grid.size(p, q)
            trained.update((word, context) for word, context, _, _ in here)
            for word, context, log_count, weight in here:
                count = cells[word, context]
                assert log_count == pytest.approx(np.log(count), rel=1e-6, abs=1e-6)
                assert weight == pytest.approx(min(1, count / 10) ** 0.75, rel=1e-6)
    assert trained == Counter(cells.keys())
    assert grid.nonzeros_per_epoch == len(cells) == matrix.nonzeros * (2 if directed else 1)


@each_kind
@pytest.mark.parametrize(("words", "groups"), SHAPES)
def test_tiles_hold_what_the_reference_places(workers, words, groups, symmetric, directed):
    matrix = random_matrix(words, symmetric)
    grid = build(matrix, groups, workers, directed=directed)
    grouping = grid.grouping
    rows = [
        [(row, int(matrix.columns[cell]), float(matrix.counts[cell])) for cell in range(*ends)]
        for row, ends in enumerate(
            zip(matrix.row_starts[:-1].tolist(), matrix.row_starts[1:].tolist(), strict=True)
        )
    ]
    for p in range(groups):
        braided = tiling._in_braids(grouping.words(p), p).tolist()
        expected, diagonal = place_group(braided, STRANDS, rows, grouping.group_of, groups)
        expected[p] += diagonal
        assert int(grid.starts[p, p + 1] - grid.diagonal_starts[p]) == len(diagonal)
        for q in range(groups):
            stored = grid.nonzeros[slice(*grid.stored(p, q))]
            reference = np.array(
                [nonzero(cell, grouping.place_in_group, 10.0, 0.75) for cell in expected[q]],
                NONZERO,
            )
            assert stored["row"].tolist() == reference["row"].tolist()
            assert stored["column"].tolist() == reference["column"].tolist()
            np.testing.assert_array_max_ulp(stored["log_count"], reference["log_count"])
            np.testing.assert_array_max_ulp(stored["weight"], reference["weight"])


@each_kind
def test_threads_change_nothing(workers, symmetric, directed):
    matrix = random_matrix(200, symmetric)
    one = build(matrix, 8, workers, directed=directed)
    for threads in (1, 3, 8):
        with Workers(threads) as others:
            other = build(matrix, 8, others, directed=directed)
        assert other.nonzeros.tobytes() == one.nonzeros.tobytes()
        assert other.starts.tobytes() == one.starts.tobytes()


@given(st.integers(1, 3000), st.integers(1, 200))
def test_words_are_dealt_evenly(words, groups):
    grouping = deal_words(words, groups)
    assert grouping.groups == groups
    sizes = np.diff(grouping.starts)
    assert sizes.sum() == words
    assert sizes.max() - sizes.min() <= 1
    # Of each deal of as many words as there are groups, every group gets one.
    for first in range(0, words, groups):
        deal = grouping.group_of[first : first + groups]
        assert len(set(deal.tolist())) == len(deal)
    assert sorted(grouping.row_of_word.tolist()) == list(range(words))
    for group in range(min(groups, 5)):
        mine = grouping.words(group)
        assert grouping.place_in_group[mine].tolist() == list(range(len(mine)))


@given(st.integers(1, 400))
def test_braids_are_of_like_frequency_and_scattered(words):
    ranks = np.arange(words, dtype=np.uint32)
    braided = tiling._in_braids(ranks, 1)
    assert sorted(braided.tolist()) == ranks.tolist()
    for first in range(0, words, STRANDS):
        braid = braided[first : first + STRANDS].tolist()
        assert braid == list(range(braid[0], braid[0] + len(braid)))
    if words > 100:
        assert braided.tolist() != ranks.tolist()


def test_progress_counts_every_row(workers):
    steps = []
    build(random_matrix(101, True), 8, workers, progress=steps.append)
    assert sum(steps) == 101


def test_a_nonzero_takes_twelve_bytes():
    assert NONZERO.itemsize == 12
