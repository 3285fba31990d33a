"""A rule that steps a row's vector as a whole: as in `row_rule.h`, one update after the other."""

from __future__ import annotations

import numpy as np

from glove_ada.kernels.definitions import LANES
from glove_ada.kernels.numba_backend.compilation import kernel, part_of_kernels
from glove_ada.kernels.numba_backend.lanes import load, splat, store, sum_lanes, without_quarter
from glove_ada.kernels.numba_backend.portable import prefetch_write

_AHEAD = 8  # nonzeros whose rows are fetched before they are needed
_ZERO, _ONE = np.float32(0), np.float32(1)
# Where the constants stand, and what a row's last quarter holds.
_EPS, _DECAY, _TWICE_DECAY, _DECAY_SQUARED, _ONE_OVER_SIZE = range(5)
_KEPT, _ACCUMULATOR, _BIAS_ACCUMULATOR, _SPARE, _BIAS = 4, 0, 1, 2, 3


@part_of_kernels
def train_rows(rate_of, nonzeros, rows, columns, row_rate, column_rate, constants):
    """Train a tile's nonzeros by a rule; return what they cost, and what the zeros among them.

    Parameters
    ----------
    rate_of : kernel
        `rate_of(rate, accumulator, eps)` returns the rate of a vector or a bias.
    """
    slots = len(row_rate)
    kept = slots - _KEPT
    cost = zero_cost = 0.0
    for n in range(len(nonzeros)):
        row, column = slots * np.int64(nonzeros[n].row), slots * np.int64(nonzeros[n].column)
        if n + _AHEAD < len(nonzeros):
            later = nonzeros[n + _AHEAD]
            for k in range(0, slots, LANES):
                prefetch_write(columns, slots * np.int64(later.column) + k)
                prefetch_write(rows, slots * np.int64(later.row) + k)
        product, w_square, c_square = _products(rows, row, columns, column, slots)
        w, c = rows[row + kept : row + slots], columns[column + kept : column + slots]
        difference = product + (w[_BIAS] + c[_BIAS]) - nonzeros[n].log_count
        weight = nonzeros[n].weight
        g = abs(weight) * difference
        across = g * constants[_TWICE_DECAY] * product
        w_head, w_keep, w_add = _accumulate(
            rate_of, w, w_square, c_square, g, across, row_rate, constants
        )
        c_head, c_keep, c_add = _accumulate(
            rate_of, c, c_square, w_square, g, across, column_rate, constants
        )
        for k in range(0, slots, LANES):
            word, context = load(rows, row + k), load(columns, column + k)
            store(rows, row + k, splat(w_keep) * word + splat(w_add) * context)
            store(columns, column + k, splat(c_keep) * context + splat(c_add) * word)
        w[_ACCUMULATOR], w[_BIAS_ACCUMULATOR], w[_SPARE], w[_BIAS] = w_head
        c[_ACCUMULATOR], c[_BIAS_ACCUMULATOR], c[_SPARE], c[_BIAS] = c_head
        if weight < 0:
            zero_cost += 0.5 * g * difference
        else:
            cost += 0.5 * g * difference
    return cost, zero_cost


@kernel
def _products(rows, row, columns, column, slots):
    """Return w.c, |w|^2 and |c|^2."""
    both, words, contexts = splat(_ZERO), splat(_ZERO), splat(_ZERO)
    for k in range(0, slots, LANES):
        w, c = load(rows, row + k), load(columns, column + k)
        if k + LANES == slots:
            w, c = without_quarter(w), without_quarter(c)
        both = both + w * c
        words = words + w * w
        contexts = contexts + c * c
    return sum_lanes(both), sum_lanes(words), sum_lanes(contexts)


@part_of_kernels
def _accumulate(rate_of, kept, square, other_square, g, across, rates, constants):
    """Return what is kept of a row after the update, and what becomes of its vector.

    `rates` are those of the slots: of the vector first, of the bias last.
    """
    g_squared = g * g
    mean = (g_squared * other_square + (across + constants[_DECAY_SQUARED] * square)) * constants[
        _ONE_OVER_SIZE
    ]
    accumulator = kept[_ACCUMULATOR] + (mean if mean > _ZERO else _ZERO)
    bias_accumulator = kept[_BIAS_ACCUMULATOR] + g_squared
    rate = rate_of(rates[0], accumulator, constants[_EPS])
    bias_rate = rate_of(rates[-1], bias_accumulator, constants[_EPS])
    bias = kept[_BIAS] - bias_rate * g
    head = (accumulator, bias_accumulator, kept[_SPARE], bias)
    return head, _ONE - rate * constants[_DECAY], -(rate * g)
