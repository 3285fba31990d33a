"""What workers need for their squares, in files that all of them reach."""

from __future__ import annotations

import os
import secrets
from dataclasses import asdict
from functools import lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.corpus.vocabulary import Vocabulary
from glove_ada.kernels.definitions import NONZERO
from glove_ada.run.cluster.slabs import FileSlabs
from glove_ada.run.cluster.tiling import BlockTiles, grid_of
from glove_ada.run.cluster.work import Work
from glove_ada.run.kept.array_container import FileKind, read_arrays, write_arrays
from glove_ada.run.kept.shared_files import fetched, written
from glove_ada.run.options import Options
from glove_ada.run.result import zero_sampling
from glove_ada.system.threads import Workers
from glove_ada.training.negatives import NegativeSampler
from glove_ada.training.parameters import Start, log_sum_biases
from glove_ada.training.rules import make_rule
from glove_ada.training.squares.task import Ground, OpenGround
from glove_ada.training.tiles import Grouping, TileGrid

KIND = FileKind("glove_ada ground", 1)
_SLABS = 5  # of each side: as it came, as it is changed, as it is sent, and what is read or written
_TILES_SHARE = 1 / 2  # of what is left beside them


def write_ground(
    work: Work,
    options: Options,
    vocabulary: Vocabulary,
    tiles: TileGrid,
    blocks: list[BlockTiles],
) -> OpenGround:
    """Write the ground of a training.

    Parameters
    ----------
    work : Work
    options : Options
    vocabulary : Vocabulary
    tiles : TileGrid
    blocks : list of BlockTiles
        Their files.

    Returns
    -------
    callable
        What workers call to open it.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    grouping = tiles.grouping
    arrays: dict[str, npt.NDArray[Any]] = {
        "group_of": grouping.group_of.astype(np.uint32),
        "place_in_group": grouping.place_in_group.astype(np.uint32),
        "group_starts": grouping.starts,
        "row_sums": tiles.row_sums,
        "word_counts": vocabulary.counts,
    }
    if options.bias_init == "log-sums":
        arrays["biases"] = log_sum_biases(tiles.row_sums)
    for number, block in enumerate(blocks):
        arrays[f"starts-{number}"] = block.starts
        arrays[f"diagonal_starts-{number}"] = block.diagonal_starts
    facts = {
        "options": asdict(options),
        "symmetric": tiles.symmetric,
        "directed": tiles.directed,
        "tiles": [os.path.basename(block.path) for block in blocks],
    }
    # A new name, since workers keep what they have once opened.
    place = work.place(f"ground-{secrets.token_hex(8)}")
    held = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    with written(place) as path:
        write_arrays(path, KIND, facts, held, lasting=False)
    return partial(open_ground, place, work)


@lru_cache(1)
def open_ground(place: str, work: Work) -> Ground:
    """Open what `write_ground` wrote; whoever asks again has the same.

    Raises
    ------
    FormatError
        If it cannot be read.
    """
    with fetched(place) as path:
        facts, arrays = read_arrays(path, KIND)
    found: dict[str, Any] = dict(arrays)
    options = Options(**facts["options"])
    grouping = Grouping(
        found["group_of"].astype(np.uint16),
        found["place_in_group"].astype(np.uint16),
        found["group_starts"],
    )
    blocks = [
        BlockTiles(
            work.place(name),
            found[f"starts-{number}"],
            found[f"diagonal_starts-{number}"],
        )
        for number, name in enumerate(facts["tiles"])
    ]
    rule = make_rule(options.rule, options)
    layout = rule.layout(options.vector_size)
    workers = Workers(work.threads)
    rows = (3 if facts["directed"] else 2) * len(grouping.group_of) // work.blocks
    tiles = grid_of(
        blocks,
        grouping,
        symmetric=facts["symmetric"],
        directed=facts["directed"],
        row_sums=found["row_sums"],
        most=int(work.spare_bytes(_SLABS * rows * layout.row_bytes) * _TILES_SHARE)
        // NONZERO.itemsize,
        keep=True,
    )
    sampling = zero_sampling(options, tiles)
    negatives = None
    if sampling:
        negatives = NegativeSampler(grouping, found["word_counts"], sampling, seed=options.seed)
    start = Start(
        layout,
        grouping,
        options.seed,
        rule.vector_accumulator,
        rule.bias_accumulator,
        rule.dual_scale,
        found.get("biases"),
    )
    return Ground(tiles, rule, start, negatives, workers, FileSlabs(work.folder))
