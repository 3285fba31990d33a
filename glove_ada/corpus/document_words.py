"""The words of one document, as they are found in a corpus."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from glove_ada.corpus.numbering import SEPARATOR, prepare_block
from glove_ada.corpus.phrases.joining import DELIMITER
from glove_ada.corpus.words.html_markup import strip_markup
from glove_ada.corpus.words.text_rules import TextRules
from glove_ada.corpus.words.word_forms import WordForms
from glove_ada.kernels.definitions import TEXT_SLACK


class DocumentWords:
    """Finds the words of documents.

    Parameters
    ----------
    rules : TextRules
        What is done to a text and its words; duplicates stay.
    phrases : collection of str
        What two words that stand together become, where they are joined.
    """

    def __init__(self, rules: TextRules, phrases: Collection[str] = ()) -> None:
        self._rules, self._phrases = rules, frozenset(phrases)
        self._forms = WordForms(rules)

    def of(self, document: bytes) -> list[str]:
        """Return the words of a document, which holds no newline."""
        if self._rules.strip_html:
            document = b"".join(strip_markup(iter([document])))
        block, _ = prepare_block(document, self._rules)
        words = (self._forms.form(word) for word in SEPARATOR.split(block[:-TEXT_SLACK]) if word)
        found = [word.decode("utf-8", "surrogateescape") for word in words if word]
        return list(self._joined(found)) if self._phrases else found

    def _joined(self, words: list[str]) -> Iterator[str]:
        """Yield words, with phrases in place of their two words, from left to right."""
        place = 0
        while place < len(words):
            both = DELIMITER.decode().join(words[place : place + 2])
            joined = both in self._phrases and place + 1 < len(words)
            yield both if joined else words[place]
            place += 2 if joined else 1
