"""New words solved: each against the model's contexts, which are held fixed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from glove_ada.run.uncertainty.frozen_contexts import FrozenContexts
from glove_ada.run.uncertainty.row_problem import factor, pose, solve
from glove_ada.run.uncertainty.word_contexts import WordContexts
from glove_ada.system.threads import Workers

Doubles = npt.NDArray[np.float64]


def solve_words(
    frozen: FrozenContexts,
    contexts: Iterable[WordContexts],
    workers: Workers,
    *,
    anchors: Doubles | None = None,
    strength: float = 0.0,
) -> Doubles:
    """Return the vectors that make the cost of each word the least.

    Parameters
    ----------
    frozen : FrozenContexts
    contexts : iterable of WordContexts
        What each word meets.
    workers : Workers
        Who does the work; the result does not depend on them.
    anchors : ndarray of float64, shape (words, vector_size), optional
        Where each word is held to: its cost has strength |w - r|^2 more.
    strength : float

    Returns
    -------
    ndarray of float64, shape (words, vector_size)
        0 for a word that meets none.
    """
    size = frozen.vector_size

    def solve_word(number: int, met: WordContexts) -> Doubles:
        if not len(met.contexts):
            return np.zeros(size)
        matrix, right = pose(frozen, met).matrix_and_right()
        if anchors is not None:
            matrix[np.arange(size), np.arange(size)] += strength
            right[:size] += strength * anchors[number]
        return solve(factor(matrix), right)[:size]

    numbered = enumerate(contexts)
    found = list(workers.map_in_order(lambda item: solve_word(*item), numbered))
    return np.array(found).reshape(len(found), size)
