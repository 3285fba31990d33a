"""Tiles on a cluster: what parts have counted is added up and sorted block by block, into files.

A block is a block of groups of words, and the rows of its words. Whoever trains a block reads the
tiles of its own file, and those of all others' that are mirrored to it.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from glove_ada.cooccurrence.addition import CountedRows, add_up
from glove_ada.cooccurrence.matrix import Cooccurrence, in_ones, joined_sums
from glove_ada.kernels.definitions import NONZERO
from glove_ada.run.cluster.work import Work
from glove_ada.run.counted.block_counts import BlockCounts
from glove_ada.run.kept.array_container import Arrays, FileKind, open_array, write_arrays
from glove_ada.run.kept.shared_files import written
from glove_ada.run.memory_plan import MemoryPlan
from glove_ada.run.options import Options
from glove_ada.system.spilled_array import DiskArray, GrowingArray, LongArray, bytes_of
from glove_ada.system.threads import Workers
from glove_ada.training.schedule import choose_groups
from glove_ada.training.tiles import Grouping, TileGrid, deal_words
from glove_ada.training.tiling import build_tiles

TILES = FileKind("glove_ada tiles", 1)


def words_of_block(grouping: Grouping, block: int, blocks: int) -> npt.NDArray[np.int64]:
    """Return the words of a block of groups, the most frequent first."""
    return np.flatnonzero(grouping.group_of // (grouping.groups // blocks) == block)


class BlockTiles(NamedTuple):
    """What is to be known of the tiles of a block.

    Attributes
    ----------
    path : str
        Their file.
    starts : ndarray of int64, shape (groups of the block, groups + 1)
    diagonal_starts : ndarray of int64, shape (groups of the block,)
    """

    path: str
    starts: npt.NDArray[np.int64]
    diagonal_starts: npt.NDArray[np.int64]


def build_block(work: Work, options: Options, counts: BlockCounts) -> BlockTiles:
    """Add up the rows of a block, sort them into tiles, and write these."""
    block = counts.block
    grouping = deal_words(counts.words, choose_groups(counts.words))
    chosen = words_of_block(grouping, block, work.blocks)
    parts = counts.rows_of(chosen)
    with Workers(work.threads) as workers:
        plan = MemoryPlan(options, workers.threads, work.room, work.memory)
        matrix = _added_up(counts, chosen, parts, workers, plan)
        low, high = matrix.parts_of_sums
        tiles = build_tiles(
            matrix,
            grouping,
            workers,
            x_max=options.x_max,
            alpha=options.alpha,
            directed=options.directed,
            room=plan.block_room(matrix),
        )
    del matrix  # and with it what it has on the disk, before the tiles are written there
    size = grouping.groups // work.blocks
    own = slice(block * size, (block + 1) * size)
    path = work.place(f"tiles-{block}")
    write_tiles(path, tiles.nonzeros, low, high)
    return BlockTiles(path, tiles.starts[own], tiles.diagonal_starts[own])


def _added_up(
    counts: BlockCounts,
    chosen: npt.NDArray[np.int64],
    parts: list[CountedRows],
    workers: Workers,
    plan: MemoryPlan,
) -> Cooccurrence:
    """Return the matrix with the rows of a block, and no others."""
    total = np.zeros(len(chosen), np.int64)
    for part in parts:
        total += part.row_sizes(0, len(chosen))
    most, folder = plan.most_cells() // 2, plan.folder
    columns: GrowingArray[np.uint32] = GrowingArray(np.uint32, most, folder)
    values: GrowingArray[np.float64] = GrowingArray(np.float64, most, folder)
    sizes = np.zeros(counts.words, np.int64)
    block_cells = plan.merging_room().block_cells
    for rows in add_up(total, parts, workers, block_cells, words=counts.words):
        first, end, row_sizes, row_columns, units = rows
        sizes[chosen[first:end]] = row_sizes
        columns.append(row_columns)
        values.append(in_ones(units))
    starts = np.concatenate(([0], np.cumsum(sizes)))
    return Cooccurrence(counts.words, counts.symmetric, starts, columns.finish(), values.finish())


def write_tiles(
    path: str,
    nonzeros: LongArray[np.void],
    low: npt.NDArray[np.float64],
    high: npt.NDArray[np.float64],
) -> None:
    """Write the tiles of a block, and its share of all rows' sums."""
    held: LongArray[np.uint8] = _Bytes(nonzeros)  # type: ignore[assignment]
    arrays: Arrays = {"low": low, "high": high, "nonzeros": held}
    with written(path) as here:
        write_arrays(here, TILES, {}, arrays, lasting=False)  # if the power fails, all begins anew


