"""How far scores depend on which documents the text holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from glove_ada.evaluation.analogies import evaluate_analogies
from glove_ada.evaluation.analogy_files import AnalogySet
from glove_ada.evaluation.pair_files import PairSet
from glove_ada.evaluation.ranking import Method
from glove_ada.evaluation.similarity import Missing, evaluate_similarity
from glove_ada.run.uncertainty.trained_text import TrainedText
from glove_ada.system.threads import Workers
from glove_ada.vectors.casing import WordFinder
from glove_ada.vectors.word_vectors import WordVectors


@dataclass(frozen=True)
class ScoreNoise:
    """A score and its standard error from the text's documents.

    Attributes
    ----------
    name : str
        Of the set, with the method of analogies.
    score : float
        Accuracy in percent, or Spearman's correlation.
    standard_error : float or None
        None if no word of the set is in enough documents to tell.
    words : int
        Of the set, that the model has.
    in_too_few_documents : int
        Of those: they were not drawn, so that the error is too small by their part.
    """

    name: str
    score: float
    standard_error: float | None
    words: int
    in_too_few_documents: int


def score_noise(
    text: TrainedText,
    analogies: Sequence[AnalogySet],
    pairs: Sequence[PairSet],
    workers: Workers,
    *,
    methods: Sequence[Method],
    missing: Missing,
    restrict_vocab: int | None,
    draws: int,
    seed: int,
    progress: Callable[[int], object] = lambda words: None,
) -> list[ScoreNoise]:
    """Score vectors as other documents would have made them.

    The words of all questions and pairs are drawn anew, unless they are in too few documents; other
    words stay as they are.

    Parameters
    ----------
    text : TrainedText
    analogies, pairs : sequence
        What is scored.
    workers : Workers
        Who does the work; the result does not depend on them.
    methods, missing, restrict_vocab
        As for `evaluate_analogies` and `evaluate_similarity`.
    draws : int
        Two or more.
    seed : int
        Of the draws.
    progress : callable
        Is given numbers of words that add up to all.

    Returns
    -------
    list of ScoreNoise
        Of sets without a score, none.
    """
    finder = WordFinder(text.vectors, restrict_vocab)
    rows_of_questions, rows_of_pairs = (
        [{row for words in each for row in finder.rows(words) if row >= 0} for each in asked]
        for asked in (map(_words_of_questions, analogies), map(_words_of_pairs, pairs))
    )
    rows_of_scores = [rows for rows in rows_of_questions for _ in methods] + rows_of_pairs
    rows = sorted(set().union(*rows_of_scores))
    drawn = [text.vectors.vectors.astype(np.float32) for _ in range(draws)]
    too_few = set()
    for row, vectors in zip(rows, text.draws(rows, draws, seed, workers, progress), strict=True):
        if np.isnan(vectors).any():
            too_few.add(row)
            continue
        for matrix, vector in zip(drawn, vectors, strict=True):
            matrix[row] = vector

    def scores(matrix: np.ndarray) -> list[tuple[str, float | None]]:
        model = WordVectors(text.vectors.index_to_key, matrix)
        found: list[tuple[str, float | None]] = []
        for each in analogies:
            for method in methods:
                result = evaluate_analogies(
                    model, each, method=method, restrict_vocab=restrict_vocab, resamples=1
                )
                accuracy = result.total.accuracy[1]
                value = None if accuracy is None else 100 * accuracy.value
                found.append((f"{each.name} ({method})", value))
        for pair_set in pairs:
            of_pairs = evaluate_similarity(
                model, pair_set, missing=missing, restrict_vocab=restrict_vocab, resamples=1
            )
            correlation = of_pairs.spearman
            found.append((pair_set.name, None if correlation is None else correlation.value))
        return found

    own, others = scores(text.vectors.vectors), [scores(matrix) for matrix in drawn]
    noise = []
    for place, (name, score) in enumerate(own):
        values = [other[place][1] for other in others]
        if score is not None and None not in values:
            words = rows_of_scores[place]
            error = float(np.std(np.array(values), ddof=1)) if words - too_few else None
            noise.append(ScoreNoise(name, score, error, len(words), len(words & too_few)))
    return noise


def _words_of_questions(each: AnalogySet) -> list[tuple[str, ...]]:
    return [
        (question.a, question.b, question.c, *question.answers)
        for section in each.sections
        for question in section.questions
    ]


def _words_of_pairs(each: PairSet) -> list[tuple[str, ...]]:
    return [(pair.first, pair.second) for pair in each.pairs]
