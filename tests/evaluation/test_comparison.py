from __future__ import annotations

import numpy as np
import pytest

from glove_ada.evaluation.analogies import evaluate_analogies
from glove_ada.evaluation.comparison import compare_analogies, compare_similarity
from glove_ada.evaluation.correlation import spearman
from glove_ada.evaluation.similarity import evaluate_similarity
from glove_ada.vectors.word_vectors import WordVectors


@pytest.fixture(scope="module")
def circle() -> WordVectors:
    """Words around a circle, 1 degree apart, where every step is an analogy."""
    angle = np.radians(np.arange(90))
    matrix = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
    return WordVectors([f"w{i}" for i in range(90)], matrix)


@pytest.fixture(scope="module")
def shuffled(circle) -> WordVectors:
    rows = np.random.default_rng(1).permutation(len(circle))
    return WordVectors([*circle.index_to_key[:-1], "other"], circle.vectors[rows])


@pytest.fixture
def questions(write):
    lines = [f"w{i} w{i + 1} w{j} w{j + 1}" for i in range(0, 80, 3) for j in range(1, 89, 7)]
    return write("questions.txt", "\n".join([": steps", *lines, ": gram", "w1 w2 w88 w89"]))


def test_a_difference_is_that_of_accuracies_on_shared_questions(circle, shuffled, questions):
    first, second = (evaluate_analogies(each, questions) for each in (circle, shuffled))
    differences = compare_analogies(first, second)
    assert [each.name for each in differences] == [
        *("steps", "gram", "semantic", "syntactic", "total"),
    ]
    total = differences[-1]
    shared = (first.ranks >= 0) & (second.ranks >= 0)
    assert total.shared == shared.sum() < first.total.known
    for guesses in (1, 5, 10):
        expected = (first.ranks[shared] < guesses).mean() - (second.ranks[shared] < guesses).mean()
        assert total.difference[guesses].value == pytest.approx(expected)
    assert total.difference[10].low > 0
    assert not total.difference[10].noise


def test_a_model_does_not_differ_from_itself(circle, questions):
    result = evaluate_analogies(circle, questions)
    for each in compare_analogies(result, result):
        assert each.difference[1].value == each.difference[1].low == each.difference[1].high == 0
        assert each.difference[1].noise


def test_correlations_are_compared_on_pairs_known_to_both(circle, shuffled, write):
    lines = [f"w{i}\tw{i + j}\t{9 - j}" for i in range(0, 82, 3) for j in range(1, 8)]
    path = write("pairs.txt", "\n".join([*lines, "w5\tw89\t1"]))
    first, second = (evaluate_similarity(each, path) for each in (circle, shuffled))
    difference = compare_similarity(first, second)
    assert difference.shared == len(lines) == second.known == first.known - 1
    ours = spearman(first.judged[:-1], first.cosines[:-1])
    assert difference.spearman.value == pytest.approx(ours - second.spearman.value)
    assert not difference.spearman.noise
    assert compare_similarity(first, first).pearson.noise
    none_known = WordVectors(["x"], np.ones((1, 2), dtype=np.float32))
    nothing = compare_similarity(first, evaluate_similarity(none_known, path))
    assert (nothing.shared, nothing.spearman, nothing.pearson) == (0, None, None)


def test_different_sets_cannot_be_compared(circle, write):
    one, other = write("one.txt", "w1 w2 w3 w4\n"), write("other.txt", "w1 w2 w3 w5\n")
    with pytest.raises(ValueError, match="do not hold the same questions"):
        compare_analogies(evaluate_analogies(circle, one), evaluate_analogies(circle, other))
    one, other = write("one.tsv", "w1\tw2\t3\n"), write("other.tsv", "w1\tw2\t4\n")
    with pytest.raises(ValueError, match="do not hold the same pairs"):
        compare_similarity(evaluate_similarity(circle, one), evaluate_similarity(circle, other))
