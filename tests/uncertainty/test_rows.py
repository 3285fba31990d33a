"""Rows posed from what a word meets: against the matrix, the problem in full, and a text less."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from reference import least_squares as reference
from small_problems import KINDS, each_kind, encode, random_documents

from glove_ada import GloVe, kernels
from glove_ada.cooccurrence.distance_weights import distance_weights
from glove_ada.cooccurrence.segments import count_cooccurrences
from glove_ada.errors import OptionError
from glove_ada.kernels.elementary_arrays import exp_of_each, log_of_each
from glove_ada.run.uncertainty import word_contexts
from glove_ada.run.uncertainty.frozen_contexts import freeze_contexts
from glove_ada.run.uncertainty.influences import find_influences
from glove_ada.run.uncertainty.row_problem import factor, pose, solve
from glove_ada.run.uncertainty.word_contexts import Sides, block_edges, find_contexts
from glove_ada.training.rules.adagrad_row import choose_weight_decay
from glove_ada.vectors.word_vectors import WordVectors

WINDOW, SIZE = 4, 5
BREAK = 0xFFFFFFFF


def row_in_full(matrix, word, directed):
    row = matrix[word]
    return np.concatenate([row, matrix[:, word]]) if directed else row


def contexts_of(ids, vocabulary, words, workers, kind, most=word_contexts.MOST_BLOCKS):
    symmetric, directed = KINDS[kind]
    sides = Sides(distance_weights(WINDOW), directed, symmetric)
    edges = block_edges(ids, most)
    return list(find_contexts(ids, vocabulary, words, edges, sides, workers)), edges


@each_kind
def test_what_words_meet_adds_up_to_their_rows(workers, symmetric, directed, monkeypatch):
    monkeypatch.setattr(word_contexts, "_BATCH_OCCURRENCES", 100)
    corpus = encode(random_documents(1), workers)
    words = len(corpus.vocabulary)
    matrix = (
        count_cooccurrences(corpus, workers, window_size=WINDOW, symmetric=symmetric)
        .to_scipy()
        .toarray()
    )
    kind = next(name for name, sides in KINDS.items() if sides == (symmetric, directed))
    asked = [words - 1, 0, 7]
    found, edges = contexts_of(corpus.ids, words, asked, workers, kind)
    for word, met in zip(asked, found, strict=True):
        expected = row_in_full(matrix, word, directed)
        total = np.bincount(met.contexts, met.counts, len(expected))
        assert total.tolist() == expected.tolist()
        assert met.occurrences.sum() == corpus.vocabulary.counts[word]
        block = int(met.blocks[len(met.blocks) // 2])
        alone = np.concatenate([[BREAK], corpus.ids[edges[block] + 1 : edges[block + 1]], [BREAK]])
        (here,), _ = contexts_of(alone.astype(np.uint32), words, [word], workers, kind)
        within = met.within(np.arange(len(edges) - 1) == block)
        assert within.contexts.tolist() == here.contexts.tolist()
        assert within.counts.tolist() == here.counts.tolist()
        assert within.occurrences.sum() == here.occurrences.sum()


def test_blocks_are_documents_or_neighbours_of_about_as_many_words():
    ids = np.array([BREAK, 1, 2, BREAK, BREAK, 3, BREAK, 4, 5, 6, BREAK], np.uint32)
    assert block_edges(ids).tolist() == [0, 4, 6, 10]
    assert block_edges(ids, most=2).tolist() == [0, 6, 10]
    assert block_edges(np.array([BREAK, BREAK], np.uint32)).tolist() == [1]


def test_elementary_functions_of_arrays_have_the_kernels_bits():
    numbers = np.concatenate([np.geomspace(2.0**-20, 2.0**43, 2000), [1.0, 0.5, 2.0**0.5]])
    assert log_of_each(numbers).tolist() == [kernels.log(x) for x in numbers.tolist()]
    powers = np.concatenate([np.linspace(-701, 700, 2001), [0.0, -0.25, 0.75]])
    assert exp_of_each(powers).tolist() == [kernels.exp(y) for y in powers.tolist()]


def random_model(corpus, options, workers):
    random, words = np.random.default_rng(3), len(corpus.vocabulary)
    vectors, contexts, left = (random.normal(size=(words, SIZE)) / 2 for _ in range(3))
    biases, left_biases = random.normal(size=(2, words)) / 2
    directed = {"left_context_vectors": left, "left_context_biases": left_biases}
    model = WordVectors(
        corpus.vocabulary.words,
        vectors,
        context_vectors=contexts,
        context_biases=biases,
        counts=corpus.vocabulary.counts,
        **(directed if options.directed else {}),
    )
    matrix = count_cooccurrences(corpus, workers, window_size=WINDOW, symmetric=options.symmetric)
    return model, matrix, freeze_contexts(model, options, matrix, workers)


def options_of(symmetric, directed, **changed):
    sides = {"directed": True} if directed else {"directed": False, "symmetric": symmetric}
    given = GloVe(vector_size=SIZE, window_size=WINDOW, x_max=3.0, **sides, **changed)
    return given.resolved_options()


def test_what_a_row_decays_by_is_what_the_text_settled(workers):
    corpus = encode(random_documents(1), workers)
    options = options_of(False, True)
    model, matrix, frozen = random_model(corpus, options, workers)
    assert frozen.weight_decay == choose_weight_decay(corpus.vocabulary.counts, SIZE) > 0
    model.counts = None
    with pytest.raises(OptionError, match="no counts of its words"):
        freeze_contexts(model, options, matrix, workers)


def test_a_model_with_an_anchor_is_refused(workers):
    corpus = encode(random_documents(1), workers)
    options = options_of(False, True)
    model, matrix, _ = random_model(corpus, options, workers)
    with pytest.raises(OptionError, match="trained with --anchor 2"):
        freeze_contexts(model, replace(options, anchor=2.0), matrix, workers)


@pytest.mark.parametrize("zeros", [None, 0.0], ids=["zeros", "no zeros"])
@each_kind
def test_a_row_is_the_solution_of_its_problem_in_full(workers, symmetric, directed, zeros):
    corpus = encode(random_documents(1), workers)
    options = options_of(symmetric, directed, zeros=zeros, weight_decay=0.02)
    _model, matrix, frozen = random_model(corpus, options, workers)
    kind = next(name for name, sides in KINDS.items() if sides == (symmetric, directed))
    words = len(corpus.vocabulary)
    cells = matrix.to_scipy().toarray()
    in_full = np.hstack([cells, cells.T]) if directed else cells
    zeros_in_full = reference.spread_zeros(in_full > 0, options.zeros)
    contexts = frozen.rows[:, :SIZE].astype(float), frozen.biases.astype(float)
    sampling = options.zero_weight, frozen.log_zero_count
    asked = [0, 7, words - 1]
    found, _ = contexts_of(corpus.ids, words, asked, workers, kind)
    for word, met in zip(asked, found, strict=True):
        expected_matrix, expected_right = reference.row_problem(
            word,
            *contexts,
            in_full[word],
            zeros_in_full[word],
            sampling,
            options.weight_decay,
            options.x_max,
            options.alpha,
        )
        made, right = pose(frozen, met).matrix_and_right()
        np.testing.assert_allclose(made, expected_matrix, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(right, expected_right, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(
            solve(factor(made), right), np.linalg.solve(expected_matrix, expected_right), rtol=1e-6
        )


def total_weight(problem):
    return problem.weights.sum() + problem.zeros - problem.expected_zeros.sum()


@each_kind
def test_an_influence_is_the_step_to_the_row_without_the_block(workers, symmetric, directed):
    """The problem is quadratic: but for the matrix, which is scaled, the step is Newton's."""
    corpus = encode(random_documents(1), workers)
    _, _, frozen = random_model(corpus, options_of(symmetric, directed), workers)
    kind = next(name for name, sides in KINDS.items() if sides == (symmetric, directed))
    (met,), edges = contexts_of(corpus.ids, len(corpus.vocabulary), [4], workers, kind)
    problem = pose(frozen, met)
    matrix, right = problem.matrix_and_right()
    factors = factor(matrix)
    row = solve(factors, right)
    influences = find_influences(problem, met, factors, row)
    assert len(influences.blocks) > 100
    exact = []
    for block, change in zip(influences.blocks.tolist(), influences.changes, strict=True):
        rest = met.within(np.arange(len(edges) - 1) != block)
        without = pose(frozen, rest)
        matrix_without, right_without = without.matrix_and_right()
        step = np.linalg.solve(matrix, right_without - matrix_without @ row)
        step *= total_weight(problem) / total_weight(without)
        np.testing.assert_allclose(change, step, atol=2e-5 * np.abs(influences.changes).max())
        exact.append(np.linalg.solve(matrix_without, right_without) - row)
    off = np.linalg.norm(influences.changes - exact) / np.linalg.norm(exact)
    assert off < 0.15


def test_a_word_of_one_block_or_none_makes_no_trouble(workers):
    corpus = encode([[1, 2, 3], [1, 3, 2], [2, 1], [4], [1, 5]], workers)
    _, _, frozen = random_model(corpus, options_of(False, True), workers)
    words = corpus.vocabulary.words
    asked = [words.index("4"), words.index("5")]
    for met in contexts_of(corpus.ids, len(words), asked, workers, "directed")[0]:
        problem = pose(frozen, met)
        matrix, right = problem.matrix_and_right()
        factors = factor(matrix)
        row = solve(factors, right)
        assert np.isfinite(find_influences(problem, met, factors, row).changes).all()
