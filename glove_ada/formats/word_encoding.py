"""Words as bytes: UTF-8 in which bytes that are not UTF-8 survive, one word a line."""

from __future__ import annotations

from collections.abc import Sequence

from glove_ada.errors import OutputError


def encode_words(words: Sequence[str]) -> bytes:
    """Encode words, each ended by a newline.

    Parameters
    ----------
    words : sequence of str

    Returns
    -------
    bytes

    Raises
    ------
    OutputError
        If a word holds a newline, or a surrogate that stands for no byte.
    """
    if not words:
        return b""
    text = "\n".join(words) + "\n"
    if text.count("\n") != len(words):
        word = next(word for word in words if "\n" in word)
        raise OutputError(f"the word {word!r} holds a newline, which this format cannot hold")
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise OutputError(
            f"a word holds {text[error.start]!r}, half of a surrogate pair: no UTF-8 stands for it"
        ) from None


def decode_words(data: bytes) -> list[str]:
    """Decode words that `encode_words` encoded.

    Parameters
    ----------
    data : bytes
        Words, each ended by a newline.

    Returns
    -------
    list of str
    """
    words = data.decode("utf-8", "surrogateescape").split("\n")
    words.pop()
    return words
