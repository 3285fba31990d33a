"""`scripts/full_matrix_adagrad.py` against what its formulas say, and its diagonal against ours."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from small_problems import PLAIN
from support import DATA

from glove_ada import kernels
from glove_ada.kernels.definitions import NONZERO
from glove_ada.training.parameters import aligned_zeros
from glove_ada.training.rules.adagrad import adagrad_rule
from glove_ada.training.tile_task import spread_rule

SIZE, ETA, START, EPS, DECAY = 3, 0.2, 0.1, 0.01, 0.05


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(DATA.parent / "scripts"))
    yield pytest.importorskip("full_matrix_adagrad")
    del sys.modules["full_matrix_adagrad"]


@pytest.fixture
def problem(script):
    """Vectors and biases of two words and two contexts, and thirty nonzeros of them."""
    random = np.random.default_rng(0)
    vectors = random.normal(size=(2, 2, SIZE)).astype(np.float32)
    biases = random.normal(size=(2, 2)).astype(np.float32)
    words, contexts = random.integers(2, size=(2, 30))
    log_counts, weights = random.normal(size=30), random.uniform(0.1, 1, size=30)
    return vectors, biases, script.Cells(words, contexts, log_counts, weights)


def train(script, problem, kind):
    """Return both sides after training cell by cell."""
    vectors, biases, cells = problem
    sides = tuple(script.Side(vectors[side], biases[side], kind, START, EPS) for side in (0, 1))
    batches = [cells.at(np.array([place])) for place in range(len(cells.words))]
    script.train_epoch(sides, batches, ETA, DECAY)
    return sides


def test_two_rows_against_a_direct_computation(script, problem):
    linalg = pytest.importorskip("scipy.linalg")
    vectors, biases, cells = problem
    values, biases = vectors.astype(float), biases.astype(float)
    sums = np.array([[START * np.eye(SIZE)] * 2] * 2)
    bias_sums = np.full((2, 2), START)
    for i, j, log_count, weight in zip(
        cells.words, cells.contexts, cells.log_counts, cells.weights, strict=True
    ):
        w, c = values[0, i].copy(), values[1, j].copy()
        g = weight * (w @ c + biases[0, i] + biases[1, j] - log_count)
        for side, row, own, other in ((0, i, w, c), (1, j, c, w)):
            gradient = g * other + DECAY * own
            sums[side, row] += np.outer(gradient, gradient)
            root = linalg.sqrtm(sums[side, row]) + EPS * np.eye(SIZE)
            values[side, row] -= ETA * np.linalg.inv(root) @ gradient
            bias_sums[side, row] += g**2
            biases[side, row] -= ETA * g / (np.sqrt(bias_sums[side, row]) + EPS)

    for side, trained in enumerate(train(script, problem, script.FullMatrix)):
        np.testing.assert_allclose(trained.vectors, values[side], rtol=1e-9)
        np.testing.assert_allclose(trained.biases, biases[side], rtol=1e-9)


def test_its_diagonal_is_the_trainer_s_rule(script, problem):
    vectors, biases, cells = problem
    rule = adagrad_rule(
        **PLAIN | {"eta": ETA, "initial_accumulator": START, "eps": EPS, "weight_decay": DECAY}
    )
    layout = rule.layout(SIZE)
    rows = [aligned_zeros(2, layout.row_floats) for _ in range(2)]
    for side in (0, 1):
        rows[side][:, :SIZE], rows[side][:, layout.bias(side)] = vectors[side], biases[side]
        layout.start(rows[side], side, vector_accumulator=START, bias_accumulator=START)
    nonzeros = np.zeros(len(cells.words), NONZERO)
    for name, values in (
        ("row", cells.words), ("column", cells.contexts),
        ("log_count", cells.log_counts), ("weight", cells.weights),
    ):  # fmt: skip
        nonzeros[name] = values
    told = spread_rule(rule, layout)
    kernels.train_nonzeros(
        nonzeros, 0, len(nonzeros), rows[0], 0, rows[1], 0, told.number,
        *told.rates, told.decay, told.constants,
    )  # fmt: skip
    for side, trained in enumerate(train(script, problem, script.Diagonal)):
        np.testing.assert_allclose(trained.vectors, rows[side][:, :SIZE], rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(
            trained.biases, rows[side][:, layout.bias(side)], rtol=1e-4, atol=1e-6
        )


def test_a_batch_shares_no_row_and_an_epoch_has_every_cell(script):
    words, contexts = (places.ravel() for places in np.indices((9, 9)))
    cells = script.Cells(words, contexts, np.zeros(81), np.ones(81))
    batches = list(cells.batches(1, 0))
    assert len(batches) == 16  # 9 words, and room for 16
    trained = []
    for batch in batches:
        assert len(set(batch.words.tolist())) == len(set(batch.contexts.tolist()))
        assert len(set(batch.words.tolist())) == len(batch.words)
        trained += zip(batch.words.tolist(), batch.contexts.tolist(), strict=True)
    assert sorted(trained) == [(i, j) for i in range(9) for j in range(9)]
