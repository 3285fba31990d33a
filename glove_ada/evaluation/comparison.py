"""Differences of two models on the same questions and pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glove_ada.errors import OptionError
from glove_ada.evaluation.analogies import GUESSES, UNKNOWN, AnalogyResult
from glove_ada.evaluation.bootstrap import (
    RESAMPLES,
    Difference,
    check_draws,
    difference,
    resampled_weights,
    share_difference,
)
from glove_ada.evaluation.correlation import pearson, spearman
from glove_ada.evaluation.similarity import SimilarityResult, resampled_correlations


@dataclass(frozen=True)
class AccuracyDifference:
    """By how much one model answers more questions of a group than another.

    Attributes
    ----------
    name : str
        A section, or "semantic", "syntactic", "total".
    shared : int
        Questions known to both models; only these count.
    difference : dict of int to Difference or None
        Accuracy at 1, 5, 10 guesses, first minus second; None if no question is shared.
    """

    name: str
    shared: int
    difference: Mapping[int, Difference | None]


@dataclass(frozen=True)
class SimilarityDifference:
    """By how much one model agrees more with people's judgements than another.

    Attributes
    ----------
    name : str
        Name of the file.
    shared : int
        Pairs that count for both models; only these count.
    spearman, pearson : Difference or None
        First minus second; None if a correlation is not defined.
    """

    name: str
    shared: int
    spearman: Difference | None
    pearson: Difference | None


def compare_analogies(
    first: AnalogyResult, second: AnalogyResult, *, resamples: int = RESAMPLES, seed: int = 1
) -> tuple[AccuracyDifference, ...]:
    """Compare two models group by group, on the questions that both know.

    The questions are drawn in pairs: each draw holds the answers of both models to the same
    questions, so that what makes a question hard for both does not blur the difference.

    Raises
    ------
    OptionError
        If the results are not of the same questions, or a number makes no sense.
    """
    resamples, seed = check_draws(resamples, seed)
    if first.questions != second.questions:
        raise OptionError(
            f"{first.name} and {second.name} do not hold the same questions: answer the same ones"
        )
    shared = (first.ranks != UNKNOWN) & (second.ranks != UNKNOWN)

    def compare(name: str, chosen: npt.NDArray[np.bool_]) -> AccuracyDifference:
        ours, theirs = first.ranks[chosen & shared], second.ranks[chosen & shared]
        points = {}
        for guesses in GUESSES:
            gained = int(((ours < guesses) & (theirs >= guesses)).sum())
            lost = int(((ours >= guesses) & (theirs < guesses)).sum())
            points[guesses] = share_difference(
                gained, lost, len(ours), resamples=resamples, seed=seed
            )
        return AccuracyDifference(name, len(ours), points)

    return tuple(compare(name, chosen) for name, chosen in first.groups())


def compare_similarity(
    first: SimilarityResult,
    second: SimilarityResult,
    *,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> SimilarityDifference:
    """Compare two models on the pairs that count for both, drawing the pairs for both at once.

    Raises
    ------
    OptionError
        If the results are not of the same pairs, or a number makes no sense.
    """
    resamples, seed = check_draws(resamples, seed)
    if first.words != second.words:
        raise OptionError(
            f"{first.name} and {second.name} do not hold the same pairs: judge the same ones"
        )
    shared = ~(np.isnan(first.cosines) | np.isnan(second.cosines))
    judged, ours, theirs = (
        values[shared] for values in (first.judged, first.cosines, second.cosines)
    )
    if len(judged) < 2:
        return SimilarityDifference(first.name, len(judged), None, None)
    draws = [
        resampled_correlations(judged, ours, weights)
        - resampled_correlations(judged, theirs, weights)
        for weights in resampled_weights(len(judged), resamples=resamples, seed=seed)
    ]
    by_rank, by_value = np.concatenate(draws, axis=1)
    return SimilarityDifference(
        first.name,
        len(judged),
        difference(_minus(spearman(judged, ours), spearman(judged, theirs)), by_rank),
        difference(_minus(pearson(judged, ours), pearson(judged, theirs)), by_value),
    )


def _minus(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first - second
