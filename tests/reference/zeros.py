"""Sampled zeros, one braid after the other, in Python's own numbers."""

from __future__ import annotations

import itertools
import math

STRANDS = 4
_WORD = 2**64


def folded(state, key):
    """Return SplitMix64's output for the state behind `state ^ key`."""
    z = ((state ^ key) + 0x9E3779B97F4A7C15) % _WORD
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % _WORD
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % _WORD
    return z ^ (z >> 31)


def draw_columns(lots, mean_draws, random):
    """Return what a row draws: columns, and None for a draw of what a lot has too much.

    `lots` are pairs of a column and how much of the lot counts, of 2**32.
    """
    draws = math.floor(mean_draws + (random >> 11) / 2**53) if mean_draws and lots else 0
    columns = []
    for _ in range(draws):
        random = (random * 6364136223846793005 + 1442695040888963407) % _WORD
        lot, place = divmod((random >> 32) * len(lots), 2**32)
        column, share = lots[lot]
        columns.append(column if place <= share else None)
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
        rarer = [lot for lot in lots if column_words[lot[0]] > rarest] if symmetric else lots
        sizes = [sum(other == row for other, _ in braid) for row in rows]
        columns = [
            draw_columns(rarer, ratio * size, folded(key, row))
            for row, size in zip(rows, sizes, strict=True)
        ]
        taken = {*braid, *((row, row) for row in rows if same_group)}
        turns = list(itertools.zip_longest(*columns))
        copied = 0
        for number, turn in enumerate(turns):
            if number % STRANDS == 0:
                here = len(braid) * number // len(turns)
                braided += [(*pair, False) for pair in braid[copied:here]]
                copied = here
            drawn = [(row, c) for row, c in zip(rows, turn, strict=True) if c is not None]
            braided += [(*pair, True) for pair in drawn if pair not in taken]
        braided += [(*pair, False) for pair in braid[copied:]]
    return braided + [(*pair, False) for pair in pairs[end:]]
