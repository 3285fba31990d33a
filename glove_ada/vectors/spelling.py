"""The nearest spellings of a word that is not in the vocabulary."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from glove_ada.errors import GloveError
from glove_ada.system.sentences.counted import counted

# So much of a word is compared; no one misspells longer ones.
LONGEST = 64


class UnknownWordError(GloveError, KeyError):
    """A word is not in the vocabulary; the message names the nearest spellings.

    The spellings are looked for when the message is read, and not before: programs that catch
    the error for every unknown word of a text should not pay for a search each time.
    """

    def __init__(self, word: object, words: Sequence[str] = ()) -> None:
        super().__init__(word)
        self.word = word
        self._words = words

    def __str__(self) -> str:
        """Say which word is missing and what is written nearly so."""
        near = nearest_spellings(self.word, self._words) if isinstance(self.word, str) else []
        hint = f"nearest spellings: {', '.join(map(repr, near))}" if near else "none is like it"
        return f"{self.word!r} is not among the {counted(len(self._words), 'word')} ({hint})"


def nearest_spellings(word: str, words: Sequence[str], count: int = 3) -> list[str]:
    """Find the words that are spelled most like a given one, whatever their case.

    One edit is allowed, and one more for every six letters. Lengths and letters rule out nearly
    all words before the slow comparison, which keeps the search of 400,000 words within half a
    second.

    Parameters
    ----------
    word : str
        Any string.
    words : sequence of str
        The vocabulary; of equally near words the one that comes first wins.
    count : int
        How many to give at most.

    Returns
    -------
    list of str
        The nearest first; empty if none is near.
    """
    word = word[:LONGEST].lower()
    letters = set(word)
    most = most_edits(word)
    rows, near = [], []
    for index, candidate in enumerate(words):
        if abs(len(candidate) - len(word)) > most:
            continue
        candidate = candidate.lower()
        others = set(candidate)
        if len(letters - others) > most or len(others - letters) > most:
            continue
        rows.append(index)
        near.append(candidate)
    distances = edit_distances(word, near)
    best = [
        each for each in np.argsort(distances, kind="stable")[:count] if distances[each] <= most
    ]
    return [words[rows[each]] for each in best]


def most_edits(word: str) -> int:
    """Return how many edits a near spelling of a word may be away."""
    return 1 + len(word) // 6


def edit_distances(word: str, others: Sequence[str]) -> npt.NDArray[np.int32]:
    """Count the letters to insert, delete, replace or swap with the next to make others of a word.

    No letter is edited twice (optimal string alignment, Boytsov 2011, section 2.2.1). `difflib`
    does not serve in its place: it knows no swaps, and of 100 misspelled words of three to five
    letters its nearest three of 70,000 words held 79, those by this distance 99.

    Parameters
    ----------
    word : str
    others : sequence of str
        All are compared at once.

    Returns
    -------
    ndarray of int32, shape (others,)
    """
    sizes = np.array([len(other) for other in others], dtype=np.intp)
    longest = max(1, int(sizes.max(initial=0)))
    padded = np.array(others, dtype=f"=U{longest}").view(np.uint32)
    letters = padded.reshape(len(others), longest).T
    steps = np.arange(longest + 1, dtype=np.int32)[:, np.newaxis]
    # In row j: how far the letters of `word` so far are from the first j letters of each other.
    row = np.repeat(steps, len(others), axis=1)
    before, same_before = row, np.zeros(letters.shape, dtype=bool)
    for place, letter in enumerate(word):
        last, before, same = before, row, letters == ord(letter)
        row = np.empty_like(before)
        row[0] = place + 1
        row[1:] = np.minimum(before[:-1] + ~same, before[1:] + 1)
        if place:
            swapped = same[:-1] & same_before[1:]
            row[2:] = np.where(swapped, np.minimum(row[2:], last[:-2] + 1), row[2:])
        row = np.minimum.accumulate(row - steps, axis=0) + steps  # insertions
        same_before = same
    return row[sizes, np.arange(len(others))]
