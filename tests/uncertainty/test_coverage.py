"""Texts of documents drawn at random: standard errors are what cosines vary by."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from glove_ada.kernels.definitions import BREAK
from glove_ada.run.uncertainty.influences import Influences, find_influences
from glove_ada.run.uncertainty.row_problem import factor, pose, solve
from glove_ada.run.uncertainty.uncertainty import Uncertainty
from glove_ada.run.uncertainty.word_contexts import block_edges, find_contexts

TEXTS, RANKS = 40, [20, 35, 50, 65, 80, 100]


def documents_of(ids):
    breaks = np.flatnonzero(ids == BREAK)
    return [part for part in np.split(ids, breaks + 1)[1:] if len(part) > 1]


def test_standard_errors_are_the_deviations_of_cosines(trained_text, workers):
    documents, text = documents_of(trained_text.ids), trained_text
    words = [text.vectors.index_to_key[rank] for rank in RANKS]
    random = np.random.default_rng(0)
    found = []
    for _ in range(TEXTS):
        drawn = random.integers(len(documents), size=len(documents))
        ids = np.concatenate([[BREAK], *(documents[place] for place in drawn)]).astype(np.uint32)
        edges = block_edges(ids)
        contexts = find_contexts(ids, len(text.vectors), RANKS, edges, text.sides, workers)
        means, influences = [], []
        for number, met in zip(RANKS, contexts, strict=True):
            problem = pose(text.frozen, met)
            matrix, right = problem.matrix_and_right()
            factors = factor(matrix)
            row = solve(factors, right)
            on_row = find_influences(problem, met, factors, row)
            changes = text.given.changes(np.ascontiguousarray(on_row.changes[:, :-1]))
            influences.append(Influences(on_row.blocks, changes))
            means.append(text.given.of(number, row[None, :-1])[0])
        sure = Uncertainty(words, np.array(means), influences, len(edges) - 1)
        found.append([sure.cosine(*pair) for pair in itertools.combinations(words, 2)])
    values = np.array([[each.value for each in of_text] for of_text in found])
    errors = np.array([[each.standard_error for each in of_text] for of_text in found])
    assert np.sqrt((errors**2).mean() / values.var(axis=0, ddof=1).mean()) == pytest.approx(
        1, abs=0.25
    )
    held = np.abs(values - values.mean(axis=0)) < 1.96 * errors
    assert 0.88 < held.mean() <= 0.995
