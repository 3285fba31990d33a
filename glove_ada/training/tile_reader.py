"""The nonzeros of one round of tiles after the other: from memory, or read a round ahead."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from glove_ada.kernels.definitions import NONZERO
from glove_ada.system.spilled_array import DiskArray
from glove_ada.training.tiles import TileGrid, TileNonzeros

Round = dict[tuple[int, int], TileNonzeros]
"""What each tile of a round trains."""


def rounds(tiles: TileGrid, shifts: Iterable[int]) -> Generator[Round, None, None]:
    """Yield one round after the other: of shift s, the tiles (p, (p + s) mod P).

    A round's arrays may be used until the next one is asked for.

    Parameters
    ----------
    tiles : TileGrid
        If it is on the disk, a thread reads a round while the one before it is trained.
    shifts : iterable of int

    Raises
    ------
    OutputError
        If the disk cannot be read.
    """
    if isinstance(tiles.nonzeros, DiskArray):
        yield from _read_ahead(tiles, tiles.nonzeros, shifts)
        return
    for shift in shifts:
        yield {tile: tiles.nonzeros_of(*tile) for tile in tiles.tiles_of_round(shift)}


def largest_round(tiles: TileGrid) -> int:
    """Return how many nonzeros the largest round reads."""
    return max(
        sum(tiles.size(*tile) for tile in tiles.tiles_of_round(shift))
        for shift in range(tiles.groups)
    )


def _read_ahead(
    tiles: TileGrid, nonzeros: DiskArray[np.void], shifts: Iterable[int]
) -> Generator[Round, None, None]:
    trained, free = (np.empty(largest_round(tiles), NONZERO) for _ in range(2))
    ahead: Future[Round] | None = None
    with ThreadPoolExecutor(1) as reader:
        for shift in shifts:
            behind = ahead
            if behind:
                behind.result()
            ahead = reader.submit(_read_round, tiles, nonzeros, shift, free)
            trained, free = free, trained
            if behind:
                yield behind.result()
        if ahead:
            yield ahead.result()


def _read_round(
    tiles: TileGrid, nonzeros: DiskArray[np.void], shift: int, buffer: npt.NDArray[np.void]
) -> Round:
    """Read a round into a buffer that has room for it."""
    found: Round = {}
    used = 0

    def read(first: int, end: int) -> npt.NDArray[np.void]:
        nonlocal used
        here = buffer[used : used + end - first]
        nonzeros.read(first, here)
        used += len(here)
        return here

    for p, q in tiles.tiles_of_round(shift):
        stored, mirrored = tiles.stored(p, q), tiles.mirrored(p, q)
        found[p, q] = TileNonzeros(read(*stored), read(*mirrored))
    return found
