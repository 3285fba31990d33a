"""Time a step of conjugate gradients beside an update of AdaGrad, each for a nonzero.

    python scripts/benchmark_solving.py CORPUS [--vector-size 100 300]

One thread does both on the same group of words, without pairs that never meet in the training. The
least times are told, of the CPU, in nanoseconds for a nonzero: an update, the kernel of a step
alone, and a step with all that it does besides (zeros, preconditioner, sums), measured as what
three more steps take, of which two are measured and pass over the nonzeros.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from benchmark_rules import first_parameters, read_tiles

from glove_ada import kernels
from glove_ada.model import GloVe
from glove_ada.system.threads import Workers
from glove_ada.training.least_squares.conjugate_gradients import improve_group
from glove_ada.training.least_squares.expected_zeros import expect_zeros
from glove_ada.training.least_squares.facing import nonzeros_facing
from glove_ada.training.least_squares.problem import LeastSquares, pose_problem
from glove_ada.training.negatives import Sampling, Scratch, choose_zero_count
from glove_ada.training.parameters import aligned_zeros
from glove_ada.training.rules import make_rule
from glove_ada.training.tile_task import TileTask, spread_rule, train_tile
from glove_ada.training.tiles import TileGrid


def main() -> None:
    """Print a row for each vector size."""
    options = _parser().parse_args()
    with Workers() as workers:
        vocabulary, tiles = read_tiles(options.corpus, workers)
        print(
            f"{'vector size':<13}{'update, ns':>11}{'kernel, ns':>11}{'step, ns':>10}{'ratio':>7}"
        )
        for size in options.vector_size:
            update, kernel, step = measure(size, tiles, vocabulary.counts, workers, options.group)
            print(f"{size:<13}{update:>11.1f}{kernel:>11.1f}{step:>10.1f}{step / update:>7.2f}")


def measure(
    vector_size: int, tiles: TileGrid, counts: np.ndarray, workers: Workers, group: int
) -> tuple[float, float, float]:
    """Return the nanoseconds of an update, of a step's kernel, and of a step."""
    options = GloVe(rule="adagrad", vector_size=vector_size).resolved_options()
    rule = make_rule("adagrad", options)
    parameters = first_parameters(rule, vector_size, tiles, workers)
    log_count = kernels.log(choose_zero_count(tiles.row_sums))
    sampling = Sampling(options.zeros, log_count, options.zero_weight, tiles.symmetric)
    zeros = expect_zeros(tiles, counts, sampling, workers)
    problem = pose_problem(parameters, tiles, zeros, workers, weight_decay=0.005)

    row_rule, scratch = spread_rule(rule, parameters.layout), Scratch()
    words = parameters.rows_of(0, group)
    tasks = [
        TileTask(words, (parameters.rows_of(1, q),), tiles.nonzeros_of(group, q), None)
        for q in range(tiles.groups)
    ]
    nonzeros = sum(len(part) for task in tasks for part in task.nonzeros)
    work = aligned_zeros(len(words), 2 * problem.layout.slots)
    works: list[Callable[[], object]] = [
        lambda: [train_tile(task, row_rule, scratch) for task in tasks],
        lambda: _add_gradients_of_nonzeros(problem, group, work),
        lambda: improve_group(problem, group, 1),
        lambda: improve_group(problem, group, 4),
    ]
    update, kernel, one, four = (1e9 * seconds / nonzeros for seconds in _least(works))
    return update, kernel, (four - one) / 2


def _add_gradients_of_nonzeros(problem: LeastSquares, group: int, work: np.ndarray) -> None:
    own = problem.zeros.sides[problem.side][problem.tiles.grouping.rows(group)]
    for nonzeros, others, by_column in nonzeros_facing(problem.tiles, problem.side, group):
        facing = problem.zeros.sides[1 - problem.side][others]
        sides = (facing, own) if by_column else (own, facing)
        kernels.add_gradients(
            nonzeros, work, problem.fixed[others], by_column, False, *sides, zero_target=0.0
        )


def _least(works: list[Callable[[], object]], seconds: float = 20.0) -> list[float]:
    """Return the least time of each work; they take turns for some seconds."""
    least, end = [float("inf")] * len(works), time.perf_counter() + seconds
    while time.perf_counter() < end:
        for place, work in enumerate(works):
            start = time.thread_time()
            work()
            least[place] = min(least[place], time.thread_time() - start)
    return least


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus")
    parser.add_argument("--vector-size", type=int, nargs="+", default=[100, 300])
    parser.add_argument("--group", type=int, default=5, help="of words that is solved (5)")
    return parser


if __name__ == "__main__":
    main()