class _Bytes:
    """The bytes of nonzeros, in memory or on the disk, as an array."""

    dtype = np.dtype(np.uint8)

    def __init__(self, nonzeros: LongArray[np.void]) -> None:
        self._nonzeros = nonzeros

    def __len__(self) -> int:
        return len(self._nonzeros) * NONZERO.itemsize

    @property
    def shape(self) -> tuple[int]:
        return (len(self),)

    def __getitem__(self, where: slice) -> npt.NDArray[np.uint8]:
        first, end = where.start // NONZERO.itemsize, -(-where.stop // NONZERO.itemsize)
        start = first * NONZERO.itemsize
        held = self._nonzeros[first : min(end, len(self._nonzeros))]
        found: npt.NDArray[np.uint8] = np.frombuffer(bytes_of(held), np.uint8)
        return found[where.start - start : where.stop - start]


def write_blocks_of(tiles: TileGrid, work: Work) -> list[BlockTiles]:
    """Write tiles that were built here, block by block."""
    size = tiles.groups // work.blocks
    nothing = np.zeros(0)
    blocks = []
    for block in range(work.blocks):
        own = slice(block * size, (block + 1) * size)
        starts, diagonal = tiles.starts[own], tiles.diagonal_starts[own]
        first = starts[0, 0]
        path = work.place(f"tiles-{block}")
        write_tiles(path, tiles.nonzeros[first : starts[-1, -1]], nothing, nothing)
        blocks.append(BlockTiles(path, starts - first, diagonal - first))
    return blocks


def grid_of(
    blocks: Sequence[BlockTiles],
    grouping: Grouping,
    *,
    symmetric: bool,
    directed: bool,
    row_sums: npt.NDArray[np.float64] | None = None,
    most: int = 0,
    keep: bool = False,
) -> TileGrid:
    """Return the grid of all tiles, whose nonzeros stay in their files.

    Parameters
    ----------
    blocks : sequence of BlockTiles
    grouping : Grouping
    symmetric, directed : bool
    row_sums : ndarray of float64, optional
        By default those of the blocks are added up.
    most : int
        Nonzeros that may be kept in memory when they have been read.
    keep : bool
        Keep on this machine's disk what is fetched from a URL.
    """
    nonzeros = StoredNonzeros([block.path for block in blocks], most, keep=keep)
    starts = [block.starts + edge for block, edge in zip(blocks, nonzeros.edges, strict=False)]
    diagonal = [
        block.diagonal_starts + edge for block, edge in zip(blocks, nonzeros.edges, strict=False)
    ]
    if row_sums is None:
        row_sums = joined_sums(*_sums_of(block.path for block in blocks))
    held: Any = nonzeros
    return TileGrid(
        grouping,
        symmetric,
        directed,
        np.concatenate(starts),
        np.concatenate(diagonal),
        held,
        row_sums,
    )


def _sums_of(
    paths: Iterable[str],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Add up the shares of all rows' sums, which is exact."""
    total: list[npt.NDArray[np.float64]] = []
    for path in paths:
        shares = [open_array(path, TILES, name)[:] for name in ("low", "high")]
        total = [a + b for a, b in zip(total, shares, strict=True)] if total else shares
    return total[0], total[1]


class StoredNonzeros:
    """All nonzeros in the files of their blocks; what is read may be kept in memory.

    Parameters
    ----------
    paths : list of str
    most : int
        Nonzeros that may be kept.
    keep : bool
        As for `grid_of`.
    """

    dtype = NONZERO

    def __init__(self, paths: list[str], most: int = 0, *, keep: bool = False) -> None:
        self._files: list[DiskArray[np.void]] = []
        for path in paths:
            self._files.append(open_array(path, TILES, "nonzeros", keep=keep).viewed(NONZERO))
        self.edges = np.concatenate(([0], np.cumsum([len(file) for file in self._files])))
        self._room, self._held = most, dict[tuple[int, int], npt.NDArray[np.void]]()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Return how many there are."""
        return int(self.edges[-1])

    @property
    def nbytes(self) -> int:
        """Bytes of all."""
        return len(self) * NONZERO.itemsize

    def __getitem__(self, where: slice) -> npt.NDArray[np.void]:
        """Return a slice; if it is kept, the same array each time."""
        first, end, _ = where.indices(len(self))
        if (found := self._held.get((first, end))) is not None:
            return found
        nonzeros = np.empty(max(0, end - first), NONZERO)
        for file, (start, stop) in zip(self._files, self._stretches(), strict=True):
            here = max(first, start), min(end, stop)
            if here[0] < here[1]:
                file.read(here[0] - start, nonzeros[here[0] - first : here[1] - first])
        with self._lock:
            if self._room >= len(nonzeros):
                self._room -= len(nonzeros)
                self._held[first, end] = nonzeros
        return nonzeros

    def _stretches(self) -> Iterator[tuple[int, int]]:
        edges = self.edges.tolist()
        yield from itertools.pairwise(edges)
