"""A model whose contexts are held fixed, as its file and the report beside it tell of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.errors import OptionError
from glove_ada.kernels.elementary_arrays import log_of_each
from glove_ada.run.new_words.expected_nonzeros import expect_nonzeros
from glove_ada.run.new_words.regression import regress
from glove_ada.run.options import Options
from glove_ada.run.report import report_path
from glove_ada.run.result import settle_weight_decay
from glove_ada.run.uncertainty.frozen_contexts import FrozenContexts, context_rows, hold_fixed
from glove_ada.run.uncertainty.model_files import options_of_report, read_report
from glove_ada.system.threads import Workers
from glove_ada.vectors.word_vectors import WordVectors

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class KnownModel:
    """A model and its options.

    Attributes
    ----------
    path : str
    vectors : WordVectors
    options : Options
        It was trained with.
    zero_count : float
        What a pair that never meets counts for.
    """

    path: str
    vectors: WordVectors
    options: Options
    zero_count: float

    def freeze(self, workers: Workers) -> FrozenContexts:
        """Hold the contexts fixed.

        The zeros of a word are spread over contexts by how many words these met, as training solves
        words; the model does not hold that, so that it is told from the counts of words.

        Raises
        ------
        OptionError
            If the model holds no contexts, or no counts.
        """
        counts, options = self.vectors.counts, self.options
        rows = context_rows(self.vectors, options)
        if rows is None or counts is None:
            raise OptionError(
                f"{self.path} holds vectors alone, and words are solved against contexts and "
                f"biases: train with a folder or .npz for --save-file, or give --method a-la-carte"
            )
        shares = np.zeros(len(rows))
        if options.zeros:
            both_sides = options.symmetric and not options.directed
            neighbours = options.window_size * (2 if both_sides else 1)
            expected = expect_nonzeros(np.asarray(counts, np.int64), neighbours)
            sides = len(rows) // len(expected)
            shares = np.tile(expected / (sides * math.fsum(expected.tolist())), sides)
        settled = settle_weight_decay(options, counts)
        return hold_fixed(rows, shares, settled, kernels.log(self.zero_count), workers)

    def map_to_given(self, workers: Workers) -> Doubles:
        """Return what a row is multiplied with to be like the vectors that users are given.

        Flattening the spectrum is a product with a matrix, and so is, as good as it can be, what a
        word's own contexts add: the matrix that makes the model's vectors of its rows.

        Returns
        -------
        ndarray of float64, shape (vector_size, size of what is given)
        """
        return regress(self._rows, self.vectors.vectors, self._weights, workers)

    def map_from_given(self, workers: Workers) -> Doubles:
        """Return what such a vector is multiplied with to be like a row."""
        return regress(self.vectors.vectors, self._rows, self._weights, workers)

    @property
    def _rows(self) -> npt.NDArray[Any]:
        rows = self.vectors.word_vectors
        assert rows is not None  # `freeze` has seen that the model is whole
        return rows

    @property
    def _weights(self) -> Doubles:
        counts = self.vectors.counts
        assert counts is not None
        return log_of_each(counts.astype(np.float64) + 1)


def open_model(path: str) -> KnownModel:
    """Open a model and the report beside it.

    Raises
    ------
    FormatError
        If either cannot be read, or the report tells too little.
    OptionError
        If new text cannot be read as the model's was.
    """
    facts = read_report(path)
    options = options_of_report(path, facts)
    if options.phrases:
        raise OptionError(
            f"{path} was trained with --phrases, and which words of another text to join it does "
            f"not say: train on text whose phrases are joined already"
        )
    zero_count = facts.get("training", {}).get("zero_count", 1.0)
    if not isinstance(zero_count, float) or not 0 < zero_count < float("inf"):
        raise OptionError(f"{report_path(path)} does not tell the zero count: train again")
    return KnownModel(path, WordVectors.load(path), options, zero_count)
