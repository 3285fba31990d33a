"""Sampled negatives: which pairs they are, and what they depend on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_problems import build, each_kind, full_cells, negatives_of_epoch, random_matrix

from glove_ada import GloVe
from glove_ada.kernels.definitions import STRANDS
from glove_ada.training.negatives import (
    TABLE_SIZE,
    NegativeSampler,
    Sampling,
    choose_zero_count,
    sampling_table,
    shares_of_draws,
)


def sampler(grid, counts, seed=1):
    sampling = Sampling(ratio=2.0, log_count=-4.5, weight=0.05, symmetric=grid.symmetric)
    return NegativeSampler(grid.grouping, counts, sampling, seed=seed)


@each_kind
def test_no_negative_occurs(workers, symmetric, directed):
    matrix = random_matrix(60, symmetric)
    grid = build(matrix, 4, workers, directed=directed)
    negatives = negatives_of_epoch(grid, sampler(grid, np.arange(60, 0, -1)))
    assert len(negatives) > grid.nonzeros_per_epoch / 2
    assert not set(negatives) & full_cells(matrix, directed).keys()
    assert all(word != context % 60 for word, context in negatives)


@pytest.mark.parametrize("symmetric", [True, False])
def test_which_pairs_may_be_drawn(workers, symmetric):
    """Those that never meet, for a row that has a nonzero in the tile.

    If pairs are stored once, those whose rarer word is rarer than the other one's braid.
    """
    matrix = random_matrix(24, symmetric, density=0.5)
    grid = build(matrix, 2, workers)
    negatives = set()
    for seed in range(300):
        negatives |= set(negatives_of_epoch(grid, sampler(grid, np.full(24, 5), seed=seed)))
    grouping, cells = grid.grouping, full_cells(matrix).keys()
    for i, j in {(i, j) for i in range(24) for j in range(24) if i != j} - cells:
        row, column = (min(i, j), max(i, j)) if symmetric else (i, j)
        words = grouping.words(grouping.group_of[row]).tolist()
        first = words.index(row) // STRANDS * STRANDS
        rarest = words[first : first + STRANDS][-1]
        has_nonzeros = any(
            (row, other) in cells and (other > row or not symmetric) and other != row
            for other in grouping.words(grouping.group_of[column]).tolist()
        )
        may_be = has_nonzeros and (column > rarest or not symmetric)
        assert ((i, j) in negatives) == may_be, (i, j)


def test_epochs_and_seeds_draw_anew(workers):
    grid = build(random_matrix(60, True), 4, workers)
    counts = np.arange(60, 0, -1)
    first = negatives_of_epoch(grid, sampler(grid, counts))
    assert negatives_of_epoch(grid, sampler(grid, counts)) == first
    assert negatives_of_epoch(grid, sampler(grid, counts), epoch=1) != first
    assert negatives_of_epoch(grid, sampler(grid, counts, seed=2)) != first


def test_words_that_do_not_occur_are_not_drawn(workers):
    grid = build(random_matrix(60, False), 4, workers)
    counts = np.where(np.arange(60) % 3, 7, 0)
    drawn = {context for _, context in negatives_of_epoch(grid, sampler(grid, counts))}
    assert drawn
    assert all(counts[list(drawn)])
    assert not negatives_of_epoch(grid, sampler(grid, np.zeros(60, int)))


@given(st.lists(st.integers(0, 2**40), max_size=50), st.integers(0, 2**32 - 1))
def test_tables_go_by_the_shares_of_the_counts(counts, offset):
    counts = np.array(counts, np.int64)
    columns, starts = sampling_table(shares_of_draws(counts), offset / 2**32)
    powers = counts**0.75
    assert len(columns) == (TABLE_SIZE if powers.any() else 0)
    assert (np.diff(columns.astype(int)) >= 0).all()
    assert (starts == np.searchsorted(columns, np.arange(len(counts) + 1))).all()
    wanted = powers / max(powers.sum(), 1) * TABLE_SIZE
    assert (abs(np.bincount(columns, minlength=len(counts)) - wanted) < 1 + 1e-6).all()


def test_offsets_make_good_what_tables_round():
    shares = shares_of_draws(np.array([10**9, 1000, 1, 0]))
    drawn = [
        np.diff(sampling_table(shares, offset / 2**12).starts.astype(int))
        for offset in range(2**12)
    ]
    wanted = np.diff(shares, prepend=0) * TABLE_SIZE
    np.testing.assert_allclose(np.mean(drawn, axis=0), wanted, atol=2**-12)


def test_a_negative_counts_for_a_sixth_of_the_mean_to_one_digit():
    assert choose_zero_count(np.array([3.0, 2.0, 1.0])) == 0.1  # 6 / 9 / 6 = 0.111
    assert choose_zero_count(np.full(1000, 7.0)) == 0.001  # 7 / 1000 / 6 = 0.00117
    assert choose_zero_count(np.full(10, 6000.0)) == 100.0


def test_the_report_tells_what_a_negative_counts_for():
    letters = "abcdefghijklmnopqrstuvwxyz"
    documents = [" ".join(letters[place : place + 4]) for place in range(22)]
    model = GloVe(min_count=1, epochs=1, window_size=5).fit(documents)
    chosen = model.report_.facts["training"]["zero_count"]
    assert 0 < chosen < 10
    given = GloVe(min_count=1, epochs=1, window_size=5, zero_count=0.3).fit(documents)
    assert given.report_.facts["training"]["zero_count"] == 0.3
    same = GloVe(min_count=1, epochs=1, window_size=5, zero_count=chosen).fit(documents)
    assert same.vectors_.vectors.tobytes() == model.vectors_.vectors.tobytes()
    assert given.vectors_.vectors.tobytes() != model.vectors_.vectors.tobytes()
