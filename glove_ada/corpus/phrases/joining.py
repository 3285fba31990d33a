"""Phrases are counted, scored and joined, on the numbers of words.

The scores are those of gensim's Phrases, which gives the same phrases for the same sentences.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from glove_ada.corpus.duplicates import PIECE, pieces_behind_first
from glove_ada.kernels.definitions import BREAK
from glove_ada.system.spilled_array import UNLIMITED, LongArray
from glove_ada.system.threads import Workers

SCORINGS = ("word2phrase", "npmi")
DELIMITER = b"_"
PAIR_BYTES = 40  # while it is sorted and counted
_NEAR = 1e-9  # what NumPy's logarithm may be wrong by is far less
_HALF = np.uint64(32)

_Numbers = npt.NDArray[Any]


@dataclass(frozen=True)
class PhraseRules:
    """Which pairs are phrases.

    Attributes
    ----------
    scoring : {"word2phrase", "npmi"}
        Of a pair seen n times, with a and b for its words': (n - min_count) / (a b) times the
        number of distinct words and pairs (Mikolov et al. 2013, as gensim has it); or normalised
        pointwise mutual information (Bouma 2009), -1 to 1.
    threshold : float
        A phrase's score is above it.
    min_count : int
        The fewest occurrences of a pair.
    """

    scoring: str
    threshold: float
    min_count: int


class Phrases(NamedTuple):
    """Pairs of word numbers, sorted, with counts and scores.

    Attributes
    ----------
    pairs : ndarray of uint64
        The first word's number in the upper half.
    counts : ndarray of int64
        How often the two stand together.
    scores : ndarray of float64
    """

    pairs: npt.NDArray[np.uint64]
    counts: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float64]

    @property
    def first(self) -> npt.NDArray[np.int64]:
        """The numbers of the first words."""
        numbers: npt.NDArray[np.int64] = (self.pairs >> _HALF).astype(np.int64)
        return numbers

    @property
    def second(self) -> npt.NDArray[np.int64]:
        """The numbers of the second words."""
        numbers: npt.NDArray[np.int64] = (self.pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
        return numbers


def find_phrases(
    ids: LongArray[np.uint32],
    word_counts: npt.NDArray[np.int64],
    rules: PhraseRules,
    workers: Workers,
    most_bytes: int = UNLIMITED,
) -> Phrases:
    """Find the phrases of a text.

    Parameters
    ----------
    ids : ndarray or DiskArray of uint32
        BREAK, then the numbers of each document's words followed by BREAK.
    word_counts : ndarray of int64
        How often each number occurs.
    rules : PhraseRules
    workers : Workers
        Who does the work; the result does not depend on them.
    most_bytes : int
        Memory for the pairs that are counted at once.
    """
    most = max(1, most_bytes // (PAIR_BYTES * workers.threads))
    ranges = list(_ranges(word_counts, most, workers.threads))

    def count_range(limits: tuple[int, int]) -> tuple[int, _Numbers, _Numbers]:
        first, end = limits
        if end - first == 1 and word_counts[first] > most:
            pairs, counts = _count_pairs_of_word(ids, len(word_counts), first)
        else:
            pairs, counts = _count_pairs(ids, word_counts, first, end)
        frequent = counts >= rules.min_count
        return len(pairs), pairs[frequent], counts[frequent]

    distinct, pairs, counts = zip(*workers.run_all(count_range, ranges), strict=True)
    found = Phrases(np.concatenate(pairs), np.concatenate(counts), np.zeros(0))
    occurring = int(np.count_nonzero(word_counts)) + sum(distinct)
    return _above(found, word_counts, rules, occurring)


def _ranges(
    word_counts: npt.NDArray[np.int64], most: int, least_ranges: int
) -> Iterator[tuple[int, int]]:
    """Yield ranges of word numbers, each with as many occurrences as there is room for."""
    ends = np.cumsum(word_counts)
    room = min(most, max(1, int(ends[-1]) // least_ranges))
    first = 0
    while first < len(ends):
        before = int(ends[first - 1]) if first else 0
        end = max(first + 1, int(np.searchsorted(ends, before + room, side="right")))
        yield first, end
        first = end


def _count_pairs(
    ids: LongArray[np.uint32], word_counts: npt.NDArray[np.int64], first: int, end: int
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Count the pairs whose first word is in a range."""
    pairs = np.empty(int(word_counts[first:end].sum()), np.uint64)
    size = 0
    for piece in _overlapping(ids):
        here = np.flatnonzero((piece[:-1] >= first) & (piece[:-1] < end) & (piece[1:] != BREAK))
        found = pairs[size : size + len(here)]
        found[:] = piece[here]
        found <<= _HALF
        found |= piece[here + 1]
        size += len(here)
    pairs = pairs[:size]
    pairs.sort()
    starts = np.flatnonzero(np.append(True, pairs[1:] != pairs[:-1])) if size else np.zeros(0, int)
    return pairs[starts], np.diff(np.append(starts, size))


