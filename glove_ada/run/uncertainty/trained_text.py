"""A model beside the text that it was trained on, from which it is told how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glove_ada.cooccurrence.distance_weights import distance_weights
from glove_ada.cooccurrence.matrix import Cooccurrence
from glove_ada.cooccurrence.segments import count_cooccurrences
from glove_ada.corpus.encoding import EncodedCorpus, encode_corpus
from glove_ada.corpus.sources import TextSource
from glove_ada.corpus.vocabulary import Vocabulary
from glove_ada.errors import OptionError
from glove_ada.kernels.definitions import BREAK
from glove_ada.run.options import Options, window_weights
from glove_ada.run.options.text_rules import phrase_rules, text_rules
from glove_ada.run.uncertainty.frozen_contexts import FrozenContexts, freeze_contexts
from glove_ada.run.uncertainty.given_vectors import GivenVectors, find_map
from glove_ada.run.uncertainty.influences import Influences, find_influences
from glove_ada.run.uncertainty.row_problem import factor, pose
from glove_ada.run.uncertainty.uncertainty import Uncertainty
from glove_ada.run.uncertainty.word_contexts import (
    Sides,
    WordContexts,
    block_edges,
    find_contexts,
)
from glove_ada.system.threads import Workers
from glove_ada.vectors.word_vectors import WordVectors

LEAST_DOCUMENTS = 20


@dataclass(frozen=True)
class TrainedText:
    """A model and its text.

    Attributes
    ----------
    vectors : WordVectors
        With both sides and their biases.
    ids : ndarray of uint32
        BREAK, then the words of each document, each followed by BREAK.
    edges : ndarray of int64
        Of blocks of documents.
    sides : Sides
    frozen : FrozenContexts
    given : GivenVectors
    """

    vectors: WordVectors
    ids: npt.NDArray[np.uint32]
    edges: npt.NDArray[np.int64]
    sides: Sides
    frozen: FrozenContexts
    given: GivenVectors

    def contexts_of(
        self,
        words: Sequence[int],
        workers: Workers,
        progress: Callable[[int], object] = lambda words: None,
    ) -> list[WordContexts]:
        """Return what each word meets."""
        found = find_contexts(
            self.ids, len(self.vectors), words, self.edges, self.sides, workers, progress
        )
        return list(found)

    def trained_row(self, word: int) -> npt.NDArray[np.float64]:
        """Return a word's vector and, behind it, its bias, as they were learned."""
        vectors, biases = self.vectors.word_vectors, self.vectors.word_biases
        assert vectors is not None
        assert biases is not None
        return np.append(vectors[word], biases[word]).astype(np.float64)

    def uncertainty(
        self,
        words: Sequence[str],
        workers: Workers,
        progress: Callable[[int], object] = lambda words: None,
    ) -> Uncertainty:
        """Return how sure the vectors of some words are.

        Parameters
        ----------
        words : str or sequence of str
        workers : Workers
            Who does the work; the result does not depend on them.
        progress : callable
            Is given numbers of words that add up to all.

        Raises
        ------
        UnknownWordError
            If a word is not in the vocabulary.
        """
        names = [words] if isinstance(words, str) else list(dict.fromkeys(words))
        numbers = [self.vectors.get_index(word) for word in names]
        found = list(self._all_influences(numbers, workers, progress))
        means = self.vectors.vectors[numbers].astype(np.float64)
        return Uncertainty(names, means, found, len(self.edges) - 1)

    def draws(
        self,
        words: Sequence[int],
        number: int,
        seed: int,
        workers: Workers,
        progress: Callable[[int], object] = lambda words: None,
    ) -> Iterator[npt.NDArray[np.float64]]:
        """Yield draws of each word's vector, shape (number, size): see `Uncertainty.draws`.

        Of a word in too few documents, NaN.
        """
        found = self._all_influences(words, workers, progress)
        for word, influences in zip(words, found, strict=True):
            mean = self.vectors.vectors[word : word + 1].astype(np.float64)
            name = self.vectors.index_to_key[word]
            drawn = Uncertainty([name], mean, [influences], len(self.edges) - 1).draws(number, seed)
            yield drawn[:, 0]

    def _all_influences(
        self, words: Sequence[int], workers: Workers, progress: Callable[[int], object]
    ) -> Iterator[Influences]:
        contexts = find_contexts(
            self.ids, len(self.vectors), words, self.edges, self.sides, workers, progress
        )
        return workers.map_in_order(self._influences, zip(words, contexts, strict=True))

    def _influences(self, of: tuple[int, WordContexts]) -> Influences:
        """Return the influences on the vector that users are given."""
        word, met = of
        problem = pose(self.frozen, met)
        matrix, _ = problem.matrix_and_right()
        on_row = find_influences(problem, met, factor(matrix), self.trained_row(word))
        changes = np.ascontiguousarray(on_row.changes[:, : self.frozen.vector_size])
        return Influences(on_row.blocks, self.given.changes(changes))


