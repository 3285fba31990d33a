"""Text to documents, vocabulary and ids."""

from __future__ import annotations

import re
from collections import Counter

BREAK = 0xFFFFFFFF


def split_documents(text):
    """Return a list of tokens for each line that holds any."""
    lines = text.replace(b"\r", b"").split(b"\n")
    documents = ([token for token in re.split(b"[ \t]", line) if token] for line in lines)
    return [tokens for tokens in documents if tokens]


def number_types(text, numbers):
    """Return the number of each token, in order of appearance, and BREAK for each run of line ends.

    `numbers`, a dict, is carried on from one text to the next.
    """
    ids = []
    for piece in re.findall(rb"\n|[^ \t\n]+", text):
        if piece != b"\n":
            ids.append(numbers.setdefault(piece, len(numbers)))
        elif not ids or ids[-1] != BREAK:
            ids.append(BREAK)
    return ids


def choose_words(documents, min_count, max_vocab=None):
    """Return pairs of word and count: the most frequent first, ties by bytes."""
    counts = Counter(token for document in documents for token in document)
    kept = [(word, count) for word, count in counts.items() if count >= min_count]
    return sorted(kept, key=lambda item: (-item[1], item[0]))[:max_vocab]


def encode_documents(documents, words):
    """Return the ids of each document's words; other tokens are left out."""
    ids = {word: number for number, word in enumerate(words)}
    return [[ids[token] for token in document if token in ids] for document in documents]
