"""Vectors of documents: means of the vectors of their words, frequent words counting for less."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from glove_ada.corpus.document_words import DocumentWords
from glove_ada.corpus.sources import Corpus, FileSource, TextSource, open_corpus
from glove_ada.errors import NotFittedError, OptionError
from glove_ada.run.options import Options
from glove_ada.run.options.text_rules import text_rules
from glove_ada.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from typing_extensions import Self

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.intp]

TOKENS_AT_ONCE = 1 << 16
OUTPUTS = ("default", "pandas", "polars")


def sif_weights(counts: npt.NDArray[np.int64], a: float | None) -> npt.NDArray[np.float64]:
    """Return how much each word counts for in a document: a / (a + p).

    Smooth inverse frequency, from Arora, Liang and Ma (2017), "A Simple but Tough-to-Beat Baseline
    for Sentence Embeddings", algorithm 1.

    Parameters
    ----------
    counts : ndarray of int64, shape (words,)
        How often each word occurs; p is its share.
    a : float or None
        1e-3 in the paper; None lets all words count for 1.

    Returns
    -------
    ndarray of float64, shape (words,)
    """
    if a is None:
        return np.ones(len(counts))
    shares = counts / counts.sum()
    weights: npt.NDArray[np.float64] = a / (a + shares)
    return weights


def mean_vectors(
    documents: Iterable[Ids], vectors: Floats, weights: npt.NDArray[np.float64]
) -> Floats:
    """Return the mean of the weighted vectors of each document's words.

    Parameters
    ----------
    documents : iterable of ndarray of int
        Word ids.
    vectors : ndarray of float32, shape (words, vector_size)
    weights : ndarray of float64, shape (words,)

    Returns
    -------
    ndarray of float32, shape (documents, vector_size)
        Zeros for a document without words. A row does not depend on the other documents.
    """
    blocks = [np.zeros((0, vectors.shape[1]), np.float32)]
    for block in _in_blocks(documents):
        lengths = np.array([len(ids) for ids in block])
        means = np.zeros((len(block), vectors.shape[1]), np.float32)
        filled = np.flatnonzero(lengths)
        if len(filled):
            ids = np.concatenate(block)
            starts = (np.cumsum(lengths) - lengths)[filled]
            sums = np.add.reduceat(vectors[ids] * weights[ids, np.newaxis], starts, axis=0)
            means[filled] = sums / lengths[filled, np.newaxis]
        blocks.append(means)
    return np.concatenate(blocks)


def _in_blocks(documents: Iterable[Ids]) -> Iterator[list[Ids]]:
    """Take so many documents at once that their words fill some memory, and not all of it."""
    block: list[Ids] = []
    tokens = 0
    for ids in documents:
        block.append(ids)
        tokens += len(ids) + 1
        if tokens >= TOKENS_AT_ONCE:
            yield block
            block, tokens = [], 0
    if block:
        yield block


class DocumentVectors:
    """Turns documents into vectors, as a transformer of scikit-learn."""

    vectors_: WordVectors
    options_: Options
    phrases_: list[tuple[str, int, float]]
    sif: float | None

    def transform(self, X: Corpus) -> Any:  # noqa: N803
        """Return a vector for each document: the mean of its words' vectors, weighted by `sif`.

        Words are found as in training; unknown ones are left out.

        Parameters
        ----------
        X : iterable of documents
            Strings or lists of tokens.

        Returns
        -------
        ndarray of float32, shape (documents, vector_size)
            Zeros for a document without a known word. After `set_output`, a DataFrame.

        Raises
        ------
        NotFittedError
            If there are no vectors yet.
        GloveError
            If these are no documents, but paths, say.
        """
        if not hasattr(self, "vectors_"):
            raise NotFittedError("there are no vectors yet: call fit first")
        weights = sif_weights(self._counts(), self.check_sif())
        source = open_corpus(X)
        if isinstance(source, FileSource):
            raise OptionError(
                f"{source.files[0]} is a file, and transform takes documents: give their texts, "
                f"or lists of tokens"
            )
        means = mean_vectors(self._ids(source), self.vectors_.vectors, weights)
        return self._as_output(means, getattr(X, "index", None))

    def set_output(self, *, transform: str | None = None) -> Self:
        """Choose what `transform` returns, as of scikit-learn's transformers.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"} or None
            An array, or a DataFrame; None changes nothing.

        Raises
        ------
        OptionError
            If it is something else.
        """
        if transform not in (None, *OUTPUTS):
            raise OptionError(f"transform is {transform!r}; it takes one of {', '.join(OUTPUTS)}")
        if transform is not None:
            self._sklearn_output_config = {"transform": transform}  # which sklearn's clone copies
        return self

    def _as_output(self, means: Floats, index: Any) -> Any:
        kind = getattr(self, "_sklearn_output_config", {}).get("transform", "default")
        if kind == "default":
            return means
        frame = importlib.import_module(kind).DataFrame
        names = self.get_feature_names_out().tolist()
        if kind == "polars":
            return frame(means, schema=names)
        return frame(means, columns=names, index=None if callable(index) else index)

    def _ids(self, source: TextSource) -> Iterator[Ids]:
        index = self.vectors_.key_to_index
        words = DocumentWords(text_rules(self.options_), [name for name, *_ in self.phrases_])
        for chunk in source.chunks():
            for line in chunk.split(b"\n")[:-1]:
                tokens = words.of(line)
                yield np.array([index[token] for token in tokens if token in index], np.intp)

    def _counts(self) -> npt.NDArray[np.int64]:
        counts = self.vectors_.counts
        assert counts is not None  # the trainer's vectors have them
        return counts

    def check_sif(self) -> float | None:
        """Return `sif`, checked.

        Raises
        ------
        OptionError
            If it makes no sense.
        """
        if self.sif is None:
            return None
        real = isinstance(self.sif, Real) and not isinstance(self.sif, bool)
        if not real or not 0 < self.sif < np.inf:
            raise OptionError(f"sif is {self.sif!r}; it takes a number above 0, or None")
        return float(self.sif)

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[Any]:
        """Name the dimensions, `glove0` and so on, as scikit-learn's transformers do."""
        if not hasattr(self, "vectors_"):
            raise NotFittedError("there are no vectors yet: call fit first")
        return np.array([f"glove{n}" for n in range(self.vectors_.vector_size)], dtype=object)
