"""What the rows of one side meet: nonzeros, tile by tile, in an order that is always the same."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.training.parameters import Floats
from glove_ada.training.tile_task import Executor
from glove_ada.training.tiles import TileGrid


def rows_of(tiles: TileGrid, group: int) -> slice:
    """Return where the rows of a group lie."""
    return slice(*tiles.grouping.starts[group : group + 2].tolist())


def nonzeros_facing(
    tiles: TileGrid, side: int, group: int
) -> Iterator[tuple[npt.NDArray[np.void], slice, bool]]:
    """Yield a group's nonzeros, where the others' rows lie, and whether its rows are columns.

    Parameters
    ----------
    tiles : TileGrid
    side : int
        Whose group it is: 0 for words, 1 for contexts.
    group : int
    """
    for other in range(tiles.groups):
        tile = (group, other) if side == 0 else (other, group)
        stored, mirrored = tiles.nonzeros_of(*tile)
        others = rows_of(tiles, other)
        yield stored, others, side == 1
        yield mirrored, others, side == 0


def totals_of_rows(
    tiles: TileGrid, side: int, executor: Executor, zeros: tuple[Floats, Floats] | None = None
) -> npt.NDArray[np.float64]:
    """Add up what each row meets.

    Parameters
    ----------
    tiles : TileGrid
    side : int
    executor : Executor
        Who does the work; the result does not depend on it.
    zeros : tuple of two ndarray of float32, shape (words, 4), optional
        What is known of the zeros of words and of contexts.

    Returns
    -------
    ndarray of float64, shape (words, 3)
        Of each row, group by group: its nonzeros, their weights, and the zeros expected of their
        pairs.
    """
    words = len(tiles.grouping.group_of)
    sides = zeros or (np.zeros((words, 4), np.float32),) * 2
    totals = np.zeros((words, 3))

    def add(group: int) -> None:
        rows = rows_of(tiles, group)
        own = sides[side][rows]
        for nonzeros, others, by_column in nonzeros_facing(tiles, side, group):
            facing = sides[1 - side][others]
            of_rows, of_columns = (facing, own) if by_column else (own, facing)
            kernels.add_totals(nonzeros, by_column, of_rows, of_columns, totals[rows])

    executor.run_all(add, range(tiles.groups))
    return totals
