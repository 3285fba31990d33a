"""The words nearest to words, sums of words and products of words."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from glove_ada.errors import OptionError
from glove_ada.system.sentences.kinds import Whole, check, check_given
from glove_ada.vectors.cosine import FloatVector, Matrix, Vector, cosines, highest, row_norms
from glove_ada.vectors.word_index import Key, WordLookup, list_of_words

Term = Key | Vector | tuple[Key | Vector, float]
Terms = Term | Sequence[Term] | None
Neighbours = list[tuple[str, float]]

_TOPN, _FIRST_WORDS, _PLACE = Whole(0), Whole(1), Whole()

# Levy and Goldberg's guard against division by zero (2014, equation 4).
COSMUL_EPSILON = 1e-6


class WordNeighbours(WordLookup):
    """Compares words by the angle between their vectors, as gensim's `KeyedVectors` does."""

    def most_similar(
        self,
        positive: Terms = None,
        negative: Terms = None,
        topn: int | None = 10,
        clip_start: int = 0,
        clip_end: int | None = None,
        restrict_vocab: int | None = None,
    ) -> Any:
        """Find the words nearest to a sum of words (3CosAdd, Mikolov et al. 2013).

        Parameters
        ----------
        positive, negative : str, int, ndarray, (key, weight), or a list of these
            What to add and what to take away; words count with length 1.
        topn : int or None
            How many words to give. None: the similarity of every word.
        clip_start, clip_end : int, optional
            Search only the words from this place on, and those before this place: leave out the
            most frequent ones, say.
        restrict_vocab : int, optional
            Search only the first (most frequent) so many words, whatever the other two say.

        Returns
        -------
        list of (str, float), or ndarray of float of shape (words searched,) if `topn` is None
            Words and cosines, nearest first, without the words of the query.

        Raises
        ------
        KeyError
            If a word is unknown; the message names the nearest spellings.
        OptionError
            If there is nothing to look for, or a number makes no sense; it is a ValueError.
        """
        topn, restrict_vocab = _checked(topn, restrict_vocab)
        clip_start = check("clip_start", clip_start, _PLACE)
        clip_end = check_given("clip_end", clip_end, _PLACE)
        terms = [*_weighted(positive, 1.0), *_weighted(negative, -1.0)]
        keys = [key for key, _ in terms]
        query = self.get_mean_vector(keys, [weight for _, weight in terms], ignore_missing=False)
        part = slice(clip_start, clip_end) if restrict_vocab is None else slice(restrict_vocab)
        similarities = self._cosines(query, part)
        if topn is None:
            return similarities
        return self._nearest(similarities, keys, topn, part.indices(len(self))[0])

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
        topn, restrict_vocab = _checked(topn, restrict_vocab)
        plus = [key for key, _ in _weighted(positive, 1.0)]
        minus = [key for key, _ in _weighted(negative, -1.0)]
        if not plus:
            raise OptionError("a product of words needs at least one positive word: name one")
        scores = self._shifted_product(plus, restrict_vocab)
        scores /= self._shifted_product(minus, restrict_vocab) + COSMUL_EPSILON
        return scores if topn is None else self._nearest(scores, plus + minus, topn, 0)

    def similar_by_word(
        self, word: Key, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Any:
        """Find the words nearest to a word; see `most_similar`."""
        return self.most_similar(word, topn=topn, restrict_vocab=restrict_vocab)

    def similar_by_key(
        self, key: Key, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Any:
        """Find the words nearest to a word or index; see `most_similar`."""
        return self.most_similar(key, topn=topn, restrict_vocab=restrict_vocab)

    def similar_by_vector(
        self, vector: Vector, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Any:
        """Find the words nearest to a vector; see `most_similar`."""
        return self.most_similar(vector, topn=topn, restrict_vocab=restrict_vocab)

    def similarity(self, w1: Key, w2: Key) -> float:
        """Compute the cosine of two words."""
        return float(np.dot(self.get_vector(w1, norm=True), self.get_vector(w2, norm=True)))

    def n_similarity(self, ws1: Sequence[Key], ws2: Sequence[Key]) -> float:
        """Compute the cosine of the means of two lists of words.

        Unknown words are left out, with a warning.

        Raises
        ------
        KeyError
            If all of a list are unknown.
        OptionError
            If a list is empty; it is a ValueError.
        """
        known1, known2 = self._known(ws1), self._known(ws2)
        mean1 = self.get_mean_vector(known1, pre_normalize=False, post_normalize=True)
        mean2 = self.get_mean_vector(known2, pre_normalize=False, post_normalize=True)
        return float(np.dot(mean1, mean2))

    def most_similar_to_given(self, key1: Key, keys_list: Sequence[Key]) -> Key:
        """Pick from a list the word with the highest cosine with a word."""
        some = self._some(keys_list)
        return some[int(np.argmin(self.distances(key1, some)))]  # type: ignore[no-any-return]

    def relative_cosine_similarity(self, wa: Key, wb: Key, topn: int = 10) -> float:
        """Divide the cosine of two words by the sum of those of the first and its neighbours.

        Leeuwenberg et al. (2016), "A Minimally Supervised Approach for Synonym Extraction with
        Word Embeddings", equation 1; above 1 / topn the two are nearer than neighbours are.
        """
        topn = check("topn", topn, Whole(1))
        nearest: Neighbours = self.most_similar(wa, topn=topn)
        return self.similarity(wa, wb) / sum(cosine for _, cosine in nearest)

    @staticmethod
    def cosine_similarities(vector_1: Vector, vectors_all: Matrix) -> FloatVector:
        """Compute the cosine of a vector and each row of a matrix."""
        return cosines(vectors_all, row_norms(vectors_all), vector_1)

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
        others = [self.get_index(word) for word in list_of_words("other_words", other_words)]
        if not others:
            return 1 - cosines(self.vectors, self.norms, query)
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

    def rank_by_centrality(self, words: Sequence[str]) -> list[tuple[float, str]]:
        """Sort words by their cosine with their mean, the highest first.

        Unknown words are left out, with a warning.

        Raises
        ------
        KeyError
            If all are unknown.
        OptionError
            If there are none; it is a ValueError.
        """
        return self._by_centrality(self._known(words))

    def doesnt_match(self, words: Sequence[str]) -> str:
        """Pick the word that fits least with the others: the last of `rank_by_centrality`."""
        return self._by_centrality(self._known(words))[-1][1]

    def _by_centrality(self, words: list[str]) -> list[tuple[float, str]]:
        found = (1 - self.distances(self.get_mean_vector(words), words)).tolist()
        return sorted(zip(found, words, strict=True), reverse=True)

    def _known(self, words: Sequence[Any]) -> list[Any]:
        """Leave out unknown words, and warn of them."""
        words = self._some(words)
        known = [word for word in words if word in self]
        if not known:
            self.get_index(words[0])  # which says what is spelled like it
        if len(known) < len(words):
            unknown = dict.fromkeys(repr(word) for word in words if word not in self)
            warnings.warn(f"unknown words are left out: {', '.join(unknown)}", stacklevel=3)
        return known

    @staticmethod
    def _some(words: Iterable[Any]) -> list[Any]:
        some = list_of_words("words", words)
        if not some:
            raise OptionError("there are no words to compare: name some")
        return some

    def _vector(self, term: Key | Vector) -> Vector:
        return self._as_vector(term) if isinstance(term, np.ndarray) else self.get_vector(term)

    def _cosines(self, query: Vector, part: slice) -> FloatVector:
        return cosines(self.vectors[part], self.norms[part], query)

    def _shifted_product(
        self, terms: Sequence[Key | Vector], restrict_vocab: int | None
    ) -> FloatVector:
        """Multiply each word's cosines with all terms, shifted from [-1, 1] to [0, 1]."""
        product = np.ones(len(self.vectors[:restrict_vocab]), dtype=self.norms.dtype)
        for term in terms:
            product *= (1 + self._cosines(self._vector(term), slice(restrict_vocab))) / 2
        return product

    def _nearest(
        self, scores: FloatVector, query: Sequence[Key | Vector], topn: int, start: int
    ) -> Neighbours:
        """Name the words with the highest scores, leaving out those of the query.

        The first score is that of row `start`.
        """
        asked = {self.get_index(key) - start for key in query if not isinstance(key, np.ndarray)}
        best = highest(scores, topn + len(asked))
        answers = [(self.index_to_key[start + i], float(scores[i])) for i in best if i not in asked]
        return answers[:topn]


def _checked(topn: int | None, restrict_vocab: int | None) -> tuple[int | None, int | None]:
    """Return two numbers as Python's own, or refuse them."""
    restricted = check_given("restrict_vocab", restrict_vocab, _FIRST_WORDS)
    return check_given("topn", topn, _TOPN), restricted


def _weighted(terms: Terms, weight: float) -> list[tuple[Key | Vector, float]]:
    """Turn what callers may write for a list of terms into pairs of key and weight."""
    if terms is None:
        return []
    if isinstance(terms, str | int | np.integer) or (
        isinstance(terms, np.ndarray) and terms.ndim == 1
    ):
        return [(terms, weight)]
    if not isinstance(terms, Iterable):
        raise OptionError(f"words are strings, not {terms!r}: give a word or a list of words")
    return [term if isinstance(term, tuple) else (term, weight) for term in terms]
