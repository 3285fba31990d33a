"""Groups that hold text which the model was not trained on, as far as counts of words tell."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.corpus.encoding import EncodedCorpus
from glove_ada.kernels.definitions import BREAK
from glove_ada.run.options import Options
from glove_ada.system.sentences.counted import counted
from glove_ada.vectors.word_vectors import WordVectors

Counts = npt.NDArray[np.int64]

_ANY = np.iinfo(np.int64).max  # where it is not known how often a word occurred


def count_words(group: EncodedCorpus) -> Counts:
    """Return how often a group has each word and, behind them, all words without a vector."""
    ids = np.asarray(group.ids[:])
    known = np.bincount(ids[ids != BREAK], minlength=len(group.vocabulary))
    return np.append(known, group.tokens - group.known_tokens)


def warn_of_other_text(
    groups: Sequence[tuple[str, Counts]],
    vectors: WordVectors,
    options: Options,
    report: Mapping[str, Any],
) -> None:
    """Warn if a group has a word more often than all the text that a model was trained on.

    That is text which its contexts did not learn from. Groups may share documents, and so each is
    looked at by itself. Phrases are joined by what all of a text holds: where there are any, a
    group alone tells nothing.

    Parameters
    ----------
    groups : sequence of (str, ndarray of int64 of shape (words + 1,))
        Their names and what `count_words` returns.
    vectors : WordVectors
    options : Options
        They were trained with.
    report : mapping
        The facts of their training; if it is empty, counts are taken to be those of the text.

    Warns
    -----
    UserWarning
        With one sentence.
    """
    if options.phrases:
        return
    trained = _trained_counts(vectors, report)
    other = [(name, counts) for name, counts in groups if (counts > trained).any()]
    if not other:
        return
    name, counts = other[0]
    more = np.where(counts > trained, counts - trained, 0)
    word, what = len(vectors), "words without a vector occur"
    if more[:word].any():
        word = int(np.argmax(more[:word]))
        what = f"{vectors.index_to_key[word]} occurs"
    warnings.warn(
        f"the model was not trained on all text of the group{'s' * (len(other) > 1)} "
        f"{', '.join(name for name, _ in other)}: in {name} {what} "
        f"{counted(int(counts[word]), 'time')}, and {trained[word]:,} in the text that it was "
        f"trained on; train on the text of all groups, unless contexts from other text are what "
        f"you want",
        stacklevel=3,
    )


def _trained_counts(vectors: WordVectors, report: Mapping[str, Any]) -> Counts:
    """Return how often the text of a training had each word, and all words without a vector."""
    text, vocabulary = report.get("corpus", {}), report.get("vocabulary", {})
    known = np.full(len(vectors), _ANY)
    # A vocabulary that was given with a text has the counts of another one, perhaps.
    if vectors.counts is not None and not (text and vocabulary.get("from_file")):
        known = np.asarray(vectors.counts, np.int64)
    told = "tokens" in text and "tokens" in vocabulary
    return np.append(known, text["tokens"] - vocabulary["tokens"] if told else _ANY)
