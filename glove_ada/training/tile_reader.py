"""The nonzeros of one round of tiles after the other: from memory, or read a round ahead."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from glove_ada.kernels.definitions import NONZERO
from glove_ada.system.spilled_array import DiskArray
from glove_ada.system.threads import result_of
from glove_ada.training.schedule import Round, Tile, rounds_of_epoch
from glove_ada.training.tiles import TileGrid, TileNonzeros

RoundNonzeros = dict[Tile, TileNonzeros]
"""What each tile of a round trains."""


def read_rounds(tiles: TileGrid, rounds: Iterable[Round]) -> Generator[RoundNonzeros, None, None]:
    """Yield what one round after the other trains.

    A round's arrays may be used until the next one is asked for.

    Parameters
    ----------
    tiles : TileGrid
        If it is on the disk, a thread reads a round while the one before it is trained.
    rounds : iterable of Round

    Raises
    ------
    OutputError
        If the disk cannot be read.
    """
    if isinstance(tiles.nonzeros, DiskArray):
        yield from _read_ahead(tiles, tiles.nonzeros, rounds)
        return
    for round in rounds:
        yield {tile: tiles.nonzeros_of(*tile) for tile in round}


def largest_round(tiles: TileGrid) -> int:
    """Return how many nonzeros the largest round reads."""
    # Every epoch has the same rounds.
    rounds = rounds_of_epoch(tiles.groups, seed=0, epoch=0)
    return max(sum(end - first for first, end in _stored_in(tiles, round)) for round in rounds)


def _stored_in(tiles: TileGrid, round: Round) -> set[tuple[int, int]]:
    """Return the ranges of nonzeros that a round trains, as they stand or mirrored."""
    return {tiles.stored(p, q) for p, q in round}


def _read_ahead(
    tiles: TileGrid, nonzeros: DiskArray[np.void], rounds: Iterable[Round]
) -> Generator[RoundNonzeros, None, None]:
    trained, free = (np.empty(largest_round(tiles), NONZERO) for _ in range(2))
    ahead: Future[RoundNonzeros] | None = None
    with ThreadPoolExecutor(1) as reader:
        for round in rounds:
            behind = ahead
            if behind:
                result_of(behind)
            ahead = reader.submit(_read_round, tiles, nonzeros, round, free)
            trained, free = free, trained
            if behind:
                yield result_of(behind)
        if ahead:
            yield result_of(ahead)


def _read_round(
    tiles: TileGrid, nonzeros: DiskArray[np.void], round: Round, buffer: npt.NDArray[np.void]
) -> RoundNonzeros:
    """Read a round into a buffer that has room for it."""
    held: dict[tuple[int, int], npt.NDArray[np.void]] = {}
    used = 0
    for first, end in sorted(_stored_in(tiles, round)):
        held[first, end] = buffer[used : used + end - first]
        nonzeros.read(first, held[first, end])
        used += end - first
    return {(p, q): _nonzeros_of(tiles, held, p, q) for p, q in round}


def _nonzeros_of(
    tiles: TileGrid, held: dict[tuple[int, int], npt.NDArray[np.void]], p: int, q: int
) -> TileNonzeros:
    """Return what tile (p, q) trains; what it trains mirrored is stored by a tile of its round."""
    stored, (first, end) = held[tiles.stored(p, q)], tiles.mirrored(p, q)
    if first == end:
        return TileNonzeros(stored, stored[:0])
    return TileNonzeros(stored, held[tiles.stored(q, p)][: end - first])
