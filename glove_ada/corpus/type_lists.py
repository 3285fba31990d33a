"""Types in the forms that are wanted: what becomes of the types of a text, and their counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
import numpy.typing as npt

from glove_ada.corpus.phrases.joining import DELIMITER, Phrases
from glove_ada.corpus.type_table import Allowance, TypeTable
from glove_ada.kernels.definitions import BREAK
from glove_ada.system.spilled_array import LongArray, pieces

FORM_BYTES = 180  # of a form besides its letters, in a list and in a table
_BATCH = 1 << 14


class Types(Protocol):
    """Types by their numbers, as a `TypeTable` and a `TypeList` have them."""

    @property
    def types(self) -> int:
        """How many there are."""

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """How often each occurs."""

    def word(self, number: int) -> bytes:
        """Return the bytes of one."""


class TypeList:
    """Types in a list.

    Parameters
    ----------
    words : list of bytes
    counts : ndarray of int64
    """

    def __init__(self, words: list[bytes], counts: npt.NDArray[np.int64]) -> None:
        self.words, self.counts = words, counts

    @property
    def types(self) -> int:
        """How many there are."""
        return len(self.words)

    def word(self, number: int) -> bytes:
        """Return the bytes of a type."""
        return self.words[number]


def merge_forms(
    table: TypeTable, form: Callable[[bytes], bytes], allowance: Allowance
) -> tuple[TypeList, npt.NDArray[np.uint32]]:
    """Give each type its form, and types of one form one number.

    Parameters
    ----------
    table : TypeTable
    form : callable
        Returns the form of a word; nothing if it is left out.
    allowance : Allowance
        What the forms' memory is taken from.

    Returns
    -------
    forms : TypeList
    form_of_type : ndarray of uint32
        The form's number for each type; BREAK if it is left out.
    """
    numbers: dict[bytes, int] = {}
    form_of_type = np.empty(table.types, np.uint32)
    left_out = int(BREAK)
    for first in range(0, table.types, _BATCH):
        known = len(numbers)
        form_of_type[first : first + _BATCH] = [
            numbers.setdefault(becomes, len(numbers)) if becomes else left_out
            for becomes in map(form, table.words(first, first + _BATCH))
        ]
        allowance.take(FORM_BYTES * (len(numbers) - known))
    counts = np.zeros(len(numbers), np.int64)
    kept = form_of_type != BREAK
    np.add.at(counts, form_of_type[kept], table.counts[kept])
    return TypeList(list(numbers), counts), form_of_type


def phrase_types(
    types: Types, phrases: Phrases, allowance: Allowance
) -> tuple[TypeList, npt.NDArray[np.uint32], list[bytes]]:
    """Give each phrase a number: that of the word that is spelled so, or a new one.

    Returns
    -------
    all_types : TypeList
        With the counts that were.
    joined : ndarray of uint32
        The number of each phrase.
    names : list of bytes
        The phrases, spelled with `_` between the words.
    """
    allowance.take(FORM_BYTES * (types.types + len(phrases.pairs)))
    words = [types.word(number) for number in range(types.types)]
    names = [
        words[first] + DELIMITER + words[second]
        for first, second in zip(phrases.first.tolist(), phrases.second.tolist(), strict=True)
    ]
    wanted = dict.fromkeys(names, -1)
    for number, word in enumerate(words):
        if word in wanted:
            wanted[word] = number
    for name, number in wanted.items():
        if number < 0:
            wanted[name] = len(words)
            words.append(name)
    joined = np.array([wanted[name] for name in names], np.uint32)
    counts = np.zeros(len(words), np.int64)
    counts[: types.types] = types.counts
    return TypeList(words, counts), joined, names


def recounted(types: Types, ids: LongArray[np.uint32]) -> TypeList:
    """Return the types with their counts in a text that has changed."""
    counts = np.zeros(types.types, np.int64)
    for piece in pieces(ids):
        counts += np.bincount(piece[piece != BREAK], minlength=types.types)
    return TypeList(list(_words(types)), counts)


def _words(types: Types) -> Iterator[bytes]:
    return (types.word(number) for number in range(types.types))
