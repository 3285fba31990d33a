"""Pearson's and Spearman's correlation, of all pairs and of pairs drawn anew."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Double = npt.NDArray[np.float64]


def weighted_pearson(x: Double, y: Double, weights: Double) -> Double:
    """Compute Pearson's correlation under several weightings of the same pairs.

    Parameters
    ----------
    x, y : ndarray of float64, shape (pairs,) or (weightings, pairs)
    weights : ndarray of float64, shape (weightings, pairs)
        How often each pair counts.

    Returns
    -------
    ndarray of float64, shape (weightings,)
        NaN where one of the two does not vary.
    """
    total = weights.sum(axis=1, keepdims=True)
    x = x - (weights * x).sum(axis=1, keepdims=True) / total
    y = y - (weights * y).sum(axis=1, keepdims=True) / total
    covariance = (weights * x * y).sum(axis=1)
    spread = np.sqrt((weights * x * x).sum(axis=1) * (weights * y * y).sum(axis=1))
    # What rounding leaves of a spread of nothing is no spread.
    varies = spread > 1e-14 * total[:, 0]
    correlation: Double = np.full(len(spread), np.nan)
    np.divide(covariance, spread, out=correlation, where=varies)
    return correlation


def weighted_ranks(values: Double, weights: Double) -> Double:
    """Rank values, each repeated as often as its weight says; equal values share the mean rank.

    Parameters
    ----------
    values : ndarray of float64, shape (pairs,)
    weights : ndarray of float64, shape (weightings, pairs)
        Whole numbers.

    Returns
    -------
    ndarray of float64, shape (weightings, pairs)
        Ranks from 1.
    """
    distinct, group = np.unique(values, return_inverse=True)
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(len(distinct)))
    in_group = np.add.reduceat(weights[:, order], starts, axis=1)
    mean_rank = np.cumsum(in_group, axis=1) - (in_group - 1) / 2
    return np.take(mean_rank, group, axis=1)


def pearson(x: Double, y: Double) -> float | None:
    """Compute Pearson's correlation; None if there is none, as for values that do not vary."""
    return _defined(weighted_pearson(x, y, np.ones((1, len(x))))) if len(x) > 1 else None


def spearman(x: Double, y: Double) -> float | None:
    """Compute Spearman's rank correlation, equal values having their mean rank; None as above."""
    once = np.ones((1, len(x)))
    return pearson(weighted_ranks(x, once)[0], weighted_ranks(y, once)[0]) if len(x) > 1 else None


def two_tailed_p(correlation: float, pairs: int) -> float:
    """Compute the chance of so strong a correlation if there is none (Student's t-test).

    With r = sin(angle), the density of r for independent normal values is proportional to
    cos(angle)^(pairs - 3); its tail is integrated by Gauss and Legendre's rule.
    """
    if pairs < 3:
        return 1.0
    nodes, weights = np.polynomial.legendre.leggauss(200)
    angle = math.asin(min(abs(correlation), 1.0))
    half = (math.pi / 2 - angle) / 2
    tail = half * float(np.sum(weights * np.cos(angle + half * (1 + nodes)) ** (pairs - 3)))
    log_whole = math.lgamma((pairs - 2) / 2) - math.lgamma((pairs - 1) / 2)
    return min(1.0, tail / (math.sqrt(math.pi) / 2 * math.exp(log_whole)))


def _defined(values: Double) -> float | None:
    return float(values[0]) if np.isfinite(values[0]) else None
