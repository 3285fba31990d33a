"""Rows solved: against the problem written out in full, and what the solving depends on."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from reference import least_squares as reference
from small_problems import build, full_cells, negatives_of_epoch, random_matrix, start
from support import DATA

from glove_ada.cooccurrence.segments import count_cooccurrences
from glove_ada.corpus.encoding import encode_corpus
from glove_ada.corpus.sources import FileSource
from glove_ada.system.threads import Workers
from glove_ada.training.least_squares import cholesky
from glove_ada.training.least_squares.conjugate_gradients import improve_rows
from glove_ada.training.least_squares.exact import normal_equations, solve_rows
from glove_ada.training.least_squares.expected_zeros import expect_zeros, spread_zeros
from glove_ada.training.least_squares.problem import pose_problem
from glove_ada.training.loop import train_epochs
from glove_ada.training.negatives import NegativeSampler, Sampling
from glove_ada.training.rules.adagrad import adagrad_rule
from glove_ada.training.rules.adagrad_row import adagrad_row_rule
from glove_ada.training.schedule import choose_groups
from glove_ada.training.state import TrainingState
from glove_ada.training.tiles import deal_words
from glove_ada.training.tiling import TilingRoom, build_tiles

WORDS, SIZE, GROUPS = 60, 6, 4
RATIO, WEIGHT, TARGET, DECAY = 1.3, 0.2, -1.5, 0.02
COUNTS = np.arange(WORDS, 0, -1) ** 2
OPTIONS = {"eta": 0.2, "eps": 0.0, "initial_accumulator": 1.0, "weight_decay": DECAY}
RULES = {
    "component": adagrad_rule(**OPTIONS, grad_clip=1.0),
    "row": adagrad_row_rule(**OPTIONS, vector_size=SIZE),
}
WHICH = [(True, 0), (True, 1), (False, 0), (False, 1)]
which = pytest.mark.parametrize(
    ("symmetric", "side"), WHICH, ids=["words", "contexts", "to the right", "from the left"]
)


def sampling(symmetric, ratio=RATIO):
    return Sampling(ratio, TARGET, WEIGHT, symmetric) if ratio else None


def random_parameters(grid, workers, rule="component"):
    """Return parameters with vectors and biases of some length."""
    parameters = start(grid, RULES[rule], workers, vector_size=SIZE)
    random = np.random.default_rng(1)
    for side, rows in enumerate((parameters.words, parameters.contexts)):
        rows[:, :SIZE] = random.normal(size=(WORDS, SIZE)) / 2
        rows[:, parameters.layout.bias(side)] = random.normal(size=WORDS) / 2
    return parameters


def pose(
    workers,
    *,
    symmetric=True,
    side=0,
    ratio=RATIO,
    decay=DECAY,
    rule="component",
    density=0.3,
    spread=False,
    **options,
):
    grid = build(random_matrix(WORDS, symmetric, density), GROUPS, workers, **options)
    drawn = sampling(symmetric, ratio)
    zeros = (
        spread_zeros(grid, drawn, workers) if spread else expect_zeros(grid, COUNTS, drawn, workers)
    )
    parameters = random_parameters(grid, workers, rule)
    return pose_problem(parameters, grid, zeros, workers, weight_decay=decay, side=side)


def matrix_in_full(symmetric):
    matrix = np.zeros((WORDS, WORDS))
    for pair, count in full_cells(random_matrix(WORDS, symmetric)).items():
        matrix[pair] = count
    return matrix


def equations_in_full(problem, symmetric, side, ratio=RATIO, spread=False):
    """Return A and b of every word, and the problem's own contexts and their biases."""
    matrix = matrix_in_full(symmetric)
    zeros = reference.pair_zeros(COUNTS, matrix > 0, symmetric, ratio, problem.tiles.grouping)
    if spread:
        zeros = reference.spread_zeros(matrix > 0, ratio)
    others, biases = problem.parameters.vectors(1 - side), problem.parameters.biases(1 - side)
    told = (others.astype(float), biases.astype(float))
    if side == 1:
        matrix, zeros = matrix.T, zeros.T
    return [
        reference.row_problem(
            word, *told, matrix[word], zeros[word], (WEIGHT, TARGET), DECAY, 10.0, 0.75
        )
        for word in range(WORDS)
    ]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("ratio", "spread"), [(RATIO, False), (RATIO, True), (0, False)], ids=["drawn", "spread", "no"]
)
@which
def test_every_row_is_the_solution_of_its_problem_in_full(
    workers, symmetric, side, ratio, spread, rule
):
    problem = pose(workers, symmetric=symmetric, side=side, ratio=ratio, spread=spread, rule=rule)
    solved = solve_rows(problem, range(WORDS))
    in_full = equations_in_full(problem, symmetric, side, ratio, spread)
    for word, (matrix, right) in enumerate(in_full):
        expected = np.linalg.solve(matrix, right)
        error = np.linalg.norm(solved[word] - expected) / np.linalg.norm(expected)
        assert error < 1e-4, word


