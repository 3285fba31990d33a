"""What becomes of each distinct word of a text: lowercased, normalised, or left out.

Whatever Python's own version of Unicode is, the result is the same: characters that came after
`UNICODE_VERSION` stay as they are, and of the others Unicode promises that it changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import groupby

from glove_ada.corpus.words.character_classes import character_classes, later_characters
from glove_ada.corpus.words.text_rules import TextRules
from glove_ada.kernels.definitions import DIGIT, EMOJI, FLAG, HEBREW, LATER, LETTER

_LETTERS = re.compile(rb"[a-zA-Z\x80-\xff]")
_DIGITS = re.compile(rb"[0-9]")
_WHITE = re.compile(r"\s")


class WordForms:
    """Says what a word becomes.

    Parameters
    ----------
    rules : TextRules
    """

    def __init__(self, rules: TextRules) -> None:
        self._rules = rules
        self._stop_words = {lowercase(word).encode() for word in rules.stop_words}

    def form(self, word: bytes) -> bytes:
        """Return what a word of the text becomes; nothing if it is left out."""
        rules = self._rules
        lower = b""
        if word.isascii():
            lower = word.lower()
            form = lower if rules.lowercase else word
        else:
            text = word.decode("utf-8", "surrogateescape")
            if rules.normalize:
                text = normalize(text, rules.normalize)
            if rules.lowercase:
                text = lowercase(text)
                if rules.normalize:  # what was no letter before may be one now
                    text = normalize(text, rules.normalize)
            form = text.encode("utf-8", "surrogateescape")
            if self._stop_words:
                lower = lowercase(text).encode("utf-8", "surrogateescape")
        if self._stop_words and lower in self._stop_words:
            return b""
        if form.isalpha() or not (rules.drop_punctuation or rules.drop_numbers):
            return form  # the first is of ASCII's letters alone, and most words are
        return self._kept(form)

    def _kept(self, form: bytes) -> bytes:
        """Return a word if it is neither punctuation nor a number that is to be left out."""
        if form.isascii():
            letters, digits = bool(_LETTERS.search(form)), bool(_DIGITS.search(form))
            emoji = False
        else:
            letters, digits, emoji = _holds(form.decode("utf-8", "surrogateescape"))
        if self._rules.drop_punctuation and not (letters or digits or emoji):
            return b""
        if self._rules.drop_numbers and digits and not letters:
            return b""
        return form


def lowercase(text: str) -> str:
    """Return a text in lower case, but for characters of a later version of Unicode."""
    if text.isascii():
        return text.lower()
    parts = later_characters().split(text)
    parts[::2] = [part.lower() for part in parts[::2]]
    return "".join(parts)


def normalize(text: str, form: str) -> str:
    """Return a text in a normal form, but for characters of a later version of Unicode.

    Those stay, too, that would become white space, such as a no-break space: a word has none.
    """
    if text.isascii():
        return text
    parts = later_characters().split(text)
    parts[::2] = [_normalize(part, form) for part in parts[::2]]
    return "".join(parts)


def _normalize(text: str, form: str) -> str:
    normal = unicodedata.normalize(form, text)  # type: ignore[arg-type]
    if not _WHITE.search(normal):
        return normal
    white = [_WHITE.search(unicodedata.normalize(form, char)) for char in text]  # type: ignore[arg-type]
    runs = groupby(zip(text, white, strict=True), lambda pair: bool(pair[1]))
    return "".join(
        run if stays else unicodedata.normalize(form, run)  # type: ignore[arg-type]
        for stays, run in ((stays, "".join(char for char, _ in pairs)) for stays, pairs in runs)
    )


def _holds(text: str) -> tuple[bool, bool, bool]:
    """Return whether there is a letter, a digit and an emoji; fractions and such are digits."""
    kinds = {_kind(char) for char in text}
    return "letter" in kinds, "digit" in kinds, "emoji" in kinds


@cache
def _kind(char: str) -> str:
    code = ord(char)
    kind = LETTER if 0xD800 <= code < 0xE000 else character_classes()[code]
    if kind in (HEBREW, LATER) or (kind == LETTER and unicodedata.category(char)[0] != "N"):
        return "letter"
    if kind in (DIGIT, LETTER):
        return "digit"
    return "emoji" if kind in (EMOJI, FLAG) else ""
