"""Sampled zeros in training: which pairs they are, and what they depend on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_tiles import build, full_cells, random_matrix

from glove_ada.zeros import GUIDE_SIZE, SHARES, ZeroSampler, guide_to, share_columns


def sampler(grid, counts, **options):
    options = {"ratio": 2.0, "log_count": -4.5, "weight": 0.05, "seed": 1} | options
    return ZeroSampler(grid.grouping, counts, symmetric=grid.symmetric, **options)


def zeros_of_epoch(grid, sampler, epoch=0):
    """Return the pairs (word, context) of all zeros of an epoch."""
    pairs = []
    for p in range(grid.groups):
        for q in range(grid.groups):
            spans = grid.nonzeros_of(p, q)
            for side, (span, rows, columns) in enumerate(
                ((spans.stored, p, q), (spans.mirrored, q, p))
            ):
                braided = sampler.braid(span, rows, columns, epoch=epoch, side=side)
                zeros = braided[braided["weight"] < 0]
                row_words = grid.grouping.words(rows)[zeros["row"]]
                column_words = grid.grouping.words(columns)[zeros["column"]]
                pair = (row_words, column_words) if side == 0 else (column_words, row_words)
                pairs += zip(*(words.tolist() for words in pair), strict=True)
    return pairs


@pytest.mark.parametrize("symmetric", [True, False])
def test_no_zero_occurs(workers, symmetric):
    matrix = random_matrix(60, symmetric)
    grid = build(matrix, 4, workers)
    zeros = zeros_of_epoch(grid, sampler(grid, np.arange(60, 0, -1)))
    assert len(zeros) > grid.nonzeros_per_epoch / 2
    assert not set(zeros) & full_cells(matrix).keys()
    assert all(word != context for word, context in zeros)


@pytest.mark.parametrize("symmetric", [True, False])
def test_every_pair_may_be_drawn_whose_row_has_a_nonzero_in_the_tile(workers, symmetric):
    matrix = random_matrix(12, symmetric, density=0.5)
    grid = build(matrix, 2, workers)
    zeros = set()
    for seed in range(300):
        zeros |= set(zeros_of_epoch(grid, sampler(grid, np.full(12, 5), seed=seed)))
    group_of, cells = grid.grouping.group_of.tolist(), full_cells(matrix).keys()
    for i, j in {(i, j) for i in range(12) for j in range(12) if i != j} - cells:
        row, column = (min(i, j), max(i, j)) if symmetric else (i, j)
        in_tile = [
            other
            for other in range(12)
            if (row, other) in cells and other != row and group_of[other] == group_of[column]
        ]
        rarer = [other for other in in_tile if other > row]
        assert ((i, j) in zeros) == bool(rarer if symmetric else in_tile), (i, j)


def test_epochs_and_seeds_draw_anew(workers):
    grid = build(random_matrix(60, True), 4, workers)
    counts = np.arange(60, 0, -1)
    first = zeros_of_epoch(grid, sampler(grid, counts))
    assert zeros_of_epoch(grid, sampler(grid, counts)) == first
    assert zeros_of_epoch(grid, sampler(grid, counts), epoch=1) != first
    assert zeros_of_epoch(grid, sampler(grid, counts, seed=2)) != first


def test_words_that_do_not_occur_are_not_drawn(workers):
    grid = build(random_matrix(60, False), 4, workers)
    counts = np.where(np.arange(60) % 3, 7, 0)
    drawn = {context for _, context in zeros_of_epoch(grid, sampler(grid, counts))}
    assert drawn
    assert all(counts[list(drawn)])
    assert not zeros_of_epoch(grid, sampler(grid, np.zeros(60, int)))


@given(st.lists(st.integers(0, 2**40), max_size=50))
def test_shares_are_those_of_the_counts(counts):
    starts = share_columns(np.array(counts, np.int64)).astype(float)
    assert len(starts) == len(counts) + 1
    assert starts[-1] == SHARES
    powers = np.array(counts, float) ** 0.75
    if powers.any():
        np.testing.assert_allclose(np.diff(starts), powers / powers.sum() * SHARES, atol=2)
    else:
        assert (starts == SHARES).all()


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=50).filter(any))
def test_the_guide_leads_to_the_column_or_before_it(counts):
    starts = share_columns(np.array(counts))
    guide = guide_to(starts)
    for part, column in enumerate(guide.tolist()):
        place = part * (SHARES // GUIDE_SIZE)
        assert starts[column] <= place < starts[column + 1]
