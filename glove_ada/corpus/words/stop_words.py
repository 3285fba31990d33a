"""Lists of stop words: words of grammar that stand everywhere and tell little of their neighbours.

The lists are this program's own: articles, pronouns, prepositions, conjunctions, auxiliary verbs
and the commonest adverbs, and no words of content.
"""

from __future__ import annotations

import os
from pathlib import Path

from glove_ada.errors import OptionError

_FOLDER = Path(__file__).with_name("stop_words")
LANGUAGES = ("english", "french", "german", "italian", "spanish")


def stop_words(source: str | os.PathLike[str]) -> list[str]:
    """Return the stop words of a language, or those in a file with a word a line.

    Parameters
    ----------
    source : str or path-like
        One of `LANGUAGES`, or a path.

    Raises
    ------
    OptionError
        If it is neither, or the file cannot be read or holds no word.
    """
    path = _FOLDER / f"{source}.txt" if source in LANGUAGES else Path(source)
    if not path.exists():
        raise OptionError(
            f"--stop-words is {os.fspath(source)!r}, which is neither a file nor one of "
            f"{', '.join(LANGUAGES)}"
        )
    try:
        words = path.read_text("utf-8-sig").split()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise OptionError(f"--stop-words: cannot read {path}: {reason}") from error
    if not words:
        raise OptionError(f"--stop-words: {path} holds no word; write one a line")
    return words
