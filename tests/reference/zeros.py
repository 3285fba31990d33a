"""Sampled zeros, one row after the other, in Python's own numbers."""

from __future__ import annotations

import math

STRANDS, SHARES = 4, 2**31
_WORD = 2**64


def folded(state, key):
    """Return SplitMix64's output for the state behind `state ^ key`."""
    z = ((state ^ key) + 0x9E3779B97F4A7C15) % _WORD
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % _WORD
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % _WORD
    return z ^ (z >> 31)


def draw_row(row, nonzeros, row_words, column_words, share_starts, symmetric, ratio, key):
    """Return the columns that a row with so many nonzeros draws, those that it has among them."""
    row_key = folded(key, row)
    rarer = [column for column, word in enumerate(column_words) if word > row_words[row]]
    first = rarer[0] if rarer else len(column_words)
    start = share_starts[first] if symmetric else share_starts[0]
    if start == SHARES:
        return []
    draws = math.floor(ratio * nonzeros + (folded(row_key, 0) >> 11) / 2**53)
    columns = []
    for number in range(1, draws + 1):
        place = start + ((folded(row_key, number) >> 32) * (SHARES - start) >> 32)
        columns.append(max(c for c in range(len(column_words)) if share_starts[c] <= place))
    return columns


def braid_zeros(nonzeros, row_words, column_words, share_starts, symmetric, ratio, key):
    """Return the pairs (row, column) of a tile in order, and of each whether it is a zero."""
    same_group = row_words[0] == column_words[0]
    pairs = [(row, column) for row, column, *_ in nonzeros]
    end = next(
        (place for place, (row, column) in enumerate(pairs) if same_group and row == column),
        len(pairs),
    )
    braids = {}
    for pair in pairs[:end]:
        braids.setdefault(pair[0] // STRANDS, []).append(pair)
    braided = []
    for number, braid in braids.items():
        queues = []
        for row in range(number * STRANDS, (number + 1) * STRANDS):
            columns = {column for other, column in braid if other == row}
            drawn = columns and draw_row(
                row, len(columns), row_words, column_words, share_starts, symmetric, ratio, key
            )
            queues.append([(column, column not in columns) for column in drawn])
        draws, done = sum(map(len, queues)), 0
        for place, (row, column) in enumerate(braid, start=1):
            braided.append((row, column, False))
            while done < place * draws // len(braid):
                turns = [(row + 2 + turn) % STRANDS for turn in range(STRANDS)]
                strand = next(strand for strand in turns if queues[strand])
                zero, is_new = queues[strand].pop(0)
                own = same_group and zero == number * STRANDS + strand
                if is_new and not own:
                    braided.append((number * STRANDS + strand, zero, True))
                done += 1
    return braided + [(row, column, False) for row, column in pairs[end:]]
