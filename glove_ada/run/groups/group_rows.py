"""Each word's vector for each group, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glove_ada.run.groups.grouped_text import GroupedText, Progress, show_nobody
from glove_ada.run.uncertainty.frozen_contexts import Doubles
from glove_ada.run.uncertainty.influences import Influences, find_influences
from glove_ada.run.uncertainty.row_problem import factor, pose, solve
from glove_ada.run.uncertainty.uncertainty import Uncertainty
from glove_ada.run.uncertainty.word_contexts import WordContexts
from glove_ada.system.threads import Workers

Blocks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class GroupRow:
    """A word's vector for one group.

    Attributes
    ----------
    vector : ndarray of float64, shape (size,)
        As users are given it: in the space of the model's vectors.
    influences : Influences
        On it, of the group's own blocks.
    occurrences : int
        Of the word, in the group.
    """

    vector: Doubles
    influences: Influences
    occurrences: int


WordRows = list[GroupRow | None]
"""Of a word, a row for each group; None where it has no neighbours in the group."""


def rows_by_group(
    text: GroupedText, words: Sequence[str], workers: Workers, progress: Progress = show_nobody
) -> list[WordRows]:
    """Solve each word's row for each group.

    Parameters
    ----------
    text : GroupedText
    words : sequence of str
    workers : Workers
        Who does the work; the result does not depend on them.
    progress : callable
        Is given numbers of words that add up to all.

    Raises
    ------
    UnknownWordError
        If a word is not in the vocabulary.
    """

    def rows(of: tuple[int, WordContexts]) -> WordRows:
        return [_row(text, *of, group) for group in range(len(text.names))]

    return list(workers.map_in_order(rows, text.contexts_of(words, workers, progress)))


def uncertainty_of_group(
    text: GroupedText, words: Sequence[str], rows: Sequence[WordRows], group: int
) -> Uncertainty:
    """Return how sure the vectors of one group are, of the words that it has."""
    own = [
        (word, row)
        for word, of_word in zip(words, rows, strict=True)
        if (row := of_word[group]) is not None
    ]
    return Uncertainty(
        [word for word, _ in own],
        np.array([row.vector for _, row in own]).reshape(len(own), text.given.size),
        [row.influences for _, row in own],
        text.blocks_of(group),
    )


def solve_vector(text: GroupedText, word: int, met: WordContexts, blocks: Blocks) -> Doubles:
    """Return a word's vector from some blocks, as users are given it, shape (size,)."""
    problem = pose(text.frozen_for(blocks), met.within(blocks))
    matrix, right = problem.matrix_and_right()
    row = solve(factor(matrix), right)
    vector: Doubles = text.given.of(word, row[None, : text.frozen.vector_size])[0]
    return vector


def solve_with_influences(
    text: GroupedText, word: int, met: WordContexts, blocks: Blocks
) -> tuple[Doubles, Influences]:
    """Return a word's vector from some blocks, as users are given it, and the influences on it."""
    here, size = met.within(blocks), text.frozen.vector_size
    problem = pose(text.frozen_for(blocks), here)
    matrix, right = problem.matrix_and_right()
    factors = factor(matrix)
    row = solve(factors, right)
    on_row = find_influences(problem, here, factors, row)
    changes = text.given.changes(np.ascontiguousarray(on_row.changes[:, :size]))
    return text.given.of(word, row[None, :size])[0], Influences(on_row.blocks, changes)


def _row(text: GroupedText, word: int, met: WordContexts, group: int) -> GroupRow | None:
    blocks = text.group_of_block == group
    if not blocks[met.blocks].any():
        return None
    occurrences = int(met.occurrences[blocks].sum())
    vector, influences = solve_with_influences(text, word, met, blocks)
    own = Influences(influences.blocks - int(np.argmax(blocks)), influences.changes)
    return GroupRow(vector, own, occurrences)
