"""Time one update of each rule, beside the time in which its two rows can be copied once.

    python scripts/benchmark_rules.py CORPUS [--vector-size 300] [--rules adagrad adagrad-row]

One thread trains the same tiles of the corpus again and again, without pairs that never meet; the
least time of a pass is told, in nanoseconds for an update. The copy takes the rows of each nonzero,
in the same order, to one place in the cache: what memory alone would cost.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import numpy as np

from glove_ada.cooccurrence.segments import count_cooccurrences
from glove_ada.corpus.encoding import encode_corpus
from glove_ada.corpus.sources import FileSource
from glove_ada.corpus.vocabulary import Vocabulary
from glove_ada.model import GloVe
from glove_ada.system.threads import Workers
from glove_ada.training.negatives import Scratch
from glove_ada.training.parameters import Parameters, initial_parameters
from glove_ada.training.rules import DEFAULTS, make_rule
from glove_ada.training.rules.rule import UpdateRule
from glove_ada.training.schedule import choose_groups, rounds_of_epoch
from glove_ada.training.tile_task import TileTask, spread_rule, train_tile
from glove_ada.training.tiles import TileGrid, deal_words
from glove_ada.training.tiling import build_tiles

COPIED_AT_ONCE = 64  # rows


def main() -> None:
    """Print a row for each rule."""
    options = _parser().parse_args()
    with Workers() as workers:
        _, tiles = read_tiles(options.corpus, workers)
        print(f"{'rule':<14}{'bytes a row':>12}{'update, ns':>12}{'copy, ns':>10}{'ratio':>7}")
        for name in options.rules:
            speed = measure(name, options.vector_size, tiles, options.tiles, workers)
            ratio = speed.update_ns / speed.copy_ns
            print(
                f"{name:<14}{speed.row_bytes:>12}{speed.update_ns:>12.1f}{speed.copy_ns:>10.1f}"
                f"{ratio:>7.2f}",
                flush=True,
            )
            if options.results:
                with open(options.results, "a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(speed)) + "\n")


def read_tiles(corpus: str, workers: Workers) -> tuple[Vocabulary, TileGrid]:
    """Return a corpus's words and its tiles."""
    encoded = encode_corpus(FileSource([corpus]), workers)
    matrix = count_cooccurrences(encoded, workers)
    grouping = deal_words(matrix.words, choose_groups(matrix.words))
    return encoded.vocabulary, build_tiles(matrix, grouping, workers, x_max=5.0, alpha=0.75)


def first_parameters(
    rule: UpdateRule, vector_size: int, tiles: TileGrid, workers: Workers
) -> Parameters:
    """Return what a training with a rule starts from."""
    return initial_parameters(
        rule.layout(vector_size),
        tiles.grouping,
        workers,
        seed=1,
        vector_accumulator=rule.vector_accumulator,
        bias_accumulator=rule.bias_accumulator,
        dual_scale=rule.dual_scale,
    )


@dataclass(frozen=True)
class Speed:
    """What an update takes, and the copy of its two rows."""

    rule: str
    vector_size: int
    row_bytes: int
    update_ns: float
    copy_ns: float


def measure(name: str, vector_size: int, tiles: TileGrid, count: int, workers: Workers) -> Speed:
    """Time a rule on some tiles."""
    options = GloVe(rule=name, vector_size=vector_size).resolved_options()
    rule = make_rule(name, replace(options, weight_decay=options.weight_decay or 0.005))
    layout = rule.layout(vector_size)
    parameters = first_parameters(rule, vector_size, tiles, workers)
    row_rule, scratch = spread_rule(rule, layout), Scratch()
    tasks = _sample(tiles, parameters, count)
    updates = sum(len(part) for task in tasks for part in task.nonzeros)
    update = _least(lambda: [train_tile(task, row_rule, scratch) for task in tasks])
    copy = _least(lambda: [_copy_rows(task) for task in tasks])
    return Speed(name, vector_size, layout.row_bytes, 1e9 * update / updates, 1e9 * copy / updates)


def _sample(tiles: TileGrid, parameters: Parameters, count: int) -> list[TileTask]:
    """Return tiles from all over the grid, in the order of an epoch."""
    every = [tile for tiles_of in rounds_of_epoch(tiles.groups, 1, 0) for tile in tiles_of]
    chosen = every[:: max(1, len(every) // count)]
    return [
        TileTask(
            parameters.rows_of(0, p), (parameters.rows_of(1, q),), tiles.nonzeros_of(p, q), None
        )
        for p, q in chosen
    ]


def _copy_rows(task: TileTask) -> None:
    room = np.empty((COPIED_AT_ONCE, task.words.shape[1]), np.float32)
    sides = task.words, task.contexts
    for side, nonzeros in enumerate(task.nonzeros):
        for first in range(0, len(nonzeros), COPIED_AT_ONCE):
            here = nonzeros[first : first + COPIED_AT_ONCE]
            np.take(sides[side], here["row"], axis=0, out=room[: len(here)], mode="clip")
            np.take(sides[1 - side], here["column"], axis=0, out=room[: len(here)], mode="clip")


def _least(work: Callable[[], object], seconds: float = 5.0) -> float:
    """Return the least time that work took, repeated for some seconds."""
    least, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        work()
        least = min(least, time.perf_counter() - start)
    return least


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus")
    parser.add_argument("--vector-size", type=int, default=300)
    parser.add_argument("--rules", nargs="+", choices=DEFAULTS, default=["adagrad", "adagrad-row"])
    parser.add_argument("--results", help="add what was measured to this file of JSON lines")
    parser.add_argument("--tiles", type=int, default=84, help="how many are trained (84)")
    return parser


if __name__ == "__main__":
    main()
