"""Results in the shapes that gensim's `KeyedVectors` returns, for programs written for it."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from glove_ada.errors import OptionError
from glove_ada.evaluation.analogies import UNKNOWN, evaluate_analogies
from glove_ada.evaluation.correlation import pearson, spearman, two_tailed_p
from glove_ada.evaluation.pair_files import PairLayout
from glove_ada.evaluation.ranking import Method
from glove_ada.evaluation.similarity import evaluate_similarity
from glove_ada.system.sentences.kinds import Choice, check

if TYPE_CHECKING:
    from glove_ada.vectors.word_index import WordLookup

METHODS: dict[str, Method] = {"most_similar": "3cosadd", "most_similar_cosmul": "3cosmul"}


def word_analogies(
    vectors: WordLookup,
    path: str | PathLike[str],
    restrict_vocab: int | None,
    dummy4unknown: bool,
    similarity_function: str,
) -> tuple[float, list[dict[str, Any]]]:
    """Answer analogies; see `WordVectors.evaluate_word_analogies`."""
    check("similarity_function", similarity_function, Choice(tuple(METHODS)))
    method = METHODS[similarity_function]
    result = evaluate_analogies(vectors, path, method=method, restrict_vocab=restrict_vocab)
    answered = iter(zip(result.questions, result.ranks.tolist(), strict=True))
    total: dict[str, Any] = {"section": "Total accuracy", "correct": [], "incorrect": []}
    sections = []
    for score in result.sections:
        section: dict[str, Any] = {"section": score.name, "correct": [], "incorrect": []}
        for _ in range(score.questions):
            question, rank = next(answered)
            if rank == UNKNOWN and not dummy4unknown:
                continue
            outcome = "correct" if rank == 0 else "incorrect"
            words = (question.a, question.b, question.c, "/".join(question.answers))
            section[outcome].append(words)
            total[outcome].append(words)
        sections.append(section)
    counted = len(total["correct"]) + len(total["incorrect"])
    return len(total["correct"]) / max(counted, 1), [*sections, total]


def word_pairs(
    vectors: WordLookup,
    path: str | PathLike[str],
    delimiter: str | None,
    restrict_vocab: int | None,
    dummy4unknown: bool,
) -> tuple[tuple[float, float], tuple[float, float], float]:
    """Correlate cosines with judgements; see `WordVectors.evaluate_word_pairs`."""
    result = evaluate_similarity(
        vectors,
        path,
        missing="zero" if dummy4unknown else "skip",
        restrict_vocab=restrict_vocab,
        layout=PairLayout(delimiter=delimiter),
        resamples=1,
    )
    counted = ~np.isnan(result.cosines)
    correlations = []
    for measure in (pearson, spearman):
        value = measure(result.judged[counted], result.cosines[counted])
        if value is None:
            raise OptionError(f"{result.name}: too few known pairs for a correlation")
        correlations.append((value, two_tailed_p(value, int(counted.sum()))))
    unknown = 100 * (1 - result.known / result.pairs)
    return correlations[0], correlations[1], unknown
