"""Answers to queries with standard errors and intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from glove_ada.run.uncertainty.estimates import Estimate
from glove_ada.run.uncertainty.frozen_contexts import Doubles
from glove_ada.run.uncertainty.trained_text import TrainedText
from glove_ada.run.uncertainty.uncertainty import Uncertainty
from glove_ada.system.threads import Workers
from glove_ada.vectors.query_notation import BLANKS, answer_query, parse_query

DIFFERENCE = "difference"
_CANDIDATES = 3  # for each word that is named, where draws tell how often it is among them


@dataclass(frozen=True)
class SureWord:
    """A word of an answer.

    Attributes
    ----------
    word : str
    cosine, standard_error, low, high : float or None
        Its cosine with what was asked for, and the 95 % interval; None if it is in too few
        documents to tell.
    documents : int
        Blocks of documents that hold it.
    share : float or None
        Of the draws, in which it is among the words that are named.
    """

    word: str
    cosine: float
    standard_error: float | None
    low: float | None
    high: float | None
    documents: int
    share: float | None = None

    def as_text(self) -> str:
        """Show the cosine with its standard error and interval, or say why there is none."""
        if self.standard_error is None:
            return f"{self.cosine:7.4f}  (too few documents to tell how sure)"
        among = "" if self.share is None else f"  named in {self.share:.0%} of the draws"
        interval = f"[{self.low:.4f}, {self.high:.4f}]"
        return f"{self.cosine:7.4f} +- {self.standard_error:.4f}  {interval}{among}"


@dataclass(frozen=True)
class SureAnswer:
    """The answer to a query.

    Attributes
    ----------
    query : str
    kind : str
        How it was understood; the cosine of a `DIFFERENCE` is the difference.
    words : list of SureWord
    """

    query: str
    kind: str
    words: list[SureWord]

    def as_text(self) -> str:
        """Show the words, one a line."""
        width = max((len(each.word) for each in self.words), default=0)
        lines = [f"  {each.word.ljust(width)}  {each.as_text()}" for each in self.words]
        return "\n".join([f"{self.query} ({self.kind})", *lines])


def answer_surely(
    text: TrainedText,
    query: str,
    workers: Workers,
    *,
    topn: int = 10,
    folds: bool = False,
    draws: int = 0,
    seed: int = 1,
) -> SureAnswer:
    """Answer a query of `query_notation.NOTATION` or of its `SURE_NOTATION`.

    Parameters
    ----------
    text : TrainedText
    query : str
    workers : Workers
        Who does the work; the result does not depend on them.
    topn : int
        How many words to name.
    folds : bool
        Fold the words of the query to lower case.
    draws : int
        Take intervals from so many draws of all vectors in place of the delta method.
    seed : int
        Of the draws.

    Raises
    ------
    UnknownWordError
        If a word is not in the vocabulary.
    OptionError
        If the query cannot be understood.
    """
    terms = (query.lower() if folds else query).split()
    if len(terms) == 5 and terms[2] == "-":
        a, b, _, c, d = terms
        sure = text.uncertainty([a, b, c, d], workers)
        estimate = sure.difference(a, b, c, d)
        if draws:
            drawn = _units(sure.draws(draws, seed))
            places = [sure.words.index(word) for word in (a, b, c, d)]
            one, other, third, fourth = (drawn[:, place] for place in places)
            differences = (one * other).sum(axis=1) - (third * fourth).sum(axis=1)
            word = _drawn_word(sure, f"{a} {b} - {c} {d}", estimate, differences, b)
            return SureAnswer(query, DIFFERENCE, [word])
        return SureAnswer(query, DIFFERENCE, [_word(sure, f"{a} {b} - {c} {d}", estimate, b)])
    kind, plus, minus = parse_query(query.strip(BLANKS), folds=folds)
    wanted = topn * (_CANDIDATES if draws else 1)
    found = answer_query(text.vectors, query.strip(BLANKS), topn=wanted, folds=folds)
    names = [word for word, _ in found.words]
    sure = text.uncertainty([*plus, *minus, *names], workers)
    signs: dict[str, float] = {}
    terms_of = plus[:1] if kind == "similarity" else plus
    for sign, words in ((1.0, terms_of), (-1.0, minus)):
        for term in words:
            signs[term] = signs.get(term, 0.0) + sign
    if draws:
        return SureAnswer(query, kind, _by_draws(sure, signs, names, draws, seed, topn))
    answers = [_word(sure, word, sure.sum_cosine(signs, word), word) for word in names]
    return SureAnswer(query, kind, answers)


def _by_draws(
    sure: Uncertainty,
    signs: dict[str, float],
    names: list[str],
    draws: int,
    seed: int,
    topn: int,
) -> list[SureWord]:
    """Return the first words, with what the draws say of each."""
    drawn = _units(sure.draws(draws, seed))
    place = {word: number for number, word in enumerate(sure.words)}
    direction = _units(sum(sign * drawn[:, place[word]] for word, sign in signs.items()))
    cosines = (drawn[:, [place[word] for word in names]] * direction[:, None]).sum(axis=2)
    ranks = np.argsort(np.argsort(-np.nan_to_num(cosines, nan=-2.0), axis=1, kind="stable"), axis=1)
    shares = (ranks < topn).mean(axis=0)
    words = []
    for column, word in enumerate(names[:topn]):
        estimate = sure.sum_cosine(signs, word)
        share = float(shares[column]) if len(names) > topn else None
        words.append(_drawn_word(sure, word, estimate, cosines[:, column], word, share))
    return words


def _word(sure: Uncertainty, name: str, estimate: Estimate, counted: str) -> SureWord:
    documents = sure.documents(counted)
    if not estimate.known:
        return SureWord(name, estimate.value, None, None, None, documents)
    return SureWord(
        name,
        estimate.value,
        estimate.standard_error,
        estimate.low,
        estimate.high,
        documents,
    )


def _drawn_word(
    sure: Uncertainty,
    name: str,
    estimate: Estimate,
    drawn: Doubles,
    counted: str,
    share: float | None = None,
) -> SureWord:
    value, largest, documents = estimate.value, estimate.largest, sure.documents(counted)
    if math.isnan(float(drawn[0])):
        return SureWord(name, value, None, None, None, documents)
    # Noise makes cosines smaller, those of the draws once more than the one that was found.
    ends = value + np.quantile(drawn - drawn.mean(), (0.025, 0.975))
    low, high = np.clip(ends, -largest, largest).tolist()
    return SureWord(name, value, float(drawn.std(ddof=1)), low, high, documents, share)


def _units(vectors: Any) -> Doubles:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    units: Doubles = vectors / np.where(lengths == 0, 1, lengths)  # a sum of words may be 0
    return units
