"""A block of raw text to words with spaces between them."""

from __future__ import annotations

import numpy as np

from glove_ada import kernels
from glove_ada.corpus.words.character_classes import character_classes


def split_words(text: bytes) -> bytes:
    """Return the words of a text, with a space between two; line ends stay.

    The rules stand in `docs/text.md`.
    """
    if not text:
        return b""
    words = np.empty(2 * len(text) + 1, np.uint8)
    buffer = np.frombuffer(text, np.uint8)
    written = kernels.split_words(buffer, len(text), character_classes(), words)
    return words[:written].tobytes()
