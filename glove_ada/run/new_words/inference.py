"""Vectors of new words, made in one of three ways of what they meet in a text."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glove_ada.corpus.sources import TextSource
from glove_ada.errors import OptionError
from glove_ada.kernels.definitions import BREAK
from glove_ada.kernels.elementary_arrays import log_of_each
from glove_ada.run.new_words.a_la_carte import ContextMeans
from glove_ada.run.new_words.known_model import KnownModel
from glove_ada.run.new_words.new_text import NewText, read_new_text
from glove_ada.run.new_words.regression import multiply, regress
from glove_ada.run.new_words.solving import solve_words
from glove_ada.run.uncertainty.word_contexts import WordContexts
from glove_ada.system.progress import Display
from glove_ada.system.sentences.counted import counted
from glove_ada.system.threads import Workers
from glove_ada.vectors.word_vectors import WordVectors

Doubles = npt.NDArray[np.float64]

BOTH, SOLVED, A_LA_CARTE = "both", "solved", "a-la-carte"
METHODS = (BOTH, SOLVED, A_LA_CARTE)

ANCHOR = 3.0
"""How strongly a solved word is held to its vector a la carte; see docs/new-words.md."""

_SHOWN = 5  # of words that a warning names
_LEAST_WORDS = 4  # for each row of the transform, that it is learned from


@dataclass(frozen=True)
class Inferred:
    """What was made.

    Attributes
    ----------
    vectors : WordVectors
        Of the new words, with their counts in the text.
    transform : ndarray of float64, shape (size, size), or None
        A of v = A u, u being a mean of vectors; None if there was no need of it.
    learned_from : int
        Words that it was learned from; 0 if it was given.
    """

    vectors: WordVectors
    transform: Doubles | None
    learned_from: int


def infer_vectors(
    model: KnownModel,
    source: TextSource,
    workers: Workers,
    *,
    words: Collection[str] | None = None,
    min_count: int = 1,
    may_be_none: bool = False,
    method: str = BOTH,
    transform: Doubles | None = None,
    display: Display | None = None,
) -> Inferred:
    """Make vectors for words that a model lacks, from their contexts in a text.

    Parameters
    ----------
    model : KnownModel
    source : TextSource
        The text.
    workers : Workers
        Who does the work; the result does not depend on them.
    words, min_count, may_be_none : optional
        As for `read_new_text`.
    method : {"both", "solved", "a-la-carte"}
        "solved" solves each word against the model's contexts, "a-la-carte" multiplies the mean
        vector of the words around it with a matrix, and "both" solves it with an anchor there.
    transform : ndarray of float64, optional
        That matrix; by default it is learned from the words of the model that the text has.
    display : Display, optional

    Warns
    -----
    UserWarning
        If a word stands beside no word of the model: its vector is of zeros.

    Raises
    ------
    GloveError
        If the model lacks what is needed, the text cannot be read or has no new word, or the
        transform does not go with the model or cannot be learned from the text.
    """
    display = display or Display()
    frozen = None if method == A_LA_CARTE else model.freeze(workers)
    with display.stage("encode", source.size, "B") as stage:
        text = read_new_text(
            model,
            source,
            workers,
            words=words,
            min_count=min_count,
            may_be_none=may_be_none,
            progress=stage.advance,
        )
    display.say(
        f"found {counted(len(text.words), 'new word')}, {counted(int(text.counts.sum()), 'time')}"
    )
    learned_from, means = 0, ContextMeans(model.vectors.vectors)
    if method == SOLVED:
        transform = None
    elif transform is None:
        transform, learned_from = learn_transform(model, text, means, workers, display)
    _check_transform(model, transform)
    with display.stage("infer", len(text.words), "words") as stage:
        contexts = list(text.contexts(model))
        _tell_of_lonely(text.words, contexts)
        made, anchors = np.zeros((0, model.vectors.vector_size)), None
        if transform is not None:
            made = multiply(means.of(contexts, workers), transform.T)
        if method == BOTH:
            anchors = multiply(made, model.map_from_given(workers))
        if frozen is not None:
            rows = solve_words(frozen, contexts, workers, anchors=anchors, strength=ANCHOR)
            made = multiply(rows, model.map_to_given(workers))
        stage.advance(len(text.words))
    vectors = WordVectors(text.words, made.astype(np.float32), counts=text.counts)
    return Inferred(vectors, transform, learned_from)


def _tell_of_lonely(words: Sequence[str], contexts: Sequence[WordContexts]) -> None:
    """Warn of words whose vectors say nothing."""
    lonely = [word for word, met in zip(words, contexts, strict=True) if not len(met.contexts)]
    if lonely:
        one = "new word has no word of the model beside it, so that its vector is"
        many = "new words have no word of the model beside them, so that their vectors are"
        shown = ", ".join(lonely[:_SHOWN]) + (", ..." if len(lonely) > _SHOWN else "")
        warnings.warn(
            f"{counted(len(lonely), one, many)} zeros: {shown}",
            stacklevel=2,
        )


def learn_transform(
    model: KnownModel,
    text: NewText,
    means: ContextMeans,
    workers: Workers,
    display: Display,
) -> tuple[Doubles, int]:
    """Learn the matrix from the words of a model that a text has; see `infer_vectors`.

    Returns
    -------
    transform : ndarray of float64, shape (size, size)
    words : int
        That it was learned from.

    Raises
    ------
    OptionError
        If the text has too few of them.
    """
    counts = np.bincount(text.ids[text.ids != BREAK], minlength=text.known)
    known, size = np.flatnonzero(counts), model.vectors.vector_size
    if len(known) < _LEAST_WORDS * size:
        raise OptionError(
            f"the text has {len(known):,} of the model's words, and "
            f"{counted(size, 'dimension wants', 'dimensions want')} "
            f"{_LEAST_WORDS * size:,} to learn a transform from: give one with --transform, or "
            f"--method {SOLVED}"
        )
    with display.stage("learn transform", len(known), "words") as stage:
        contexts = text.contexts_of_known(model, known.tolist(), workers, stage.advance)
        features = means.of(contexts, workers)
    weights = log_of_each(counts[known].astype(np.float64) + 1)
    matrix = regress(features, model.vectors.vectors[known], weights, workers)
    return np.ascontiguousarray(matrix.T), len(known)


def _check_transform(model: KnownModel, transform: Doubles | None) -> None:
    size = model.vectors.vector_size
    if transform is not None and transform.shape != (size, size):
        raise OptionError(
            f"the transform is of shape {' x '.join(map(str, transform.shape))} and the model's "
            f"vectors have {counted(size, 'dimension')}: give the transform of this model"
        )
