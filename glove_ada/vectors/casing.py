"""How the words of evaluation sets are found in a vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from glove_ada.system.sentences.kinds import Whole, check_given

if TYPE_CHECKING:
    from glove_ada.vectors.word_index import WordLookup

# A lower-case vocabulary may still hold a few marks such as <UNK>: one word in so many.
CAPITALS_ALLOWED = 100


def is_lower_case(words: Sequence[str]) -> bool:
    """Tell whether a vocabulary was made from lower-case text.

    That is so if at most one word in a hundred has a capital letter.
    """
    capitals = sum(word != word.lower() for word in words)
    return capitals * CAPITALS_ALLOWED <= len(words)


class WordFinder:
    """Find the rows of words, folding case down if the vocabulary is lower-case.

    Case is never folded up: in a vocabulary with capitals, words are looked up as they are
    written, so that `Turkey` is not answered with `turkey`.

    Attributes
    ----------
    folds : bool
        Whether words are looked up in lower case.
    size : int
        How many of the first words may be found.
    """

    def __init__(self, vectors: WordLookup, restrict_vocab: int | None = None) -> None:
        restrict_vocab = check_given("restrict_vocab", restrict_vocab, Whole(1))
        self.folds = is_lower_case(vectors.index_to_key)
        self.size = min(len(vectors), restrict_vocab or len(vectors))
        self._key_to_index = vectors.key_to_index

    def row(self, word: str) -> int:
        """Find the row of a word; -1 if it is unknown."""
        if not isinstance(word, str):
            return -1
        row = self._key_to_index.get(word.lower() if self.folds else word, -1)
        return row if row < self.size else -1

    def rows(self, words: Iterable[str]) -> list[int]:
        """Find the rows of several words; -1 for each that is unknown."""
        return [self.row(word) for word in words]
