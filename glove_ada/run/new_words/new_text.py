"""A text in the word ids of a model, and the words in it that are new."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glove_ada.cooccurrence.matrix import WEIGHT_UNIT
from glove_ada.corpus.encoding import encode_corpus
from glove_ada.corpus.sources import TextSource
from glove_ada.errors import OptionError
from glove_ada.kernels.definitions import BREAK
from glove_ada.run.new_words.known_model import KnownModel
from glove_ada.run.options.text_rules import text_rules
from glove_ada.run.uncertainty.trained_text import sides_of
from glove_ada.run.uncertainty.word_contexts import WordContexts, find_contexts
from glove_ada.system.threads import Workers

_LEFT_OUT = BREAK - np.uint32(1)


@dataclass(frozen=True)
class NewText:
    """What a model and new words make of a text.

    Attributes
    ----------
    ids : ndarray of uint32
        BREAK, then the words of each document that the model has, each document followed by BREAK.
        What the model lacks uses up no distance, as in its training, and that is so of new words.
    known : int
        Words of the model.
    words : list of str
        The new ones.
    places : list of ndarray of int64
        Of each new word, where it stands: in front of these places of `ids`.
    """

    ids: npt.NDArray[np.uint32]
    known: int
    words: list[str]
    places: list[npt.NDArray[np.int64]]

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """How often each new word occurs."""
        return np.array([len(places) for places in self.places], np.int64)

    def contexts(self, model: KnownModel) -> Iterator[WordContexts]:
        """Yield what each new word meets among the model's."""
        sides = sides_of(model.options)
        for places in self.places:
            parts = [self._neighbours(places, sides.weights, 1)]
            if sides.directed or sides.symmetric:
                words, units = self._neighbours(places - 1, sides.weights, -1)
                parts.append((words + (self.known if sides.directed else 0), units))
            words, units = (np.concatenate(part) for part in zip(*parts, strict=True))
            contexts, cells = np.unique(words, return_inverse=True)
            counts = np.bincount(cells.reshape(-1), units, len(contexts)).astype(
                np.float64
            )  # exact
            nothing = np.zeros(len(contexts), np.int64)
            yield WordContexts(nothing, contexts, counts * WEIGHT_UNIT, np.array([len(places)]))

    def contexts_of_known(
        self,
        model: KnownModel,
        words: Sequence[int],
        workers: Workers,
        progress: Callable[[int], object] = lambda words: None,
    ) -> Iterator[WordContexts]:
        """Yield what words of the model meet.

        Parameters
        ----------
        model : KnownModel
        words : sequence of int
        workers : Workers
            Who does the work; the result does not depend on them.
        progress : callable
            Is given numbers of words that add up to all.
        """
        edges = np.array([0, len(self.ids) - 1])
        sides = sides_of(model.options)
        return find_contexts(self.ids, self.known, words, edges, sides, workers, progress)

    def _neighbours(
        self, first: npt.NDArray[np.int64], weights: npt.NDArray[np.int64], step: int
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the neighbours from some places on, up to a break, and what each counts."""
        found: list[npt.NDArray[np.int64]] = []
        units: list[npt.NDArray[np.int64]] = []
        places = first[self.ids[first] != BREAK]
        for weight in weights[1:]:
            found.append(self.ids[places].astype(np.int64))
            units.append(np.full(len(places), weight))
            places = places + step
            places = places[self.ids[places] != BREAK]
        return np.concatenate(found), np.concatenate(units)


def read_new_text(
    model: KnownModel,
    source: TextSource,
    workers: Workers,
    *,
    words: Collection[str] | None = None,
    min_count: int = 1,
    may_be_none: bool = False,
    progress: Callable[[int], None] | None = None,
) -> NewText:
    """Read a text by the rules of a model's training.

    Parameters
    ----------
    model : KnownModel
    source : TextSource
    workers : Workers
        Who does the work; the result does not depend on them.
    words : collection of str, optional
        The new words; those that the model has are taken as new. By default all that it lacks.
    min_count : int
        The fewest occurrences of a new word that is not named.
    may_be_none : bool
        Whether a text without a new word will do.
    progress : callable, optional

    Raises
    ------
    OptionError
        If a word that is named does not occur, or there is no new word.
    CorpusError
        If the text cannot be read.
    """
    encoded = encode_corpus(
        source, workers, min_count=1, rules=text_rules(model.options), progress=progress
    )
    found, counts = encoded.vocabulary.words, encoded.vocabulary.counts
    place = {word: number for number, word in enumerate(found)}
    key_to_index = model.vectors.key_to_index
    if words is None:
        rows = [
            number
            for number, word in enumerate(found)
            if word not in key_to_index and counts[number] >= min_count
        ]
    else:
        missing = next((word for word in words if word not in place), None)
        if missing is not None:
            raise OptionError(f"the text does not have the word {missing!r}: leave it out")
        rows = [place[word] for word in dict.fromkeys(words)]
    if not rows and not may_be_none:
        raise OptionError(
            f"the text has no word that {model.path} lacks"
            f"{f' and that occurs {min_count} times' if min_count > 1 else ''}: name some with "
            f"--words"
        )
    return split_text(
        np.asarray(encoded.ids[:]),
        np.array([key_to_index.get(word, _LEFT_OUT) for word in found], np.uint32),
        np.array(rows, np.int64),
        len(model.vectors),
        [found[row] for row in rows],
    )


def split_text(
    ids: npt.NDArray[np.uint32],
    known: npt.NDArray[np.uint32],
    new: npt.NDArray[np.int64],
    words: int,
    names: list[str],
) -> NewText:
    """Divide a text into what a model has and new words.

    Parameters
    ----------
    ids : ndarray of uint32
        BREAK, then the words of each document, each followed by BREAK, in numbers of its own.
    known : ndarray of uint32, shape (numbers,)
        The place of each in the model; what is not there is not among its `words` places.
    new : ndarray of int64
        The numbers of new words.
    words : int
        Of the model.
    names : list of str
        Of the new words.
    """
    numbers = np.append(known, BREAK)
    numbers[new] = _LEFT_OUT
    own = np.minimum(ids, np.uint32(len(known)))
    placed = numbers[own]
    kept = (placed < words) | (placed == BREAK)
    number = np.full(len(numbers), -1, np.int32)
    number[new] = np.arange(len(new))
    occurrences = np.flatnonzero(number[own] >= 0)
    of_each = number[own[occurrences]]
    order = np.argsort(of_each, kind="stable")
    places = np.cumsum(kept)[occurrences[order]]
    ends = np.cumsum(np.bincount(of_each, minlength=len(new)))
    return NewText(placed[kept], words, names, np.split(places, ends)[:-1])
