"""The sums that rows are solved by: as in `native/headers/least_squares.h`."""

from __future__ import annotations

import numpy as np

from glove_ada.kernels.definitions import LANES
from glove_ada.kernels.numba_backend.compilation import kernel
from glove_ada.kernels.numba_backend.lanes import load, splat, store, sum_lanes
from glove_ada.kernels.numba_backend.portable import prefetch_write

_AHEAD = 8  # nonzeros whose rows are fetched before they are needed
_ZERO = np.float32(0)
_LATER_DRAWS, _OWN_DRAWS, _SHARE, _CLASS = range(4)


@kernel
def expected_zeros(row, column):
    """Return the zeros that are expected of a nonzero's pair, from what is known of its words."""
    draws = row[_OWN_DRAWS] if row[_CLASS] == column[_CLASS] else row[_LATER_DRAWS]
    return draws * column[_SHARE]


@kernel
def add_totals(nonzeros, by_column, row_zeros, column_zeros, totals):
    """Add up nonzeros, their weights and their pairs' zeros, row by row."""
    for n in range(len(nonzeros)):
        row, column = np.int64(nonzeros[n].row), np.int64(nonzeros[n].column)
        solved = column if by_column else row
        totals[solved, 0] += 1
        totals[solved, 1] += nonzeros[n].weight
        totals[solved, 2] += expected_zeros(row_zeros[row], column_zeros[column])


@kernel
def add_gradients(
    nonzeros, rows, fixed, slots, by_column, targets, row_zeros, column_zeros, zero_target
):
    """Add what nonzeros say to the gradients of rows that are solved."""
    for n in range(len(nonzeros)):
        row, column = np.int64(nonzeros[n].row), np.int64(nonzeros[n].column)
        solved, other = 2 * slots * row, slots * column
        if by_column:
            solved, other = 2 * slots * column, slots * row
        if n + _AHEAD < len(nonzeros):
            later = nonzeros[n + _AHEAD]
            if by_column:
                for k in range(0, 2 * slots, LANES):
                    prefetch_write(rows, 2 * slots * np.int64(later.column) + k)
            else:
                for k in range(0, slots, LANES):
                    prefetch_write(fixed, slots * np.int64(later.column) + k)
        lanes = splat(_ZERO)
        for k in range(0, slots, LANES):
            lanes = lanes + load(rows, solved + k) * load(fixed, other + k)
        product = sum_lanes(lanes)
        zeros = expected_zeros(row_zeros[row], column_zeros[column])
        target, of_zeros = (nonzeros[n].log_count, zero_target) if targets else (_ZERO, _ZERO)
        g = nonzeros[n].weight * (product - target) - zeros * (product - of_zeros)
        for k in range(0, slots, LANES):
            gradient = load(rows, solved + slots + k) + splat(g) * load(fixed, other + k)
            store(rows, solved + slots + k, gradient)


@kernel
def add_products(rows, count, slots, matrix, scales):
    """Add scale * v M to the gradient of each row, whose point is v."""
    for i in range(count):
        row = 2 * i * slots
        for first in range(0, slots, LANES):
            sums = splat(_ZERO)
            for k in range(slots):
                sums = sums + splat(rows[row + k]) * load(matrix, k * slots + first)
            gradient = load(rows, row + slots + first) + splat(scales[i]) * sums
            store(rows, row + slots + first, gradient)


@kernel
def add_outer_products(rows, weights, first, end, matrix):
    """Add weight * c_k c_l of all rows c to the matrix, for some k and l up to k."""
    for k in range(first, end):
        sums = matrix[k - first]
        for j in range(len(rows)):
            row = rows[j]
            factor = weights[j] * np.float64(row[k])
            for n in range(k + 1):
                sums[n] += factor * np.float64(row[n])
