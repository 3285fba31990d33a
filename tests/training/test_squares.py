"""Training in squares, by whatever engine and number of workers, gives the bytes of the loop."""

from __future__ import annotations

import os
import pickle
import signal
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from small_problems import PLAIN, each_kind, open_small_ground, start

from glove_ada.errors import DivergenceError, OptionError
from glove_ada.training.loop import train_epochs
from glove_ada.training.rules.adagrad import adagrad_rule
from glove_ada.training.rules.adagrad_norm import adagrad_norm_rule
from glove_ada.training.rules.adagrad_row import adagrad_row_rule
from glove_ada.training.rules.moving_averages.adam import adam_rule
from glove_ada.training.squares import task
from glove_ada.training.squares.engine import MOST_LOSSES, LostWorkerError, PoolEngine, run_tasks
from glove_ada.training.squares.loop import train_epochs_in_squares
from glove_ada.training.squares.task import Square
from glove_ada.training.state import TrainingState

ADAGRAD = adagrad_rule(**PLAIN | {"weight_decay": 0.01})
ROW = adagrad_row_rule(vector_size=6, eta=0.2, eps=0.1, initial_accumulator=1.0, weight_decay=0.0)
ADAM = adam_rule(eta=0.01, beta1=0.9, beta2=0.99, eps=1e-4, weight_decay=0.0, grad_clip=np.inf)


def fresh(ground, workers):
    return TrainingState(start(ground.tiles, ground.rule, workers))


def by_loop(ground, workers, epochs=3):
    state = fresh(ground, workers)
    train_epochs(
        state,
        ground.tiles,
        ground.rule,
        workers,
        epochs=epochs,
        seed=1,
        negatives=ground.negatives,
    )
    return state


class Kept:
    """What is kept of the epochs in the tests' folder."""

    age = 0

    def __init__(self):
        self.forgotten = []

    def forget(self, age):
        self.forgotten.append(age)


def slabs_of(parameters, side, block, blocks):
    lefts = (False, True) if side and parameters.directed else (False,)
    table = (parameters.words, parameters.contexts)[side]
    return tuple(
        table[task.slab_rows(parameters.grouping, block, blocks, left=left)] for left in lefts
    )


def in_squares(open_ground, engine, workers, *, blocks, epochs=3, state=None, **options):
    """Train; the state's parameters are taken from what is kept, as they were given to it."""
    ground, kept = open_ground(), Kept()
    state = state or fresh(ground, workers)
    sides = [(side, block) for side in (0, 1) for block in range(max(blocks, 0))]
    if blocks in (1, 2, 4, 8):
        for side, block in sides:
            slabs = slabs_of(state.parameters, side, block, blocks)
            ground.slabs.write(task.slab_name(0, side, block), slabs)
    train_epochs_in_squares(
        state,
        ground.tiles,
        ground.rule,
        engine,
        open_ground,
        kept,
        blocks=blocks,
        epochs=epochs,
        seed=1,
        **options,
    )
    assert kept.forgotten == list(range(kept.age))
    for side, block in sides:
        slabs = slabs_of(state.parameters, side, block, blocks)
        read = ground.slabs.read(task.slab_name(kept.age, side, block))
        for slab, was in zip(slabs, read, strict=True):
            slab[:] = was
    return state


def assert_same(one, other):
    assert other.costs == one.costs
    assert (other.epochs, other.rounds) == (one.epochs, one.rounds)
    assert other.tile_costs.tobytes() == one.tile_costs.tobytes()
    assert other.parameters.words.tobytes() == one.parameters.words.tobytes()
    assert other.parameters.contexts.tobytes() == one.parameters.contexts.tobytes()


@each_kind
@pytest.mark.parametrize("rule", [ADAGRAD, ROW, ADAM], ids=["adagrad", "row", "adam"])
@pytest.mark.parametrize("zeros", [0, 1.5])
def test_any_number_of_threads_gives_the_same_bytes(
    workers, symmetric, directed, rule, zeros, tmp_path
):
    open_ground = partial(open_small_ground, tmp_path, symmetric, directed, rule, zeros=zeros)
    expected = by_loop(open_ground(), workers)
    assert bool(expected.costs[0].drawn) == bool(zeros)
    for blocks in (1, 2, 4, 8):
        with PoolEngine(partial(ThreadPoolExecutor, blocks)) as engine:
            assert_same(expected, in_squares(open_ground, engine, workers, blocks=blocks))


