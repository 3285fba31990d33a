"""Place the cells of the matrix into tiles: the counterpart of `placing.pyx` and `elementary.h`.

The signatures and what they mean are those of the compiled kernels; see `kernels/placing.pyx`.
"""

from __future__ import annotations

import math

import numpy as np

from glove_ada.kernels.numba_backend.compilation import kernel

_LN2_HIGH = 6.93147180369123816490e-01  # 33 bits, so that its small multiples are exact
_LN2_LOW = 1.90821492927058770002e-10
_LOG2_E = 1.44269504088896338700e00
_SQRT_2 = 1.41421356237309504880


@kernel
def log(x):
    """Return the natural logarithm of a normal number above 0."""
    half_m, exponent = math.frexp(x)  # m / 2 in [1/2, 1)
    m = 2 * half_m
    exponent -= 1
    if m >= _SQRT_2:
        m *= 0.5
        exponent += 1
    f = (m - 1) / (m + 1)
    s = f * f
    series = 0.0
    for k in range(21, 0, -2):
        series = series * s + 1.0 / k
    return exponent * _LN2_HIGH + (2 * f * series + exponent * _LN2_LOW)


@kernel
def exp(y):
    """Return e to the power y, for y below 700; 0 for y below -700."""
    if y < -700:
        return 0.0
    scaled = y * _LOG2_E
    k = int(scaled + (-0.5 if scaled < 0 else 0.5))
    r = (y - k * _LN2_HIGH) - k * _LN2_LOW
    series = 1.0
    for n in range(14, 0, -1):
        series = 1 + series * r * (1.0 / n)
    return math.ldexp(series, k)


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
                    exp(alpha * (log_count - log_x_max)) if counts[cell] < x_max else 1.0
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
