"""One word's least squares problem, the contexts held fixed, and its solution.

It is the problem of `training/least_squares/problem.py`, with the zeros spread that words are
solved with at the end of a training, posed from counts of the word alone: those of a whole text, or
of any part of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.kernels.elementary_arrays import exp_of_each, log_of_each
from glove_ada.run.uncertainty.frozen_contexts import Doubles, FrozenContexts
from glove_ada.run.uncertainty.word_contexts import WordContexts
from glove_ada.training.least_squares import cholesky

_LEAST_DECAY, _MOST_DECAY = 2.0**-30, 2.0**-6  # of the mean of a matrix's diagonal


@dataclass(frozen=True)
class RowProblem:
    """The problem of one word.

    Attributes
    ----------
    frozen : FrozenContexts
    contexts : ndarray of int64, shape (nonzeros,)
        That the word meets; they ascend.
    cells : ndarray of int64, shape (cells,)
        Of each cell of its `WordContexts`, the place of its context among these.
    counts, log_counts, weights : ndarray of float64, shape (nonzeros,)
        x, log x and f(x).
    expected_zeros : ndarray of float64, shape (nonzeros,)
        That the pair would have if it never met, times their weight.
    zeros : float
        The zeros of all pairs, if none met, times their weight.
    decay : float
        Times the vector's squared length in the cost.
    """

    frozen: FrozenContexts
    contexts: npt.NDArray[np.int64]
    cells: npt.NDArray[np.intp]
    counts: Doubles
    log_counts: Doubles
    weights: Doubles
    expected_zeros: Doubles
    zeros: float
    decay: float

    def matrix_and_right(self) -> tuple[Doubles, Doubles]:
        """Return A and b of the normal equations A x = b, x being the vector and its bias."""
        frozen, size = self.frozen, self.frozen.size
        fixed = frozen.rows[self.contexts]
        slots = fixed.shape[1]
        matrix = np.zeros((slots, slots))
        kernels.add_outer_products(fixed, self.weights - self.expected_zeros, 0, slots, matrix)
        matrix += np.tril(matrix, -1).T
        matrix += self.zeros * frozen.products
        logs = np.zeros((1, slots))
        pulls = self.weights * self.log_counts - self.expected_zeros * frozen.log_zero_count
        for first in range(0, len(fixed), 1 << 12):
            here = slice(first, first + (1 << 12))
            logs += np.cumsum(pulls[here, None] * fixed[here], axis=0)[-1]  # in order
        right = logs[0, :size] - matrix[size, :size]  # whose row has the contexts' biases
        right += self.zeros * frozen.log_zero_count * frozen.products[frozen.vector_size, :size]
        normal = matrix[:size, :size].copy()
        decayed = np.arange(frozen.vector_size)
        normal[decayed, decayed] += self.decay
        return normal, right


def pose(frozen: FrozenContexts, met: WordContexts) -> RowProblem:
    """Pose the problem of a word from what it meets."""
    contexts, cells = np.unique(met.contexts, return_inverse=True)
    counts: Doubles = np.bincount(cells, met.counts, len(contexts)).astype(np.float64)  # exact
    log_counts = log_of_each(counts)
    zeros = frozen.zero_weight * frozen.zeros * len(contexts)
    expected = zeros * frozen.shares[contexts]
    never_met = max(zeros - float(np.cumsum(expected)[-1]), 0.0) if len(contexts) else 0.0
    updates = len(contexts) + (never_met / frozen.zero_weight if frozen.zero_weight else 0.0)
    return RowProblem(
        frozen,
        contexts,
        cells.reshape(-1),
        counts,
        log_counts,
        weigh(frozen, counts, log_counts),
        expected,
        zeros,
        frozen.weight_decay * updates,
    )


def weigh(frozen: FrozenContexts, counts: Doubles, log_counts: Doubles) -> Doubles:
    """Return f(x) = min(1, x / x_max) ** alpha."""
    powers = exp_of_each(frozen.alpha * (log_counts - kernels.log(frozen.x_max)))
    weights: Doubles = np.where(counts < frozen.x_max, powers, 1.0)
    return weights


def factor(matrix: Doubles) -> Doubles:
    """Return L of L L^T of a row's matrix; if it is singular, of one with a little more decay."""
    factors = cholesky.factor(matrix)
    decay = _LEAST_DECAY
    while np.isnan(factors).any() and decay <= _MOST_DECAY:
        mean = float(np.trace(matrix)) / len(matrix) or 1.0
        factors = cholesky.factor(matrix + decay * mean * np.eye(len(matrix)))
        decay *= 4
    return factors


def solve(factors: Doubles, right: Doubles) -> Doubles:
    """Return the vector and its bias, shape (size,)."""
    solution: Doubles = cholesky.solve(factors, right[:, None])[:, 0]
    return solution
