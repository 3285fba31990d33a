"""What a job will take: time, memory, disk and network of each stage, from what was measured.

The text is taken to be like English Wikipedia, of which words and cells were counted at four sizes;
beyond the largest they are reckoned to grow as between the last two. Times are those of a core of
the machine named in docs/cluster.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from glove_ada.cooccurrence.matrix import CELL_BYTES
from glove_ada.kernels.definitions import NONZERO
from glove_ada.run.cluster.counting import PART_BYTES
from glove_ada.run.memory_plan import PROGRAM_BYTES, MemoryPlan
from glove_ada.run.options import Options
from glove_ada.training.least_squares.conjugate_gradients import passes_of
from glove_ada.training.least_squares.problem import solving_bytes
from glove_ada.training.parameters import RowLayout
from glove_ada.training.rules import make_rule

BYTES_A_TOKEN = 5.9
_TOKENS = (504_774, 2_027_508, 17_446_314, 69_622_284)
_TYPES = (32_571, 71_085, 229_938, 495_649)
_WORDS = (8_791, 21_173, 69_924, 145_938)
_CELLS = (1_971_853, 6_974_614, 40_247_033, 110_128_392)  # with sides told apart, window 15
_SHARE_OF_WORDS = (0.1430, 0.2860, 0.5721, 1.0)  # of the most frequent ones
_SHARE_OF_CELLS = (0.5024, 0.7206, 0.8969, 1.0)

# Seconds of one thread, on 17 and 70 million tokens at 100 and 300 dimensions: what
# scripts/measure_plan.py shows as seconds of processors.
ENCODE_BYTE, COUNT_TOKEN, TILE_CELL = 9.5e-9, 1.5e-7, 7.0e-8
UPDATE, UPDATE_COMPONENT = 1.7e-8, 2.6e-10
SOLVE, SOLVE_COMPONENT = 2.5e-9, 1.95e-10  # of a nonzero, in each pass, each turn
SUM_PRODUCT = 2.4e-10  # of two components of a row that is held fixed, each turn
# On a cluster, as shown for local:2: of a part's bytes and cells, and how much longer all takes.
WORDS_BYTE, RANGE_CELL, ADD_CELL = 1.8e-8, 5.0e-8, 5.0e-8
ON_CLUSTER = 1.1
COMBINE_WORD, COMBINE_COMPONENT = 1.0e-5, 3.0e-8
SPECTRUM = 9.0e-8  # of the third power of the dimensions, where it is flattened

ZEROS_KEPT = 0.585  # of those that are asked for: pairs that do meet are dropped

IN_FLIGHT_BYTES = 27_000_000  # of blocks that are worked on or waiting
TYPE_BYTES = 120  # of tables, for each thread that has met it
DASK_BYTES = 55_000_000  # of a worker, besides this program
RANGE_CELL_BYTES = 12  # a column and whole units, as a part has counted them
SLABS = 3  # of what a worker keeps: as they came, as they are trained, and what is written


@dataclass(frozen=True)
class Text:
    """What a text of so many bytes is likely to hold.

    Attributes
    ----------
    bytes, tokens, types, words, cells : float
        `words` are those of the vocabulary, `cells` what is counted of them.
    """

    bytes: float
    tokens: float
    types: float
    words: float
    cells: float


@dataclass(frozen=True)
class StageNeed:
    """What a stage takes.

    Attributes
    ----------
    name : str
    seconds : float
    memory : float
        Bytes of the process that needs most.
    disk : float
        Bytes of files that are there at its end, in the work directory.
    network : float
        Bytes that all workers send, together.
    """

    name: str
    seconds: float
    memory: float
    disk: float = 0.0
    network: float = 0.0


def forecast_text(size: float, max_vocab: int | None = None) -> Text:
    """Forecast what a text of so many bytes holds."""
    tokens = size / BYTES_A_TOKEN
    types, words, cells = (
        _interpolated(_TOKENS, counts, tokens) for counts in (_TYPES, _WORDS, _CELLS)
    )
    if max_vocab is not None and max_vocab < words:
        cells *= _interpolated(_SHARE_OF_WORDS, _SHARE_OF_CELLS, max_vocab / words)
        words = max_vocab
    return Text(size, tokens, types, words, min(cells, words**2))


def _interpolated(places: Sequence[float], values: Sequence[float], place: float) -> float:
    """Return a value between those at some places, or beyond them, straight on double paper."""
    after = next((n for n in range(1, len(places)) if place <= places[n]), len(places) - 1)
    (x0, x1), (y0, y1) = places[after - 1 : after + 1], values[after - 1 : after + 1]
    exponent = math.log(y1 / y0) / math.log(x1 / x0)
    return float(y0 * (place / x0) ** exponent)


def forecast(
    text: Text, options: Options, *, workers: int, threads: int, plan: MemoryPlan
) -> list[StageNeed]:
    """Forecast what each stage takes.

    Parameters
    ----------
    text : Text
    options : Options
    workers : int
        Of a cluster; 1 is one machine alone.
    threads : int
        Of each.
    plan : MemoryPlan
        Of a training with these options and threads.
    """
    if workers > 1:
        return _on_cluster(text, options, workers, threads, plan)
    words, size, cells = int(text.words), options.vector_size, text.cells
    blocks = (3 * threads + 2) * IN_FLIGHT_BYTES
    need = plan.training_need(words)
    tiles, counted = cells * NONZERO.itemsize, cells * CELL_BYTES
    ids = 4 * text.tokens
    tables = TYPE_BYTES * text.types * min(threads, 2)
    solving = solving_bytes(words, _sides(options) * words, size, threads) if options.polish else 0
    times = _seconds(text, options)
    return [
        StageNeed("encode", times["encode"] / threads, PROGRAM_BYTES + blocks / 3 + ids + tables),
        StageNeed(
            "count",
            times["count"] / threads,
            PROGRAM_BYTES + min(blocks, counted) + 3 * ids + counted,
        ),
        StageNeed("tile", times["tile"] / threads, PROGRAM_BYTES + blocks / 3 + counted + tiles),
        StageNeed(
            "train",
            times["train"] / threads,
            PROGRAM_BYTES + need.parameters + tiles + blocks / 4,
            need.parameters,
        ),
        StageNeed(
            "polish",
            times["polish"] / threads,
            PROGRAM_BYTES + need.parameters + tiles + max(need.vectors, solving),
            need.parameters,
        ),
        StageNeed("write", times["write"], PROGRAM_BYTES + need.total + tiles + 8 * words * size),
    ]


def _on_cluster(
    text: Text, options: Options, workers: int, threads: int, plan: MemoryPlan
) -> list[StageNeed]:
    """Forecast what each stage takes on a cluster."""
    words, size, cells = int(text.words), options.vector_size, text.cells
    hands, sides = workers * threads, _sides(options)
    blocks = (3 * threads + 2) * IN_FLIGHT_BYTES
    row = make_rule(options.rule, replace(options, weight_decay=0.0)).layout(size).row_bytes
    packed = RowLayout(size, states=0).row_bytes
    parts = max(workers, math.ceil(text.bytes / PART_BYTES))
    part = forecast_text(text.bytes / parts, options.max_vocab)
    ids, tables = 4 * part.tokens, TYPE_BYTES * part.types * min(threads, 2)
    counted, ranges = cells * CELL_BYTES, parts * part.cells * RANGE_CELL_BYTES
    tiles = cells * NONZERO.itemsize
    parameters = (1 + sides) * words * row
    contexts = sides * words * row
    # A worker reads its words' own tiles, and of all others those that are mirrored to it.
    own_tiles = tiles * (2 / workers - 1 / workers**2)
    slabs = SLABS * parameters / workers
    fixed = sides * words * packed
    times = _seconds(text, options)
    start = PROGRAM_BYTES + DASK_BYTES
    return [
        StageNeed("count words", WORDS_BYTE * text.bytes / hands, start + blocks / 3 + tables),
        StageNeed(
            "count",
            (times["encode"] + times["count"] + parts * part.cells * RANGE_CELL) / hands,
            start + min(blocks, part.cells * CELL_BYTES) + 3 * ids + part.cells * RANGE_CELL_BYTES,
            ranges,
        ),
        StageNeed(
            "tile",
            (times["tile"] + parts * part.cells * ADD_CELL) / hands,
            start + blocks / 3 + (counted + tiles) / workers,
            ranges + tiles,
        ),
        StageNeed(
            "train",
            ON_CLUSTER * times["train"] / hands,
            start + own_tiles + slabs + blocks / 4,
            tiles + 2 * parameters,
            workers * contexts * options.epochs,
        ),
        StageNeed(
            "polish",
            ON_CLUSTER * times["polish"] / hands,
            start
            + own_tiles
            + fixed
            + (1 + sides) * words * packed / workers
            + solving_bytes(words // workers, 0, size, threads),
            tiles + 2 * parameters + 2 * (1 + sides) * words * packed,
        ),
        StageNeed(
            "write",
            times["write"],
            PROGRAM_BYTES + plan.training_need(words).total + 8 * words * size,
        ),
    ]


def _sides(options: Options) -> int:
    """Return how many contexts a word has."""
    return 2 if options.directed else 1


def _seconds(text: Text, options: Options) -> dict[str, float]:
    """Return the seconds that each stage takes one thread."""
    words, size, cells = text.words, options.vector_size, text.cells
    updates = 2 * cells * options.epochs * (1 + options.zeros * ZEROS_KEPT)
    turns = 1 + 2 * options.alternations
    slots = RowLayout(size, states=0).slots
    solved = 2 * cells * passes_of(options.polish) * (SOLVE + SOLVE_COMPONENT * size)
    products = SUM_PRODUCT * words * _sides(options) * slots**2
    return {
        "encode": ENCODE_BYTE * text.bytes,
        "count": COUNT_TOKEN * text.tokens,
        "tile": TILE_CELL * cells,
        "train": (UPDATE + UPDATE_COMPONENT * size) * updates,
        "polish": turns * (solved + products) if options.polish else 0.0,
        "write": words * (COMBINE_WORD + COMBINE_COMPONENT * size)
        + (SPECTRUM * size**3 if options.singular_power != 1 else 0.0),
    }
