"""From a word's row to the vector that users are given: linear, the context's part held fixed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glove_ada.errors import OptionError
from glove_ada.run.options import Options
from glove_ada.run.uncertainty.frozen_contexts import Doubles
from glove_ada.system.sentences.counted import counted
from glove_ada.vectors.combination import combine_sides
from glove_ada.vectors.spectrum import Floats, flattening_matrix, multiply_rows
from glove_ada.vectors.word_vectors import WordVectors

_LARGEST_DIFFERENCE = 1e-3  # of the largest component, between the model's vectors and ours


@dataclass(frozen=True)
class GivenVectors:
    """How vectors that users are given come from rows.

    Attributes
    ----------
    context_part : ndarray of float32, shape (words, vector_size or twice that)
        What is added to each word's vector; with `model` "both", it has zeros for the word's own.
    matrix : ndarray of float64, shape (vector_size or twice that, as many)
        What the sum is multiplied with: it flattens the spectrum.
    """

    context_part: Floats
    matrix: Doubles

    @property
    def size(self) -> int:
        """Components of a vector."""
        return len(self.matrix)

    def of(self, word: int, vectors: Doubles) -> Doubles:
        """Return what users are given for some vectors of a word, shape (vectors, size)."""
        given = np.repeat(self.context_part[word : word + 1].astype(np.float64), len(vectors), 0)
        given[:, : vectors.shape[1]] += vectors
        return self._multiplied(given)

    def changes(self, changes: Doubles) -> Doubles:
        """Return how they change if a word's vector does, shape (changes, size)."""
        padded = np.zeros((len(changes), self.size))
        padded[:, : changes.shape[1]] = changes
        return self._multiplied(padded)

    def _multiplied(self, rows: Doubles) -> Doubles:
        multiply_rows(rows, self.matrix)  # type: ignore[arg-type]  # float64 is as good
        return rows


def find_map(vectors: WordVectors, options: Options) -> GivenVectors:
    """Find the map of a model, and check that it makes the model's vectors.

    Raises
    ------
    OptionError
        If the model has not both sides, or its vectors come from other options.
    """
    word, context, left = (
        None if side is None else np.asarray(side, np.float32)
        for side in (vectors.word_vectors, vectors.context_vectors, vectors.left_context_vectors)
    )
    if word is None or context is None or (options.directed and left is None):
        raise OptionError(
            "the model holds vectors alone, and standard errors need its contexts and biases: "
            "train with a folder or .npz for --save-file"
        )
    if options.model == "context":
        raise OptionError(
            "the model gives vectors of contexts, which are held fixed here: train with another "
            "--model"
        )
    combined = combine_sides(
        word,
        context,
        left,
        model=options.model,
        context_weight=options.context_weight,
        singular_power=1,
    )
    if len(combined) < combined.shape[1]:
        raise OptionError(
            f"standard errors need more words than dimensions, not "
            f"{counted(len(combined), 'word')} of {combined.shape[1]}: train with a lower "
            f"--vector-size"
        )
    matrix = flattening_matrix(combined, options.singular_power)
    context_part = combined
    context_part[:, : word.shape[1]] -= word
    if options.model == "word":
        context_part[:] = 0
    found = GivenVectors(context_part, matrix)
    few = range(0, len(word), max(1, len(word) // 16))
    ours = np.vstack([found.of(row, word[row : row + 1].astype(np.float64)) for row in few])
    theirs = vectors.vectors[list(few)]
    if theirs.shape != ours.shape or (
        np.abs(theirs - ours).max() > _LARGEST_DIFFERENCE * np.abs(ours).max()
    ):
        raise OptionError(
            "the model's vectors are not those that its report's options make of its two sides: "
            "give it with its own report"
        )
    return found
