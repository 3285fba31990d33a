"""Rows solved: against the problem written out in full, and what the solving depends on."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from reference import least_squares as reference
from small_problems import KINDS, build, full_cells, negatives_of_epoch, random_matrix, start
from support import DATA

from glove_ada.cooccurrence.segments import count_cooccurrences
from glove_ada.corpus.encoding import encode_corpus
from glove_ada.corpus.sources import FileSource
from glove_ada.system.threads import Workers
from glove_ada.training.anchor import anchor_words
from glove_ada.training.least_squares import cholesky
from glove_ada.training.least_squares.conjugate_gradients import improve_rows, passes_of
from glove_ada.training.least_squares.exact import normal_equations, solve_rows
from glove_ada.training.least_squares.expected_zeros import expect_zeros, spread_zeros
from glove_ada.training.least_squares.facing import row_of_each
from glove_ada.training.least_squares.problem import pose_problem
from glove_ada.training.loop import train_epochs
from glove_ada.training.negatives import NegativeSampler, Sampling
from glove_ada.training.parameters import StartVectors
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
WHICH = {
    "words": ("symmetric", 0),
    "contexts": ("symmetric", 1),
    "to the right": ("to the right", 0),
    "from the left": ("to the right", 1),
    "directed": ("directed", 0),
    "both contexts": ("directed", 1),
}
which = pytest.mark.parametrize(("kind", "side"), WHICH.values(), ids=WHICH)


GIVEN = StartVectors(
    np.random.default_rng(2).normal(size=(WORDS, SIZE)).astype(np.float32),
    np.arange(WORDS) % 3 > 0,
)


def sampling(kind, ratio=RATIO):
    return Sampling(ratio, TARGET, WEIGHT, KINDS[kind][0]) if ratio else None


def random_parameters(grid, workers, rule="component"):
    """Return parameters with vectors and biases of some length."""
    parameters = start(grid, RULES[rule], workers, vector_size=SIZE)
    random = np.random.default_rng(1)
    for side, rows in enumerate((parameters.words, parameters.contexts)):
        rows[:, :SIZE] = random.normal(size=(len(rows), SIZE)) / 2
        rows[:, parameters.layout.bias(side)] = random.normal(size=len(rows)) / 2
    return parameters


def pose(
    workers,
    *,
    kind="symmetric",
    side=0,
    ratio=RATIO,
    decay=DECAY,
    rule="component",
    density=0.3,
    spread=False,
    anchor=0.0,
    **options,
):
    symmetric, directed = KINDS[kind]
    matrix = random_matrix(WORDS, symmetric, density)
    grid = build(matrix, GROUPS, workers, directed=directed, **options)
    drawn = sampling(kind, ratio)
    zeros = (
        spread_zeros(grid, drawn, workers) if spread else expect_zeros(grid, COUNTS, drawn, workers)
    )
    parameters = random_parameters(grid, workers, rule)
    held = anchor_words(GIVEN, grid.grouping, anchor) if anchor else None
    return pose_problem(
        parameters, grid, zeros, workers, weight_decay=decay, side=side, anchor=held
    )


def improved(problem, steps, workers):
    """Return each vector with its bias behind it, in the order of the vocabulary."""
    rows = improve_rows(problem, steps, workers)
    return rows[row_of_each(problem.tiles, problem.side), : SIZE + 1]


def matrix_in_full(kind):
    """Return all counts of words and their contexts, those to the left behind the others."""
    symmetric, directed = KINDS[kind]
    matrix = np.zeros((WORDS, WORDS * (2 if directed else 1)))
    for pair, count in full_cells(random_matrix(WORDS, symmetric), directed).items():
        matrix[pair] = count
    return matrix


def zeros_in_full(kind, cells, grouping, counts=COUNTS, ratio=RATIO):
    """Return how often each pair is drawn in an epoch, before those that meet are dropped."""
    if kind == "directed":
        halves = cells[:, : len(cells)], cells[:, len(cells) :].T
        right, left = (zeros_in_full("to the right", h, grouping, counts, ratio) for h in halves)
        return np.hstack([right, left.T])
    return reference.pair_zeros(counts, cells, kind == "symmetric", ratio, grouping)


def told_of(problem, side):
    """Return the vectors and biases of the side that is held fixed."""
    parameters = problem.parameters
    sides = [(parameters.vectors(1 - side), parameters.biases(1 - side))]
    if side == 0 and parameters.directed:
        sides.append((parameters.vectors(1, left=True), parameters.biases(1, left=True)))
    return tuple(np.concatenate(parts).astype(float) for parts in zip(*sides, strict=True))


def equations_in_full(problem, kind, side, ratio=RATIO, spread=False):
    """Return A and b of every row, the problem's own other side held fixed."""
    matrix = matrix_in_full(kind)
    zeros = zeros_in_full(kind, matrix > 0, problem.tiles.grouping, ratio=ratio)
    if spread:
        zeros = reference.spread_zeros(matrix > 0, ratio)
    told = told_of(problem, side)
    if side == 1:
        matrix, zeros = matrix.T, zeros.T
    return [
        reference.row_problem(row, *told, met, drawn, (WEIGHT, TARGET), DECAY, 10.0, 0.75)
        for row, (met, drawn) in enumerate(zip(matrix, zeros, strict=True))
    ]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("ratio", "spread"), [(RATIO, False), (RATIO, True), (0, False)], ids=["drawn", "spread", "no"]
)
@which
def test_every_row_is_the_solution_of_its_problem_in_full(workers, kind, side, ratio, spread, rule):
    problem = pose(workers, kind=kind, side=side, ratio=ratio, spread=spread, rule=rule)
    in_full = equations_in_full(problem, kind, side, ratio, spread)
    solved = solve_rows(problem, range(len(in_full)))
    for word, (matrix, right) in enumerate(in_full):
        expected = np.linalg.solve(matrix, right)
        error = np.linalg.norm(solved[word] - expected) / np.linalg.norm(expected)
        assert error < 1e-4, word


