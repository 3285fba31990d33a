"""How differently two halves of a word's documents pull at its row: Rao's score test.

At the row that both halves have together, their scores (half the gradients of their costs) add up
to nearly 0. What one half pulls one way and the other the other way says how differently they use
the word, in whichever direction. No row is solved, so that thousands of ways to halve the documents
can be looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glove_ada.kernels.elementary_arrays import log_of_each
from glove_ada.run.uncertainty.frozen_contexts import Doubles, FrozenContexts
from glove_ada.run.uncertainty.influences import predict
from glove_ada.run.uncertainty.row_problem import RowProblem, weigh
from glove_ada.run.uncertainty.word_contexts import WordContexts

Halves = npt.NDArray[np.bool_]
_EXACT_BITS = 53


@dataclass(frozen=True)
class HalvedWord:
    """One word, whose blocks of documents can be halved in many ways.

    Attributes
    ----------
    problem : RowProblem
        Of both halves.
    met : WordContexts
        What it was posed from.
    row : ndarray of float64, shape (size,)
        Its solution.
    frozen : (FrozenContexts, FrozenContexts)
        What is held fixed for either half.
    """

    problem: RowProblem
    met: WordContexts
    row: Doubles
    frozen: tuple[FrozenContexts, FrozenContexts]

    def distances(self, halves: Halves) -> Doubles:
        """Return how far apart the scores of the two halves are, each for its weight.

        Parameters
        ----------
        halves : ndarray of bool, shape (ways, blocks with the word)
            Which blocks are of the first half.

        Returns
        -------
        ndarray of float64, shape (ways,)
        """
        blocks = np.cumsum(np.diff(self.met.blocks, prepend=self.met.blocks[0]) != 0)
        first = self._scores(halves[:, blocks], self.frozen[0])
        second = self._scores(~halves[:, blocks], self.frozen[1])
        squares: Doubles = np.cumsum((first - second) ** 2, axis=1)[:, -1]
        return np.sqrt(squares)

    def _scores(self, cells: Halves, frozen: FrozenContexts) -> Doubles:
        """Return the scores of some cells, for their weight, for each way to take them."""
        problem, size = self.problem, frozen.size
        counts = np.array(
            [
                np.bincount(problem.cells, self.met.counts * taken, len(problem.contexts))
                for taken in cells
            ]
        )
        meets = counts > 0
        nonzeros = np.count_nonzero(meets, axis=1)[:, None]
        log_counts = log_of_each(np.where(meets, counts, 1.0))
        weights = np.where(meets, weigh(frozen, counts, log_counts), 0.0)
        a_zero = frozen.zero_weight * frozen.zeros  # of a nonzero
        zeros = np.where(meets, nonzeros * (a_zero * frozen.shares[problem.contexts]), 0.0)
        predicted, target = predict(problem, self.row), frozen.log_zero_count
        pulls = weights * (log_counts - predicted) - zeros * (target - predicted)
        products = frozen.products[: size + 1, :size]
        of_all = target * products[size - 1] - products[size]
        of_all -= np.cumsum(products[:size] * self.row[:, None], axis=0)[-1]
        scores = self._sums(pulls) + nonzeros * a_zero * of_all
        decay = problem.decay * nonzeros / len(problem.contexts)
        scores[:, :-1] -= decay * self.row[:-1]
        # How often the word occurs is the bias's affair: it is moved to where it pulls no more.
        by_bias = self._sums(weights - zeros) + nonzeros * a_zero * products[size - 1]
        total = by_bias[:, -1:]
        moved: Doubles = (scores - scores[:, -1:] / total * by_bias) / total
        return moved[:, :-1]

    def _sums(self, factors: Doubles) -> Doubles:
        """Return sums of factor times context, in whole numbers, so that no order shows."""
        frozen = self.problem.frozen
        bits = (_EXACT_BITS - factors.shape[1].bit_length()) // 2
        unit, fixed_unit = (
            float(np.ldexp(1.0, int(np.frexp(largest)[1]) - bits))
            for largest in (float(np.abs(factors).max()), frozen.largest)
        )
        fixed = frozen.rows[self.problem.contexts, : frozen.size] / fixed_unit
        sums: Doubles = np.rint(factors / unit) @ np.rint(fixed.astype(np.float64))
        return sums * (unit * fixed_unit)
