"""Words and contexts solved by turns on a cluster: the bytes of one machine, from files to files.

What a task needs of the rows that are held fixed it reads, block by block, from where the turn
before has left them. Sums over all fixed rows are added up in their one order, each strip of the
matrix by one worker.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from glove_ada.run.cluster.slabs import FixedRows, StoredEpochs, epochs_of
from glove_ada.run.cluster.work import Work
from glove_ada.run.kept.array_container import FileKind, read_arrays, write_arrays
from glove_ada.run.kept.checkpoint import Training
from glove_ada.run.kept.shared_files import fetched, remove, written
from glove_ada.run.result import settle_weight_decay, zero_sampling
from glove_ada.training.least_squares.alternation import Turn, turns_of
from glove_ada.training.least_squares.conjugate_gradients import improve_group
from glove_ada.training.least_squares.expected_zeros import spread_over
from glove_ada.training.least_squares.facing import row_of_each, totals_of_rows
from glove_ada.training.least_squares.fixed_products import FixedProducts
from glove_ada.training.least_squares.problem import LeastSquares, pack_rows, pose_with
from glove_ada.training.parameters import Floats, Parameters, RowLayout, aligned_zeros
from glove_ada.training.squares.engine import Engine, run_tasks
from glove_ada.training.squares.task import CONTEXTS, WORDS, OpenGround, slab_name
from glove_ada.training.tile_task import Executor
from glove_ada.training.tiles import TileGrid

Doubles = npt.NDArray[np.float64]

WEIGHTS = FileKind("glove_ada weights", 1)
_FIXED_SHARE = 1 / 2  # of what a worker has left, for rows that are held fixed
_LAST_FIXED: dict[tuple[str, int, int, int], FixedRows] = {}
_SIDES = (WORDS, CONTEXTS)


def solved_name(turn: int, side: int, block: int) -> str:
    """Return the name of a block's packed rows as a turn has left them, or 0 as they were."""
    return f"solved-{('words', 'contexts')[side]}-{block}-{turn}"


@dataclass(frozen=True)
class Solving:
    """What all tasks are told.

    Attributes
    ----------
    open_ground : callable
    work : Work
    layout : RowLayout
        Of packed rows.
    age : int
        Which of the epochs that were kept is solved from.
    turns : tuple of two int
        The turn that has left the words, and the contexts.
    """

    open_ground: OpenGround
    work: Work
    layout: RowLayout
    age: int
    turns: tuple[int, int] = (0, 0)

    @property
    def epochs(self) -> StoredEpochs:
        """Where rows are; for workers."""
        ground = self.open_ground()
        layout, grouping = ground.start.layout, ground.tiles.grouping
        return epochs_of(layout, grouping, self.work, directed=ground.tiles.directed, age=self.age)

    def fixed(self, side: int) -> FixedRows:
        """Return all rows of a side, laid out like those of contexts.

        A worker keeps the last ones, since a turn's sums and its solving ask for the same.
        """
        key = self.work.folder, self.age, side, self.turns[side]
        rows = _LAST_FIXED.get(key)
        if rows is None:
            layout, epochs = self.layout, self.epochs
            rows = FixedRows(
                epochs.slabs,
                partial(solved_name, self.turns[side], side),
                epochs.places(side),
                partial(pack_rows, trained=layout, layout=layout, side=side, like=1),
                layout.slots,
                int(self.work.spare_bytes() * _FIXED_SHARE) // (4 * layout.slots),
            )
            _LAST_FIXED.clear()
            _LAST_FIXED[key] = rows
        return rows

    def groups(self, side: int, block: int) -> list[int]:
        """Return the groups of a block's rows, but for those without a word."""
        tiles = self.open_ground().tiles
        size = tiles.groups // self.work.blocks
        own = range(block * size, (block + 1) * size)
        directed = side == CONTEXTS and tiles.directed
        left = [tiles.groups + group for group in own] if directed else []
        rows = tiles.grouping.rows
        return [group for group in (*own, *left) if rows(group).start < rows(group).stop]


