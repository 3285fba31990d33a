from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glove_ada.evaluation import ranking
from glove_ada.evaluation.ranking import KnownQuestions, answer_ranks
from glove_ada.vectors.cosine import unit_rows


def ranks_by_definition(matrix, questions, method):
    """Sort all words by their scores, as the papers say."""
    unit = unit_rows(matrix)
    answers = np.split(questions.answers, questions.first_answer[1:])
    for a, b, c, right in zip(questions.a, questions.b, questions.c, answers, strict=True):
        to_a, to_b, to_c = (np.einsum("ij,j->i", unit, unit[word]) for word in (a, b, c))
        if method == "3cosadd":
            scores = to_b + to_c - to_a
        else:
            scores = (1 + to_b) / 2 * ((1 + to_c) / 2) / ((1 + to_a) / 2 + 1e-6)
        order = [word for word in np.argsort(-scores, kind="stable") if word not in (a, b, c)]
        yield min(order.index(word) for word in right)


def random_questions(words, count, answers, random):
    runs = random.integers(1, answers + 1, size=count)
    rows = [random.permutation(words)[: 3 + run] for run in runs]
    a, b, c = np.array([row[:3] for row in rows]).T
    return KnownQuestions(a, b, c, np.concatenate([r[3:] for r in rows]), np.cumsum(runs) - runs)


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_ranks_are_those_of_the_definition(method, dtype):
    random = np.random.default_rng(1)
    matrix = random.normal(size=(300, 16)).astype(dtype)
    questions = random_questions(300, 200, 3, random)
    expected = list(ranks_by_definition(matrix, questions, method))
    ranks = answer_ranks(matrix, questions, method=method, limit=300)
    assert ranks.tolist() == expected
    few = answer_ranks(matrix, questions, method=method, limit=10)
    assert few.tolist() == np.minimum(expected, 10).tolist()


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
def test_ranks_do_not_depend_on_the_sizes_of_blocks(method, monkeypatch):
    random = np.random.default_rng(2)
    # Half the words are copies, so that nearly every score is shared by two.
    matrix = np.tile(random.normal(size=(100, 9)).astype(np.float32), (2, 1))
    questions = random_questions(200, 150, 2, random)
    whole = answer_ranks(matrix, questions, method=method, limit=200)
    monkeypatch.setattr(ranking, "_WORDS", 7)
    monkeypatch.setattr(ranking, "_QUESTIONS", 5)
    monkeypatch.setattr(ranking, "_RESCORED", 3)
    assert answer_ranks(matrix, questions, method=method, limit=200).tolist() == whole.tolist()


@settings(max_examples=50)
@given(st.integers(0, 2**32), st.sampled_from(["3cosadd", "3cosmul"]))
def test_equal_scores_are_ranked_by_index(seed, method):
    random = np.random.default_rng(seed)
    # Axes and zeros only: scores are exact and mostly equal.
    matrix = random.integers(-1, 2, size=(12, 1)) * np.eye(4)[random.integers(4, size=12)]
    questions = random_questions(12, 5, 3, random)
    expected = list(ranks_by_definition(matrix, questions, method))
    assert answer_ranks(matrix, questions, method=method, limit=12).tolist() == expected
