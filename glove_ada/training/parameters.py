"""The parameters and where they lie in memory."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.kernels.definitions import LANES
from glove_ada.system.threads import Workers
from glove_ada.training.randomness import random_bits
from glove_ada.training.tiles import Grouping

ALIGNMENT = 64  # bytes: a cache line, and the widest vector
BLOCK_ROWS = 2048
LARGEST_INITIAL_VALUE = 0.5  # divided by the number of components
COLLAPSED = 1e-6  # of that; trainings that learn anything have components larger than it
_INITIAL_VALUES = 3  # what the random bits are for

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class RowLayout:
    """What lies where in a row.

    Rules that keep a state for each parameter have `[vector | bias | 1 | padding]` and then the
    states of the same shape. A context's row has the 1 where a word's has the bias, so that one
    dot product of two rows gives w.c and both biases. Rules for which time matters have a clock of
    the row behind the states. Rules that keep a few numbers of the row as a whole have
    `[vector | padding | those numbers]`, the bias the last of them.

    Attributes
    ----------
    vector_size : int
    states : int
        States of the parameters' shape.
    kept : int
        Numbers that are kept of the row as a whole.
    clock : bool
        Whether the row's own updates are counted.
    """

    vector_size: int
    states: int = 1
    kept: int = 0
    clock: bool = False

    @property
    def slots(self) -> int:
        """Floats of a row without its states, a multiple of the kernels' lanes."""
        return -(-(self.vector_size + (self.kept or 2)) // LANES) * LANES

    @property
    def row_floats(self) -> int:
        """Floats of a row with its states and its clock."""
        return (1 + self.states) * self.slots + (LANES if self.clock else 0)

    @property
    def row_bytes(self) -> int:
        """Bytes of a row with its states and its clock."""
        return 4 * self.row_floats

    def bias(self, side: int) -> int:
        """Return the place of the bias: `side` is 0 for words, 1 for contexts."""
        return self.slots - 1 if self.kept else self.vector_size + side

    def mask(self, vector_value: float, bias_value: float, side: int) -> Floats:
        """Return slots with one value for the vector, one for the bias, and 0 elsewhere."""
        mask: Floats = aligned_zeros(1, self.slots)[0]
        mask[: self.vector_size] = vector_value
        mask[self.bias(side)] = bias_value
        return mask

    def start(
        self,
        rows: Floats,
        side: int,
        *,
        vector_accumulator: float,
        bias_accumulator: float,
        dual_scale: float = 0.0,
    ) -> None:
        """Set all but vectors and biases to what training starts from, in place.

        The first state starts at the accumulators, the second at `dual_scale` times the
        parameters, what comes then at 0.
        """
        if self.kept:
            rows[:, -self.kept :][:, :2] = vector_accumulator, bias_accumulator
            return
        slots = self.slots
        rows[:, self.bias(1 - side)] = 1
        rows[:, slots:] = 0
        if self.states:
            rows[:, slots : 2 * slots] = vector_accumulator
            rows[:, slots + self.bias(side)] = bias_accumulator
        if dual_scale:
            rows[:, 2 * slots : 3 * slots] = rows[:, :slots] * np.float32(dual_scale)


@dataclass(frozen=True)
class StartVectors:
    """Vectors that words start from, in the order of the vocabulary.

    Attributes
    ----------
    vectors : ndarray of float32, shape (words, vector_size)
    known : ndarray of bool, shape (words,)
        Which words have one; the others start as they would without.
    """

    vectors: Floats
    known: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Parameters:
    """Words and contexts, laid out group by group.

    Attributes
    ----------
    layout : RowLayout
    grouping : Grouping
    words, contexts : ndarray of float32, shape (words, layout.row_floats)
        Directed contexts have twice as many rows: those of what stands to the right of a word, and
        then those of what stands to its left.
    """

    layout: RowLayout
    grouping: Grouping
    words: Floats
    contexts: Floats

    @property
    def directed(self) -> bool:
        """Whether each word has two contexts, one to its right and one to its left."""
        return len(self.contexts) > len(self.words)

    def rows_of(self, side: int, group: int) -> Floats:
        """Return the rows of one group's words or contexts, as they lie in memory."""
        return (self.words, self.contexts)[side][self.grouping.rows(group)]

    def vectors(self, side: int, *, left: bool = False) -> Floats:
        """Return a copy of one side's vectors, in the order of the vocabulary.

        Parameters
        ----------
        side : int
            0 for words, 1 for contexts.
        left : bool
            If these are directed, those to the left.
        """
        matrix = (self.words, self.contexts)[side]
        vectors: Floats = matrix[self._rows_in_order(left), : self.layout.vector_size]
        return vectors

    def biases(self, side: int, *, left: bool = False) -> Floats:
        """Return a copy of one side's biases, in the order of the vocabulary."""
        matrix = (self.words, self.contexts)[side]
        biases: Floats = matrix[self._rows_in_order(left), self.layout.bias(side)]
        return biases

    def _rows_in_order(self, left: bool) -> npt.NDArray[np.int64]:
        return self.grouping.row_of_word + (len(self.words) if left else 0)

    def accumulator_roots(self) -> tuple[Floats, Floats]:
        """Return the roots of the mean accumulators of a side's rows, for rules that keep those.

        Returns
        -------
        pair of ndarray of float32, shape (2,)
            Of words and of contexts: of their vectors, and of their biases.
        """
        kept = self.layout.kept
        # A cumulative sum is added up in the order of the rows; other sums, as the CPU likes.
        means = [
            np.cumsum(side[:, -kept:][:, :2], axis=0, dtype=np.float64)[-1] / len(side)
            for side in (self.words, self.contexts)
        ]
        words, contexts = (np.sqrt(mean).astype(np.float32) for mean in means)
        return words, contexts

    def finite(self) -> bool:
        """Return whether every parameter and accumulator is a finite number."""
        return all(
            bool(np.isfinite(side[first : first + BLOCK_ROWS]).all())
            for side in (self.words, self.contexts)
            for first in range(0, len(side), BLOCK_ROWS)
        )

    def collapsed(self) -> bool:
        """Return whether all vectors of a side are as good as zero, measured by what they were."""
        size = self.layout.vector_size
        least = COLLAPSED * LARGEST_INITIAL_VALUE / size
        return any(
            all(
                float(np.abs(side[first : first + BLOCK_ROWS, :size]).max()) < least
                for first in range(0, len(side), BLOCK_ROWS)
            )
            for side in (self.words, self.contexts)
        )


def aligned_zeros(rows: int, columns: int) -> Floats:
    """Return zeros of float32, shape (rows, columns), that start at a cache line."""
    spare = ALIGNMENT // 4
    flat = np.zeros(rows * columns + spare, np.float32)
    start = -flat.ctypes.data % ALIGNMENT // 4
    return flat[start : start + rows * columns].reshape(rows, columns)


def log_sum_biases(row_sums: npt.NDArray[np.float64]) -> Floats:
    """Return the biases that alone would explain the counts of words that meet by chance.

    If words i and j met by chance, x would be s_i s_j / S, with the sums of their rows and of all
    rows; b_i = log s_i - log(S) / 2 makes b_i + b_j its logarithm. Only what differs from chance
    is then left to the vectors, as in pointwise mutual information.

    Parameters
    ----------
    row_sums : ndarray of float64, shape (words,)
        Sums of the rows of the whole matrix; a word that meets none is taken to meet one.

    Returns
    -------
    ndarray of float32, shape (words,)
    """
    half_total = kernels.log(math.fsum(row_sums)) / 2
    sums = np.where(row_sums > 0, row_sums, 1.0)
    return np.array([kernels.log(s) - half_total for s in sums.tolist()], np.float32)


@dataclass(frozen=True)
class Start:
    """Where all parameters start: a function of seed, side, word and place in the row alone.

    Vectors and biases are drawn uniformly from (-0.5, 0.5) / vector_size, as the reference does.

    Parameters
    ----------
    layout : RowLayout
    grouping : Grouping
    seed : int
    vector_accumulator, bias_accumulator : float
        Where the sums of squared gradients start.
    dual_scale : float
        Times the parameters, where sums of gradients start.
    biases : ndarray of float32, shape (words,), optional
        Where the biases of either side start, in place of what is drawn.
    given : StartVectors, optional
        Where words start, in place of what is drawn; contexts and biases are drawn in any case.
    """

    layout: RowLayout
    grouping: Grouping
    seed: int
    vector_accumulator: float
    bias_accumulator: float
    dual_scale: float = 0.0
    biases: Floats | None = None
    given: StartVectors | None = None

    def fill(self, rows: Floats, table: int, words: npt.NDArray[np.int64]) -> None:
        """Fill rows of a table: 0 of words, 1 of contexts, 2 of contexts to the left.

        Parameters
        ----------
        rows : ndarray of float32, shape (rows, layout.row_floats)
        table : int
        words : ndarray of int64, shape (rows,)
            Whose rows they are.
        """
        layout, side = self.layout, min(table, 1)
        places = np.arange(layout.vector_size + 1)
        bits = random_bits(self.seed, _INITIAL_VALUES, table, words[:, None], places)
        # 24 bits are a float32's: the quotient below is exact but for its one rounding.
        unit = (bits >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24)
        values = (unit - np.float32(LARGEST_INITIAL_VALUE)) / np.float32(layout.vector_size)
        rows[:, : layout.vector_size] = values[:, :-1]
        if self.given and side == 0:
            known = self.given.known[words]
            rows[known, : layout.vector_size] = self.given.vectors[words[known]]
        drawn = values[:, -1]
        rows[:, layout.bias(side)] = drawn if self.biases is None else self.biases[words]
        layout.start(
            rows,
            side,
            vector_accumulator=self.vector_accumulator,
            bias_accumulator=self.bias_accumulator,
            dual_scale=self.dual_scale,
        )

    def slab(self, table: int, here: slice) -> Floats:
        """Return some rows of a table."""
        words = self.grouping.word_of_row[here]
        rows = aligned_zeros(len(words), self.layout.row_floats)
        for first in range(0, len(words), BLOCK_ROWS):
            block = slice(first, first + BLOCK_ROWS)
            self.fill(rows[block], table, words[block])
        return rows


def initial_parameters(
    layout: RowLayout,
    grouping: Grouping,
    workers: Workers,
    *,
    seed: int,
    vector_accumulator: float,
    bias_accumulator: float,
    dual_scale: float = 0.0,
    biases: Floats | None = None,
    directed: bool = False,
    given: StartVectors | None = None,
) -> Parameters:
    """Return the parameters that a training starts from.

    Parameters
    ----------
    layout, grouping, seed, vector_accumulator, bias_accumulator, dual_scale, biases, given
        As of `Start`.
    workers : Workers
        Who does the work; the result does not depend on them.
    directed : bool
        Whether each word has two contexts.
    """
    start = Start(
        layout, grouping, seed, vector_accumulator, bias_accumulator, dual_scale, biases, given
    )
    word_of_row = grouping.word_of_row
    rows = len(word_of_row)
    words = aligned_zeros(rows, layout.row_floats)
    contexts = aligned_zeros(2 * rows if directed else rows, layout.row_floats)
    tables = words, contexts[:rows], contexts[rows:]

    def fill(block: tuple[int, int]) -> None:
        table, first = block
        here = slice(first, first + BLOCK_ROWS)
        start.fill(tables[table][here], table, word_of_row[here])

    starts = range(0, rows, BLOCK_ROWS)
    blocks = [(table, first) for table in range(3 if directed else 2) for first in starts]
    workers.run_each(fill, blocks)
    return Parameters(layout, grouping, words, contexts)