@pytest.mark.parametrize("kind", KINDS)
def test_an_anchor_pulls_words_towards_given_vectors(workers, kind):
    problem = pose(workers, kind=kind, anchor=0.7)
    solved = solve_rows(problem, range(WORDS))
    for word, (matrix, right) in enumerate(equations_in_full(problem, kind, 0)):
        if GIVEN.known[word]:
            matrix[np.diag_indices(SIZE)] += 0.7
            right[:SIZE] += 0.7 * GIVEN.vectors[word]
        expected = np.linalg.solve(matrix, right)
        assert np.linalg.norm(solved[word] - expected) < 1e-4 * np.linalg.norm(expected), word
    stepped = improved(problem, SIZE + 3, workers)
    assert np.linalg.norm(stepped - solved) < 1e-4 * np.linalg.norm(solved)


@which
def test_the_cost_is_level_at_the_solution(workers, kind, side):
    """Its slopes by finite differences, beside those a little way off."""
    problem = pose(workers, kind=kind, side=side)
    matrix = matrix_in_full(kind)
    zeros = zeros_in_full(kind, matrix > 0, problem.tiles.grouping)
    if side == 1:
        matrix, zeros = matrix.T, zeros.T
    solved = solve_rows(problem, range(len(matrix)))
    others, biases = told_of(problem, side)

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

    for word in range(len(matrix)):
        at, beside = slopes(word, solved[word]), slopes(word, solved[word] + 0.1)
        assert np.abs(at).max() < 1e-3 * np.abs(beside).max()


@which
def test_steps_of_conjugate_gradients_lead_to_the_solution(workers, kind, side):
    problem = pose(workers, kind=kind, side=side)
    both = WORDS * (2 if kind == "directed" and side == 1 else 1)
    solution = solve_rows(problem, range(both))
    errors = []
    for steps in (0, 1, 3, SIZE + 3):
        rows = improved(problem, steps, workers)
        errors.append(np.linalg.norm(rows - solution) / np.linalg.norm(solution))
    as_they_were = improved(problem, 0, workers)[:WORDS, :SIZE]
    np.testing.assert_array_equal(as_they_were, problem.parameters.vectors(side))
    assert errors[0] > 2 * errors[1] > 4 * errors[2]
    assert errors[3] < 1e-4


