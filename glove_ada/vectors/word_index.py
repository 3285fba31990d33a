"""Words, their vectors, and the way from the one to the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, KeysView, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.errors import OptionError
from glove_ada.system.sentences.counted import counted
from glove_ada.vectors.cosine import (
    FloatVector,
    Matrix,
    Vector,
    normed,
    row_norms,
    unit_vector,
    working_dtype,
)
from glove_ada.vectors.spelling import UnknownWordError

Key = str | int | np.integer[Any]


class WordLookup:
    """A vector for each word, found by the word or by its index.

    Names and results are those of gensim's `KeyedVectors`.

    Attributes
    ----------
    index_to_key : list of str
        The words, by row.
    vectors : ndarray of float, shape (words, vector_size)
        One row a word; may be memory-mapped.
    counts : ndarray of int64, shape (words,), optional
        How often each word occurs in the corpus.
    """

    def __init__(
        self,
        words: Iterable[str],
        vectors: Matrix,
        counts: npt.NDArray[np.int64] | None = None,
    ) -> None:
        self.index_to_key: list[str] = list(words)
        self.vectors: Matrix = vectors
        self.counts = counts
        self._norms: FloatVector | None = None
        self._check()

    def _check(self) -> None:
        """Refuse words and arrays that do not belong together."""
        words = len(self.index_to_key)
        needy = counted(words, "word needs", "words need")
        if not hasattr(self.vectors, "ndim"):
            kind = type(self.vectors).__name__
            raise OptionError(f"vectors are an array with a row for each word, not a {kind}")
        if self.vectors.ndim != 2 or len(self.vectors) != words:
            raise OptionError(f"{needy} a matrix of as many rows, not shape {self.vectors.shape}")
        if self.counts is not None and np.shape(self.counts) != (words,):
            raise OptionError(f"{needy} as many counts, not shape {np.shape(self.counts)}")

    def __len__(self) -> int:
        """Count the words."""
        return len(self.index_to_key)

    def __contains__(self, key: object) -> bool:
        """Tell whether a word, or an index, has a vector."""
        if isinstance(key, int | np.integer):
            return 0 <= int(key) < len(self)
        return key in self.key_to_index

    def __iter__(self) -> Iterator[str]:
        """Go through the words, the most frequent first."""
        return iter(self.index_to_key)

    def __getitem__(self, keys: Key | Sequence[Key] | slice) -> Vector | Matrix:
        """Look up the vector of one key, or the matrix of a list of keys or a slice of rows.

        Raises
        ------
        KeyError
            If a key is unknown; the message names the nearest spellings.
        """
        if isinstance(keys, str | int | np.integer):
            return self.get_vector(keys)
        if isinstance(keys, slice):
            rows: Matrix = self.vectors[keys]
            rows.flags.writeable = False
            return rows
        return self.vectors[[self.get_index(key) for key in list_of_words("the key", keys)]]

    def keys(self) -> KeysView[str]:
        """Return the words, in the order of the rows."""
        return self.key_to_index.keys()

    def get(self, key: Key, default: Any = None) -> Any:
        """Look up a vector, or return the default if the key is unknown."""
        return self.get_vector(key) if key in self else default

    def has_index_for(self, key: Key) -> bool:
        """Tell whether a word, or an index, has a vector."""
        return key in self

    def __repr__(self) -> str:
        """Say how large the table is."""
        size = counted(self.vector_size, "dimension")
        return f"{type(self).__name__}({counted(len(self), 'word')}, {size})"

    @cached_property
    def key_to_index(self) -> dict[str, int]:
        """The row of each word; made when first asked for, since files open faster without.

        Raises
        ------
        OptionError
            If a word is repeated; it is a ValueError.
        """
        rows = range(len(self.index_to_key))
        index = dict(zip(self.index_to_key, rows, strict=True))
        if len(index) != len(rows):
            raise OptionError(f"{len(rows) - len(index):,} of the words are repeated")
        return index

    @property
    def vector_size(self) -> int:
        """Number of dimensions."""
        return int(self.vectors.shape[1])

    @property
    def norms(self) -> FloatVector:
        """Euclidean length of each vector, shape (words,)."""
        if self._norms is None:
            self._norms = row_norms(self.vectors)
        return self._norms

    def get_index(self, key: Key, default: int | None = None) -> int:
        """Find the row of a word (or check that an index is one).

        Raises
        ------
        KeyError
            If the key is unknown and no `default` is given.
        """
        if isinstance(key, str) and key in self.key_to_index:
            return self.key_to_index[key]
        if isinstance(key, int | np.integer) and key in self:
            return int(key)
        if default is not None:
            return default
        raise UnknownWordError(key, self.index_to_key)

    def get_vector(self, key: Key, norm: bool = False) -> Vector:
        """Look up a vector, read-only, scaled to length 1 if `norm`.

        Raises
        ------
        KeyError
            If the key is unknown.
        """
        vector: Vector = self.vectors[self.get_index(key)]
        if norm:
            vector = unit_vector(vector.astype(working_dtype(self.vectors)))
        vector.flags.writeable = False
        return vector

    def get_normed_vectors(self) -> Matrix:
        """Copy all vectors, scaled to length 1; vectors of zeros stay as they are."""
        return normed(self.vectors, self.norms)

    def get_vecattr(self, key: Key, attr: str) -> int:
        """Look up an attribute of a word: its `"count"` in the corpus.

        Raises
        ------
        KeyError
            If the word is unknown, or if the file of vectors held no counts.
        """
        if attr != "count" or self.counts is None:
            raise KeyError(f"no attribute {attr!r} is known of these words")
        return int(self.counts[self.get_index(key)])

    def get_mean_vector(
        self,
        keys: Sequence[Key | Vector],
        weights: Sequence[float] | npt.NDArray[Any] | None = None,
        pre_normalize: bool = True,
        post_normalize: bool = False,
        ignore_missing: bool = True,
    ) -> Vector:
        """Average vectors.

        Parameters
        ----------
        keys : sequence of str, int or ndarray of shape (vector_size,)
            Words, indices, or vectors, which are taken as they are.
        weights : sequence of float, optional
            One for each key, 1 if left out; the sum is divided by the sum of their magnitudes.
        pre_normalize : bool
            Scale the vector of each word to length 1 first.
        post_normalize : bool
            Scale the mean to length 1.
        ignore_missing : bool
            Leave unknown words out of the mean.

        Returns
        -------
        ndarray of float, shape (vector_size,)

        Raises
        ------
        OptionError
            If there are no keys, not as many weights as keys, or a vector is of another size; it is
            a ValueError.
        KeyError
            If a word is unknown and `ignore_missing` is false.
        """
        keys = list_of_words("keys", keys)
        factors = np.ones(len(keys)) if weights is None else _numbers(weights)
        if len(keys) == 0:
            raise OptionError("a mean needs at least one word: name one")
        if factors.shape != (len(keys),):
            raise OptionError(
                f"a mean of {counted(len(keys), 'word')} cannot have weights of shape "
                f"{factors.shape}: give a weight for each"
            )
        total = np.zeros(self.vector_size)
        magnitude = 0.0
        for key, factor in zip(keys, factors, strict=True):
            if isinstance(key, np.ndarray):
                vector = self._as_vector(key)
            elif key in self or not ignore_missing:
                vector = self.get_vector(key, norm=pre_normalize)
            else:
                continue
            total += factor * vector
            magnitude += abs(factor)
        mean = total / magnitude if magnitude > 0 else total
        return (unit_vector(mean) if post_normalize else mean).astype(working_dtype(self.vectors))

    def _as_vector(self, vector: Vector) -> Vector:
        """Return a vector of the user's, or refuse it."""
        if vector.shape != (self.vector_size,) or not np.issubdtype(vector.dtype, np.number):
            raise OptionError(
                f"a vector to compare with these words is an array of "
                f"{counted(self.vector_size, 'number')}, not one of shape {vector.shape} and dtype "
                f"{vector.dtype}"
            )
        return vector


def list_of_words(name: str, words: Iterable[Any]) -> list[Any]:
    """Return words as a list.

    Raises
    ------
    OptionError
        If it is one word, whose letters are not meant, or nothing that holds words.
    """
    if isinstance(words, str | bytes):
        raise OptionError(f"{words!r} is one word; give a list of words")
    if not isinstance(words, Iterable):
        raise OptionError(f"{name} is {words!r}; it takes a list of words")
    return list(words)


def _numbers(weights: Any) -> npt.NDArray[np.float64]:
    try:
        return np.asarray(weights, dtype=np.float64)
    except (TypeError, ValueError):
        raise OptionError("weights are numbers, one for each word: give such a list") from None
