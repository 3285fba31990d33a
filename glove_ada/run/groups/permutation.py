"""Whether two groups' documents use a word alike: a test by permutation of documents."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glove_ada.run.uncertainty.frozen_contexts import Doubles
from glove_ada.training.randomness import random_bits

_PERMUTATIONS = 22  # what random bits are for
_EXACT_BITS = 53
_AT_ONCE = 256


@dataclass(frozen=True)
class Permuted:
    """How far apart two groups are, beside groups dealt at random.

    Attributes
    ----------
    distance : float
        Between the directions of the word's vectors in the two groups, to first order.
    by_chance : float
        The mean distance if the documents are dealt to groups at random.
    p : float
        In which share of the deals it is as large, the true one counted as one of them.
    """

    distance: float
    by_chance: float
    p: float

    @property
    def ratio(self) -> float:
        """How many times as far apart they are as chance has it."""
        return self.distance / self.by_chance if self.by_chance else math.inf


def permute(
    changes: Doubles, in_first: npt.NDArray[np.bool_], *, permutations: int, seed: int
) -> Permuted:
    """Deal blocks of documents to two groups again and again.

    Only blocks that hold the word are dealt, and each group gets as many as it has, so that how
    often a group uses the word makes no difference, only how.

    Parameters
    ----------
    changes : ndarray of float64, shape (blocks with the word, size)
        How the word's direction, from both groups together, changes without each block.
    in_first : ndarray of bool, shape (blocks with the word,)
        Which of them are of the first group.
    permutations : int
    seed : int

    Returns
    -------
    Permuted
    """
    blocks, first = len(changes), int(in_first.sum())
    _, exponent = np.frexp(float(np.abs(changes).max()) if changes.any() else 1.0)
    bits = _EXACT_BITS - blocks.bit_length() - 1
    unit = float(np.ldexp(1.0, int(exponent) - bits))
    whole = np.rint(changes / unit)  # so that no order of adding shows
    total = np.add.reduce(whole, axis=0)

    def distances(dealt: Doubles) -> Doubles:
        sums = dealt @ whole
        # The means of the two groups, as far apart as the vectors of all are from one of them.
        apart = (sums / first - (total - sums) / (blocks - first)) * (unit * blocks)
        squares: Doubles = np.cumsum(apart * apart, axis=1)[:, -1]
        return np.sqrt(squares)

    (observed,) = distances(in_first[None].astype(np.float64)).tolist()
    drawn = []
    for start in range(0, permutations, _AT_ONCE):
        numbers = np.arange(start, min(start + _AT_ONCE, permutations))
        bits_of_block = random_bits(seed, _PERMUTATIONS, numbers[:, None], np.arange(blocks))
        ranks = np.argsort(np.argsort(bits_of_block, axis=1, kind="stable"), axis=1, kind="stable")
        drawn.append(distances((ranks < first).astype(np.float64)))
    by_chance = np.concatenate(drawn)
    as_large = int(np.count_nonzero(by_chance >= observed))
    mean = math.fsum(by_chance.tolist()) / permutations
    return Permuted(observed, mean, (1 + as_large) / (1 + permutations))
