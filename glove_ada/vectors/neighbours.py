"""The words nearest to words, sums of words and products of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from glove_ada.vectors.cosine import FloatVector, Vector, cosines, highest
from glove_ada.vectors.word_index import Key, WordLookup

Term = Key | Vector | tuple[Key | Vector, float]
Terms = Term | Sequence[Term] | None
Neighbours = list[tuple[str, float]]

# Levy and Goldberg's guard against division by zero (2014, equation 4).
COSMUL_EPSILON = 1e-6


class WordNeighbours(WordLookup):
    """Compares words by the angle between their vectors, as gensim's `KeyedVectors` does."""

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
