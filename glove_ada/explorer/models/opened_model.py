"""A file of vectors that is open to be asked."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.errors import FormatError
from glove_ada.explorer.models.compact_words import CompactWords, RowOfWord
from glove_ada.explorer.models.mapped_matrix import MappedMatrix, RowsInFile
from glove_ada.formats import read_vectors
from glove_ada.vectors.casing import is_lower_case
from glove_ada.vectors.cosine import FloatVector, Vector, cosines, row_norms
from glove_ada.vectors.word_vectors import WordVectors


class CompactVectors(WordVectors):
    """Vectors whose words take little memory; what is asked of them is answered as ever."""

    def __init__(
        self, words: CompactWords, mapped: MappedMatrix, counts: npt.NDArray[np.int64] | None
    ) -> None:
        super().__init__((), mapped.matrix[:0])
        self.index_to_key = words  # type: ignore[assignment]  # all but a list
        self.vectors, self.counts = mapped.matrix, counts
        self.release, self._blocks = mapped.release, mapped.blocks
        self._check()

    @property
    def key_to_index(self) -> RowOfWord:  # type: ignore[override]  # all but a dictionary
        """The row of each word."""
        return RowOfWord(self.words)

    @property
    def norms(self) -> FloatVector:
        """Euclidean length of each vector, shape (words,)."""
        if self._norms is None:
            lengths = [row_norms(self.vectors[rows]) for rows in self._blocks(0, len(self))]
            self._norms = np.concatenate(lengths)
        return self._norms

    def _cosines(self, query: Vector, part: slice) -> FloatVector:
        """Compute cosines as ever; no more than a block of the matrix is in memory at once."""
        start, stop, _ = part.indices(len(self))
        blocks = self._blocks(start, stop)
        found = [cosines(self.vectors[rows], self.norms[rows], query) for rows in blocks]
        return np.concatenate(found)

    @property
    def words(self) -> CompactWords:
        """The words by row."""
        words: Any = self.index_to_key
        assert isinstance(words, CompactWords)
        return words


@dataclass
class OpenedModel:
    """Vectors with their name.

    Attributes
    ----------
    name : str
        What tells it from the other model: the file's name, or the path if both have one name.
    path : str
    vectors : CompactVectors
    folds : bool
        Whether queries are folded to lower case, as the vocabulary is.
    has_both_sides : bool
        Whether its file has contexts and biases, too, of which standard errors are made.
    """

    name: str
    path: str
    vectors: CompactVectors
    folds: bool
    has_both_sides: bool

    @cached_property
    def _order(self) -> npt.NDArray[np.intp] | None:
        """The rows by frequency; None if that is the order of the file, or there are no counts."""
        counts = self.vectors.counts
        if counts is None or bool(np.all(counts[:-1] >= counts[1:])):
            return None
        return np.argsort(-counts, kind="stable")

    def most_frequent(self, words: int | None = None) -> npt.NDArray[np.intp]:
        """Return the rows of so many words (all by default), the most frequent first."""
        if self._order is None:
            return np.arange(len(self.vectors) if words is None else min(words, len(self.vectors)))
        return self._order[:words]

    def count(self, row: int) -> int | None:
        """Return how often a word occurs in the corpus, if that is known."""
        return None if self.vectors.counts is None else int(self.vectors.counts[row])

    def complete(self, beginning: str, count: int) -> list[int]:
        """Find the rows of words that begin so in this or another case, first rows first."""
        if not beginning:
            return []
        spellings = {beginning, beginning.lower()}
        if not self.folds:
            spellings |= {beginning.upper(), beginning.capitalize()}
        rows = {
            row
            for spelling in spellings
            for row in self.vectors.words.beginning_with(spelling, count)
        }
        exact = self.vectors.words.row(beginning.lower() if self.folds else beginning)
        return sorted(rows, key=lambda row: (row != exact, row))[:count]

    def spelled(self, pattern: str) -> list[int]:
        """Find the rows of words that are spelled so, `*` for any letters; frequent ones first."""
        rows = self.vectors.words.spelled(pattern.lower() if self.folds else pattern)
        counts = self.vectors.counts
        return rows if counts is None else sorted(rows, key=lambda row: -int(counts[row]))


def open_model(path: str, name: str | None = None) -> OpenedModel:
    """Open a file of vectors of any known format; the vectors are, or come to lie, on the disk.

    Raises
    ------
    FormatError
        If it is no file of vectors, or holds no words.
    """
    table = read_vectors(path, store=RowsInFile())
    if not table.words:
        raise FormatError(f"{path} holds no words: name a file of vectors that does")
    folds = is_lower_case(table.words)
    words = CompactWords(table.words)
    vectors = CompactVectors(words, MappedMatrix(table.vectors), table.counts)
    has_both_sides = table.word_vectors is not None and table.word_biases is not None
    name = name or os.path.basename(os.path.normpath(path))
    return OpenedModel(name, path, vectors, folds, has_both_sides)


def open_models(paths: Sequence[str]) -> list[OpenedModel]:
    """Open several files of vectors, under names that differ."""
    names = [os.path.basename(os.path.normpath(path)) for path in paths]
    distinct = len(set(names)) == len(names)
    return [
        open_model(path, name if distinct else path)
        for path, name in zip(paths, names, strict=True)
    ]
