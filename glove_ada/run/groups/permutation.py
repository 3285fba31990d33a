"""Whether two groups' documents use a word alike: a test by permutation of documents."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glove_ada.training.randomness import random_bits

ENOUGH = 20
"""As many deals that are as far apart say that the groups do not differ; more would say no more."""

_PERMUTATIONS = 22  # what random bits are for
_AT_ONCE = 16


@dataclass(frozen=True)
class Permuted:
    """How far apart two groups are, beside groups dealt at random.

    Attributes
    ----------
    distance : float
        Between the two groups' scores at the word's common row.
    by_chance : float
        The mean distance if the documents are dealt to groups at random.
    p : float
        The chance of so large a distance.
    """

    distance: float
    by_chance: float
    p: float

    @property
    def ratio(self) -> float:
        """How many times as far apart they are as chance has it."""
        if not self.by_chance:  # all documents are alike
            return math.inf if self.distance else 1.0
        return self.distance / self.by_chance


def permute(
    distances: Callable[[npt.NDArray[np.bool_]], npt.NDArray[np.float64]],
    in_first: npt.NDArray[np.bool_],
    *,
    permutations: int,
    seed: int,
) -> Permuted:
    """Deal blocks of documents to two groups again and again.

    Only blocks that hold the word are dealt, and each group gets as many as it has. Once `ENOUGH`
    deals are as far apart as the groups, they end: p is `ENOUGH` over their number then, which is
    as valid (Besag and Clifford 1991, "Sequential Monte Carlo p-values").

    Parameters
    ----------
    distances : callable
        Is given deals, shape (deals, blocks): which blocks are of the first group.
    in_first : ndarray of bool, shape (blocks,)
        Which of them are.
    permutations : int
        The most deals.
    seed : int

    Returns
    -------
    Permuted
    """
    blocks, first = len(in_first), int(in_first.sum())
    (observed,) = distances(in_first[None]).tolist()
    dealt: list[float] = []
    as_far = 0
    for start in range(0, permutations, _AT_ONCE):
        numbers = np.arange(start, min(start + _AT_ONCE, permutations))
        lots = random_bits(seed, _PERMUTATIONS, numbers[:, None], np.arange(blocks))
        # The lowest are of the first group; no two of 64 bits are the same.
        highest = np.partition(lots, first - 1, axis=1)[:, first - 1, None]
        for distance in distances(lots <= highest).tolist():
            dealt.append(distance)
            as_far += distance >= observed
            if as_far == ENOUGH:
                return Permuted(observed, math.fsum(dealt) / len(dealt), ENOUGH / len(dealt))
    by_chance = math.fsum(dealt) / len(dealt)
    return Permuted(observed, by_chance, (1 + as_far) / (1 + len(dealt)))
