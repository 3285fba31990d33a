"""Words spelled nearly as an unknown one: from a large vocabulary, while a user waits."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.explorer.models.compact_words import CompactWords, encoded
from glove_ada.vectors.spelling import LONGEST, most_edits, nearest_spellings

Bytes = npt.NDArray[np.uint8]
Letters = npt.NDArray[np.uint32]
"""A set of letters in the bits of each number. Some letters share a bit."""

_CONTINUED = 0xC0, 0x80
_TWO_BYTES = 0xC2, 0xDF
"""What UTF-8's later bytes have in their first two bits; the first bytes of letters of two."""


def similar_spellings(word: str, words: CompactWords, *, folds: bool, count: int = 3) -> list[str]:
    """Find what `glove_ada.vectors.spelling.nearest_spellings` finds, in a tenth of its time.

    Lengths and sets of letters rule out nearly all words, as they do there, but by NumPy.

    Parameters
    ----------
    word : str
        Any string.
    words : CompactWords
    folds : bool
        Whether all words are in lower case.
    count : int
        How many to give at most.
    """
    word = word[:LONGEST].lower()
    most = most_edits(word)
    wanted = np.bitwise_or.reduce(_letters(_as_bytes(encoded(word)), folds), initial=0)
    rows: list[int] = []
    for first, text, starts in words.blocks():
        sizes = np.add.reduceat((text & _CONTINUED[0]) != _CONTINUED[1], starts, dtype=np.int32) - 1
        letters = np.bitwise_or.reduceat(_letters(text, folds), starts)
        near = np.abs(sizes - len(word)) <= most
        near &= _has_at_most(most, letters & ~wanted) & _has_at_most(most, wanted & ~letters)
        rows += (first + np.flatnonzero(near)).tolist()
    return nearest_spellings(word, [words[row] for row in rows], count)


def _as_bytes(text: bytes) -> Bytes:
    return np.frombuffer(text, np.uint8)


def _letters(text: Bytes, folds: bool) -> Letters:
    """Return the bit of each letter at its last byte, and nothing at other bytes.

    The last five bits tell ASCII letters apart, and not from their capitals. Of others the last
    byte tells, if they have two bytes and no capitals can be there; the rest count for nothing.
    """
    bits = _BIT_OF_BYTE[text]
    if folds:
        lead = text[:-1]
        ends = 1 + np.flatnonzero((lead >= _TWO_BYTES[0]) & (lead <= _TWO_BYTES[1]))
        bits[ends] = np.uint32(1) << (text[ends] & np.uint32(31))
    return bits


def _bit_of_byte() -> Any:
    bits = np.uint32(1) << (np.arange(256, dtype=np.uint32) & 31)
    bits[128:] = bits[ord("\n")] = 0
    return bits


_BIT_OF_BYTE: Letters = _bit_of_byte()


def _has_at_most(count: int, letters: Letters) -> npt.NDArray[np.bool_]:
    for _ in range(count):
        letters = letters & (letters - np.uint32(1))  # without its lowest bit
    none: npt.NDArray[np.bool_] = letters == 0
    return none
