"""What a text looks like that is probably not meant so, and what to do about it."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from glove_ada.corpus.type_table import TypeTable

if TYPE_CHECKING:
    from glove_ada.corpus.encoding import CorpusFacts

LOOKS_RAW = 0.03
"""The share of tokens that end in a punctuation mark from which a text looks raw."""

LOOKS_UNSPACED = 0.03
"""The share of long tokens of scripts without spaces from which a text looks as if it had none."""

BOOK_TOKENS = 100_000
"""Tokens of a document, on the average, from which one looks like a whole book."""

FEW_TOKENS, MANY_DOCUMENTS = 1.5, 1000
"""Tokens on the average, of how many documents, up to which they look like lists of words."""

_MARKS = np.zeros(256, np.bool_)
_MARKS[np.frombuffer(b".,;:!?)\"'>", np.uint8)] = True
_BEFORE_MARKS = np.zeros(256, np.bool_)  # letters and digits
_BEFORE_MARKS[np.frombuffer((string.ascii_letters + string.digits).encode(), np.uint8)] = True
_BEFORE_MARKS[0x80:] = True
_LONG = 36  # bytes of twelve Chinese, Japanese or Thai characters
_BATCH = 1 << 16


class RawShares(NamedTuple):
    """Shares of the tokens of a text.

    Attributes
    ----------
    punctuated : float
        End in a punctuation mark behind a letter or digit.
    unspaced : float
        Are long and of a script without spaces.
    """

    punctuated: float
    unspaced: float


def raw_shares(table: TypeTable) -> RawShares:
    """Look at the distinct words of a text."""
    total = int(table.counts.sum())
    if not total:
        return RawShares(0.0, 0.0)
    punctuated = unspaced = 0
    for first in range(0, table.types, _BATCH):
        letters, ends = table.letters(first, first + _BATCH)
        counts = table.counts[first : first + _BATCH]
        starts = np.append(0, ends[:-1])
        lengths = ends - starts
        marked = (lengths > 1) & _MARKS[letters[ends - 1]] & _BEFORE_MARKS[letters[ends - 2]]
        begin, then = letters[starts], letters[starts + (lengths > 1)]
        # Thai and Lao are E0 B8 to E0 BB in UTF-8; kana and ideographs E3 to E9.
        without_spaces = ((begin == 0xE0) & (then >= 0xB8)) | ((begin >= 0xE3) & (begin <= 0xE9))
        punctuated += int(counts[marked].sum())
        unspaced += int(counts[without_spaces & (lengths >= _LONG)].sum())
    return RawShares(punctuated / total, unspaced / total)


def corpus_advice(facts: CorpusFacts, *, tokenized: bool) -> Iterator[str]:
    """Yield a sentence for each thing about a corpus that is probably not meant so."""
    if facts.raw_share > LOOKS_RAW and not tokenized:
        yield (
            f"{facts.raw_share:.0%} of the tokens end in a punctuation mark, so that 'word.' and "
            f"'word' are two words: --tokenize tells them apart"
        )
    if facts.unspaced_share > LOOKS_UNSPACED:
        yield (
            f"{facts.unspaced_share:.0%} of the tokens are whole phrases of Chinese, Japanese, "
            f"Thai or another script without spaces: put spaces between the words beforehand, with "
            f"jieba, MeCab or PyThaiNLP, say"
        )
    average = facts.tokens / max(facts.documents, 1)
    how = "--document says what it is: line, blank-line or file"
    if average > BOOK_TOKENS:
        yield (
            f"a document has {average:,.0f} words on the average, and a window reaches from one "
            f"of its sentences into the next: by default a document is a line; {how}"
        )
    elif average <= FEW_TOKENS and facts.documents >= MANY_DOCUMENTS:
        yield (
            f"a document has {average:.1f} words on the average, and only words of one document "
            f"are neighbours: by default a document is a line; {how}"
        )
