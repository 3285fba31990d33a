from __future__ import annotations

import numpy as np
import pytest

from glove_ada.evaluation.bootstrap import (
    Difference,
    difference,
    estimate,
    resampled_weights,
    share,
    share_difference,
)

DRAWS = {"resamples": 20_000, "seed": 1}


def test_a_share_has_the_interval_of_resampled_answers():
    answers = np.arange(200) < 60
    drawn = np.random.default_rng(2).choice(answers, size=(20_000, 200)).mean(axis=1)
    found = share(60, 200, **DRAWS)
    assert found.value == 0.3
    assert (found.low, found.high) == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.006)


def test_a_paired_difference_has_the_interval_of_resampled_questions():
    gains = np.array([1] * 30 + [-1] * 12 + [0] * 158)
    drawn = np.random.default_rng(2).choice(gains, size=(20_000, 200)).mean(axis=1)
    found = share_difference(30, 12, 200, **DRAWS)
    assert found.value == pytest.approx(0.09)
    assert (found.low, found.high) == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.006)
    assert not found.noise


def test_equal_seeds_give_equal_intervals():
    assert share(30, 100, **DRAWS) == share(30, 100, **DRAWS)
    assert share(300, 1000, resamples=99, seed=1) != share(300, 1000, resamples=99, seed=2)


def test_nothing_gives_no_estimate():
    assert share(0, 0, **DRAWS) is None
    assert share_difference(0, 0, 0, **DRAWS) is None
    assert estimate(None, np.array([1.0])) is None
    assert estimate(1.0, np.array([np.nan])) is None


def test_a_difference_is_noise_when_its_interval_holds_zero():
    assert difference(0.1, np.array([-0.1, 0.3])).noise
    assert difference(0.0, np.array([0.0, 0.0])).noise
    assert not difference(0.1, np.array([0.05, 0.3])).noise
    assert isinstance(share_difference(5, 5, 100, **DRAWS), Difference)


def test_weights_are_draws_with_replacement():
    weights = np.concatenate(list(resampled_weights(50, resamples=1000, seed=1)))
    assert weights.shape == (1000, 50)
    assert (weights.sum(axis=1) == 50).all()
    # The count of an item in a draw is binomial: mean 1, variance 1 - 1/50.
    assert weights.mean() == 1.0
    assert weights.var() == pytest.approx(0.98, abs=0.02)


def test_draws_come_in_blocks_of_bounded_size():
    blocks = list(resampled_weights(10**6, resamples=5, seed=1))
    assert [len(block) for block in blocks] == [2, 2, 1]
