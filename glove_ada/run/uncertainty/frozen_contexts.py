"""What is held fixed while a word's row is solved: contexts, biases and what zeros count for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.cooccurrence.matrix import Cooccurrence
from glove_ada.errors import OptionError
from glove_ada.run.options import Options
from glove_ada.run.result import settle_weight_decay
from glove_ada.system.sentences.counted import counted
from glove_ada.system.threads import Workers
from glove_ada.training.least_squares.fixed_products import FixedProducts
from glove_ada.training.negatives import choose_zero_count
from glove_ada.training.parameters import Floats, RowLayout, aligned_zeros
from glove_ada.vectors.word_vectors import WordVectors

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FrozenContexts:
    """The fixed side of all rows' problems, and the cost that they have in common.

    Attributes
    ----------
    rows : ndarray of float32, shape (contexts, slots)
        `[c | 1 | bias | padding]`. Of directed contexts those to the right come first.
    vector_size : int
    shares : ndarray of float64, shape (contexts,)
        Of each context in the zeros of a word: its share of all nonzeros.
    products : ndarray of float64, shape (slots, slots)
        The sum of share c c^T over all rows c.
    largest : float
        The largest magnitude of a number in a context's vector, or 1 if none is larger.
    x_max, alpha : float
        Of the weighting f(x).
    zeros, zero_weight, log_zero_count : float
        Zeros for each nonzero of a word, their weight, and their target in place of log x.
    weight_decay : float
        Of each nonzero and zero of a word.
    """

    rows: Floats
    vector_size: int
    shares: Doubles
    products: Doubles
    largest: float
    x_max: float
    alpha: float
    zeros: float
    zero_weight: float
    log_zero_count: float
    weight_decay: float

    @property
    def size(self) -> int:
        """Unknowns of a row: its vector and its bias."""
        return self.vector_size + 1

    @property
    def biases(self) -> Floats:
        """Of the contexts, shape (contexts,)."""
        return self.rows[:, self.size]


def freeze_contexts(
    vectors: WordVectors, options: Options, counts: Cooccurrence, workers: Workers
) -> FrozenContexts:
    """Hold a model's contexts and biases fixed.

    Parameters
    ----------
    vectors : WordVectors
        With contexts and biases.
    options : Options
        They were trained with.
    counts : Cooccurrence
        Of the text they were trained on.
    workers : Workers
        Who does the work; the result does not depend on them.

    Raises
    ------
    OptionError
        If there are no contexts or counts of words, they are not of such a matrix, or an anchor
        held the words, which their rows' problems do not know.
    """
    if options.anchor:
        raise OptionError(
            f"the model was trained with --anchor {options.anchor:g}, for which there are no "
            f"standard errors: train it without"
        )
    if vectors.counts is None:
        raise OptionError(
            "the model has no counts of its words, which standard errors need: save it as a "
            "folder or as .npz"
        )
    options = settle_weight_decay(options, vectors.counts)
    if counts.words != len(vectors):
        raise OptionError(
            f"the counts are of {counted(counts.words, 'word')} and the model has "
            f"{len(vectors):,}: give the text that it was trained on"
        )
    rows = context_rows(vectors, options)
    if rows is None:
        raise OptionError(
            "the model has no contexts and biases, which standard errors need: save it as a "
            "folder or as .npz"
        )
    nonzeros = _nonzeros_of_contexts(counts, options.directed)
    shares = nonzeros / max(int(nonzeros.sum()), 1) if options.zeros else np.zeros(len(rows))
    log_zero_count = 0.0
    if options.zeros:
        row_sums = counts.row_sums()
        log_zero_count = kernels.log(options.zero_count or choose_zero_count(row_sums))
    return hold_fixed(rows, shares, options, log_zero_count, workers)


def context_rows(vectors: WordVectors, options: Options) -> Floats | None:
    """Return a model's contexts as `FrozenContexts` has them, or None if it lacks some.

    Raises
    ------
    OptionError
        If the options are of another dimension.
    """
    sides = [(vectors.context_vectors, vectors.context_biases)]
    if options.directed:
        sides.append((vectors.left_context_vectors, vectors.left_context_biases))
    layout = RowLayout(options.vector_size, states=0)
    rows = aligned_zeros(len(sides) * len(vectors), layout.slots)
    for number, (context_vectors, biases) in enumerate(sides):
        if context_vectors is None or biases is None:
            return None
        if context_vectors.shape[1] != options.vector_size:
            size = counted(context_vectors.shape[1], "dimension")
            raise OptionError(
                f"the model's vectors have {size} and its report "
                f"tells of {options.vector_size:,}: give it with its own report"
            )
        here = rows[number * len(vectors) : (number + 1) * len(vectors)]
        here[:, : options.vector_size] = context_vectors
        here[:, layout.bias(0)], here[:, layout.bias(1)] = 1, biases
    return rows


def hold_fixed(
    rows: Floats, shares: Doubles, options: Options, log_zero_count: float, workers: Workers
) -> FrozenContexts:
    """Put together what all rows' problems have in common; the weight decay must be settled."""
    return FrozenContexts(
        rows,
        options.vector_size,
        shares,
        FixedProducts(rows, np.arange(len(rows)), workers).sum(shares),
        max(1.0, float(np.abs(rows[:, : options.vector_size]).max())),
        options.x_max,
        options.alpha,
        options.zeros,
        options.zero_weight,
        log_zero_count,
        options.weight_decay or 0.0,
    )


def _nonzeros_of_contexts(counts: Cooccurrence, directed: bool) -> npt.NDArray[np.int64]:
    """Return how many words each context meets."""
    of_columns = np.zeros(counts.words, np.int64)
    for first, end in counts.row_blocks():
        cells = slice(counts.row_starts[first], counts.row_starts[end])
        of_columns += np.bincount(counts.columns[cells], minlength=counts.words)
    of_rows = np.diff(counts.row_starts)
    if directed:  # the cell (i, right, j) is the cell (j, left, i)
        return np.concatenate((of_columns, of_rows))
    if not counts.symmetric:
        return of_columns
    on_diagonal = np.zeros(counts.words, np.int64)
    for first, end in counts.row_blocks():
        cells = slice(counts.row_starts[first], counts.row_starts[end])
        rows = np.repeat(np.arange(first, end), np.diff(counts.row_starts[first : end + 1]))
        on_diagonal += np.bincount(rows[counts.columns[cells] == rows], minlength=counts.words)
    return of_columns + of_rows - on_diagonal
