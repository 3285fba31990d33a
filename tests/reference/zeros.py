"""Sampled zeros, one braid after the other, in Python's own numbers."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

STRANDS = 4
GOLDEN_RATIO = 0x9E3779B9  # of 2**32
_WORD = 2**64


def folded(state, key):
    """Return SplitMix64's output for the state behind `state ^ key`."""
    z = ((state ^ key) + 0x9E3779B97F4A7C15) % _WORD
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % _WORD
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % _WORD
    return z ^ (z >> 31)


def count_turn(rows):
    """Return how many rows there are until the first one comes again, at most one a strand."""
    again = rows.index(rows[0], 1) if rows[0] in rows[1:] else len(rows)
    return min(again, STRANDS)


def interleave_negatives(nonzeros, row_words, column_words, lots, symmetric, ratio, key):
    """Return the pairs (row, column) of a tile in order, and of each whether it is a zero."""
    same_group = row_words[0] == column_words[0]
    pairs = [(row, column) for row, column, *_ in nonzeros]
    end = len(pairs)
    while same_group and end and pairs[end - 1][0] == pairs[end - 1][1]:
        end -= 1
    interleaved, drawn = [], Fraction(key >> 32, 2**32)
    for first_row, braid in itertools.groupby(
        pairs[:end], lambda pair: pair[0] // STRANDS * STRANDS
    ):
        left, rows = list(braid), range(first_row, min(first_row + STRANDS, len(row_words)))
        rarest = row_words[rows[-1]]
        rarer = [column for column in lots if column_words[column] > rarest] if symmetric else lots
        taken = {*left, *((row, row) for row in rows if same_group)}
        places = {row: folded(key, row) >> 32 for row in rows}
        while left:
            turn = left[: count_turn([row for row, _ in left])]
            del left[: len(turn)]
            interleaved += [(*pair, False) for pair in turn]
            before = math.floor(drawn)
            drawn += Fraction(math.floor(ratio * 2**32), 2**32) if rarer else 0
            for row, _ in turn * (math.floor(drawn) - before):
                places[row] = (places[row] + GOLDEN_RATIO) % 2**32
                pair = row, rarer[places[row] * len(rarer) // 2**32]
                interleaved += [(*pair, True)] if pair not in taken else []
    return interleaved + [(*pair, False) for pair in pairs[end:]]
