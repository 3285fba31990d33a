"""What workers need for their squares, in files that all of them reach."""

from __future__ import annotations

import os
from dataclasses import asdict
from functools import lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.errors import FormatError
from glove_ada.kernels.definitions import NONZERO
from glove_ada.run.array_container import FileKind, read_arrays, write_arrays
from glove_ada.run.checkpoint import Training
from glove_ada.run.options import Options
from glove_ada.run.result import zero_sampling
from glove_ada.system.atomic_files import atomic_write
from glove_ada.system.spilled_array import DiskArray, bytes_of, pieces
from glove_ada.system.threads import Workers
from glove_ada.training.negatives import NegativeSampler
from glove_ada.training.parameters import Floats
from glove_ada.training.rules import make_rule
from glove_ada.training.squares.task import Ground, OpenGround
from glove_ada.training.tiles import Grouping, TileGrid

KIND = FileKind("glove_ada ground", 1)
SLAB = FileKind("glove_ada slab", 1)
NONZEROS = ".nonzeros"
"""Behind the name of the ground: all tiles, one behind the other."""


def write_ground(
    path: str | os.PathLike[str], training: Training, *, threads: int | None
) -> OpenGround:
    """Write the ground of a training.

    Parameters
    ----------
    path : path
        A new one, since workers keep what they have once opened.
    training : Training
    threads : int, optional
        Of each worker.

    Returns
    -------
    callable
        What workers call to open it.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    tiles, path = training.tiles, os.path.abspath(path)
    with atomic_write(path + NONZEROS) as file:
        for piece in pieces(tiles.nonzeros):
            file.write(bytes_of(piece))
    grouping = tiles.grouping
    arrays: dict[str, npt.NDArray[Any]] = {
        "group_of": grouping.group_of.astype(np.uint32),
        "place_in_group": grouping.place_in_group.astype(np.uint32),
        "group_starts": grouping.starts,
        "starts": tiles.starts,
        "diagonal_starts": tiles.diagonal_starts,
        "row_sums": tiles.row_sums,
        "word_counts": training.vocabulary.counts,
    }
    facts = {
        "options": asdict(training.options),
        "symmetric": tiles.symmetric,
        "directed": tiles.directed,
        "nonzeros": len(tiles.nonzeros),
    }
    write_arrays(path, KIND, facts, {name: np.ascontiguousarray(a) for name, a in arrays.items()})
    return partial(open_ground, path, threads)


@lru_cache(1)
def open_ground(path: str, threads: int | None) -> Ground:
    """Open what `write_ground` wrote; whoever asks again has the same.

    Raises
    ------
    FormatError
        If it cannot be read.
    """
    facts, arrays = read_arrays(path, KIND)
    found: dict[str, Any] = dict(arrays)
    options = Options(**facts["options"])
    try:
        file = open(path + NONZEROS, "rb", buffering=0)  # noqa: SIM115 (it stays open)
    except OSError as error:
        raise FormatError(f"cannot read {path}{NONZEROS}: {error.strerror}") from error
    nonzeros: DiskArray[np.void] = DiskArray(file, NONZERO, size=facts["nonzeros"])
    grouping = Grouping(
        found["group_of"].astype(np.uint16),
        found["place_in_group"].astype(np.uint16),
        found["group_starts"],
    )
    tiles = TileGrid(
        grouping,
        facts["symmetric"],
        facts["directed"],
        found["starts"],
        found["diagonal_starts"],
        nonzeros,
        found["row_sums"],
    )
    rule = make_rule(options.rule, options)
    sampling = zero_sampling(options, tiles)
    negatives = None
    if sampling:
        negatives = NegativeSampler(grouping, found["word_counts"], sampling, seed=options.seed)
    layout = rule.layout(options.vector_size)
    return Ground(tiles, rule, layout, options.seed, negatives, Workers(threads))


def write_slab(path: str, slab: Floats) -> None:
    """Write rows of parameters, for a worker to begin with."""
    write_arrays(path, SLAB, {}, {"rows": slab})


def read_slab(path: str) -> Floats:
    """Read what `write_slab` wrote."""
    _, arrays = read_arrays(path, SLAB)
    rows = arrays["rows"]
    assert isinstance(rows, np.ndarray)
    return rows
