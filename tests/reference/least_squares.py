"""What rows that are solved are told, one nonzero after the other, and their problems in full."""

from __future__ import annotations

import numpy as np

from reference.rules import dot

CLASSES, STRANDS = 8, 4


def expected_zeros(row, column):
    """Return the zeros of a pair, from [later draws | own draws | share | class] of its words."""
    return (row[1] if row[3] == column[3] else row[0]) * column[2]


def add_totals(nonzeros, by_column, row_zeros, column_zeros, totals):
    """Add up nonzeros, their weights and their pairs' zeros, row by row."""
    for row, column, _, weight in nonzeros.tolist():
        zeros = expected_zeros(row_zeros[row], column_zeros[column])
        totals[column if by_column else row] += 1, weight, zeros


def add_gradients(nonzeros, rows, fixed, by_column, targets, row_zeros, column_zeros, zero_target):
    """Add what nonzeros say to the gradients of rows."""
    slots = fixed.shape[1]
    for row, column, log_count, weight in nonzeros:
        zeros = expected_zeros(row_zeros[row], column_zeros[column])
        solved, c = (rows[column], fixed[row]) if by_column else (rows[row], fixed[column])
        product = dot(solved[:slots], c)
        target, zero = (log_count, np.float32(zero_target)) if targets else np.zeros(2, np.float32)
        solved[slots:] += (weight * (product - target) - zeros * (product - zero)) * c


def add_products(rows, matrix, scales):
    """Add scale * v M to the gradient of each row."""
    slots = len(matrix)
    for row, scale in zip(rows, scales, strict=True):
        product = np.zeros(slots, np.float32)
        for value, line in zip(row[:slots], matrix, strict=True):
            product += value * line
        row[slots:] += scale * product


def add_outer_products(rows, weights, first, end, matrix):
    """Add weight * c_k c_l of all rows to the lower triangle of a matrix."""
    for row, weight in zip(rows.astype(float), weights, strict=True):
        for k in range(first, end):
            matrix[k - first, : k + 1] += weight * row[k] * row[: k + 1]


def pair_zeros(counts, cells, symmetric, ratio, grouping):
    """Return how often each pair is drawn in an epoch, before those that meet are dropped.

    `cells` tells of each pair (i, j) whether it meets. Classes end at a quarter of the words, a
    sixteenth, and so on.
    """
    words = len(counts)
    shares = counts**0.75 / (counts**0.75).sum()
    if not symmetric:
        return ratio * (cells & ~np.eye(words, dtype=bool)).sum(axis=1)[:, None] * shares
    draws, rarest = ratio * np.triu(cells, 1).sum(axis=1), {}
    for group in range(grouping.groups):
        members = grouping.words(group).tolist()
        for braid in (members[first : first + STRANDS] for first in range(0, words, STRANDS)):
            rarest |= dict.fromkeys(braid, max(braid, default=None))
    ends = [words >> 2 * k for k in range(CLASSES)]
    class_of = np.array([-sum(i < end for end in ends) for i in range(words)])
    once = np.zeros((words, words))
    beyond = np.zeros((words, words), bool)  # the braid of i
    for i in range(words):
        beyond[i, rarest[i] + 1 :] = True
        drawn_from = shares[rarest[i] + 1 :].sum()
        once[i, i + 1 :] = draws[i] * shares[i + 1 :] / drawn_from if drawn_from else 0
    within = class_of[:, None] == class_of
    for number in set(class_of.tolist()):
        own = class_of == number
        pairs = np.triu(np.outer(shares, shares), 1)[np.ix_(own, own)].sum()
        total = (once * beyond)[np.ix_(own, own)].sum()
        once[np.ix_(own, own)] = np.outer(shares, shares)[np.ix_(own, own)] * (
            total / pairs if pairs else 0
        )
    return np.where(within, once, once + once.T)


def spread_zeros(cells, ratio):
    """Return as many zeros, spread over all pairs by the nonzeros of both words."""
    return ratio * np.outer(cells.sum(axis=1), cells.sum(axis=0)) / cells.sum()


def row_problem(word, others, biases, counts_met, zeros, sampling, decay, x_max, alpha):
    """Return A and b of one word's normal equations in float64, from its row of the matrix.

    `counts_met` holds its counts, 0 where it does not meet, `zeros` how often each is drawn.
    """
    ratio_weight, target = sampling
    met = counts_met > 0
    weights = np.where(met, np.minimum(1, counts_met / x_max) ** alpha, ratio_weight * zeros)
    targets = np.where(met, np.log(np.where(met, counts_met, 1)), target)
    design = np.hstack([others, np.ones((len(others), 1))])
    matrix = (design * weights[:, None]).T @ design
    updates = met.sum() + zeros[~met].sum()
    matrix[np.diag_indices(others.shape[1])] += decay * updates
    return matrix, (weights * (targets - biases)) @ design