def open_trained_text(
    vectors: WordVectors,
    options: Options,
    source: TextSource,
    workers: Workers,
    *,
    digest: str | None = None,
) -> TrainedText:
    """Read the text of a model again.

    Parameters
    ----------
    vectors : WordVectors
    options : Options
        They were trained with.
    source : TextSource
        The text.
    workers : Workers
        Who does the work; the result does not depend on them.
    digest : str, optional
        SHA-256 of the text they were trained on.

    Raises
    ------
    OptionError
        If the model lacks what is needed, the text is another one, or is of too few documents.
    CorpusError
        If it cannot be read.
    """
    given = find_map(vectors, options)
    encoded = encode_with(vectors, options, source, workers)
    ids = np.asarray(encoded.ids[:])
    if digest is not None:
        same = encoded.digest == digest
    else:  # counts were trained on: those of the words must be the same
        counts = np.bincount(ids[ids != BREAK], minlength=len(vectors))
        same = vectors.counts is None or np.array_equal(vectors.counts, counts)
    if not same:
        raise OptionError(
            "the text is not the one that the model was trained on: give the same files, in the "
            "same order and with the same --document and --text-column"
        )
    edges = block_edges(ids)
    if len(edges) - 1 < LEAST_DOCUMENTS:
        raise OptionError(
            f"the text has fewer than {LEAST_DOCUMENTS} documents, {len(edges) - 1}, and standard "
            f"errors come from how documents differ: cut it into more, a line each, and train again"
        )
    frozen = freeze_contexts(vectors, options, count_with(options, encoded, workers), workers)
    return TrainedText(vectors, ids, edges, sides_of(options), frozen, given)


def encode_with(
    vectors: WordVectors, options: Options, source: TextSource, workers: Workers
) -> EncodedCorpus:
    """Turn a text into the word ids of a model, by the rules of its training."""
    words = [word.encode("utf-8", "surrogateescape") for word in vectors.index_to_key]
    counts = vectors.counts
    known = np.zeros(len(words), np.int64) if counts is None else np.asarray(counts, np.int64)
    return encode_corpus(
        source,
        workers,
        vocabulary=Vocabulary(words, known),
        min_count=options.min_count,
        rules=text_rules(options),
        phrases=phrase_rules(options),
    )


def count_with(options: Options, encoded: EncodedCorpus, workers: Workers) -> Cooccurrence:
    """Count a text as a training with these options does."""
    return count_cooccurrences(
        encoded,
        workers,
        window_size=options.window_size,
        symmetric=options.symmetric,
        window_weights=window_weights(options),
    )


def sides_of(options: Options) -> Sides:
    """Return which neighbours count, and how much."""
    weights = distance_weights(options.window_size, window_weights(options))
    return Sides(weights, options.directed, options.symmetric)
