"""Where the right answers of analogies stand among all words of a vocabulary.

All that accuracy at 1, 5 and 10 needs is the number of words that score above the right answer.
Products of single precision, done by BLAS, settle that for nearly every word. The few words that
come closer to the answer than rounding can tell are scored again in double precision, and equal
ones are ranked by index. So the ranks do not depend on the BLAS, its threads or the block size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from glove_ada.vectors.cosine import unit_rows

Method = Literal["3cosadd", "3cosmul"]
Rows = npt.NDArray[np.intp]
Single = npt.NDArray[np.float32]
Double = npt.NDArray[np.float64]

# Levy and Goldberg's guard against division by zero (2014, equation 4).
EPSILON = 1e-6

_UNIT_ROUNDOFF = 2.0**-24
# Sizes of the blocks: words whose cosines with all query words are held, questions whose scores
# for these words are held (1 MiB, so that they stay in the cache), words scored again at once.
_WORDS = 2048
_QUESTIONS = 128
_RESCORED = 4096


@dataclass(frozen=True)
class KnownQuestions:
    """Questions whose words all have vectors, as rows of the matrix.

    Attributes
    ----------
    a, b, c : ndarray of int, shape (questions,)
        `a` is to `b` as `c` is to the answer.
    answers : ndarray of int, shape (answers,)
        Right answers, those of each question in a run; at least one a question, and none that is
        a word of the question.
    first_answer : ndarray of int, shape (questions,)
        Where the run of each question starts.
    """

    a: Rows
    b: Rows
    c: Rows
    answers: Rows
    first_answer: Rows

    def __len__(self) -> int:
        """Count the questions."""
        return len(self.a)

    def asked(self) -> Rows:
        """Tell which question each answer belongs to, shape (answers,)."""
        runs = np.diff(np.append(self.first_answer, len(self.answers)))
        return np.repeat(np.arange(len(self)), runs)


def answer_ranks(
    vectors: npt.NDArray[Any], questions: KnownQuestions, *, method: Method, limit: int
) -> npt.NDArray[np.int64]:
    """Count the words that score above the best right answer of each question.

    The words of the question do not count, nor do other right answers. Only unit vectors are
    compared; a vector of zeros has cosine 0 with every word.

    Parameters
    ----------
    vectors : ndarray of float, shape (words, vector_size)
        The words among which answers are looked for; read in blocks.
    questions : KnownQuestions
    method : "3cosadd" or "3cosmul"
        cos(x, b) - cos(x, a) + cos(x, c) (Mikolov et al. 2013), or the product of shifted cosines
        with b and c over that with a (Levy and Goldberg 2014, equation 4).
    limit : int
        Stop counting here, which saves most of the time.

    Returns
    -------
    ndarray of int64, shape (questions,)
        0 if a right answer is first, `limit` if there are at least so many words above it.
    """
    ranking = _Ranking(vectors, questions, method)
    for start in range(0, len(vectors), _WORDS):
        open_questions = np.flatnonzero(ranking.above < limit)
        ranking.count_block(start, open_questions)
    return np.minimum(ranking.above, limit)


class _Ranking:
    """The counts of words above the answers, block by block."""

    def __init__(
        self, vectors: npt.NDArray[Any], questions: KnownQuestions, method: Method
    ) -> None:
        self.vectors = vectors
        self.method = method
        # Cosines are computed once for each distinct word of the questions.
        query = np.stack([questions.a, questions.b, questions.c])
        words, positions = np.unique(query, return_inverse=True)
        self.a, self.b, self.c = positions.reshape(query.shape)
        self.unit = unit_rows(vectors[words])
        self.single = self.unit.astype(np.float32)
        self._find_goals(questions)
        # Words of the question and other right answers are not taken out of the blocks but out
        # of the count, in advance; it reaches its true value at the last block from below.
        asked = np.arange(len(questions))
        ignored = np.concatenate([np.tile(asked, 3), questions.asked()])
        rows = np.concatenate([query.ravel(), questions.answers])
        # Words of a question may be equal: take each out once.
        ignored, rows = np.divmod(np.unique(ignored * len(vectors) + rows), len(vectors))
        self.above = np.zeros(len(questions), dtype=np.int64)
        self._rescore(ignored, rows, sign=-1)

    def _find_goals(self, questions: KnownQuestions) -> None:
        """Score the right answers and keep the best of each question, of equals the first."""
        asked = questions.asked()
        scores = self._exact(asked, questions.answers)
        self.goal = np.maximum.reduceat(scores, questions.first_answer)
        level = np.where(scores == self.goal[asked], questions.answers, len(self.vectors))
        self.goal_row = np.minimum.reduceat(level, questions.first_answer)

    def count_block(self, start: int, open_questions: Rows) -> None:
        """Count the words of one block for the questions that are still open."""
        block = unit_rows(self.vectors[start : start + _WORDS]).astype(np.float32)
        cosines = self.single @ block.T
        if self.method == "3cosmul":
            cosines += 1
            cosines /= 2
        for first in range(0, len(open_questions), _QUESTIONS):
            questions = open_questions[first : first + _QUESTIONS]
            scores, goal, tolerance = self._scores(cosines, questions)
            self._count(questions, start, scores, goal, tolerance)

    def _scores(self, cosines: Single, questions: Rows) -> tuple[Single, Double, Double]:
        """Score all words of a block, such that a word is above the answer if above the goal.

        Returns
        -------
        scores : ndarray of float32, shape (questions, words)
        goal : ndarray of float64, shape (questions,)
        tolerance : ndarray of float64, shape (questions,)
            What rounding can make of a difference of score and goal at most: a cosine of unit
            vectors of d dimensions is off by less than (d + 4) units of roundoff.
        """
        goal = self.goal[questions]
        rounding = (self.unit.shape[1] + 4) * _UNIT_ROUNDOFF
        scores = cosines[self.b[questions]]
        minus = cosines[self.a[questions]]
        if self.method == "3cosadd":
            scores += cosines[self.c[questions]]
            scores -= minus
            return scores, goal, np.full(len(questions), 4 * rounding)
        # b c / (a + e) > goal without the division, which could magnify errors: b c - goal a.
        scores *= cosines[self.c[questions]]
        minus *= goal.astype(np.float32)[:, np.newaxis]
        scores -= minus
        return scores, goal * EPSILON, 2 * rounding * (1 + goal)

    def _count(
        self, questions: Rows, start: int, scores: Single, goal: Double, tolerance: Double
    ) -> None:
        """Count the scores above the goals, looking twice at those that are close."""
        low = (goal - tolerance).astype(np.float32)
        hit = np.flatnonzero(scores.max(axis=1) >= low)
        scores = scores[hit]
        asked, word = np.nonzero(scores >= low[hit, np.newaxis])
        asked_all = hit[asked]
        sure = scores[asked, word] > (goal + tolerance)[asked_all]
        self.above[questions] += np.bincount(asked_all[sure], minlength=len(questions))
        self._rescore(questions[asked_all[~sure]], start + word[~sure], sign=1)

    def _rescore(self, asked: Rows, rows: Rows, *, sign: int) -> None:
        """Count words by their exact scores; of equal scores the first word is above."""
        scores = self._exact(asked, rows)
        goal, goal_row = self.goal[asked], self.goal_row[asked]
        above = (scores > goal) | ((scores == goal) & (rows < goal_row))
        np.add.at(self.above, asked[above], sign)

    def _exact(self, asked: Rows, rows: Rows) -> Double:
        """Score words, each for its question, in double precision."""
        scores = np.empty(len(rows))
        for start in range(0, len(rows), _RESCORED):
            part = slice(start, start + _RESCORED)
            question = asked[part]
            unit = unit_rows(self.vectors[rows[part]])
            a, b, c = (
                np.einsum("ij,ij->i", self.unit[words[question]], unit)
                for words in (self.a, self.b, self.c)
            )
            if self.method == "3cosadd":
                scores[part] = b + c - a
            else:
                scores[part] = ((1 + b) / 2) * ((1 + c) / 2) / ((1 + a) / 2 + EPSILON)
        return scores
