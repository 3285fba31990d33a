"""Count co-occurrences over an inverted index: the counterpart of `native/headers/counting.h`."""

from __future__ import annotations

import numpy as np

from glove_ada.kernels.definitions import BREAK
from glove_ada.kernels.numba_backend.compilation import kernel
from glove_ada.kernels.numba_backend.portable import trailing_zeros

_ZERO, _ONE = np.uint64(0), np.uint64(1)
_SIX = np.uint64(6)
_LOW_SIX = np.uint64(63)


@kernel
def count_words(ids, first, end, occurrences):
    """Add up how often each word occurs in `ids[first:end]`."""
    for i in range(first, end):
        if ids[i] != BREAK:
            occurrences[ids[i]] += 1


@kernel
def index_positions(ids, first, end, next_place, positions):
    """List where each word occurs in `ids[first:end]`."""
    for i in range(first, end):
        if ids[i] != BREAK:
            positions[next_place[ids[i]]] = i
            next_place[ids[i]] += 1


@kernel
def count_rows(
    ids,
    positions,
    starts,
    first_row,
    end_row,
    weights,
    symmetric,
    sums,
    marks,
    marked_blocks,
    columns,
    counts,
    row_sizes,
):
    """Write the cells of rows `first_row:end_row`; return how many."""
    cells = 0
    for row in range(first_row, end_row):
        size = _count_row(
            ids,
            positions[starts[row] : starts[row + 1]],
            np.uint32(row),
            weights,
            symmetric,
            sums,
            columns[cells:],
        )
        _write_row(columns, cells, cells + size, marks, marked_blocks, sums, counts)
        row_sizes[row - first_row] = size
        cells += size
    return cells


@kernel
def add_rows(
    part_columns,
    part_counts,
    starts,
    sums,
    marks,
    marked_blocks,
    columns,
    counts,
    row_sizes,
):
    """Add up rows that were counted in parts; write their cells; return how many."""
    cells = 0
    for row in range(starts.shape[1] - 1):
        size = 0
        for part in range(starts.shape[0]):
            for i in range(starts[part, row], starts[part, row + 1]):
                column = part_columns[i]
                columns[np.uint64(cells + size)] = column
                size += sums[column] == 0
                sums[column] += part_counts[i]
        _write_row(columns, cells, cells + size, marks, marked_blocks, sums, counts)
        row_sizes[row] = size
        cells += size
    return cells


@kernel
def _write_row(columns, first, end, marks, marked_blocks, sums, counts):
    """Write out the sums of the touched columns in ascending order and clear them."""
    _sort_columns(columns[first:end], marks, marked_blocks, len(sums))
    for i in range(first, end):
        counts[i] = sums[columns[i]]
        sums[columns[i]] = 0


@kernel
def _count_row(ids, positions, row, weights, symmetric, sums, touched):
    """Add up the weights of a row's neighbours; list the columns touched, return how many."""
    n = 0
    first_column = row if symmetric else np.uint32(0)
    for k in range(len(positions)):
        if symmetric:
            n = _walk_side(ids, positions[k], -1, first_column, weights, sums, touched, n)
        n = _walk_side(ids, positions[k], 1, first_column, weights, sums, touched, n)
    return n


@kernel
def _walk_side(ids, here, step, first_column, weights, sums, touched, n):
    for distance in range(1, len(weights)):
        column = ids[np.uint64(here + step * distance)]
        if column == BREAK:
            break
        if column < first_column:  # the mirror of another row's
            continue
        touched[np.uint64(n)] = column
        n += (sums[column] == 0) & (weights[distance] != 0)
        sums[column] += weights[distance]
    return n


@kernel
def _sort_columns(columns, marks, blocks, words):
    """Mark the columns in a bitmap of two storeys and read it out."""
    for i in range(len(columns)):
        mark = np.uint64(columns[i]) >> _SIX
        marks[mark] |= _ONE << (np.uint64(columns[i]) & _LOW_SIX)
        blocks[mark >> _SIX] |= _ONE << (mark & _LOW_SIX)
    written = 0
    for block in range((words - 1) // 4096 + 1):
        while blocks[block] != _ZERO:
            mark = block * 64 + trailing_zeros(blocks[block])
            blocks[block] &= blocks[block] - _ONE
            while marks[mark] != _ZERO:
                columns[written] = mark * 64 + trailing_zeros(marks[mark])
                marks[mark] &= marks[mark] - _ONE
                written += 1