class _Some:
    """An executor that does some of what it is given."""

    def __init__(self, executor: Executor, chosen: Callable[[int], bool]) -> None:
        self._executor, self._chosen = executor, chosen

    def run_all(self, work: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
        """Do what is chosen by its place."""
        here = [item for place, item in enumerate(items) if self._chosen(place)]
        return self._executor.run_all(work, here)


def pack_block(solving: Solving, side: int, block: int) -> None:
    """Write the rows of a block without what training keeps of them."""
    epochs = solving.epochs
    trained = epochs.slabs.read(slab_name(epochs.age, side, block))
    packed = tuple(
        pack_rows(rows, epochs.layout, solving.layout, side, like=side) for rows in trained
    )
    epochs.slabs.write(solved_name(0, side, block), packed)


def add_up_totals(solving: Solving, zeros_path: str | None, block: int) -> list[Doubles]:
    """Return what each of a block's words meets, and each of its contexts, if that is more."""
    ground, epochs = solving.open_ground(), solving.epochs
    zeros = None if zeros_path is None else _unpickled(zeros_path).sides
    found = []
    for side in _sides_of_totals(ground.tiles):
        groups = set(solving.groups(side, block))
        some = _Some(ground.executor, groups.__contains__)
        totals = totals_of_rows(ground.tiles, side, some, zeros)
        places = [where for number, _, where in epochs.places(side) if number == block]
        found.append(np.concatenate([totals[where] for where in places]))
    return found


def add_up_products(solving: Solving, side: int, weights_path: str, share: int) -> Doubles:
    """Return a share of the strips of `FixedProducts.sums`, and zeros for all others."""
    ground = solving.open_ground()
    with fetched(weights_path) as path:
        _, arrays = read_arrays(path, WEIGHTS)
    some = _Some(ground.executor, lambda strip: strip % solving.work.blocks == share)
    fixed = cast("Floats", solving.fixed(side))
    products = FixedProducts(fixed, row_of_each(ground.tiles, side), some)
    weights, edges = np.asarray(arrays["weights"]), np.asarray(arrays["edges"])
    return products.sums(weights, edges)


@dataclass(frozen=True)
class _OwnRows:
    """The rows of a block, as `Parameters` has those of all."""

    layout: RowLayout
    rows: dict[int, Floats]

    def rows_of(self, side: int, group: int) -> Floats:
        return self.rows[group]


def solve_block(solving: Solving, problem_path: str, turn: Turn, block: int, steps: int) -> int:
    """Improve the rows of a block, and write them; return how many there are."""
    ground, epochs, layout = solving.open_ground(), solving.epochs, solving.layout
    side = turn.side
    slabs = tuple(
        rows.copy() for rows in epochs.slabs.read(solved_name(solving.turns[side], side, block))
    )
    places = [where for number, _, where in epochs.places(side) if number == block]
    rows: dict[int, Floats] = {}
    for group in solving.groups(side, block):
        here = epochs.grouping.rows(group)
        table = group // epochs.grouping.groups
        first = places[table].start
        rows[group] = slabs[table][here.start - first : here.stop - first]
    posed: LeastSquares = _unpickled(problem_path)
    changed: dict[str, Any] = {
        name: _aligned(array) for name, array in vars(posed).items() if _is_matrix(array)
    }
    changed |= {
        "tiles": ground.tiles,
        "parameters": _OwnRows(layout, rows),
        "fixed": solving.fixed(1 - side),
    }
    problem = replace(posed, **changed)
    groups = list(rows)

    def improve(group: int) -> None:
        turn.move(rows[group], improve_group(problem, group, steps), layout)

    ground.executor.run_all(improve, groups)
    epochs.slabs.write(solved_name(solving.turns[side] + 1, side, block), slabs)
    return sum(map(len, slabs))


def _is_matrix(thing: object) -> bool:
    return isinstance(thing, np.ndarray) and thing.dtype == np.float32


def _aligned(array: Floats) -> Floats:
    """Return a copy that lies in memory as the kernels want it, which what was sent does not."""
    copy = aligned_zeros(1, array.size).reshape(array.shape)
    copy[:] = array
    return copy


class _SharedProducts:
    """The sums of `FixedProducts`, added up by all workers."""

    def __init__(self, run: Callable[..., list[Any]], solving: Solving, side: int) -> None:
        self._run, self._solving, self._side = run, solving, side
        self._numbers = count()

    def sum(self, weights: npt.NDArray[Any]) -> Doubles:
        """Return the sum over all rows."""
        whole: Doubles = self.sums(weights, np.array([0, len(weights)]))[0]
        return whole

    def sums(self, weights: npt.NDArray[Any], edges: npt.NDArray[np.int64]) -> Doubles:
        """Return the sum over the rows of each class."""
        solving = self._solving
        slots = solving.layout.slots
        if not weights.any():
            return np.zeros((len(edges) - 1, slots, slots))
        place = solving.work.place(f"weights-{next(self._numbers)}")
        factors = np.ascontiguousarray(weights, np.float64)
        arrays = {"weights": factors, "edges": edges.astype(np.int64)}
        with written(place) as path:
            write_arrays(path, WEIGHTS, {}, arrays, lasting=False)
        tasks = [(solving, self._side, place, share) for share in range(solving.work.blocks)]
        shares = self._run(add_up_products, tasks)
        remove(place)
        total: Doubles = shares[0]
        for share in shares[1:]:
            total += share  # of what another has, zeros
        return total


def solve_on_cluster(
    training: Training,
    open_ground: OpenGround,
    engine: Engine,
    work: Work,
    epochs: StoredEpochs,
    progress: Callable[[int], object],
    on_loss: Callable[[str], object],
) -> Parameters:
    """Return parameters as `solve_by_turns` returns them.

    Parameters
    ----------
    training : Training
    open_ground : callable
    engine : Engine
    work : Work
    epochs : StoredEpochs
        As they were trained.
    progress : callable
        Is given the number of rows just improved.
    on_loss : callable
        Is told of workers that were lost.

    Raises
    ------
    LostWorkerError
        If one after the other was lost.
    """
    tiles = training.tiles
    options = settle_weight_decay(training.options, training.vocabulary.counts)
    layout = RowLayout(epochs.layout.vector_size, states=0)
    solving = Solving(open_ground, work, layout, epochs.age)
    run = partial(run_tasks, engine, on_loss=on_loss)
    blocks = range(work.blocks)
    run(pack_block, [(solving, side, block) for side in _SIDES for block in blocks])
    if not options.polish:
        return collect(solving, epochs)
    words, contexts = _totals(run, solving, tiles, epochs, None)
    sampling = zero_sampling(options, tiles)
    zeros = spread_over(tiles, sampling, words[:, 0], contexts[:, 0])
    zeros_path = _pickled(zeros, work)
    pickled = [zeros_path]
    totals = _totals(run, solving, tiles, epochs, zeros_path)
    none = aligned_zeros(0, layout.row_floats)
    for turn in turns_of(options.alternations):
        side = turn.side
        problem = pose_with(
            _SharedProducts(run, solving, 1 - side),
            Parameters(layout, tiles.grouping, none, none),
            tiles,
            zeros,
            none,
            totals,
            weight_decay=options.weight_decay or 0.0,
            side=side,
        )
        bare = replace(problem, tiles=cast("TileGrid", None))
        path = _pickled(bare, work)
        pickled.append(path)
        tasks = [(solving, path, turn, block, options.polish) for block in blocks]
        sizes = [_rows_of(epochs, side, block) for block in blocks]
        run(solve_block, tasks, done=partial(_tell, progress, sizes))
        for block in blocks:
            epochs.slabs.remove(solved_name(solving.turns[side], side, block))
        words_turn, contexts_turn = solving.turns
        turns = (words_turn + (side == WORDS), contexts_turn + (side == CONTEXTS))
        solving = replace(solving, turns=turns)
    for path in pickled:
        remove(path)
    return collect(solving, epochs)


def collect(solving: Solving, epochs: StoredEpochs) -> Parameters:
    """Read all packed rows into the memory, and remove their files."""
    layout = solving.layout
    tables = []
    for side in _SIDES:
        places = epochs.places(side)
        table = aligned_zeros(max(where.stop for _, _, where in places), layout.row_floats)
        for block in range(solving.work.blocks):
            name = solved_name(solving.turns[side], side, block)
            slabs = epochs.slabs.read(name)
            for number, part, where in places:
                if number == block:
                    table[where] = slabs[part]
            epochs.slabs.remove(name)
        tables.append(table)
    return Parameters(layout, epochs.grouping, *tables)


def _totals(
    run: Callable[..., list[Any]],
    solving: Solving,
    tiles: TileGrid,
    epochs: StoredEpochs,
    zeros_path: str | None,
) -> tuple[Doubles, Doubles]:
    """Return what all words meet, and all contexts."""
    tasks = [(solving, zeros_path, block) for block in range(solving.work.blocks)]
    found = run(add_up_totals, tasks)
    totals = []
    for side in _sides_of_totals(tiles):
        places = epochs.places(side)
        whole = np.zeros((max(where.stop for _, _, where in places), 3))
        used = dict.fromkeys(range(solving.work.blocks), 0)
        for block, _, where in places:
            size = where.stop - where.start
            whole[where] = found[block][side][used[block] : used[block] + size]
            used[block] += size
        totals.append(whole)
    return totals[0], totals[-1]


def _sides_of_totals(tiles: TileGrid) -> tuple[int, ...]:
    """Return the sides that are added up; with symmetric counts, both meet the same."""
    return (WORDS,) if tiles.symmetric else _SIDES


def _tell(progress: Callable[[int], object], sizes: list[int], place: int) -> None:
    progress(sizes[place])


def _rows_of(epochs: StoredEpochs, side: int, block: int) -> int:
    places = epochs.places(side)
    return sum(where.stop - where.start for number, _, where in places if number == block)


def _pickled(thing: object, work: Work) -> str:
    """Write what only this run's own workers read."""
    place = work.place(f"problem-{os.urandom(8).hex()}")
    with written(place) as path, open(path, "wb") as file:
        pickle.dump(thing, file, protocol=5)
    return place


def _unpickled(place: str) -> Any:
    with fetched(place) as path, open(path, "rb") as file:
        return pickle.load(file)
