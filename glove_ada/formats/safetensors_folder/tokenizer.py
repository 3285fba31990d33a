"""A tokenizer of Hugging Face's library, as JSON, that finds a vocabulary's words in plain text.

Text that users have is rarely split as the corpus was: `king,` stands for the words `king` and `,`
of a corpus with punctuation apart, and for `king` alone where it was dropped.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

#: What the Penn Treebank, and with it Stanford's tokenizer, cuts off a word's end.
CLITICS = ("n't", "'s", "'re", "'ve", "'ll", "'d", "'m")
_LETTER = r"[\p{L}\p{M}\p{N}_]"


def describe_tokenizer(words: list[str], unknown: str, special: tuple[str, ...]) -> dict[str, Any]:
    """Describe a tokenizer that finds these words in text that was split in any way.

    A word that holds punctuation or a space is found first where it stands by itself, the longest
    one where several begin; in what is left, runs of letters, marks, digits and underscores are
    words, without such of `CLITICS` as the vocabulary has, and so is every other character. Text is
    lower-cased if no word has a capital letter.

    Parameters
    ----------
    words : list of str
        By row.
    unknown : str
        The word among them that stands for all others.
    special : tuple of str
        Words that say nothing about the case of the text, and that no text holds.

    Returns
    -------
    dict
        What `tokenizer.json` holds.
    """
    real = [word for word in words if word not in special]
    lower_case = all(word == word.lower() for word in real)
    whole = [
        {
            "id": row,
            "content": word,
            "single_word": _has_letter(word[:1]) or _has_letter(word[-1:]),
            "lstrip": False,
            "rstrip": False,
            "normalized": True,
            "special": False,
        }
        for row, word in enumerate(words)
        if word not in special and not _is_one_piece(word)
    ]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": whole,
        "normalizer": {"type": "Lowercase"} if lower_case else None,
        "pre_tokenizer": {
            "type": "Split",
            "pattern": {"Regex": _piece_pattern([word for word in CLITICS if word in set(words)])},
            "behavior": "Removed",
            "invert": True,  # what matches is kept
        },
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {word: row for row, word in enumerate(words)},
            "unk_token": unknown,
        },
    }


def _piece_pattern(clitics: list[str]) -> str:
    """Return the pattern of Oniguruma's that a word, a clitic or a sign matches."""
    word, sign = f"{_LETTER}+", rf"[^\s{_LETTER[1:-1]}]"
    if not clitics:
        return f"{word}|{sign}"
    clitic = f"(?:{'|'.join(map(re.escape, clitics))})(?!{_LETTER})"
    return f"{_LETTER}+?(?={clitic})|(?<={_LETTER}){clitic}|{word}|{sign}"


def _is_one_piece(word: str) -> bool:
    """Tell whether the pattern finds a word whole."""
    if word.isalnum() or all(map(_has_letter, word)):
        return True
    return len(word) == 1 and not word.isspace()


def _has_letter(character: str) -> bool:
    """Tell whether a character is one of `_LETTER`."""
    return character == "_" or (character != "" and unicodedata.category(character)[0] in "LMN")
