"""Words in one block of bytes, which takes a tenth of the memory of a list and an index of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import overload

import numpy as np
import numpy.typing as npt

END = b"\n"
WORDS_AT_ONCE = 4096


class CompactWords(Sequence[str]):
    """The words of a vocabulary by row, and the way back: a search through all bytes.

    Parameters
    ----------
    words : sequence of str
        In their order; no word twice. What is no UTF-8 is kept as `surrogateescape` has it.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._bytes = encoded("\n".join(("", *words, "")))
        small = len(self._bytes) <= np.iinfo(np.uint32).max
        self._starts = np.zeros(len(words) + 1, dtype=np.uint32 if small else np.int64)
        lengths = (len(encoded(word)) + 1 for word in words)
        np.cumsum(np.fromiter(lengths, self._starts.dtype, len(words)), out=self._starts[1:])
        self._longest = int(np.diff(self._starts).max(initial=1)) - 1
        self.row = lru_cache(maxsize=1024)(self._find_row)

    def __len__(self) -> int:
        """Count the words."""
        return len(self._starts) - 1

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        """Return the word of a row, or a list of those of several."""
        if isinstance(row, slice):
            return [self._word(each) for each in range(*row.indices(len(self)))]
        if not -len(self) <= row < len(self):
            raise IndexError(f"row {row} of {len(self)} words")
        return self._word(int(row) % len(self))

    def __iter__(self) -> Iterator[str]:
        """Yield the words in their order."""
        for first in range(0, len(self), WORDS_AT_ONCE):
            last = min(first + WORDS_AT_ONCE, len(self))
            piece = self._bytes[int(self._starts[first]) + 1 : int(self._starts[last])]
            words = piece.decode("utf-8", "surrogateescape").split("\n")
            yield from words if len(words) == last - first else self[first:last]

    def beginning_with(self, beginning: str, count: int) -> list[int]:
        """Find the first rows whose words begin so.

        Parameters
        ----------
        beginning : str
        count : int
            How many to find at most.
        """
        found: list[int] = []
        sought, place = END + encoded(beginning), 0
        while len(found) < count and (place := self._bytes.find(sought, place)) >= 0:
            row = self._row_at(place)
            if row is not None:
                found.append(row)
            place += 1
        return found

    def spelled(self, pattern: str) -> list[int]:
        """Find the rows of all words that are spelled so, where `*` stands for any letters.

        It takes no longer for many `*`: each part is sought where it stands first, and nowhere else
        if a later one is not found, since what follows has the most room there.
        """
        if len(encoded(pattern.replace("*", ""))) > self._longest:
            return []  # without an expression as long as that
        beginning, *later = [re.escape(encoded(part)) for part in pattern.split("*")]
        sought = END + beginning
        for number, part in enumerate(filter(None, later[:-1])):
            # Python 3.10 has no atomic groups, but does not go back into what lies ahead.
            sought += b"(?=(?P<p%d>[^\n]*?%s))(?P=p%d)" % (number, part, number)
        if later:
            sought += b"[^\n]*" + later[-1]
        found = re.finditer(sought + b"(?=\n)", self._bytes)
        spans = np.array([each.span() for each in found], self._starts.dtype).reshape(-1, 2)
        rows = np.searchsorted(self._starts, spans[:, 1]) - 1
        # Where a word itself holds a newline, what was found may be a piece of it.
        whole = np.all(self._starts[np.stack([rows, rows + 1], axis=1)] == spans, axis=1)
        at_words: list[int] = rows[whole].tolist()
        return at_words

    def rows(self, words: Iterable[str]) -> Iterator[int]:
        """Find the rows of many words, -1 for each unknown one, without an index of all of them.

        Parameters
        ----------
        words : iterable of str
        """
        hashes = np.fromiter((hash(word) for word in self), np.int64, len(self))
        order = np.argsort(hashes, kind="stable")
        hashes = hashes[order]
        remaining = iter(words)
        while block := list(islice(remaining, WORDS_AT_ONCE)):
            sought = np.array([hash(word) for word in block], dtype=np.int64)
            firsts = np.searchsorted(hashes, sought).tolist()
            lasts = np.searchsorted(hashes, sought, side="right").tolist()
            for word, first, last in zip(block, firsts, lasts, strict=True):
                rows = order[first:last].tolist()
                yield next((row for row in rows if self._word(row) == word), -1)

    def blocks(self) -> Iterator[tuple[int, npt.NDArray[np.uint8], npt.NDArray[np.intp]]]:
        """Yield many words at once, as bytes.

        Yields
        ------
        first : int
            The row of the first of them.
        text : ndarray of uint8
            A newline before each word.
        starts : ndarray of int
            Where each word's newline is in the text.
        """
        text = np.frombuffer(self._bytes, np.uint8)
        for first in range(0, len(self), 16 * WORDS_AT_ONCE):
            starts = self._starts[first : first + 16 * WORDS_AT_ONCE + 1].astype(np.intp)
            yield first, text[starts[0] : starts[-1]], starts[:-1] - starts[0]

    def _find_row(self, word: str) -> int:
        """Find the row of a word; -1 if there is none."""
        sought, place = END + encoded(word) + END, 0
        while (place := self._bytes.find(sought, place)) >= 0:
            row = self._row_at(place)
            if row is not None and self._word(row) == word:
                return row
            place += 1
        return -1

    def _row_at(self, place: int) -> int | None:
        """Return the row that begins at a place; None where a word itself holds a newline."""
        # Of the same type, or all starts would be converted.
        row = int(np.searchsorted(self._starts, self._starts.dtype.type(place)))
        return row if row < len(self) and self._starts[row] == place else None

    def _word(self, row: int) -> str:
        start, stop = self._starts[row : row + 2].tolist()
        return self._bytes[start + 1 : stop].decode("utf-8", "surrogateescape")


class RowOfWord(Mapping[str, int]):
    """The row of each word, as a dictionary would have it."""

    def __init__(self, words: CompactWords) -> None:
        self._words = words

    def __len__(self) -> int:
        """Count the words."""
        return len(self._words)

    def __iter__(self) -> Iterator[str]:
        """Yield the words in their order."""
        return iter(self._words)

    def __contains__(self, word: object) -> bool:
        """Tell whether there is such a word."""
        return isinstance(word, str) and self._words.row(word) >= 0

    def __getitem__(self, word: str) -> int:
        """Return the row of a word."""
        row = self._words.row(word)
        if row < 0:
            raise KeyError(word)
        return row


def encoded(word: str) -> bytes:
    """Return the bytes of a word."""
    try:
        return word.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a surrogate pair, as no file of words can hold it
        return word.encode("utf-8", "replace")
