"""Accuracy of word vectors on analogy questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from typing import TYPE_CHECKING, get_args

import numpy as np
import numpy.typing as npt

from glove_ada.evaluation.analogy_files import AnalogySet, Kind, Question, read_analogies
from glove_ada.evaluation.bootstrap import RESAMPLES, Estimate, check_draws, share
from glove_ada.evaluation.ranking import KnownQuestions, Method, answer_ranks
from glove_ada.system.sentences.counted import counted
from glove_ada.system.sentences.kinds import Choice, check
from glove_ada.vectors.casing import WordFinder

if TYPE_CHECKING:
    from glove_ada.vectors.word_index import WordLookup

# Accuracy is given at these numbers of guesses.
GUESSES = (1, 5, 10)

# In place of the rank of an answer.
UNKNOWN = -1


@dataclass(frozen=True)
class AccuracyScore:
    """How many questions of a group are answered rightly.

    Attributes
    ----------
    name : str
        A section, or "semantic", "syntactic", "total".
    questions : int
        All questions of the group.
    known : int
        Questions whose words are all in the vocabulary; the others do not count.
    correct : dict of int to int
        Known questions whose answer is among the first 1, 5, 10 words.
    accuracy : dict of int to Estimate or None
        Their share of the known questions; None if no question is known.
    """

    name: str
    questions: int
    known: int
    correct: Mapping[int, int]
    accuracy: Mapping[int, Estimate | None]


@dataclass(frozen=True)
class AnalogyResult:
    """Scores of one set of analogies.

    Attributes
    ----------
    name : str
        Name of the file or directory.
    method : "3cosadd" or "3cosmul"
    restrict_vocab : int or None
        Questions and answers were restricted to so many words.
    folded : bool
        Whether questions were folded to lower case, as the vocabulary is.
    sections : tuple of AccuracyScore
        In the order of the file; a file without sections is one.
    semantic, syntactic : AccuracyScore or None
        None if the file has no sections of the kind.
    total : AccuracyScore
    notes : tuple of str
        What was odd about the file, one sentence each.
    questions : tuple of Question
        All questions, in the order of the file.
    kinds : tuple of ("semantic", "syntactic" or None)
        The kind of each question.
    ranks : ndarray of int64, shape (questions,)
        Number of words above the right answer, 10 if there are more; -1 if a word is unknown.
    """

    name: str
    method: Method
    restrict_vocab: int | None
    folded: bool
    sections: tuple[AccuracyScore, ...]
    semantic: AccuracyScore | None
    syntactic: AccuracyScore | None
    total: AccuracyScore
    notes: tuple[str, ...]
    questions: tuple[Question, ...] = field(repr=False)
    kinds: tuple[Kind | None, ...] = field(repr=False)
    ranks: npt.NDArray[np.int64] = field(repr=False)

    def scores(self) -> tuple[AccuracyScore, ...]:
        """List the sections, then semantic, syntactic, total, leaving out what is not there."""
        sections = self.sections if len(self.sections) > 1 else ()
        summary = (self.semantic, self.syntactic, self.total)
        return sections + tuple(score for score in summary if score is not None)

    def groups(self) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
        """Tell which questions belong to each of `scores`: name and mask, shape (questions,)."""
        numbers = np.arange(len(self.questions))
        first = 0
        for section in self.sections:
            if len(self.sections) > 1:
                inside = (numbers >= first) & (numbers < first + section.questions)
                yield section.name, inside
            first += section.questions
        for score in (self.semantic, self.syntactic):
            if score is not None:
                yield score.name, np.array([kind == score.name for kind in self.kinds])
        yield self.total.name, np.ones(len(numbers), dtype=bool)


def evaluate_analogies(
    vectors: WordLookup,
    analogies: str | PathLike[str] | AnalogySet,
    *,
    method: Method = "3cosadd",
    restrict_vocab: int | None = None,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> AnalogyResult:
    """Answer analogy questions and count the right answers.

    A question counts if all its words are known; of several right answers one must be. The words
    of a question are never its answer (Mikolov et al. 2013).

    Parameters
    ----------
    vectors : WordVectors
    analogies : path-like or AnalogySet
        A file or directory that `read_analogies` understands, or what that has read.
    method : "3cosadd" or "3cosmul"
        Nearest to the sum (Mikolov et al. 2013) or the product (Levy and Goldberg 2014).
    restrict_vocab : int, optional
        Use the first (most frequent) so many words only, in questions and as answers.
    resamples, seed : int
        Of the bootstrap intervals.

    Raises
    ------
    FormatError
        If the file holds no analogies.
    OptionError
        If an argument makes no sense.
    """
    check("method", method, Choice(get_args(Method)))
    resamples, seed = check_draws(resamples, seed)
    if not isinstance(analogies, AnalogySet):
        analogies = read_analogies(analogies)
    finder = WordFinder(vectors, restrict_vocab)
    questions = [question for section in analogies.sections for question in section.questions]
    kinds = [section.kind for section in analogies.sections for _ in section.questions]
    ranks = _ranks(vectors, questions, finder, method)
    sections, first = [], 0
    for section in analogies.sections:
        part = ranks[first : first + len(section.questions)]
        sections.append(_score(section.name, part, resamples, seed))
        first += len(part)
    return AnalogyResult(
        name=analogies.name,
        method=method,
        restrict_vocab=restrict_vocab,
        folded=finder.folds,
        sections=tuple(sections),
        semantic=_score_of_kind("semantic", kinds, ranks, resamples, seed),
        syntactic=_score_of_kind("syntactic", kinds, ranks, resamples, seed),
        total=_score("total", ranks, resamples, seed),
        notes=tuple(_notes(analogies, questions, ranks)),
        questions=tuple(questions),
        kinds=tuple(kinds),
        ranks=ranks,
    )


def _score(name: str, ranks: npt.NDArray[np.int64], resamples: int, seed: int) -> AccuracyScore:
    """Sum up the ranks of a group of questions."""
    known = ranks[ranks != UNKNOWN]
    correct = {guesses: int((known < guesses).sum()) for guesses in GUESSES}
    accuracy = {
        guesses: share(hits, len(known), resamples=resamples, seed=seed)
        for guesses, hits in correct.items()
    }
    return AccuracyScore(name, len(ranks), len(known), correct, accuracy)


def _score_of_kind(
    kind: Kind,
    kinds: Sequence[Kind | None],
    ranks: npt.NDArray[np.int64],
    resamples: int,
    seed: int,
) -> AccuracyScore | None:
    """Sum up the questions of one kind, if there are any."""
    chosen = np.array([each == kind for each in kinds], dtype=bool)
    return _score(kind, ranks[chosen], resamples, seed) if chosen.any() else None


def _ranks(
    vectors: WordLookup, questions: Sequence[Question], finder: WordFinder, method: Method
) -> npt.NDArray[np.int64]:
    """Find the ranks of the answers to all questions; -1 where a word is unknown."""
    ranks = np.full(len(questions), UNKNOWN, dtype=np.int64)
    answerable, queries, answers = [], [], []
    for number, question in enumerate(questions):
        query = finder.rows((question.a, question.b, question.c))
        right = {row for row in finder.rows(question.answers) if row >= 0}
        if min(query) < 0 or not right:
            continue
        # Unless shown otherwise, known questions are answered wrongly.
        ranks[number] = max(GUESSES)
        if right := right.difference(query):
            answerable.append(number)
            queries.append(query)
            answers.append(sorted(right))
    if answerable:
        known = _known_questions(queries, answers)
        ranks[answerable] = answer_ranks(
            vectors.vectors[: finder.size], known, method=method, limit=max(GUESSES)
        )
    return ranks


def _known_questions(queries: list[list[int]], answers: list[list[int]]) -> KnownQuestions:
    """Lay the rows of questions out in arrays."""
    a, b, c = np.array(queries, dtype=np.intp).T
    runs = np.array([len(rows) for rows in answers], dtype=np.intp)
    flat = np.array([row for rows in answers for row in rows], dtype=np.intp)
    return KnownQuestions(a, b, c, flat, np.cumsum(runs) - runs)


def _notes(
    analogies: AnalogySet, questions: Sequence[Question], ranks: npt.NDArray[np.int64]
) -> Iterator[str]:
    """Say what a reader of the scores should know about the questions."""
    yield from analogies.notes
    if repeated := len(questions) - len(set(questions)):
        one, many = "question is repeated and counts", "questions are repeated and count"
        yield f"{analogies.name}: {counted(repeated, one, many)} each time"
    own = sum(set(each.answers) <= {each.a, each.b, each.c} for each in questions)
    if own:
        one = "question has a word of its own for an answer and counts"
        many = "questions have a word of their own for an answer and count"
        yield f"{analogies.name}: {counted(own, one, many)} as wrong"
    if not (ranks != UNKNOWN).any():
        yield f"{analogies.name}: these vectors know no question of it"
