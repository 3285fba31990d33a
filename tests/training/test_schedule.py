"""The schedule: no row in two tiles of a round, every tile once in an epoch."""

from __future__ import annotations

import pytest

from glove_ada.training.schedule import (
    MAX_GROUP_WORDS,
    choose_groups,
    rounds_of_epoch,
    rounds_to_come,
)


@pytest.mark.parametrize("groups", [1, 4, 8, 64])
def test_tiles_of_a_round_share_no_row(groups):
    rounds = rounds_of_epoch(groups, seed=1, epoch=0)
    assert len(rounds) == groups
    for tiles in rounds:
        for side in (0, 1):
            assert sorted(tile[side] for tile in tiles) == list(range(groups))
    every = sorted(tile for tiles in rounds for tile in tiles)
    assert every == [(p, q) for p in range(groups) for q in range(groups)]


def test_seeds_and_epochs_order_the_rounds_anew():
    firsts = [
        [rounds_of_epoch(64, seed=seed, epoch=epoch)[0][0] for epoch in range(20)]
        for seed in (1, 2)
    ]
    assert firsts[0] != firsts[1]
    assert all(len(set(tiles)) > 10 for tiles in firsts)


@pytest.mark.parametrize("block", [1, 2, 4, 8, 16])
def test_aligned_rounds_are_squares(block):
    """So that who holds a block of words needs one block of contexts at a time."""
    rounds = rounds_of_epoch(16, seed=3, epoch=5)
    for first in range(0, 16, block):
        needed = {
            (p // block, q // block) for tiles in rounds[first : first + block] for p, q in tiles
        }
        assert len(needed) == 16 // block


def test_what_a_symmetric_matrix_stores_once_is_trained_in_one_round():
    for tiles in rounds_of_epoch(8, seed=3, epoch=5):
        assert {(q, p) for p, q in tiles} == set(tiles)


@pytest.mark.parametrize(("epoch", "done"), [(0, 0), (0, 3), (1, 8), (2, 7), (3, 0)])
def test_what_is_to_come_is_the_end_of_the_whole(epoch, done):
    whole = list(rounds_to_come(8, 5, epoch=0, done=0, epochs=3))
    assert len(whole) == 24
    left = list(rounds_to_come(8, 5, epoch=epoch, done=done, epochs=3))
    assert left == whole[8 * epoch + done :]


def test_groups_follow_from_the_problem_alone():
    assert [choose_groups(words) for words in (1, 2, 16_384, 16_385, 69_924, 400_000)] == [
        8,
        8,
        8,
        16,
        64,
        128,
    ]
    for words in (8_000_000, 9_000_000, 50_000_000):
        assert -(-words // choose_groups(words)) <= MAX_GROUP_WORDS
