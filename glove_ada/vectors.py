"""Word vectors apart from the trainer: nearest words, analogies, files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from glove_ada.lookup import Key, WordLookup
from glove_ada.neighbours import FloatVector, Matrix, Vector, cosines, highest

if TYPE_CHECKING:
    from glove_ada.formats.table import VectorTable

Term = Key | Vector | tuple[Key | Vector, float]
Terms = Term | Sequence[Term] | None
Neighbours = list[tuple[str, float]]

# Levy and Goldberg's guard against division by zero (2014, equation 4).
COSMUL_EPSILON = 1e-6


class WordVectors(WordLookup):
    """Vectors of words, with the names and results of gensim's `KeyedVectors`.

    Parameters
    ----------
    words : iterable of str
        No word twice.
    vectors : ndarray of float, shape (words, vector_size)
        Not copied; may be memory-mapped.
    counts : ndarray of int64, shape (words,), optional
        How often each word occurs in the corpus.
    word_vectors, context_vectors : ndarray of float, shape (words, vector_size), optional
        The two sides of GloVe's factorisation, of which `vectors` is usually the sum.
    word_biases, context_biases : ndarray of float, shape (words,), optional
        The biases that belong to them.

    Raises
    ------
    ValueError
        If the arrays do not have a row for each word, or a word is repeated.
    """

    def __init__(
        self,
        words: Iterable[str],
        vectors: Matrix,
        *,
        counts: npt.NDArray[np.int64] | None = None,
        word_vectors: Matrix | None = None,
        context_vectors: Matrix | None = None,
        word_biases: FloatVector | None = None,
        context_biases: FloatVector | None = None,
    ) -> None:
        super().__init__(words, vectors, counts)
        self.word_vectors = word_vectors
        self.context_vectors = context_vectors
        self.word_biases = word_biases
        self.context_biases = context_biases

    @classmethod
    def load(
        cls,
        path: str | PathLike[str],
        *,
        limit: int | None = None,
        dtype: npt.DTypeLike = np.float32,
        keep: Collection[str] | None = None,
    ) -> WordVectors:
        """Read vectors from a file of any known format, which is found from the content.

        Parameters
        ----------
        path : path-like
            See `glove_ada.formats` for the formats.
        limit : int, optional
            Read so many words at most.
        dtype : dtype
            Precision of the matrix.
        keep : collection of str, optional
            Read these words only.

        Raises
        ------
        FormatError
            If the file is not what its format says it should be.
        """
        from glove_ada.formats import read_vectors

        table = read_vectors(path, limit=limit, dtype=dtype, keep=keep)
        return cls(
            table.words,
            table.vectors,
            counts=table.counts,
            word_vectors=table.word_vectors,
            context_vectors=table.context_vectors,
            word_biases=table.word_biases,
            context_biases=table.context_biases,
        )

    def save(self, path: str | PathLike[str], format: str | None = None) -> None:
        """Write the vectors to a file; the format follows from its name unless given."""
        from glove_ada.formats import write_vectors

        write_vectors(path, self.to_table(), format)

    def to_table(self) -> VectorTable:
        """Hand over everything known about the words, as formats write it; nothing is copied."""
        from glove_ada.formats.table import VectorTable

        return VectorTable(
            self.index_to_key,
            self.vectors,
            counts=self.counts,
            word_vectors=self.word_vectors,
            context_vectors=self.context_vectors,
            word_biases=self.word_biases,
            context_biases=self.context_biases,
        )

    def to_gensim(self) -> Any:
        """Make gensim's own object over the same matrix, which is not copied.

        Returns
        -------
        gensim.models.KeyedVectors

        Raises
        ------
        ImportError
            If gensim is not installed.
        """
        try:
            from gensim.models import KeyedVectors
        except ImportError as error:
            raise ImportError("to_gensim() needs gensim: pip install gensim") from error

        keyed = KeyedVectors(self.vector_size, dtype=self.vectors.dtype)
        keyed.index_to_key = list(self.index_to_key)
        keyed.key_to_index = dict(self.key_to_index)
        keyed.vectors = self.vectors
        keyed.next_index = len(self)
        if self.counts is not None:
            keyed.expandos["count"] = self.counts.copy()
        return keyed

    def most_similar(
        self,
        positive: Terms = None,
        negative: Terms = None,
        topn: int | None = 10,
        restrict_vocab: int | None = None,
    ) -> Any:
        """Find the words nearest to a sum of words (3CosAdd, Mikolov et al. 2013).

        Parameters
        ----------
        positive, negative : str, int, ndarray, (key, weight), or a list of these
            What to add and what to take away; words count with length 1.
        topn : int or None
            How many words to give. None: the similarity of every word.
        restrict_vocab : int, optional
            Search only the first (most frequent) so many words.

        Returns
        -------
        list of (str, float), or ndarray of float of shape (words,) if `topn` is None
            Words and cosines, nearest first, without the words of the query.

        Raises
        ------
        KeyError
            If a word is unknown; the message names the nearest spellings.
        ValueError
            If there is nothing to look for.
        """
        terms = [*_weighted(positive, 1.0), *_weighted(negative, -1.0)]
        keys = [key for key, _ in terms]
        query = self.get_mean_vector(keys, [weight for _, weight in terms], ignore_missing=False)
        similarities = self._cosines(query, restrict_vocab)
        return similarities if topn is None else self._nearest(similarities, keys, topn)

    def most_similar_cosmul(
        self,
        positive: Terms = None,
        negative: Terms = None,
        topn: int | None = 10,
        restrict_vocab: int | None = None,
    ) -> Any:
        """Find the words nearest to a product of words (3CosMul).

        Levy and Goldberg (2014), "Linguistic Regularities in Sparse and Explicit Word
        Representations", equation 4 with cosines shifted to [0, 1] (footnote 7). Parameters and
        results are those of `most_similar`, except that weights have no meaning here.
        """
        plus = [key for key, _ in _weighted(positive, 1.0)]
        minus = [key for key, _ in _weighted(negative, -1.0)]
        if not plus:
            raise ValueError("a product of words needs at least one positive word")
        scores = self._shifted_product(plus, restrict_vocab)
        scores /= self._shifted_product(minus, restrict_vocab) + COSMUL_EPSILON
        return scores if topn is None else self._nearest(scores, plus + minus, topn)

    def similar_by_word(
        self, word: Key, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Any:
        """Find the words nearest to a word; see `most_similar`."""
        return self.most_similar(word, topn=topn, restrict_vocab=restrict_vocab)

    def similar_by_vector(
        self, vector: Vector, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Any:
        """Find the words nearest to a vector; see `most_similar`."""
        return self.most_similar(vector, topn=topn, restrict_vocab=restrict_vocab)

    def similarity(self, w1: Key, w2: Key) -> float:
        """Compute the cosine of two words."""
        return float(np.dot(self.get_vector(w1, norm=True), self.get_vector(w2, norm=True)))

    def n_similarity(self, ws1: Sequence[Key], ws2: Sequence[Key]) -> float:
        """Compute the cosine of the means of two lists of words, unknown ones left out."""
        mean1 = self.get_mean_vector(ws1, pre_normalize=False, post_normalize=True)
        mean2 = self.get_mean_vector(ws2, pre_normalize=False, post_normalize=True)
        return float(np.dot(mean1, mean2))

    def distance(self, w1: Key, w2: Key) -> float:
        """Compute 1 minus the cosine of two words."""
        return 1.0 - self.similarity(w1, w2)

    def distances(
        self, word_or_vector: Key | Vector, other_words: Sequence[Key] = ()
    ) -> FloatVector:
        """Compute 1 minus the cosine of a word, or vector, and each of others (or of all words).

        Returns
        -------
        ndarray of float, shape (len(other_words),) or (words,)
        """
        query = self._vector(word_or_vector)
        if not other_words:
            return 1 - cosines(self.vectors, self.norms, query)
        others = [self.get_index(word) for word in other_words]
        return 1 - cosines(self.vectors[others], self.norms[others], query)

    def closer_than(self, key1: Key, key2: Key) -> list[str]:
        """List the words that are nearer to the first word than the second is."""
        distances = self.distances(key1)
        closer = np.flatnonzero(distances < distances[self.get_index(key2)])
        itself = self.get_index(key1)
        return [self.index_to_key[index] for index in closer if index != itself]

    def rank(self, key1: Key, key2: Key) -> int:
        """Tell which place the second word has among the neighbours of the first, from 1."""
        return len(self.closer_than(key1, key2)) + 1

    def doesnt_match(self, words: Sequence[str]) -> str:
        """Pick the word that fits least with the others: the farthest from their mean.

        Raises
        ------
        KeyError
            If a word is unknown (gensim leaves it out).
        """
        mean = self.get_mean_vector(words, ignore_missing=False)
        rows = [self.get_index(word) for word in words]
        return words[int(np.argmin(cosines(self.vectors[rows], self.norms[rows], mean)))]

    def evaluate_word_analogies(
        self,
        analogies: str | PathLike[str],
        restrict_vocab: int | None = None,
        *,
        dummy4unknown: bool = False,
        similarity_function: str = "most_similar",
    ) -> tuple[float, list[dict[str, Any]]]:
        """Answer a file of analogies and give gensim's kind of result.

        `glove_ada.evaluation.evaluate_analogies` tells more. Questions are folded to lower case
        if the vocabulary is lower-case.

        Returns
        -------
        score : float
            Share of right answers; 0 if there are no known questions.
        sections : list of dict
            `section`, `correct` and `incorrect` of each section, then of all.
        """
        from glove_ada.evaluation.gensim_results import word_analogies

        return word_analogies(self, analogies, restrict_vocab, dummy4unknown, similarity_function)

    def evaluate_word_pairs(
        self,
        pairs: str | PathLike[str],
        delimiter: str | None = None,
        *,
        restrict_vocab: int | None = None,
        dummy4unknown: bool = False,
    ) -> tuple[tuple[float, float], tuple[float, float], float]:
        """Compare cosines with people's judgements and give gensim's kind of result.

        `glove_ada.evaluation.evaluate_similarity` tells more.

        Returns
        -------
        pearson, spearman : (float, float)
            The correlation and its two-tailed p-value.
        oov_ratio : float
            Pairs with an unknown word, in percent.
        """
        from glove_ada.evaluation.gensim_results import word_pairs

        return word_pairs(self, pairs, delimiter, restrict_vocab, dummy4unknown)

    def _vector(self, term: Key | Vector) -> Vector:
        return term if isinstance(term, np.ndarray) else self.get_vector(term)

    def _cosines(self, query: Vector, restrict_vocab: int | None) -> FloatVector:
        return cosines(self.vectors[:restrict_vocab], self.norms[:restrict_vocab], query)

    def _shifted_product(
        self, terms: Sequence[Key | Vector], restrict_vocab: int | None
    ) -> FloatVector:
        """Multiply each word's cosines with all terms, shifted from [-1, 1] to [0, 1]."""
        product = np.ones(len(self.vectors[:restrict_vocab]), dtype=self.norms.dtype)
        for term in terms:
            product *= (1 + self._cosines(self._vector(term), restrict_vocab)) / 2
        return product

    def _nearest(self, scores: FloatVector, query: Sequence[Key | Vector], topn: int) -> Neighbours:
        """Name the words with the highest scores, leaving out those of the query."""
        asked = {self.get_index(key) for key in query if not isinstance(key, np.ndarray)}
        best = highest(scores, max(topn, 0) + len(asked))
        answers = [(self.index_to_key[i], float(scores[i])) for i in best if i not in asked]
        return answers[: max(topn, 0)]


def _weighted(terms: Terms, weight: float) -> list[tuple[Key | Vector, float]]:
    """Turn what callers may write for a list of terms into pairs of key and weight."""
    if terms is None:
        return []
    if isinstance(terms, str | int | np.integer) or (
        isinstance(terms, np.ndarray) and terms.ndim == 1
    ):
        return [(terms, weight)]
    return [term if isinstance(term, tuple) else (term, weight) for term in terms]
