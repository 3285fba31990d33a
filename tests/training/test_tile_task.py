"""The task of a tile depends on nothing but what it is given, so that any executor may run it."""

from __future__ import annotations

import pickle
from functools import partial

import numpy as np
import pytest
from small_problems import PLAIN, build, each_kind, random_matrix, start

from glove_ada.training.loop import train_epochs
from glove_ada.training.negatives import NegativeSampler, Sampling, Scratch
from glove_ada.training.parameters import aligned_zeros
from glove_ada.training.rules.adagrad import adagrad_rule
from glove_ada.training.state import TrainingState
from glove_ada.training.tile_task import TileTask, spread_rule, train_tile

RULE = adagrad_rule(**PLAIN | {"weight_decay": 0.01})


def copied(rows):
    """Return a copy that is aligned as the kernels want it."""
    copy = aligned_zeros(*rows.shape)
    copy[:] = rows
    return copy


def sampler(grid):
    sampling = Sampling(ratio=1.5, log_count=-4.5, weight=0.05, symmetric=grid.symmetric)
    return NegativeSampler(grid.grouping, np.arange(60, 0, -1), sampling, seed=3)


class Elsewhere:
    """An executor that sends each task and takes its rows back, as another process would."""

    def run_all(self, work, items):
        costs = []
        for item in reversed(items):
            sent = pickle.loads(pickle.dumps(item))
            contexts = tuple(map(copied, sent.contexts))
            sent = sent._replace(words=copied(sent.words), contexts=contexts)
            remote = partial(work.func, **work.keywords | {"scratch": Scratch()})
            costs.insert(0, remote(sent))
            item.words[:] = sent.words
            for rows, changed in zip(item.contexts, sent.contexts, strict=True):
                rows[:] = changed
        return costs


@each_kind
def test_another_executor_gives_the_same_bytes(workers, symmetric, directed):
    grid = build(random_matrix(60, symmetric), 8, workers, directed=directed)
    states = []
    for executor in (workers, Elsewhere()):
        state = TrainingState(start(grid, RULE, workers))
        train_epochs(state, grid, RULE, executor, epochs=2, seed=1, negatives=sampler(grid))
        states.append(state)
    one, other = states
    assert other.costs == one.costs
    assert other.costs[0].drawn > 0
    assert other.parameters.words.tobytes() == one.parameters.words.tobytes()
    assert other.parameters.contexts.tobytes() == one.parameters.contexts.tobytes()


@pytest.mark.parametrize("drawn", [False, True])
def test_a_tile_trained_twice_from_the_same_rows_is_the_same(workers, drawn):
    grid = build(random_matrix(60, True), 4, workers)
    parameters, scratch = start(grid, RULE, workers), Scratch()
    rule = spread_rule(RULE, parameters.layout)
    draws = sampler(grid).draw_epoch(0).of_tile(1, 2) if drawn else None
    tasks = [
        TileTask(
            copied(parameters.rows_of(0, 1)),
            (copied(parameters.rows_of(1, 2)),),
            grid.nonzeros_of(1, 2),
            draws,
        )
        for _ in range(2)
    ]
    costs = [train_tile(task, rule, scratch) for task in tasks]
    assert costs[0] == costs[1]
    assert (costs[0].drawn > 0) == drawn
    assert tasks[0].words.tobytes() == tasks[1].words.tobytes()
    assert tasks[0].contexts[0].tobytes() == tasks[1].contexts[0].tobytes()
    assert tasks[0].words.tobytes() != parameters.rows_of(0, 1).tobytes()
