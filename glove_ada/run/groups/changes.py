"""Words that two groups use differently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from glove_ada.run.groups.group_rows import Blocks, solve_vector
from glove_ada.run.groups.grouped_text import GroupedText, Progress, show_nobody
from glove_ada.run.groups.halves import HalvedWord
from glove_ada.run.groups.permutation import Permuted, permute
from glove_ada.run.uncertainty.frozen_contexts import Doubles
from glove_ada.run.uncertainty.row_problem import factor, pose, solve
from glove_ada.run.uncertainty.word_contexts import WordContexts
from glove_ada.system.threads import Workers


@dataclass(frozen=True)
class Change:
    """How two groups differ in a word.

    Attributes
    ----------
    word : str
    occurrences : (int, int)
        In either group.
    cosine : float
        Of its vectors for the two groups.
    permuted : Permuted
        How far they are apart beside groups dealt at random.
    """

    word: str
    occurrences: tuple[int, int]
    cosine: float
    permuted: Permuted


def compare_groups(
    text: GroupedText,
    words: Sequence[str],
    first: int,
    second: int,
    workers: Workers,
    *,
    permutations: int,
    seed: int,
    progress: Progress = show_nobody,
) -> list[Change]:
    """Return how two groups differ in each word that both have, the most different first.

    A word that stands alone in its documents, without a neighbour, tells nothing of its use: it
    is left out as one that a group does not have.

    Words are sorted by p, and those of one p by how many times as far apart they are as chance has
    it.

    Parameters
    ----------
    text : GroupedText
    words : sequence of str
    first, second : int
        Groups.
    workers : Workers
        Who does the work; the result does not depend on them.
    permutations : int
        Of the documents of both, for each word.
    seed : int
        Of the permutations.
    progress : callable
        Is given numbers of words that add up to all.
    """
    halves = text.group_of_block == first, text.group_of_block == second

    def change(of: tuple[int, WordContexts]) -> Change | None:
        return _change(text, *of, halves, permutations, seed)

    found = workers.map_in_order(change, text.contexts_of(words, workers, progress))
    changes = [each for each in found if each is not None]
    return sorted(changes, key=lambda each: (each.permuted.p, -each.permuted.ratio))


def _change(
    text: GroupedText,
    word: int,
    met: WordContexts,
    halves: tuple[Blocks, Blocks],
    permutations: int,
    seed: int,
) -> Change | None:
    first, second = (int(met.occurrences[half].sum()) for half in halves)
    if not all(half[met.blocks].any() for half in halves):
        return None
    one, other = (solve_vector(text, word, met, half) for half in halves)
    both = _together(text, met.within(halves[0] | halves[1]), halves)
    in_first = halves[0][np.unique(both.met.blocks)]
    permuted = permute(both.distances, in_first, permutations=permutations, seed=seed)
    cosine = float(np.cumsum(one * other)[-1]) / (_length(one) * _length(other))
    cosine = min(max(cosine, -1.0), 1.0)  # which rounding may go beyond
    return Change(text.vectors.index_to_key[word], (first, second), cosine, permuted)


def _together(text: GroupedText, met: WordContexts, halves: tuple[Blocks, Blocks]) -> HalvedWord:
    """Return a word as both groups have it together."""
    problem = pose(text.frozen_for(halves[0] | halves[1]), met)
    matrix, right = problem.matrix_and_right()
    row = solve(factor(matrix), right)
    one, other = (text.frozen_for(half) for half in halves)
    return HalvedWord(problem, met, row, (one, other))


def _length(vector: Doubles) -> float:
    return float(np.sqrt(np.cumsum(vector * vector)[-1])) or 1.0
