"""Vectors that words start from, and an anchor that holds the words near them.

With an anchor, the cost has strength |w - r|^2 more for each word w whose vector r is given
(Dingwall and Potts 2018, "Mittens", equation 4, which pulls the sum of both sides): once a word,
however often it occurs, so that what a corpus says much of moves and the rest stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glove_ada.training.parameters import Floats, StartVectors
from glove_ada.training.tiles import Grouping


@dataclass(frozen=True)
class Anchor:
    """Where words are pulled to, group by group.

    Attributes
    ----------
    vectors : ndarray of float32, shape (words, vector_size)
        0 for words that have none.
    strengths : ndarray of float32, shape (words,)
        0 for words that have none.
    pulls : int
        In so many parts of the same size an epoch pulls.
    """

    vectors: Floats
    strengths: Floats
    pulls: int = 1

    def of_rows(self, rows: slice) -> Anchor:
        """Return that of some words."""
        return Anchor(self.vectors[rows], self.strengths[rows], self.pulls)

    def pull(self, words: Floats, rates: Floats) -> None:
        """Take one step to where words are pulled, in place.

        It is a proximal step: it ends where this part of the cost and the way there, by the rate,
        are least together, so that no strength leads beyond the given vector.

        Parameters
        ----------
        words : ndarray of float32, shape (words, row_floats)
        rates : ndarray of float32, shape (words,)
            The rows' learning rates.
        """
        lengths = self.strengths / np.float32(self.pulls) * rates
        parts = lengths / (1 + lengths)
        here = words[:, : self.vectors.shape[1]]
        here += parts[:, None] * (self.vectors - here)


def anchor_words(given: StartVectors, grouping: Grouping, strength: float) -> Anchor:
    """Return an anchor that pulls once a round.

    Parameters
    ----------
    given : StartVectors
    grouping : Grouping
    strength : float
    """
    vectors = np.zeros_like(given.vectors)
    strengths: npt.NDArray[np.float32] = np.zeros(len(vectors), np.float32)
    rows = grouping.row_of_word[given.known]
    vectors[rows] = given.vectors[given.known]
    strengths[rows] = strength
    return Anchor(vectors, strengths, grouping.groups)