@pytest.mark.skipif(os.name != "posix", reason="processes that need not import the tests")
@each_kind
def test_processes_give_the_same_bytes(workers, symmetric, directed, tmp_path):
    open_ground = partial(open_small_ground, tmp_path, symmetric, directed, ROW)
    expected = by_loop(open_ground(), workers)
    with PoolEngine(partial(ProcessPoolExecutor, 2)) as engine:
        for blocks in (2, 4):
            assert_same(expected, in_squares(open_ground, engine, workers, blocks=blocks))


class Elsewhere(PoolEngine):
    """Sends everything through bytes, which arrive read-only."""

    def submit(self, worker, work, *arguments):
        def there(sent):
            buffers = [bytes(buffer) for buffer in sent[1]]
            function, values = pickle.loads(sent[0], buffers=buffers)
            return function(*values)

        values = [self._value(argument) for argument in arguments]
        out = []
        sent = pickle.dumps((work, values), protocol=5, buffer_callback=out.append)
        return self._pool.submit(there, (sent, [buffer.raw() for buffer in out]))


def test_what_arrives_may_be_read_only_and_is_left_as_it_is(workers, tmp_path):
    open_ground = partial(open_small_ground, tmp_path, False, True, ROW)
    with Elsewhere(partial(ThreadPoolExecutor, 2)) as engine:
        assert_same(
            by_loop(open_ground(), workers), in_squares(open_ground, engine, workers, blocks=2)
        )


def test_a_square_is_a_function_of_what_it_is_given(workers, tmp_path):
    open_ground = partial(open_small_ground, tmp_path, False, True, ROW)
    parameters = fresh(open_ground(), workers).parameters
    square = Square(epoch=1, step=1, words=1, blocks=2)
    place = square.contexts(8, 1)
    words, contexts = slabs_of(parameters, 0, 1, 2), slabs_of(parameters, 1, place, 2)
    before = words[0].tobytes()
    one, other = (task.train_square(open_ground, square, words, contexts) for _ in range(2))
    assert words[0].tobytes() == before != one.words[0].tobytes()
    assert other.words[0].tobytes() == one.words[0].tobytes()
    assert other.costs == one.costs
    assert len(one.costs) == 16


@pytest.mark.parametrize("blocks", [1, 2, 4, 8])
def test_the_squares_of_an_epoch_are_its_tiles_and_pass_the_contexts_on(blocks):
    tiles = []
    for step in range(blocks):
        squares = [Square(2, step, words, blocks) for words in range(blocks)]
        assert sorted(square.contexts(8, 1) for square in squares) == list(range(blocks))
        tiles += [tile for square in squares for here in square.rounds(8, 1) for tile in here]
    assert sorted(tiles) == [(p, q) for p in range(8) for q in range(8)]


def test_it_goes_on_where_the_loop_ended_and_the_other_way_round(workers, tmp_path):
    open_ground = partial(open_small_ground, tmp_path, False, True, ROW)
    ground = open_ground()
    expected = by_loop(ground, workers, epochs=4)
    with PoolEngine(partial(ThreadPoolExecutor, 2)) as engine:
        state = by_loop(ground, workers, epochs=1)
        in_squares(open_ground, engine, workers, blocks=2, epochs=3, state=state)
    train_epochs(state, ground.tiles, ROW, workers, epochs=4, seed=1, negatives=ground.negatives)
    assert_same(expected, state)


@pytest.mark.parametrize("rounds", [1, 3, 4, 7, 8])
def test_an_epoch_that_was_begun_is_gone_on_with(workers, tmp_path, rounds):
    open_ground = partial(open_small_ground, tmp_path, False, True, ROW)
    ground = open_ground()
    expected = by_loop(ground, workers)
    state = fresh(ground, workers)

    class CutError(Exception):
        pass

    def cut():
        if state.epochs == 1 and state.rounds == rounds:
            raise CutError

    with pytest.raises(CutError):
        train_epochs(
            state,
            ground.tiles,
            ROW,
            workers,
            epochs=3,
            seed=1,
            negatives=ground.negatives,
            after_round=cut,
        )
    with PoolEngine(partial(ThreadPoolExecutor, 2)) as engine:
        assert_same(expected, in_squares(open_ground, engine, workers, blocks=2, state=state))


