"""Correlation of word vectors with people's judgements of similarity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from os import PathLike
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import numpy.typing as npt

from glove_ada.evaluation.bootstrap import (
    RESAMPLES,
    Estimate,
    check_draws,
    estimate,
    resampled_weights,
)
from glove_ada.evaluation.correlation import (
    pearson,
    spearman,
    weighted_pearson,
    weighted_ranks,
)
from glove_ada.evaluation.pair_files import PairLayout, PairSet, WordPair, read_pairs
from glove_ada.system.sentences.counted import counted
from glove_ada.system.sentences.kinds import Choice, check
from glove_ada.vectors.casing import WordFinder
from glove_ada.vectors.cosine import ROWS_AT_ONCE, unit_rows

if TYPE_CHECKING:
    from glove_ada.vectors.word_index import WordLookup

Missing = Literal["skip", "zero", "mean"]
Double = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SimilarityResult:
    """Scores of one set of word pairs.

    Attributes
    ----------
    name : str
        Name of the file.
    missing : "skip", "zero" or "mean"
        What was done about unknown words.
    restrict_vocab : int or None
        Words were restricted to the first so many.
    folded : bool
        Whether words were folded to lower case, as the vocabulary is.
    pairs : int
        All pairs of the file.
    known : int
        Pairs of two known words.
    spearman, pearson : Estimate or None
        None if there is no correlation, as for fewer than two pairs.
    notes : tuple of str
        What was odd about the file, one sentence each.
    words : tuple of WordPair
        All pairs of the file.
    judged : ndarray of float64, shape (pairs,)
        The judgements.
    cosines : ndarray of float64, shape (pairs,)
        Those of the vectors; NaN where a pair is left out.
    """

    name: str
    missing: Missing
    restrict_vocab: int | None
    folded: bool
    pairs: int
    known: int
    spearman: Estimate | None
    pearson: Estimate | None
    notes: tuple[str, ...]
    words: tuple[WordPair, ...] = field(repr=False)
    judged: Double = field(repr=False)
    cosines: Double = field(repr=False)


def evaluate_similarity(
    vectors: WordLookup,
    pairs: str | PathLike[str] | PairSet,
    *,
    missing: Missing = "skip",
    restrict_vocab: int | None = None,
    layout: PairLayout | None = None,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> SimilarityResult:
    """Correlate cosines with people's judgements of word pairs.

    Parameters
    ----------
    vectors : WordVectors
    pairs : path-like or PairSet
        A file that `read_pairs` understands, or what that has read.
    missing : "skip", "zero" or "mean"
        What to do about a pair with an unknown word: leave it out, take its cosine for 0, or take
        the mean of all vectors for the vector of the word.
    restrict_vocab : int, optional
        Know the first (most frequent) so many words only.
    layout : PairLayout, optional
        How the file is written, as far as it should not be found from the content.
    resamples, seed : int
        Of the bootstrap intervals.

    Raises
    ------
    FormatError
        If the file holds no word pairs.
    OptionError
        If an argument makes no sense.
    """
    check("missing", missing, Choice(get_args(Missing)))
    resamples, seed = check_draws(resamples, seed)
    pair_set = pairs if isinstance(pairs, PairSet) else read_pairs(pairs, layout)
    finder = WordFinder(vectors, restrict_vocab)
    rows = np.array([finder.rows((pair.first, pair.second)) for pair in pair_set.pairs])
    cosines = _cosines(vectors, rows, missing, finder.size)
    judged = np.array([pair.score for pair in pair_set.pairs])
    judgeable = ~np.isnan(cosines)
    rank_score, value_score = correlations(
        judged[judgeable], cosines[judgeable], resamples=resamples, seed=seed
    )
    known = int((rows >= 0).all(axis=1).sum())
    return SimilarityResult(
        name=pair_set.name,
        missing=missing,
        restrict_vocab=restrict_vocab,
        folded=finder.folds,
        pairs=len(judged),
        known=known,
        spearman=rank_score,
        pearson=value_score,
        notes=tuple(_notes(pair_set, known)),
        words=pair_set.pairs,
        judged=judged,
        cosines=cosines,
    )


def correlations(
    judged: Double, cosines: Double, *, resamples: int, seed: int
) -> tuple[Estimate | None, Estimate | None]:
    """Estimate Spearman's and Pearson's correlation with their bootstrap intervals."""
    if len(judged) < 2:
        return None, None
    draws = [
        resampled_correlations(judged, cosines, weights)
        for weights in resampled_weights(len(judged), resamples=resamples, seed=seed)
    ]
    by_rank, by_value = np.concatenate(draws, axis=1)
    return (
        estimate(spearman(judged, cosines), by_rank),
        estimate(pearson(judged, cosines), by_value),
    )


def resampled_correlations(judged: Double, cosines: Double, weights: Double) -> Double:
    """Compute Spearman's and Pearson's correlation of pairs drawn anew, shape (2, draws)."""
    by_rank = weighted_pearson(
        weighted_ranks(judged, weights), weighted_ranks(cosines, weights), weights
    )
    return np.stack([by_rank, weighted_pearson(judged, cosines, weights)])


def _cosines(
    vectors: WordLookup, rows: npt.NDArray[np.intp], missing: Missing, known_words: int
) -> Double:
    """Compute the cosine of each pair of rows, of which -1 stands for an unknown word."""
    first, second = (unit_rows(vectors.vectors[column]) for column in rows.T)
    unknown = rows < 0
    if missing == "mean" and unknown.any():
        mean = unit_rows(_mean_vector(vectors, known_words)[np.newaxis])
        first[unknown[:, 0]], second[unknown[:, 1]] = mean, mean
    cosines: Double = np.einsum("ij,ij->i", first, second)
    if missing != "mean":
        cosines[unknown.any(axis=1)] = np.nan if missing == "skip" else 0.0
    return cosines


def _mean_vector(vectors: WordLookup, known_words: int) -> Double:
    """Average the vectors of the known words, block by block."""
    total = np.zeros(vectors.vector_size)
    for start in range(0, known_words, ROWS_AT_ONCE):
        block = vectors.vectors[start : min(start + ROWS_AT_ONCE, known_words)]
        total += block.sum(axis=0, dtype=np.float64)
    total /= known_words
    return total


def _notes(pair_set: PairSet, known: int) -> Iterator[str]:
    """Say what a reader of the scores should know about the pairs."""
    yield from pair_set.notes
    distinct = {frozenset((pair.first, pair.second)) for pair in pair_set.pairs}
    if repeated := len(pair_set.pairs) - len(distinct):
        one, many = "pair is repeated and counts", "pairs are repeated and count"
        yield f"{pair_set.name}: {counted(repeated, one, many)} each time"
    if known == 0:
        yield f"{pair_set.name}: these vectors know no pair of it"
