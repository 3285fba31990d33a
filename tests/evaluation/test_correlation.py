from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glove_ada.evaluation.correlation import (
    pearson,
    spearman,
    two_tailed_p,
    weighted_pearson,
    weighted_ranks,
)

stats = pytest.importorskip("scipy.stats")

# Small whole numbers, so that ties abound.
values = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=40)


@given(values)
def test_correlations_equal_scipys(pairs):
    x, y = np.array(pairs, dtype=float).T
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert pearson(x, y) is None
        assert spearman(x, y) is None
    else:
        assert pearson(x, y) == pytest.approx(stats.pearsonr(x, y)[0], abs=1e-12)
        assert spearman(x, y) == pytest.approx(stats.spearmanr(x, y)[0], abs=1e-12)


@given(values, st.integers(0, 2**32))
def test_a_weight_is_a_repetition(pairs, seed):
    x, y = np.array(pairs, dtype=float).T
    weights = np.random.default_rng(seed).integers(0, 4, size=(3, len(x))).astype(float)
    weights[:, 0] += 1
    ranks = weighted_ranks(x, weights)
    together = weighted_pearson(x, y, weights)
    for row in range(3):
        times = weights[row].astype(int)
        repeated = np.repeat(x, times)
        expected = np.repeat(ranks[row], times)
        np.testing.assert_array_equal(stats.rankdata(repeated), expected)
        alone = pearson(repeated, np.repeat(y, times))
        assert (alone is None) == bool(np.isnan(together[row]))
        if alone is not None:
            assert together[row] == pytest.approx(alone, abs=1e-9)


@pytest.mark.parametrize("correlation", [0.0, 0.01, -0.3, 0.8, 0.999, 1.0])
@pytest.mark.parametrize("pairs", [3, 4, 10, 353, 3000])
def test_p_values_equal_scipys(correlation, pairs):
    t = np.inf if correlation == 1 else correlation * np.sqrt((pairs - 2) / (1 - correlation**2))
    expected = 2 * stats.t.sf(abs(t), pairs - 2)
    assert two_tailed_p(correlation, pairs) == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_one_pair_has_no_correlation():
    one = np.array([1.0])
    assert pearson(one, one) is None
    assert spearman(one, one) is None