def _count_pairs_of_word(
    ids: LongArray[np.uint32], types: int, first: int
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Count the pairs of one first word, of which there are too many to be sorted."""
    counts = np.zeros(types, np.int64)
    for piece in _overlapping(ids):
        seconds = piece[1:][piece[:-1] == first]
        np.add.at(counts, seconds[seconds != BREAK], 1)
    seconds = np.flatnonzero(counts).astype(np.uint64)
    return np.uint64(first) << _HALF | seconds, counts[counts > 0]


def _overlapping(ids: LongArray[np.uint32]) -> Iterator[npt.NDArray[np.uint32]]:
    """Yield pieces, each of which begins with the last id of the one before."""
    for first in range(0, len(ids) - 1, PIECE):
        yield ids[first : first + PIECE + 1]


def _above(
    found: Phrases, word_counts: npt.NDArray[np.int64], rules: PhraseRules, occurring: int
) -> Phrases:
    """Return those pairs whose score is above the threshold, with their scores."""
    first, second = word_counts[found.first], word_counts[found.second]
    if rules.scoring == "npmi":
        total = float(word_counts.sum())
        with np.errstate(divide="ignore"):
            rough = _mutual_information(found.counts, first, second, total, np.log)
        near = np.flatnonzero(rough > rules.threshold - _NEAR)
        # NumPy's logarithm differs from one CPU to another in its last bits, and Python's does not.
        exact = [
            _mutual_information(int(n), int(a), int(b), total, math.log)
            for n, a, b in zip(found.counts[near], first[near], second[near], strict=True)
        ]
        scores = np.full(len(first), -math.inf)
        scores[near] = exact
    else:
        products = (first * second).astype(np.float64)
        scores = (found.counts - rules.min_count) / products * occurring
    kept = scores > rules.threshold
    return Phrases(found.pairs[kept], found.counts[kept], scores[kept])


def _mutual_information(
    together: Any, first: Any, second: Any, total: float, log: Callable[[Any], Any]
) -> Any:
    share = together / total
    return log(share / ((first / total) * (second / total))) / -log(share)


def join_phrases(
    ids: LongArray[np.uint32], phrases: Phrases, joined: npt.NDArray[np.uint32], types: int
) -> None:
    """Put the number of a phrase in place of its two words, from left to right, in place.

    Parameters
    ----------
    ids : ndarray or DiskArray of uint32
    phrases : Phrases
    joined : ndarray of uint32
        The number of each phrase.
    types : int
        Numbers of words are below.
    """
    begins, ends = np.zeros(types + 1, np.bool_), np.zeros(types + 1, np.bool_)
    begins[phrases.first] = ends[phrases.second] = True
    written = 1
    waiting = np.zeros(0, np.uint32)  # the last id of a piece, until what follows it is known
    for piece in pieces_behind_first(ids):
        piece = np.concatenate((waiting, piece))
        places, numbers = _phrases_in(piece, phrases, begins, ends)
        taken = _every_other(places)
        places, numbers = places[taken], numbers[taken]
        piece[places] = joined[numbers]
        kept = np.ones(len(piece), np.bool_)
        kept[places + 1] = False
        waiting = piece[-1:][kept[-1:]]
        kept[-1:] = False
        ready = piece[kept]
        ids[written : written + len(ready)] = ready
        written += len(ready)
    ids[written : written + len(waiting)] = waiting
    ids.resize(written + len(waiting), refcheck=False)


def _phrases_in(
    piece: npt.NDArray[np.uint32],
    phrases: Phrases,
    begins: npt.NDArray[np.bool_],
    ends: npt.NDArray[np.bool_],
) -> tuple[_Numbers, _Numbers]:
    """Return the places in a piece where phrases begin, and which they are."""
    numbers = np.minimum(piece, np.uint32(len(begins) - 1))
    places = np.flatnonzero(begins[numbers[:-1]] & ends[numbers[1:]])
    pairs = piece[places].astype(np.uint64) << _HALF | piece[places + 1]
    found = np.searchsorted(phrases.pairs, pairs)
    found = np.minimum(found, max(0, len(phrases.pairs) - 1))
    are = phrases.pairs[found] == pairs
    return places[are], found[are]


def _every_other(places: _Numbers) -> npt.NDArray[np.bool_]:
    """Return which places are taken if none is taken next to one before it."""
    if not len(places):
        return np.zeros(0, np.bool_)
    runs = np.flatnonzero(np.append(True, np.diff(places) != 1))
    lengths = np.diff(np.append(runs, len(places)))
    taken: npt.NDArray[np.bool_] = (places - np.repeat(places[runs], lengths)) % 2 == 0
    return taken