@which
def test_the_cost_is_level_at_the_solution(workers, symmetric, side):
    """Its slopes by finite differences, beside those a little way off."""
    problem = pose(workers, symmetric=symmetric, side=side)
    solved = solve_rows(problem, range(WORDS))
    matrix = matrix_in_full(symmetric)
    zeros = reference.pair_zeros(COUNTS, matrix > 0, symmetric, RATIO, problem.tiles.grouping)
    if side == 1:
        matrix, zeros = matrix.T, zeros.T
    others = problem.parameters.vectors(1 - side).astype(float)
    biases = problem.parameters.biases(1 - side).astype(float)

    def cost(word, row):
        met = matrix[word] > 0
        products = others @ row[:SIZE] + row[SIZE] + biases
        weights = np.minimum(1, matrix[word] / 10.0) ** 0.75
        total = (weights * (products - np.log(np.where(met, matrix[word], 1))) ** 2)[met].sum()
        total += WEIGHT * (zeros[word] * (products - TARGET) ** 2)[~met].sum()
        updates = met.sum() + zeros[word][~met].sum()
        return total + DECAY * updates * (row[:SIZE] ** 2).sum()

    def slopes(word, row):
        steps = np.eye(SIZE + 1) * 1e-5
        return np.array([cost(word, row + step) - cost(word, row - step) for step in steps]) / 2e-5

    for word in range(WORDS):
        at, beside = slopes(word, solved[word]), slopes(word, solved[word] + 0.1)
        assert np.abs(at).max() < 1e-3 * np.abs(beside).max()


@which
def test_steps_of_conjugate_gradients_lead_to_the_solution(workers, symmetric, side):
    problem = pose(workers, symmetric=symmetric, side=side)
    solution = solve_rows(problem, range(WORDS))
    errors = []
    for steps in (0, 1, 3, SIZE + 3):
        improved = improve_rows(problem, steps, workers)
        rows = np.hstack([improved.vectors, improved.biases[:, None]])
        errors.append(np.linalg.norm(rows - solution) / np.linalg.norm(solution))
    np.testing.assert_array_equal(
        improve_rows(problem, 0, workers).vectors, problem.parameters.vectors(side)
    )
    assert errors[0] > 2 * errors[1] > 4 * errors[2]
    assert errors[3] < 1e-4


@pytest.mark.parametrize("symmetric", [True, False])
def test_draws_are_those_expected(workers, symmetric):
    """Summed over classes, as single pairs depend on how words were dealt to groups."""
    words, epochs = 480, 10
    matrix = random_matrix(words, symmetric, density=0.1)
    grid = build(matrix, 2, workers)
    counts = 10**6 // np.arange(20, words + 20)
    cells = np.zeros((words, words), bool)
    cells[tuple(np.array(list(full_cells(matrix))).T)] = True
    expected = reference.pair_zeros(counts, cells, symmetric, RATIO, grid.grouping)
    drawn = np.zeros((words, words))
    sampler = NegativeSampler(grid.grouping, counts, sampling(symmetric), seed=1)
    for epoch in range(epochs):
        pairs = np.array(negatives_of_epoch(grid, sampler, epoch))
        np.add.at(drawn, tuple(pairs.T), 1 / epochs)
    expected[cells] = 0
    np.fill_diagonal(expected, 0)

    def summed(pairs):
        edges = [0, words >> 4, words >> 2]
        return np.add.reduceat(np.add.reduceat(pairs, edges, axis=0), edges, axis=1)

    np.testing.assert_allclose(summed(drawn), summed(expected), rtol=0.1)
    assert drawn.sum() == pytest.approx(expected.sum(), rel=0.02)


def test_what_is_expected_of_each_pair(workers):
    grid = build(random_matrix(WORDS, True), GROUPS, workers)
    zeros = expect_zeros(grid, COUNTS, sampling(True), workers)
    expected = reference.pair_zeros(COUNTS, matrix_in_full(True) > 0, True, RATIO, grid.grouping)
    table = zeros.sides[0][grid.grouping.row_of_word]
    for i in range(WORDS):
        for j in range(i + 1, WORDS):
            pair = reference.expected_zeros(table[i], table[j]) / WEIGHT
            assert pair == pytest.approx(expected[i, j], rel=1e-4), (i, j)


