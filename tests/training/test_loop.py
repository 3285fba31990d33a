"""The training loop against the reference, and how it ends and goes on."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from reference import rules as reference
from small_problems import PLAIN, build, each_kind, random_matrix, start, words_trained

from glove_ada.errors import DivergenceError
from glove_ada.system.threads import Workers
from glove_ada.training.loop import train_epochs
from glove_ada.training.negatives import NegativeSampler, Sampling, Scratch
from glove_ada.training.randomness import random_bits
from glove_ada.training.rules.adagrad import adagrad_rule
from glove_ada.training.rules.adagrad_da import adagrad_da_rule
from glove_ada.training.rules.adagrad_norm import adagrad_norm_rule
from glove_ada.training.rules.adagrad_row import adagrad_row_rule
from glove_ada.training.rules.moving_averages.adam import adam_rule
from glove_ada.training.rules.sgd import sgd_rule
from glove_ada.training.rules.stanford import stanford_rule
from glove_ada.training.state import TrainingState


def train(grid, rule, workers, *, epochs=2, seed=1, vector_size=6, **options):
    """Return parameters and the costs of epochs."""
    parameters = start(grid, rule, workers, seed=seed, vector_size=vector_size)
    state = TrainingState(parameters)
    train_epochs(state, grid, rule, workers, epochs=epochs, seed=seed, **options)
    return parameters, state.costs


def tile_order(groups, seed, epoch):
    """Return the tiles of an epoch, round by round."""
    first = int(random_bits(seed, 4, epoch)) % groups
    return [(p, p ^ first ^ step) for step in range(groups) for p in range(groups)]


@each_kind
@pytest.mark.parametrize(
    "rule",
    [
        adagrad_rule(**PLAIN),
        adagrad_rule(**PLAIN | {"weight_decay": 0.01, "eps": 0.1, "grad_clip": 0.1}),
        stanford_rule(eta=0.05, grad_clip=100.0),
        adagrad_row_rule(
            vector_size=6, eta=0.2, eps=0.1, initial_accumulator=1.0, weight_decay=0.01
        ),
        sgd_rule(eta=0.05, weight_decay=0.01, grad_clip=math.inf),
        adam_rule(eta=0.01, beta1=0.9, beta2=0.99, eps=1e-4, weight_decay=0.01, grad_clip=math.inf),
        adagrad_da_rule(**PLAIN, l1=0.001),
    ],
    ids=["adagrad", "decay, eps, clip", "stanford", "row-wise", "sgd", "adam", "dual averaging"],
)
@pytest.mark.parametrize("eta_decay", [0, 0.3])
def test_epochs_against_the_reference(workers, rule, symmetric, directed, eta_decay):
    rule = replace(rule, eta_decay=eta_decay)
    grid = build(random_matrix(30, symmetric), 4, workers, directed=directed)
    parameters, costs = train(grid, rule, workers)

    expected = start(grid, rule, workers)
    for epoch, cost in enumerate(costs):
        program = reference.TileProgram(expected, grid.grouping, rule, epoch)
        total = []
        for p, q in tile_order(grid.groups, 1, epoch):
            nonzeros = grid.nonzeros_of(p, q)
            stored, _ = program.train(nonzeros.stored, 0, p, q)
            mirrored, _ = program.train(nonzeros.mirrored, 1, q, p)
            total.append(stored + mirrored)
        assert cost == (math.fsum(total) / grid.nonzeros_per_epoch, 0, 0)
    assert parameters.words.tobytes() == expected.words.tobytes()
    assert parameters.contexts.tobytes() == expected.contexts.tobytes()


@each_kind
def test_the_accumulator_of_a_side_is_read_when_a_round_begins(workers, symmetric, directed):
    rule = adagrad_norm_rule(vector_size=6, eta=0.2, initial_accumulator=0.1, weight_decay=0.01)
    grid = build(random_matrix(30, symmetric), 4, workers, directed=directed)
    parameters, _ = train(grid, rule, workers, epochs=1)

    expected = start(grid, rule, workers)
    program = reference.TileProgram(expected, grid.grouping, rule, 0)
    tiles = tile_order(grid.groups, 1, 0)
    for first in range(0, len(tiles), grid.groups):
        sides = expected.words, expected.contexts
        means = [side[:, -4:-2].mean(axis=0, dtype=float) for side in sides]
        program.rates = [
            expected.layout.mask(*0.2 / np.sqrt(mean), side) for side, mean in enumerate(means)
        ]
        for p, q in tiles[first : first + grid.groups]:
            nonzeros = grid.nonzeros_of(p, q)
            program.train(nonzeros.stored, 0, p, q)
            program.train(nonzeros.mirrored, 1, q, p)
    np.testing.assert_allclose(parameters.words, expected.words, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(parameters.contexts, expected.contexts, rtol=1e-4, atol=1e-6)
    assert parameters.words[0, -4] != start(grid, rule, workers).words[0, -4]


def test_stanford_rule_is_that_of_the_reference_program(workers):
    rule = stanford_rule(eta=0.05, grad_clip=100.0)
    grid = build(random_matrix(30, True), 4, workers)
    initial = start(grid, rule, workers)
    program = reference.StanfordTrainer(
        initial.vectors(0), initial.vectors(1), initial.biases(0), initial.biases(1), 0.05, 100.0
    )
    parameters, costs = train(grid, rule, workers)
    for epoch, cost in enumerate(costs):
        nonzeros = [
            nonzero
            for tile in tile_order(grid.groups, 1, epoch)
            for nonzero in words_trained(grid, *tile)
        ]
        assert cost.nonzeros == pytest.approx(
            sum(program.train(*nonzero) for nonzero in nonzeros) / len(nonzeros), rel=1e-4
        )
    for side in (0, 1):
        np.testing.assert_allclose(parameters.vectors(side), program.vectors[side], atol=1e-4)
        np.testing.assert_allclose(parameters.biases(side), program.biases[side], atol=1e-4)
        moved = np.abs(parameters.vectors(side) - initial.vectors(side))
        assert moved.max() > 0.01


@pytest.mark.parametrize("order", ["backwards", "as it falls"])
def test_the_order_of_a_round_s_tiles_changes_nothing(workers, monkeypatch, order):
    grid = build(random_matrix(60, True), 8, workers)
    rule = adagrad_rule(**PLAIN)
    parameters, costs = train(grid, rule, workers)
    random = np.random.default_rng(0)

    def run_each(workers, work, items):
        items = list(items)
        places = range(len(items))[::-1] if order == "backwards" else random.permutation(len(items))
        for place in places:
            work(items[place])

    monkeypatch.setattr(Workers, "run_each", run_each)
    other, other_costs = train(grid, rule, workers)
    assert other_costs == costs
    assert other.words.tobytes() == parameters.words.tobytes()
    assert other.contexts.tobytes() == parameters.contexts.tobytes()


@pytest.mark.parametrize("threads", [1, 3, 8])
def test_threads_change_nothing(workers, threads):
    grid = build(random_matrix(300, True), 8, workers)
    rule = adagrad_rule(**PLAIN)
    one, one_costs = train(grid, rule, workers, epochs=5)
    with Workers(threads) as others:
        other, other_costs = train(grid, rule, others, epochs=5)
    assert other_costs == one_costs
    assert other.words.tobytes() == one.words.tobytes()


def test_costs_fall(workers):
    grid = build(random_matrix(60, True), 8, workers)
    _, costs = train(grid, adagrad_rule(**PLAIN), workers, epochs=20)
    assert costs == sorted(costs, reverse=True)
    assert costs[-1].nonzeros < costs[0].nonzeros / 2


@each_kind
def test_negatives_against_the_reference(workers, symmetric, directed):
    """Costs apart, and parameters as if the negatives had stood among the nonzeros all along."""
    matrix = random_matrix(30, symmetric)
    grid, rule = build(matrix, 4, workers, directed=directed), adagrad_rule(**PLAIN)
    sampling = Sampling(ratio=1.5, log_count=-4.5, weight=0.05, symmetric=symmetric)
    sampler = NegativeSampler(grid.grouping, np.arange(30, 0, -1), sampling, seed=3)
    parameters, costs = train(grid, rule, workers, negatives=sampler)
    expected, scratch = start(grid, rule, workers), Scratch()
    for epoch, cost in enumerate(costs):
        program = reference.TileProgram(expected, grid.grouping, rule, epoch)
        totals, drawn, draws = [], 0, sampler.draw_epoch(epoch)
        for p, q in tile_order(grid.groups, 1, epoch):
            spans = zip(grid.nonzeros_of(p, q), draws.of_tile(p, q), strict=True)
            stored, mirrored = (draw.interleave(here, scratch).copy() for here, draw in spans)
            totals += [program.train(stored, 0, p, q), program.train(mirrored, 1, q, p)]
            drawn += np.count_nonzero(stored["weight"] < 0)
            drawn += np.count_nonzero(mirrored["weight"] < 0)
        nonzeros_cost, negatives_cost = np.sum(totals, axis=0)
        assert cost.drawn == drawn > 0
        assert cost.nonzeros == pytest.approx(nonzeros_cost / grid.nonzeros_per_epoch, rel=1e-12)
        assert cost.negatives == pytest.approx(negatives_cost / drawn, rel=1e-12)
    assert parameters.words.tobytes() == expected.words.tobytes()
    assert parameters.contexts.tobytes() == expected.contexts.tobytes()


def test_the_cost_is_the_mean_of_the_nonzeros(workers):
    grid = build(random_matrix(40, True), 4, workers)
    still = adagrad_rule(**PLAIN | {"eta": 1e-30})
    parameters, ((cost, *_),) = train(grid, still, workers, epochs=1)
    vectors, biases = (
        [f(side) for side in (0, 1)] for f in (parameters.vectors, parameters.biases)
    )
    costs = [
        reference.cost(
            vectors[0][word].astype(float),
            vectors[1][context],
            biases[0][word],
            biases[1][context],
            log_count,
            weight,
        )
        for p, q in tile_order(4, 1, 0)
        for word, context, log_count, weight in words_trained(grid, p, q)
    ]
    assert cost == pytest.approx(np.mean(costs), rel=1e-5)


def test_progress_counts_every_nonzero(workers):
    grid = build(random_matrix(40, True), 8, workers)
    steps = []
    train(grid, adagrad_rule(**PLAIN), workers, epochs=3, progress=steps.append)
    assert sum(steps) == 3 * grid.nonzeros_per_epoch
    assert len(steps) == 24


def test_a_cost_that_is_not_finite_ends_the_training_at_once(workers):
    grid = build(random_matrix(40, True), 8, workers)

    def spoil(state):
        if state.epochs == 2:
            state.parameters.words[:, 0] = np.nan

    with pytest.raises(DivergenceError, match=r"the cost .* epoch 3; .*--eta"):
        train(grid, adagrad_rule(**PLAIN), workers, epochs=9, on_epoch=spoil)


@pytest.mark.parametrize("stopped", [False, True])
def test_a_parameter_that_is_not_finite_at_the_end_is_found(workers, stopped):
    grid = build(random_matrix(40, True), 8, workers)

    def spoil(state):
        state.parameters.contexts[3, 0] = np.inf
        return stopped

    epochs = 9 if stopped else 1
    with pytest.raises(DivergenceError, match=r"a parameter .* epoch 1; .*--eta"):
        train(grid, adagrad_rule(**PLAIN), workers, epochs=epochs, on_epoch=spoil)


def test_on_epoch_may_end_the_training(workers):
    grid, rule = build(random_matrix(40, True), 8, workers), adagrad_rule(**PLAIN)
    three, three_costs = train(grid, rule, workers, epochs=3)
    stopped, costs = train(
        grid, rule, workers, epochs=9, on_epoch=lambda state: len(state.costs) == 3
    )
    assert costs == three_costs
    assert stopped.words.tobytes() == three.words.tobytes()
    assert stopped.contexts.tobytes() == three.contexts.tobytes()


@pytest.mark.parametrize("rounds", [0, 3, 8, 11])
def test_a_training_goes_on_from_its_state(workers, rounds):
    """In another object: parameters, place and costs are all that is taken along."""
    grid, rule = build(random_matrix(40, True), 8, workers), adagrad_rule(**PLAIN)
    whole, costs = train(grid, rule, workers)
    state, left = TrainingState(start(grid, rule, workers)), rounds

    def cut():
        nonlocal left
        left -= 1
        if not left:
            raise InterruptedError

    if rounds:
        with pytest.raises(InterruptedError):
            train_epochs(state, grid, rule, workers, epochs=2, seed=1, after_round=cut)
    other = TrainingState(start(grid, rule, workers, seed=2))
    other.parameters.words[:] = state.parameters.words
    other.parameters.contexts[:] = state.parameters.contexts
    other.tile_costs[:], other.tile_negatives[:] = state.tile_costs, state.tile_negatives
    other.epochs, other.rounds, other.costs = state.epochs, state.rounds, state.costs
    train_epochs(other, grid, rule, workers, epochs=2, seed=1)
    assert other.costs == costs
    assert other.parameters.words.tobytes() == whole.words.tobytes()


@pytest.mark.filterwarnings("error")
def test_a_huge_rate_diverges(workers):
    grid = build(random_matrix(40, True), 8, workers)
    with pytest.raises(DivergenceError, match="epoch 1"):
        train(grid, adagrad_rule(**PLAIN | {"eta": 1e30}), workers)


@pytest.mark.parametrize("side", ["words", "contexts"])
def test_vectors_that_are_all_0_end_the_training(workers, side):
    grid = build(random_matrix(40, True), 8, workers)
    rule = adagrad_rule(**PLAIN)
    state = TrainingState(start(grid, rule, workers))
    matrix = getattr(state.parameters, side)[:, : state.parameters.layout.vector_size]

    def crush():
        """Leave one row in the first epoch and none in the second."""
        matrix[1 - state.epochs :] = 1e-45

    with pytest.raises(DivergenceError, match=r"all vectors became 0 in epoch 2; .*--weight-decay"):
        train_epochs(state, grid, rule, workers, epochs=3, seed=1, after_round=crush)


def test_a_rate_of_a_half_stays_finite(workers):
    grid = build(random_matrix(100, True), 8, workers)
    parameters, costs = train(
        grid, adagrad_rule(**PLAIN | {"eta": 0.5}), workers, epochs=30, vector_size=50
    )
    assert parameters.finite()
    assert costs[-1] < costs[0]
