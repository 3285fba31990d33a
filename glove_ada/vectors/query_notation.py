"""What people ask of word vectors, in the notation of the prompt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from glove_ada.errors import OptionError
from glove_ada.vectors.word_vectors import WordVectors

BLANKS = " \t\n\r"
"""What may stand between the words of a query, as in a corpus; words may hold U+00A0."""
Kind = Literal["nearest", "similarity", "analogy", "sum", "odd one out"]

NOTATION = """\
frog                  the nearest words
cat dog               the cosine of two words
paris france tokyo    an analogy: paris is to france as tokyo is to what?
king - man + woman    the words nearest to a sum
a, b, c, d            the word that does not fit, then the others"""

SURE_NOTATION = """\
cat dog - cat fish    how much nearer cat is to dog than to fish: the difference of two cosines"""
"""What can be asked besides where answers come with standard errors."""


@dataclass(frozen=True)
class Answer:
    """The answer to a query.

    Attributes
    ----------
    query : str
        As it was asked.
    kind : str
        How it was understood.
    words : list of (str, float)
        The words found, each with its cosine with what was asked for: the nearest first, or for
        an odd one out the farthest from the mean first.
    """

    query: str
    kind: Kind
    words: list[tuple[str, float]]


class ParsedQuery(NamedTuple):
    """How a query is understood.

    Attributes
    ----------
    kind : str
    plus, minus : list of str
        The words of a sum; those of other kinds are added, but for the first of an analogy.
    """

    kind: Kind
    plus: list[str]
    minus: list[str]


def parse_query(query: str, *, folds: bool = False) -> ParsedQuery:
    """Understand a query in the notation of `NOTATION`.

    Parameters
    ----------
    query : str
        Words that are themselves `+`, `-` or a comma can only be asked for alone.
    folds : bool
        Fold the words of the query to lower case.

    Raises
    ------
    OptionError
        If the query cannot be understood.
    """
    terms = _words(query.lower() if folds else query, BLANKS)
    if len(terms) > 1 and any("," in term for term in terms):
        words = [word for term in terms for word in _words(term, ",")]
        if len(words) < 3:
            raise OptionError(
                f"{query!r} has too few words to tell which does not fit: write three"
            )
        return ParsedQuery("odd one out", words, [])
    if len(terms) > 1 and ("+" in terms or "-" in terms):
        return ParsedQuery("sum", *_signed(query, terms))
    if len(terms) == 1:
        return ParsedQuery("nearest", terms, [])
    if len(terms) == 2:
        return ParsedQuery("similarity", terms, [])
    if len(terms) == 3:
        return ParsedQuery("analogy", terms[1:], terms[:1])
    raise OptionError(
        f"{query!r} is no query: write one word, two, three for an analogy, a sum with blanks "
        "around + and -, or words with commas between them"
    )


def answer_query(
    vectors: WordVectors, query: str, *, topn: int = 10, folds: bool = False
) -> Answer:
    """Answer a query in the notation of `NOTATION`.

    Parameters
    ----------
    vectors : WordVectors
    query : str
    topn : int
        How many words to name.
    folds : bool
        Fold the words of the query to lower case.

    Raises
    ------
    UnknownWordError
        If a word is not in the vocabulary; the message names the nearest spellings.
    OptionError
        If the query cannot be understood.
    """
    kind, plus, minus = parse_query(query, folds=folds)
    if kind == "odd one out":
        return Answer(query, kind, _by_distance_from_mean(vectors, plus))
    if kind == "similarity":
        return Answer(query, kind, [(plus[1], vectors.similarity(*plus))])
    return Answer(query, kind, vectors.most_similar(plus, minus, topn=topn))


def _words(text: str, separators: str) -> list[str]:
    return [word for word in re.split(f"[{separators}]", text) if word]


def _signed(query: str, terms: list[str]) -> tuple[list[str], list[str]]:
    """Divide the terms of a sum into those to add and those to take away."""
    terms = terms if terms[0] in ("+", "-") else ["+", *terms]
    words: dict[str, list[str]] = {"+": [], "-": []}
    for sign, word in zip(terms[::2], [*terms[1::2], "+"], strict=False):
        if sign not in words or word in words:
            raise OptionError(f"{query!r} is no sum: signs and words must take turns")
        words[sign].append(word)
    return words["+"], words["-"]


def _by_distance_from_mean(vectors: WordVectors, words: list[str]) -> list[tuple[str, float]]:
    """Sort words by their cosine with their mean, the odd one out first."""
    mean = vectors.get_mean_vector(words, ignore_missing=False)
    cosines = (1 - vectors.distances(mean, words)).tolist()
    return sorted(zip(words, cosines, strict=True), key=lambda pair: pair[1])