@pytest.mark.parametrize("symmetric", [True, False])
def test_the_same_bytes_for_any_threads_and_from_the_disk(workers, tmp_path, symmetric):
    with Workers(1) as one:
        expected = improve_rows(pose(one, symmetric=symmetric), 3, one)
    for room in (None, TilingRoom(200, tmp_path)):
        problem = pose(workers, symmetric=symmetric, room=room)
        assert problem.tiles.on_disk == (room is not None)
        improved = improve_rows(problem, 3, workers)
        assert improved.vectors.tobytes() == expected.vectors.tobytes()
        assert improved.biases.tobytes() == expected.biases.tobytes()
        assert normal_equations(problem, [3]).matrices.tobytes()


def test_a_word_that_meets_none_stays_as_it_was(workers):
    matrix = random_matrix(WORDS, False)
    matrix.counts[:] = 1
    grid = build(matrix, GROUPS, workers)
    problem = pose(workers, symmetric=False)
    problem.nonzeros[grid.grouping.row_of_word[5]] = 0
    trained = problem.parameters.vectors(0)[5]
    np.testing.assert_array_equal(improve_rows(problem, 3, workers).vectors[5], trained)
    np.testing.assert_array_equal(solve_rows(problem, [5])[0, :SIZE], trained)


def test_a_singular_problem_is_solved_with_the_least_decay_and_said_once(workers):
    problem = pose(workers, ratio=0, decay=0.0, density=0.02)
    few = np.flatnonzero(problem.nonzeros[problem.tiles.grouping.row_of_word] < SIZE).tolist()
    with pytest.warns(UserWarning, match="words meet too few contexts") as warned:
        solved = solve_rows(problem, few)
    assert len(warned) == 1
    matrices, right = normal_equations(problem, few)
    residuals = (matrices @ solved[..., None])[..., 0] - right
    assert np.abs(residuals).max() < 1e-4 * np.abs(right).max()
    assert np.isfinite(improve_rows(problem, 20, workers).vectors).all()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        solve_rows(pose(workers), range(WORDS))


def test_cholesky_solves_many_systems_at_once():
    random = np.random.default_rng(0)
    halves = random.normal(size=(5, 9, 9))
    matrices = halves @ halves.swapaxes(1, 2) + np.eye(9)
    factors = cholesky.factor(matrices)
    np.testing.assert_allclose(factors, np.linalg.cholesky(matrices), atol=1e-12)
    right = random.normal(size=(5, 9, 2))
    np.testing.assert_allclose(
        cholesky.solve(factors, right), np.linalg.solve(matrices, right), atol=1e-10
    )
    assert np.isnan(cholesky.factor(-np.eye(3))).any()


@pytest.mark.slow
def test_every_row_of_the_sample_is_solved(workers):
    encoded = encode_corpus(FileSource([DATA / "sample.txt"]), workers)
    counted = count_cooccurrences(encoded, workers, window_size=10)
    words, alpha, x_max = counted.words, 0.75, 5.0
    grid = build_tiles(
        counted, deal_words(words, choose_groups(words)), workers, x_max=x_max, alpha=alpha
    )
    parameters = start(grid, RULES["row"], workers, vector_size=50)
    train_epochs(TrainingState(parameters), grid, RULES["row"], workers, epochs=2, seed=1)
    zeros = spread_zeros(grid, sampling(True), workers)
    problem = pose_problem(parameters, grid, zeros, workers, weight_decay=DECAY)
    solved = solve_rows(problem, range(words))

    matrix = np.zeros((words, words))
    rows = np.repeat(np.arange(words), np.diff(counted.row_starts))
    matrix[rows, counted.columns] = matrix[counted.columns, rows] = counted.counts
    expected_zeros = reference.spread_zeros(matrix > 0, RATIO)
    others, biases = (side(1).astype(float) for side in (parameters.vectors, parameters.biases))
    for word in range(words):
        of_word = matrix[word], expected_zeros[word], (WEIGHT, TARGET), DECAY, x_max, alpha
        expected = np.linalg.solve(*reference.row_problem(word, others, biases, *of_word))
        error = np.linalg.norm(solved[word] - expected) / np.linalg.norm(expected)
        assert error < 1e-4, word