def test_tasks_of_lost_workers_are_done_again():
    told, done = [], []

    class Once(PoolEngine):
        lost = False

        def submit(self, worker, work, *arguments):
            if worker == 3 and not self.lost:
                self.lost = True
                raise LostWorkerError("worker 3 ended")
            return super().submit(worker, work, *arguments)

    with Once(partial(ThreadPoolExecutor, 2)) as engine:
        tasks = [(number,) for number in range(5)]
        assert run_tasks(engine, str, tasks, done=done.append, on_loss=told.append) == [*"01234"]
    assert told == ["worker 3 ended"]
    assert sorted(done) == [0, 1, 2, 3, 4]


def test_progress_and_epochs_are_told(workers, tmp_path):
    open_ground = partial(open_small_ground, tmp_path, True, False, ADAGRAD)
    steps, epochs = [], []
    with PoolEngine(partial(ThreadPoolExecutor, 2)) as engine:
        state = in_squares(
            open_ground,
            engine,
            workers,
            blocks=4,
            progress=steps.append,
            on_epoch=lambda state: epochs.append(state.epochs) or state.epochs == 2,
        )
    assert epochs == [1, 2]
    assert sum(steps) == 2 * open_ground().tiles.nonzeros_per_epoch
    assert state.epochs == 2


def open_deadly_ground(marker, *arguments):
    """Return a ground; the first to ask for it in a process of its own is killed, thrice."""
    kills = marker.stat().st_size
    if os.getpid() != int(marker.with_name("parent").read_text()) and kills < 3:
        with marker.open("ab") as file:
            file.write(b"k")
        os.kill(os.getpid(), signal.SIGKILL)
    return open_small_ground(marker.parent, *arguments)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_killed_worker_loses_nothing(workers, tmp_path):
    marker, parent = tmp_path / "kills", tmp_path / "parent"
    marker.write_bytes(b"")
    parent.write_text(str(os.getpid()))
    open_ground = partial(open_deadly_ground, marker, False, True, ROW)
    told, steps = [], []
    with PoolEngine(partial(ProcessPoolExecutor, 1)) as engine:
        state = in_squares(
            open_ground, engine, workers, blocks=2, progress=steps.append, on_loss=told.append
        )
    assert told == 3 * ["a process ended; epoch 1 begins anew"]
    assert_same(by_loop(open_ground(), workers), state)
    assert sum(steps) == 3 * open_ground().tiles.nonzeros_per_epoch


class Losing(PoolEngine):
    """Loses a worker in every third square."""

    squares = losses = 0

    def submit(self, worker, work, *arguments):
        self.squares += 1
        if self.squares % 3 == 0:
            self.losses += 1
            raise LostWorkerError("worker 3 ended")
        return super().submit(worker, work, *arguments)


def test_the_number_of_losses_is_bounded(workers, tmp_path):
    open_ground = partial(open_small_ground, tmp_path, False, True, ROW)
    state = fresh(open_ground(), workers)
    with (
        Losing(partial(ThreadPoolExecutor, 2)) as engine,
        pytest.raises(LostWorkerError, match="worker 3 ended"),
    ):
        in_squares(open_ground, engine, workers, blocks=2, state=state)
    assert engine.losses == MOST_LOSSES + 1
    assert state.epochs == 0


def test_divergence_is_found(workers, tmp_path):
    open_ground = partial(
        open_small_ground, tmp_path, False, True, adagrad_rule(**PLAIN | {"eta": 1e30})
    )
    with (
        PoolEngine(partial(ThreadPoolExecutor, 2)) as engine,
        pytest.raises(DivergenceError, match="epoch 1"),
    ):
        in_squares(open_ground, engine, workers, blocks=2)


@pytest.mark.parametrize(("blocks", "taken"), [(0, 1), (3, 2), (6, 4), (16, 8), (-2, 1)])
def test_workers_that_cannot_share_are_refused(workers, blocks, taken, tmp_path):
    open_ground = partial(open_small_ground, tmp_path, False, True, ROW)
    with (
        PoolEngine(partial(ThreadPoolExecutor, 1)) as engine,
        pytest.raises(OptionError, match=f"give a power of two, {taken}, say"),
    ):
        in_squares(open_ground, engine, workers, blocks=blocks)


def test_a_rule_that_needs_all_rows_is_refused(workers, tmp_path):
    rule = adagrad_norm_rule(vector_size=6, eta=0.2, initial_accumulator=0.1, weight_decay=0)
    open_ground = partial(open_small_ground, tmp_path, False, True, rule)
    with (
        PoolEngine(partial(ThreadPoolExecutor, 1)) as engine,
        pytest.raises(OptionError, match="one accumulator for all rows"),
    ):
        in_squares(open_ground, engine, workers, blocks=2)
