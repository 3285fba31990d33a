"""What a word's row would be without each block of documents: the jackknife, to first order.

The row makes S(theta) = 0, half the gradient of its cost with the sign reversed. Without block d it
would be theta + A^-1 S_d(theta) to first order, with S_d what S is of the counts that are left:
f(x) and log x of those, and the zeros of pairs that meet nowhere else. (Efron 1982, "The jackknife,
the bootstrap and other resampling plans", chapter 6, has the infinitesimal jackknife. Here S_d is
taken whole, not differentiated, since most counts are those of one document; and A is taken to be
smaller without the block in proportion to its weights, as a mean's jackknife divides by n - 1.)
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glove_ada.kernels.elementary_arrays import log_of_each
from glove_ada.run.uncertainty.frozen_contexts import Doubles
from glove_ada.run.uncertainty.row_problem import RowProblem, weigh
from glove_ada.run.uncertainty.word_contexts import WordContexts
from glove_ada.training.least_squares import cholesky

_LEAST_WEIGHT = 0.1  # of all, lest a word of one block be divided by nothing
_EXACT_BITS = 53  # of whole numbers in a float64
_SUM_BITS = 28  # of the largest of numbers that are added up, fewer than 2**25
_CHUNK_CELLS = 1 << 14


@dataclass(frozen=True)
class Influences:
    """How a word's row would change if a block were left out.

    Attributes
    ----------
    blocks : ndarray of int64, shape (blocks with the word,)
    changes : ndarray of float64, shape (blocks with the word, size)
        Of the vector and, behind it, of the bias.
    """

    blocks: npt.NDArray[np.int64]
    changes: Doubles


def find_influences(
    problem: RowProblem, met: WordContexts, factors: Doubles, row: Doubles
) -> Influences:
    """Return the influence of each block.

    Parameters
    ----------
    problem : RowProblem
        Posed from `met`.
    met : WordContexts
    factors : ndarray of float64, shape (size, size)
        L of A = L L^T.
    row : ndarray of float64, shape (size,)
        The vector and its bias, where the scores are taken.
    """
    if not len(met.blocks):
        return Influences(met.blocks, np.zeros((0, problem.frozen.size)))
    without = _leave_out(problem, met)
    scores = _scores(problem, without, row)
    solved = cholesky.solve(factors, scores.T).T
    # The matrix becomes smaller, too: about as much as its weights do.
    smaller = np.maximum(without.total_weights(problem), _LEAST_WEIGHT)
    return Influences(met.blocks[without.starts], solved / smaller[:, None])


@dataclass(frozen=True)
class _Without:
    """What each block leaves if it is left out.

    Attributes
    ----------
    starts : ndarray of int64, shape (blocks,)
        Where each block's cells start.
    gone : ndarray of bool, shape (cells,)
        Whether the pair meets in no other block.
    log_counts, weights : ndarray of float64, shape (cells,)
        log x and f(x) of what is left; of what is gone, 0.
    zeros : ndarray of float64, shape (cells,)
        Zeros expected of pairs that are gone, times their weight.
    share : ndarray of float64, shape (blocks,)
        Of the word's nonzeros, with which zeros and decay go.
    """

    starts: npt.NDArray[np.int64]
    gone: npt.NDArray[np.bool_]
    log_counts: Doubles
    weights: Doubles
    zeros: Doubles
    share: Doubles

    def total_weights(self, problem: RowProblem) -> Doubles:
        """Return the weights of all pairs that are left, as a share of all, shape (blocks,)."""
        never_met = problem.zeros - math.fsum(problem.expected_zeros.tolist())
        total = math.fsum(problem.weights.tolist()) + never_met
        lost = _sums_in_order(problem.weights[problem.cells] - self.weights, self.starts)
        lost += (1 - self.share) * never_met - _sums_in_order(self.zeros, self.starts)
        return 1 - lost / total


def _leave_out(problem: RowProblem, met: WordContexts) -> _Without:
    rest = problem.counts[problem.cells] - met.counts  # exact
    gone = rest <= 0
    starts = np.flatnonzero(np.diff(met.blocks, prepend=-1))
    lost = np.add.reduceat(gone.astype(np.int64), starts)
    share = 1 - lost / len(problem.contexts)
    share_of_cell = np.repeat(share, np.diff(starts, append=len(gone)))
    log_counts = log_of_each(np.where(gone, 1.0, rest))
    weights = np.where(gone, 0.0, weigh(problem.frozen, rest, log_counts))
    zeros = np.where(gone, share_of_cell * problem.expected_zeros[problem.cells], 0.0)
    return _Without(starts, gone, log_counts, weights, zeros, share)


def _scores(problem: RowProblem, without: _Without, row: Doubles) -> Doubles:
    """Return the score of what is left without each block, shape (blocks, size)."""
    frozen, vector = problem.frozen, slice(problem.frozen.vector_size)
    predicted = predict(problem, row)
    of_nonzeros = problem.weights * (problem.log_counts - predicted)
    there = predicted[problem.cells]
    left = without.weights * (without.log_counts - there)
    left += without.zeros * (frozen.log_zero_count - there)
    scores = _sums_by_block(problem, left - of_nonzeros[problem.cells], without.starts)
    of_zeros = problem.expected_zeros * (frozen.log_zero_count - predicted)
    scores -= (1 - without.share)[:, None] * _score_of_zeros(problem, of_zeros, row)
    if frozen.zero_weight:
        decay = _sums_in_order(without.zeros, without.starts)
        decay *= frozen.weight_decay / frozen.zero_weight
        scores[:, vector] -= decay[:, None] * row[vector]
    return scores


def _sums_in_order(numbers: Doubles, starts: npt.NDArray[np.int64]) -> Doubles:
    """Add up the numbers of each block in whole numbers, so that no order shows."""
    unit = _unit(float(np.abs(numbers).max()), _SUM_BITS)
    sums: Doubles = np.add.reduceat(np.rint(numbers / unit), starts) * unit
    return sums


def predict(problem: RowProblem, row: Doubles) -> Doubles:
    """Return w.c + b + b_j for each nonzero."""
    extended = np.append(row, 1.0)  # which meets the context's bias
    predicted = np.empty(len(problem.contexts))
    for first in range(0, len(predicted), _CHUNK_CELLS):
        here = slice(first, first + _CHUNK_CELLS)
        fixed = problem.frozen.rows[problem.contexts[here], : len(extended)]
        predicted[here] = np.cumsum(fixed * extended, axis=1)[:, -1]  # in order
    return predicted


def _score_of_zeros(problem: RowProblem, zero_scores: Doubles, row: Doubles) -> Doubles:
    """Return what zeros and decay are of the score."""
    frozen, size = problem.frozen, problem.frozen.size
    products = frozen.products[: size + 1, :size]
    targets = frozen.log_zero_count * products[frozen.vector_size] - products[size]
    of_all = targets - np.cumsum(products[:size] * row[:, None], axis=0)[-1]
    whole = np.zeros(1, np.int64)
    of_met = _sums_by_block(problem, zero_scores, whole, cells=np.arange(len(zero_scores)))[0]
    score = problem.zeros * of_all - of_met
    score[: frozen.vector_size] -= problem.decay * row[: frozen.vector_size]
    return np.asarray(score)


def _sums_by_block(
    problem: RowProblem,
    factors: Doubles,
    starts: npt.NDArray[np.int64],
    cells: npt.NDArray[np.intp] | None = None,
) -> Doubles:
    """Add up factor times context, block by block, in whole numbers, so that no order shows."""
    cells = problem.cells if cells is None else cells
    size, ends = problem.frozen.size, np.append(starts[1:], len(cells))
    bits = (_EXACT_BITS - int((ends - starts).max()).bit_length()) // 2
    unit = _unit(float(np.abs(factors).max()), bits)
    fixed_unit = _unit(problem.frozen.largest, bits)
    whole = np.rint(factors / unit)
    sums = np.empty((len(starts), size))
    for first, end in _runs(starts, ends):
        here = slice(starts[first], ends[end - 1])
        fixed = problem.frozen.rows[problem.contexts[cells[here]], :size].astype(np.float64)
        np.rint(fixed / fixed_unit, out=fixed)
        fixed *= whole[here, None]
        sums[first:end] = np.add.reduceat(fixed, starts[first:end] - starts[first], axis=0)
    sums *= unit * fixed_unit
    return sums


def _runs(starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield ranges of blocks that have few cells together, or of one block."""
    shares = ends // _CHUNK_CELLS
    edges = [0, *(np.flatnonzero(np.diff(shares)) + 1).tolist(), len(starts)]
    yield from itertools.pairwise(edges)


def _unit(largest: float, bits: int) -> float:
    """Return the power of 2 to round to, so that the largest number has so many bits."""
    _, exponent = np.frexp(largest)
    return float(np.ldexp(1.0, int(exponent) - bits))
