"""How sure a score is: percentile bootstrap intervals (Efron 1979).

The items of an evaluation set are drawn anew with replacement, many times, and the score is
computed from each draw; 95 % of these scores lie in the interval. This covers the choice of
the items. It does not cover the seed of the training, which moves scores too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glove_ada.system.sentences.kinds import Whole, check

LEVEL = 0.95
RESAMPLES = 2_000
MOST_RESAMPLES = 1_000_000

# How many weights of one block are held in memory (8 bytes each).
_BLOCK = 2**21


@dataclass(frozen=True)
class Estimate:
    """A score with its 95 % bootstrap interval.

    Attributes
    ----------
    value : float
    low, high : float
        Bounds of the interval.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Difference(Estimate):
    """A difference of two scores with its 95 % bootstrap interval.

    Attributes
    ----------
    noise : bool
        Whether the interval holds zero, so that not even the sign is sure.
    """

    noise: bool


def check_draws(resamples: int, seed: int) -> tuple[int, int]:
    """Return the arguments of a bootstrap as Python's own numbers.

    Raises
    ------
    OptionError
        If they make no sense.
    """
    return check("resamples", resamples, Whole(1, MOST_RESAMPLES)), check("seed", seed, Whole(0))


def share(hits: int, items: int, *, resamples: int, seed: int) -> Estimate | None:
    """Estimate the share of right answers.

    A draw with replacement of answers that are right or wrong has a binomial number of right
    ones, so that number is drawn, and no questions are.

    Parameters
    ----------
    hits, items : int
        Right answers and all answers.
    resamples : int
        Number of draws.
    seed : int
        Equal seeds give equal intervals.

    Returns
    -------
    Estimate or None
        None if there are no items.
    """
    if items == 0:
        return None
    draws = np.random.default_rng(seed).binomial(items, hits / items, size=resamples)
    return estimate(hits / items, draws / items)


def share_difference(
    gained: int, lost: int, items: int, *, resamples: int, seed: int
) -> Difference | None:
    """Estimate the difference of two shares of right answers to the same questions.

    Parameters
    ----------
    gained : int
        Questions that only the first answers rightly.
    lost : int
        Questions that only the second answers rightly.
    items : int
        All questions.

    Returns
    -------
    Difference or None
        First minus second; None if there are no items.
    """
    if items == 0:
        return None
    chances = np.array([gained, lost, items - gained - lost]) / items
    draws = np.random.default_rng(seed).multinomial(items, chances, size=resamples)
    return difference((gained - lost) / items, (draws[:, 0] - draws[:, 1]) / items)


def resampled_weights(
    items: int, *, resamples: int, seed: int
) -> Iterator[npt.NDArray[np.float64]]:
    """Draw items with replacement; yield how often each was drawn, in blocks of draws.

    Yields
    ------
    ndarray of float64, shape (draws of this block, items)
    """
    random = np.random.default_rng(seed)
    draws = max(1, _BLOCK // items)
    for start in range(0, resamples, draws):
        count = min(draws, resamples - start)
        drawn = random.integers(items, size=(count, items))
        drawn += np.arange(count)[:, np.newaxis] * items
        weights = np.bincount(drawn.ravel(), minlength=count * items)
        yield weights.reshape(count, items).astype(np.float64)


def estimate(value: float | None, draws: npt.NDArray[np.float64]) -> Estimate | None:
    """Give a score the interval of the scores of its draws.

    Draws without a score (say, a correlation of equal values) are left out; a score that is
    itself undefined has no estimate.
    """
    defined = draws[np.isfinite(draws)]
    if value is None or len(defined) == 0:
        return None
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value, float(low), float(high))


def difference(value: float | None, draws: npt.NDArray[np.float64]) -> Difference | None:
    """Give a difference of scores the interval of the differences of its draws; see `estimate`."""
    found = estimate(value, draws)
    if found is None:
        return None
    return Difference(found.value, found.low, found.high, noise=found.low <= 0 <= found.high)
