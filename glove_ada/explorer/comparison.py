"""Where two models differ: the words that one of them lacks, and those with other neighbours."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from glove_ada.errors import OptionError
from glove_ada.explorer.models.opened_model import OpenedModel
from glove_ada.explorer.queries import known_word
from glove_ada.vectors.cosine import unit_rows

COMPARED = 3000
"""Words whose neighbours are compared: the most frequent of those in both models."""

AMONG = 20_000
"""Words in both models among which neighbours are looked for."""

NEIGHBOURS = 10
NAMED = 1000
"""Words of one model only that are named at most."""
AT_ONCE = 64


class ChangedWord(NamedTuple):
    """A word whose neighbours differ.

    Attributes
    ----------
    word : str
    shared : int
        How many of its ten nearest words both models have in common.
    likeness : float
        Of its cosines with the neighbours from both models, 1 if they are the same.
    first, second : list of str
        The neighbours that only one of the models gives it.
    """

    word: str
    shared: int
    likeness: float
    first: list[str]
    second: list[str]


def words_in_one_only(model: OpenedModel, other: OpenedModel, count: int) -> list[int]:
    """Find the rows of the most frequent words that the other model lacks."""
    mine = model.most_frequent().tolist()
    words = model.vectors.words
    theirs = other.vectors.words.rows(words[row] for row in mine)
    lacking = (row for row, their_row in zip(mine, theirs, strict=True) if their_row < 0)
    return list(islice(lacking, count))


def changed_words(
    model: OpenedModel, other: OpenedModel, progress: Callable[[float], object]
) -> list[ChangedWord]:
    """Sort the frequent words of both models by how much their neighbours differ.

    The measure is the local one of Hamilton, Leskovec and Jurafsky (2016, "Cultural Shift or
    Linguistic Drift?", section 2.2): the cosine of the word's cosines in one model with those in
    the other, over all words that are among its ten nearest in either.

    Parameters
    ----------
    model, other : OpenedModel
    progress : callable
        Is told the share that is done.

    Returns
    -------
    list of ChangedWord
        The least alike first.
    """
    words, mine, theirs = _shared_words(model, other)
    if len(words) < 2:
        return []
    units = [
        unit_rows(each.vectors.vectors[rows]).astype(np.float32)
        for each, rows in ((model, mine), (other, theirs))
    ]
    for each in (model, other):
        each.vectors.release()
    count = min(NEIGHBOURS, len(words) - 1)
    changed: list[ChangedWord] = []
    compared = min(COMPARED, len(words))
    for start in range(0, compared, AT_ONCE):
        block = range(start, min(start + AT_ONCE, compared))
        cosines = [each[block.start : block.stop] @ each.T for each in units]
        for place in block:
            rows = [each[place - start] for each in cosines]
            near = [_nearest(row, place, count) for row in rows]
            changed.append(_compare(words, place, rows, near))
        progress(block.stop / compared)
    return sorted(changed, key=lambda each: (round(each.likeness, 6), each.shared))


def _shared_words(
    model: OpenedModel, other: OpenedModel
) -> tuple[list[str], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Find the frequent words of both models, with their rows in either."""
    mine = model.most_frequent().tolist()
    words = model.vectors.words
    theirs = other.vectors.words.rows(words[row] for row in mine)
    shared = (pair for pair in zip(mine, theirs, strict=True) if pair[1] >= 0)
    pairs = np.array(list(islice(shared, AMONG)), dtype=np.intp).reshape(-1, 2)
    return [words[row] for row in pairs[:, 0].tolist()], pairs[:, 0], pairs[:, 1]


def _nearest(cosines: npt.NDArray[np.float32], itself: int, count: int) -> list[int]:
    cosines = cosines.copy()
    cosines[itself] = -2
    best = np.argpartition(-cosines, count - 1)[:count]
    return [int(place) for place in best[np.argsort(-cosines[best], kind="stable")]]


def _compare(
    words: list[str],
    place: int,
    cosines: list[npt.NDArray[np.float32]],
    near: list[list[int]],
) -> ChangedWord:
    union = sorted({*near[0], *near[1]})
    first, second = (unit_rows(each[union][np.newaxis])[0] for each in cosines)
    return ChangedWord(
        words[place],
        len(set(near[0]) & set(near[1])),
        float(first @ second),
        [words[each] for each in near[0] if each not in near[1]],
        [words[each] for each in near[1] if each not in near[0]],
    )


class BackgroundComparison:
    """Two models, compared in a thread of its own from now on."""

    def __init__(self, first: OpenedModel, second: OpenedModel) -> None:
        self._models, self._share = (first, second), 0.0
        self._only: list[list[int]] = [[], []]
        self._changed: list[ChangedWord] | None = None
        self._failure: Exception | None = None
        threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        try:
            self._compare(*self._models)
        except Exception as error:  # for who asks, or they would ask for ever
            self._failure = error

    def _compare(self, first: OpenedModel, second: OpenedModel) -> None:
        def progress(share: float) -> None:
            self._share = share

        self._only = [
            words_in_one_only(first, second, NAMED),
            words_in_one_only(second, first, NAMED),
        ]
        self._changed = changed_words(first, second, progress)

    def record(self, count: int) -> dict[str, Any]:
        """Tell how far it is, and so many of the words on each side and of those that changed.

        Raises
        ------
        OptionError
            If it failed.
        """
        if self._failure is not None:
            reason = str(self._failure) or type(self._failure).__name__
            raise OptionError(f"the models could not be compared: {reason}")
        return {
            "done": self._changed is not None,
            "share": self._share,
            "only": [
                [known_word(model, row) for row in rows[:count]]
                for model, rows in zip(self._models, self._only, strict=True)
            ],
            "changed": [each._asdict() for each in (self._changed or [])[:count]],
        }