def test_two_steps_take_as_many_passes_as_one_and_lead_further(workers, monkeypatch):
    problem, passes = pose(workers), []
    solution, add = solve_rows(problem, range(WORDS)), type(problem).add_gradients
    monkeypatch.setattr(
        type(problem), "add_gradients", lambda *args, **told: passes.append(add(*args, **told))
    )
    errors, of_steps = [], []
    for steps in (1, 2, 3):
        errors.append(np.linalg.norm(improved(problem, steps, workers) - solution))
        of_steps.append(len(passes) / GROUPS)
        passes.clear()
    assert of_steps == [passes_of(steps) for steps in (1, 2, 3)] == [2, 2, 3]
    assert errors[0] > 1.2 * errors[1] > 1.4 * errors[2]


def test_frequent_rows_alone_do_for_the_preconditioner(workers, monkeypatch):
    of_all = pose(workers)
    monkeypatch.setattr("glove_ada.training.least_squares.problem._FREQUENT_FOR_ONE", 1)
    problem = pose(workers)
    assert (problem.preconditioner != of_all.preconditioner).any()
    solution = solve_rows(problem, range(WORDS))
    rows = improved(problem, SIZE + 4, workers)
    assert np.linalg.norm(rows - solution) < 1e-4 * np.linalg.norm(solution)


@pytest.mark.parametrize("kind", KINDS)
def test_draws_are_those_expected(workers, kind):
    """Summed over classes, as single pairs depend on how words were dealt to groups."""
    words, epochs = 480, 10
    symmetric, directed = KINDS[kind]
    matrix = random_matrix(words, symmetric, density=0.1)
    grid = build(matrix, 2, workers, directed=directed)
    counts = 10**6 // np.arange(20, words + 20)
    cells = np.zeros((words, words * (1 + directed)), bool)
    cells[tuple(np.array(list(full_cells(matrix, directed))).T)] = True
    expected = zeros_in_full(kind, cells, grid.grouping, counts)
    drawn = np.zeros(cells.shape)
    sampler = NegativeSampler(grid.grouping, counts, sampling(kind), seed=1)
    for epoch in range(epochs):
        pairs = np.array(negatives_of_epoch(grid, sampler, epoch))
        np.add.at(drawn, tuple(pairs.T), 1 / epochs)
    expected[cells] = 0
    for first in range(0, expected.shape[1], words):
        np.fill_diagonal(expected[:, first : first + words], 0)

    def summed(pairs):
        edges = np.array([0, words >> 4, words >> 2])
        columns = np.concatenate([first + edges for first in range(0, pairs.shape[1], words)])
        return np.add.reduceat(np.add.reduceat(pairs, edges, axis=0), columns, axis=1)

    np.testing.assert_allclose(summed(drawn), summed(expected), rtol=0.1)
    assert drawn.sum() == pytest.approx(expected.sum(), rel=0.02)


def test_what_is_expected_of_each_pair(workers):
    grid = build(random_matrix(WORDS, True), GROUPS, workers)
    zeros = expect_zeros(grid, COUNTS, sampling("symmetric"), workers)
    expected = reference.pair_zeros(
        COUNTS, matrix_in_full("symmetric") > 0, True, RATIO, grid.grouping
    )
    table = zeros.sides[0][grid.grouping.row_of_word]
    for i in range(WORDS):
        for j in range(i + 1, WORDS):
            pair = reference.expected_zeros(table[i], table[j]) / WEIGHT
            assert pair == pytest.approx(expected[i, j], rel=1e-4), (i, j)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_bytes_for_any_threads_and_from_the_disk(workers, tmp_path, kind):
    with Workers(1) as one:
        expected = improve_rows(pose(one, kind=kind), 3, one)
    for room in (None, TilingRoom(200, tmp_path)):
        problem = pose(workers, kind=kind, room=room)
        assert problem.tiles.on_disk == (room is not None)
        assert improve_rows(problem, 3, workers).tobytes() == expected.tobytes()
        assert normal_equations(problem, [3]).matrices.tobytes()


def test_a_word_that_meets_none_stays_as_it_was(workers):
    matrix = random_matrix(WORDS, False)
    matrix.counts[:] = 1
    grid = build(matrix, GROUPS, workers)
    problem = pose(workers, kind="to the right")
    problem.nonzeros[grid.grouping.row_of_word[5]] = 0
    trained = problem.parameters.vectors(0)[5]
    np.testing.assert_array_equal(improved(problem, 3, workers)[5, :SIZE], trained)
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
    assert np.isfinite(improve_rows(problem, 20, workers)).all()
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
    zeros = spread_zeros(grid, sampling("symmetric"), workers)
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
