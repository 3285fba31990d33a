"""What the rows of one side meet: nonzeros, tile by tile, in an order that is always the same."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.training.parameters import Floats
from glove_ada.training.tile_task import Executor
from glove_ada.training.tiles import TileGrid

Doubles = npt.NDArray[np.float64]


def groups_of(tiles: TileGrid, side: int) -> range:
    """Return the groups of words (0) or of contexts (1)."""
    return range(2 * tiles.groups if side == 1 and tiles.directed else tiles.groups)


def row_of_each(tiles: TileGrid, side: int) -> npt.NDArray[np.int64]:
    """Return the rows of words or of contexts, in the order of the vocabulary."""
    return tiles.row_of_context if side == 1 else tiles.grouping.row_of_word


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
        p, q = (group, other) if side == 0 else (other, group % tiles.groups)
        stored, mirrored = tiles.nonzeros_of(p, q)
        if side == 0:
            yield stored, tiles.grouping.rows(q), False
            yield mirrored, tiles.grouping.rows(tiles.mirrored_contexts(q)), True
            continue
        if group == q:
            yield stored, tiles.grouping.rows(p), True
        if group == tiles.mirrored_contexts(q):
            yield mirrored, tiles.grouping.rows(p), False


def totals_of_sides(
    tiles: TileGrid, executor: Executor, zeros: tuple[Floats, Floats] | None = None
) -> tuple[Doubles, Doubles]:
    """Return what each word meets, and each context; see `totals_of_rows`."""
    words = totals_of_rows(tiles, 0, executor, zeros)
    return words, words if tiles.symmetric else totals_of_rows(tiles, 1, executor, zeros)


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
    zeros : tuple of two ndarray of float32, shapes (words, 4) and (contexts, 4), optional
        What is known of the zeros of words and of contexts.

    Returns
    -------
    ndarray of float64, shape (words, 3) or (contexts, 3)
        Of each row, group by group: its nonzeros, their weights, and the zeros expected of their
        pairs.
    """
    sizes = [len(row_of_each(tiles, side)) for side in (0, 1)]
    sides = zeros or [np.zeros((size, 4), np.float32) for size in sizes]
    totals = np.zeros((sizes[side], 3))

    def add(group: int) -> None:
        rows = tiles.grouping.rows(group)
        own = sides[side][rows]
        for nonzeros, others, by_column in nonzeros_facing(tiles, side, group):
            facing = sides[1 - side][others]
            of_rows, of_columns = (facing, own) if by_column else (own, facing)
            kernels.add_totals(nonzeros, by_column, of_rows, of_columns, totals[rows])

    executor.run_all(add, groups_of(tiles, side))
    return totals
