"""What a job will take: time, memory, disk and network of each stage, from what was measured.

The text is taken to be like English Wikipedia, of which words and cells were counted at four sizes;
beyond the largest they are reckoned to grow as between the last two. Times are those of a core of
the machine named in docs/cluster.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from glove_ada.cooccurrence.matrix import CELL_BYTES
from glove_ada.kernels.definitions import NONZERO
from glove_ada.run.memory_plan import PROGRAM_BYTES, MemoryPlan
from glove_ada.run.options import Options
from glove_ada.training.least_squares.problem import solving_bytes
from glove_ada.training.rules import make_rule

BYTES_A_TOKEN = 5.9
_TOKENS = (504_774, 2_027_508, 17_446_314, 69_622_284)
_TYPES = (32_571, 71_085, 229_938, 495_649)
_WORDS = (8_791, 21_173, 69_924, 145_938)
_CELLS = (1_971_853, 6_974_614, 40_247_033, 110_128_392)  # with sides told apart, window 15
_SHARE_OF_WORDS = (0.1430, 0.2860, 0.5721, 1.0)  # of the most frequent ones
_SHARE_OF_CELLS = (0.5024, 0.7206, 0.8969, 1.0)

# Seconds of one thread, on wiki17m at 100 and 300 dimensions.
ENCODE_BYTE, COUNT_TOKEN, TILE_CELL = 8.8e-9, 1.4e-7, 7.0e-8
UPDATE, UPDATE_COMPONENT = 1.7e-8, 2.6e-10
SOLVE_COMPONENT = 3.3e-10  # of a nonzero, in each step and once before
COMBINE_WORD, COMBINE_COMPONENT = 2.0e-5, 1.3e-7

ZEROS_KEPT = 0.585  # of those that are asked for: pairs that do meet are dropped

IN_FLIGHT_BYTES = 27_000_000  # of blocks that are worked on or waiting
TYPE_BYTES = 120  # of tables, for each thread that has met it


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
    words, size, cells = int(text.words), options.vector_size, text.cells
    nonzeros = 2 * cells
    hands = workers * threads
    blocks = (3 * threads + 2) * IN_FLIGHT_BYTES
    row = make_rule(options.rule, options).layout(size).row_bytes
    sides = 3 if options.directed else 2
    need = plan.training_need(words)
    tiles, counted = cells * NONZERO.itemsize, cells * CELL_BYTES
    ids = 4 * text.tokens / workers
    tables = TYPE_BYTES * _types_of(text, workers) * min(threads, 2)
    encode = ENCODE_BYTE * text.bytes / hands
    count = COUNT_TOKEN * text.tokens / hands
    parts = counted * workers**0.3 if workers > 1 else 0.0
    stages = []
    if workers > 1:
        stages.append(StageNeed("count words", encode, PROGRAM_BYTES + blocks / 3 + tables))
    stages += [
        StageNeed("encode", encode, PROGRAM_BYTES + blocks / 3 + ids + tables),
        StageNeed(
            "count",
            count,
            PROGRAM_BYTES + min(blocks, counted) + 3 * ids + counted / workers**0.7,
            parts,
        ),
    ]
    if workers > 1:
        merging = parts / CELL_BYTES * TILE_CELL
        stages.append(StageNeed("merge", merging, PROGRAM_BYTES + blocks, parts + counted))
    stages.append(
        StageNeed("tile", TILE_CELL * cells / threads, PROGRAM_BYTES + blocks / 3 + counted + tiles)
    )
    update = UPDATE + UPDATE_COMPONENT * size
    updates = nonzeros * options.epochs * (1 + options.zeros * ZEROS_KEPT)
    contexts = words * (sides - 1) * row
    sent = (workers + sides / (sides - 1)) * contexts * options.epochs if workers > 1 else 0.0
    stages += [
        StageNeed(
            "train",
            update * updates / hands,
            PROGRAM_BYTES + need.parameters + tiles + blocks / 4,
            tiles + need.parameters if workers > 1 else need.parameters,
            sent,
        ),
        StageNeed(
            "polish",
            SOLVE_COMPONENT * nonzeros * size * (options.polish + 1) / threads,
            PROGRAM_BYTES
            + need.parameters
            + tiles
            + max(
                need.vectors,
                solving_bytes(words, (sides - 1) * words, size, threads) if options.polish else 0,
            ),
            need.parameters,
        ),
        StageNeed(
            "write",
            words * (COMBINE_WORD + COMBINE_COMPONENT * size),
            PROGRAM_BYTES + need.total + tiles + 8 * words * size,
        ),
    ]
    return stages


def _types_of(text: Text, workers: int) -> float:
    """Return how many distinct words one worker's share of a text has."""
    if workers == 1:
        return text.types
    return forecast_text(text.bytes / workers).types
