"""What is done to a text before its words are counted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

NORMAL_FORMS = ("NFC", "NFKC")


@dataclass(frozen=True)
class TextRules:
    """What is done to a text before its words are counted; nothing by default.

    Attributes
    ----------
    tokenize : bool
        Tell words from punctuation in raw text. Otherwise words are what stands between spaces,
        tabs and newlines.
    strip_html : bool
        Take off tags, comments, scripts and styles; a character reference becomes its character.
    lowercase : bool
    normalize : {"NFC", "NFKC"}, optional
        Unicode's normal form.
    drop_punctuation : bool
        Leave out words without a letter or digit, but for emoji.
    drop_numbers : bool
        Leave out words with digits and without a letter.
    stop_words : collection of str
        Leave out these, in whatever case.
    drop_duplicates : bool
        Leave out documents of the same words in the same order as an earlier one's.
    """

    tokenize: bool = False
    strip_html: bool = False
    lowercase: bool = False
    normalize: str | None = None
    drop_punctuation: bool = False
    drop_numbers: bool = False
    stop_words: Collection[str] = ()
    drop_duplicates: bool = False

    @property
    def change_words(self) -> bool:
        """Whether what a word becomes may differ from how it stands in the text."""
        return bool(
            self.lowercase
            or self.normalize
            or self.drop_punctuation
            or self.drop_numbers
            or self.stop_words
        )
