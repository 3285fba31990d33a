"""What sampled negatives amount to: how often, on average, each pair that never meets is drawn.

A training draws r columns for each nonzero of a row, each by its share p of the draws
(`training/negatives.py`), and drops those that the row has. If pairs are stored once, only the more
frequent word i of a pair draws, only for its n_i nonzeros with rarer words, and only from words j
that are rarer than its whole braid, so that the pair is drawn

    u_i p_j = r n_i p_j / (the sum of p over the words rarer than the braid of i)

times in an epoch, once for the word's row and once for the context's. (Within a tile, p and n_i are
those of its groups; words are dealt to groups at random, and this is the mean over all deals. Words
of one braid, which are of like frequency, are here taken to be drawn like others.)

Sums over all words j would still be different ones for each i. So the words are cut into CLASSES of
like frequency: between two classes all is as above; within one, whose words draw each other T times
in all, the pair of i and j counts as drawn t p_i p_j times, with t such that these add up to T.

If pairs are not stored once, each word draws contexts from all, and the pair of word i and context
j is drawn r n_i p_j times. Directed contexts are drawn so to the right of a word; to its left it is
the context j that draws, and the pair is drawn r n_j p_i times.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.kernels.definitions import STRANDS
from glove_ada.training.least_squares.facing import totals_of_sides
from glove_ada.training.negatives import Sampling, shares_of_draws
from glove_ada.training.parameters import Floats
from glove_ada.training.tile_task import Executor
from glove_ada.training.tiles import Grouping, TileGrid

Doubles = npt.NDArray[np.float64]

CLASSES = 8
LATER_DRAWS, OWN_DRAWS, SHARE, CLASS = range(4)
"""What is known of a word: u_i and t p_i, times the weight of a negative, p_i, and its class."""


@dataclass(frozen=True)
class ExpectedZeros:
    """How often each pair is drawn in an epoch, before those that meet are dropped.

    Attributes
    ----------
    sides : tuple of two ndarray of float32, shapes (words, 4) and (contexts, 4)
        Of each row of words and of contexts, group by group: LATER_DRAWS, OWN_DRAWS, SHARE and
        CLASS.
    edges : ndarray of int64, shape (classes + 1,)
        The first word of each class, and how many words there are.
    own : ndarray of float64, shape (classes,)
        Of each class, t above, times the weight of a negative.
    weight, log_count : float
        The weight of a negative, and its target.
    """

    sides: tuple[Floats, Floats]
    edges: npt.NDArray[np.int64]
    own: Doubles
    weight: float
    log_count: float


def expect_zeros(
    tiles: TileGrid,
    counts: npt.NDArray[np.int64],
    sampling: Sampling | None,
    executor: Executor,
) -> ExpectedZeros:
    """Find out what a training draws.

    Parameters
    ----------
    tiles : TileGrid
    counts : ndarray of int64, shape (words,)
        How often each word occurs.
    sampling : Sampling or None
        None if nothing is drawn.
    executor : Executor
    """
    if not sampling:
        nothing = np.zeros(len(counts))
        if tiles.directed:
            return _directed(tiles, None, (nothing, nothing), (nothing, nothing))
        return _without_classes(tiles, None, nothing, nothing)
    drawn = sampling.weight * sampling.ratio * _count_stored(tiles, executor)
    shares = shares_of_draws(counts)
    if tiles.directed:
        share = np.diff(shares, prepend=0.0)
        return _directed(tiles, sampling, (drawn, share), (share, drawn))
    if not tiles.symmetric:
        return _without_classes(tiles, sampling, drawn, np.diff(shares, prepend=0.0))
    edges, up_to_braid = _edges(len(counts)), shares[_ends_of_braids(tiles.grouping)]
    table, own = _by_classes(drawn, shares, up_to_braid, edges)
    side = _by_row(tiles, table)
    return ExpectedZeros((side, side), edges, own, sampling.weight, sampling.log_count)


def spread_zeros(tiles: TileGrid, sampling: Sampling | None, executor: Executor) -> ExpectedZeros:
    """Spread as many zeros over all pairs, by the nonzeros of both words.

    Word i with n_i nonzeros and context j with m_j have r n_i m_j / (the sum of all m) of them.
    Words that are solved with these do better at analogies than with those that are drawn, and no
    worse at similarity; see docs/method.md.

    Parameters
    ----------
    tiles : TileGrid
    sampling : Sampling or None
    executor : Executor
    """
    words, contexts = totals_of_sides(tiles, executor)
    return spread_over(tiles, sampling, words[:, 0], contexts[:, 0])


def spread_over(
    tiles: TileGrid, sampling: Sampling | None, of_words: Doubles, of_contexts: Doubles
) -> ExpectedZeros:
    """Spread zeros as `spread_zeros` does, by the nonzeros of all rows, group by group."""
    words, contexts = of_words[tiles.grouping.row_of_word], of_contexts[tiles.row_of_context]
    made = sampling.weight * sampling.ratio * words if sampling else np.zeros_like(words)
    shares = contexts / math.fsum(contexts)
    if tiles.directed:
        right, left = np.split(shares, 2)
        return _directed(tiles, sampling, (made, right), (made, left))
    return _without_classes(tiles, sampling, made, shares)


def _directed(
    tiles: TileGrid,
    sampling: Sampling | None,
    to_right: tuple[Doubles, Doubles],
    to_left: tuple[Doubles, Doubles],
) -> ExpectedZeros:
    """Return zeros of which each pair has the product of two numbers.

    Parameters
    ----------
    to_right, to_left : tuple of two ndarray of float64, shape (words,)
        Of words, and of their contexts to the right or to the left.
    """
    words = len(to_right[0])
    of_words, of_contexts = np.zeros((words, 4)), np.zeros((2 * words, 4))
    # The rows of nonzeros are words to the right and contexts to the left.
    of_words[:, LATER_DRAWS], of_contexts[:words, SHARE] = to_right
    of_words[:, SHARE], of_contexts[words:, LATER_DRAWS] = to_left
    of_words[:, CLASS] = -1  # no context's
    sides = _by_row(tiles, of_words), _by_row(tiles, of_contexts)
    weight, log_count = (sampling.weight, sampling.log_count) if sampling else (0.0, 0.0)
    return ExpectedZeros(sides, np.array([0, words]), np.zeros(1), weight, log_count)


def _without_classes(
    tiles: TileGrid, sampling: Sampling | None, made: Doubles, shares: Doubles
) -> ExpectedZeros:
    """Return zeros of which each pair has what its word makes, times its context's share.

    If the matrix is symmetric, the two are the same but for a factor.
    """
    words = len(made)
    weight, log_count = (sampling.weight, sampling.log_count) if sampling else (0.0, 0.0)
    of_words, of_contexts = np.zeros((2, words, 4))
    if tiles.symmetric:
        of_words[:, OWN_DRAWS], of_words[:, SHARE] = made, shares
        of_contexts, own = of_words, math.fsum(made)
    else:
        of_words[:, LATER_DRAWS], of_contexts[:, SHARE] = made, shares
        of_words[:, CLASS], own = -1, 0.0  # no context's
    sides = _by_row(tiles, of_words), _by_row(tiles, of_contexts)
    return ExpectedZeros(sides, np.array([0, words]), np.array([own]), weight, log_count)


def _by_row(tiles: TileGrid, table: Doubles) -> Floats:
    """Return what is known of words in the order of their rows."""
    side: Floats = np.empty(table.shape, np.float32)
    words = len(tiles.grouping.group_of)
    side[tiles.grouping.row_of_word if len(table) == words else tiles.row_of_context] = table
    return side


def _edges(words: int) -> npt.NDArray[np.int64]:
    """Cut words, the most frequent first, into classes each four times as large as all before."""
    ends = [words >> 2 * k for k in reversed(range(CLASSES))]
    return np.unique([0, *ends])


def _by_classes(
    drawn: Doubles, shares: Doubles, up_to_braid: Doubles, edges: npt.NDArray[np.int64]
) -> tuple[Doubles, Doubles]:
    """Return what is known of each word, and t of each class.

    Parameters
    ----------
    drawn : ndarray of float64, shape (words,)
        How many draws each word makes, times their weight.
    shares : ndarray of float64, shape (words,)
        The share of the draws of each word and those before it.
    up_to_braid : ndarray of float64, shape (words,)
        That of the last word of its braid and those before it.
    """
    rarer = shares[-1] - up_to_braid
    rate = np.divide(drawn, rarer, out=np.zeros_like(drawn), where=rarer > 0)
    table = np.zeros((len(drawn), 4))
    table[:, SHARE] = share = np.diff(shares, prepend=0.0)
    own = np.zeros(len(edges) - 1)
    for number, (first, end) in enumerate(itertools.pairwise(edges.tolist())):
        here = slice(first, end)
        draws = math.fsum(rate[here] * np.maximum(shares[end - 1] - up_to_braid[here], 0))
        pairs = (math.fsum(share[here]) ** 2 - math.fsum(share[here] ** 2)) / 2
        own[number] = draws / pairs if pairs > 0 else 0.0
        table[here, OWN_DRAWS] = own[number] * share[here]
        table[here, CLASS] = number
        if end < len(drawn):
            table[here, LATER_DRAWS] = rate[here]
    return table, own


def _ends_of_braids(grouping: Grouping) -> npt.NDArray[np.intp]:
    """Return the rarest word of each word's braid."""
    ends = np.empty(len(grouping.group_of), np.intp)
    for group in range(grouping.groups):
        words = grouping.words(group)
        places = np.arange(len(words)) // STRANDS * STRANDS + STRANDS - 1
        ends[words] = words[np.minimum(places, len(words) - 1)]
    return ends


def _count_stored(tiles: TileGrid, executor: Executor) -> Doubles:
    """Return how many nonzeros of its own each word's row draws for: all but those (i, i)."""
    starts = tiles.grouping.starts

    def count(group: int) -> Doubles:
        totals = np.zeros((int(starts[group + 1] - starts[group]), 3))
        nothing = np.zeros((int(np.diff(starts).max()), 4), np.float32)
        for q in range(tiles.groups):
            first, end = tiles.stored(group, q)
            if group == q:
                end = int(tiles.diagonal_starts[group])
            kernels.add_totals(tiles.nonzeros[first:end], False, nothing, nothing, totals)
        return totals[:, 0]

    counted = np.empty(len(tiles.grouping.group_of))
    for group, number in enumerate(executor.run_all(count, range(tiles.groups))):
        counted[tiles.grouping.words(group)] = number
    return counted
