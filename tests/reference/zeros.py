"""Sampled zeros, one braid after the other, in Python's own numbers."""

from __future__ import annotations

import math

STRANDS = 4
_WORD = 2**64


def folded(state, key):
    """Return SplitMix64's output for the state behind `state ^ key`."""
    z = ((state ^ key) + 0x9E3779B97F4A7C15) % _WORD
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % _WORD
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % _WORD
    return z ^ (z >> 31)


def draw_columns(lots, mean_draws, key):
    """Return the columns that a braid draws, by half a hash each."""
    if not lots:
        return []
    draws = math.floor(mean_draws + (folded(key, 0) >> 11) / 2**53)
    columns = []
    for number in range(draws):
        block, place = divmod(number, STRANDS)
        random = folded(key, block * STRANDS + place // 2 + 1)
        half = random >> 32 if place % 2 else random % 2**32
        columns.append(lots[half * len(lots) >> 32])
    return columns


def braid_zeros(nonzeros, row_words, column_words, lots, symmetric, ratio, key):
    """Return the pairs (row, column) of a tile in order, and of each whether it is a zero."""
    same_group = row_words[0] == column_words[0]
    pairs = [(row, column) for row, column, *_ in nonzeros]
    end = next(
        (place for place, (row, column) in enumerate(pairs) if same_group and row == column),
        len(pairs),
    )
    braids = {}
    for pair in pairs[:end]:
        braids.setdefault(pair[0] // STRANDS * STRANDS, []).append(pair)
    braided = []
    for first_row, braid in braids.items():
        rows = range(first_row, min(first_row + STRANDS, len(row_words)))
        rarest = row_words[rows[-1]]
        rarer = [lot for lot in lots if column_words[lot] > rarest] if symmetric else lots
        columns = draw_columns(rarer, ratio * len(braid) / len(rows), folded(key, first_row))
        taken = {*braid, *((row, row) for row in rows if same_group)}
        braided += [(*pair, False) for pair in braid]
        for first in range(0, len(columns), STRANDS):
            block = columns[first : first + STRANDS]
            for turn in range(len(block)):
                for strand, row in enumerate(rows):
                    pair = row, block[(strand + turn) % len(block)]
                    if pair not in taken:
                        braided.append((*pair, True))
    return braided + [(*pair, False) for pair in pairs[end:]]
