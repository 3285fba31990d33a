"""The nonzeros of one round of tiles after the other: from memory, or read a round ahead."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from glove_ada.kernels.definitions import NONZERO
from glove_ada.system.spilled_array import DiskArray
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
    return max(sum(tiles.size(*tile) for tile in round) for round in rounds)


def _read_ahead(
    tiles: TileGrid, nonzeros: DiskArray[np.void], rounds: Iterable[Round]
) -> Generator[RoundNonzeros, None, None]:
    trained, free = (np.empty(largest_round(tiles), NONZERO) for _ in range(2))
    ahead: Future[RoundNonzeros] | None = None
    with ThreadPoolExecutor(1) as reader:
        for round in rounds:
            behind = ahead
            if behind:
                behind.result()
            ahead = reader.submit(_read_round, tiles, nonzeros, round, free)
            trained, free = free, trained
            if behind:
                yield behind.result()
        if ahead:
            yield ahead.result()


def _read_round(
    tiles: TileGrid, nonzeros: DiskArray[np.void], round: Round, buffer: npt.NDArray[np.void]
) -> RoundNonzeros:
    """Read a round into a buffer that has room for it."""
    found: RoundNonzeros = {}
    used = 0

    def read(first: int, end: int) -> npt.NDArray[np.void]:
        nonlocal used
        here = buffer[used : used + end - first]
        nonzeros.read(first, here)
        used += len(here)
        return here

    for p, q in round:
        stored, mirrored = tiles.stored(p, q), tiles.mirrored(p, q)
        found[p, q] = TileNonzeros(read(*stored), read(*mirrored))
    return found
