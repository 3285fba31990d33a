"""Place the cells of the matrix into tiles: the counterpart of `native/placing.pyx`."""

from __future__ import annotations

import numpy as np

from glove_ada.kernels.numba_backend.compilation import kernel
from glove_ada.kernels.numba_backend.elementary import exp, log


@kernel
def count_group_cells(words, row_starts, columns, group_of, tile_sizes):
    """Add the cells of a group's words to the sizes of its tiles; return the diagonal ones."""
    diagonal = 0
    for i in range(len(words)):
        row = words[i]
        for cell in range(row_starts[row], row_starts[row + 1]):
            tile_sizes[group_of[columns[cell]]] += 1
            diagonal += columns[cell] == row
    return diagonal


@kernel
def place_group(
    words,
    strands,
    row_starts,
    columns,
    counts,
    group_of,
    place_in_group,
    x_max,
    alpha,
    next_place,
    next_diagonal,
    strand_sizes,
    strand_turns,
    nonzeros,
):
    """Fill a group's tiles with the cells of its words, braid after braid."""
    log_x_max = log(x_max)
    for first in range(0, len(words), strands):
        braid = words[first : first + strands]
        strand_sizes[:] = 0
        strand_turns[:] = 0
        for strand in range(len(braid)):
            row = braid[strand]
            for cell in range(row_starts[row], row_starts[row + 1]):
                if columns[cell] != row:
                    strand_sizes[group_of[columns[cell]], strand] += 1
        for strand in range(len(braid)):
            row = braid[strand]
            for cell in range(row_starts[row], row_starts[row + 1]):
                column = columns[cell]
                q = group_of[column]
                if column == row:
                    place = next_diagonal
                    next_diagonal += 1
                else:
                    size = strand_sizes[q, strand]
                    turn = strand_turns[q, strand] + strand * size // strands
                    strand_turns[q, strand] += 1
                    if turn >= size:
                        turn -= size
                    place = next_place[q] + _braided_place(
                        strand_sizes, q, len(braid), strand, turn
                    )
                log_count = log(counts[cell])
                nonzeros[place].row = place_in_group[row]
                nonzeros[place].column = place_in_group[column]
                nonzeros[place].log_count = np.float32(log_count)
                nonzeros[place].weight = np.float32(
                    _weight_of_count(counts[cell], log_count, x_max, log_x_max, alpha)
                )
        for q in range(len(next_place)):
            for strand in range(len(braid)):
                next_place[q] += strand_sizes[q, strand]


@kernel
def _braided_place(sizes, q, strands, strand, turn):
    """Where a strand's nonzero goes when the strands take turns until each has run out."""
    place = 0
    for other in range(strands):
        place += min(turn + (other < strand), sizes[q, other])
    return place


@kernel
def _weight_of_count(count, log_count, x_max, log_x_max, alpha):
    """Return f(x), as `native/headers/weighting.h` has it."""
    return exp(alpha * (log_count - log_x_max)) if count < x_max else 1.0
