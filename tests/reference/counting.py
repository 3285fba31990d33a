"""Co-occurrence counts by looking at every pair of places."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

UNIT = Fraction(1, 2**20)


def distance_weight(distance, distance_weighting):
    """Return 1/distance as the nearest multiple of 2^-20, or 1."""
    return round(1 / Fraction(distance) / UNIT) * UNIT if distance_weighting else Fraction(1)


def count_cells(documents, window_size, symmetric, distance_weighting):
    """Return {(row, column): count} with exact counts, for documents of word ids.

    Cell (i, j) counts j after i; symmetric: also before.
    """
    cells = defaultdict(Fraction)
    for document in documents:
        for place, word in enumerate(document):
            for distance, neighbour in enumerate(document[place + 1 :][:window_size], start=1):
                weight = distance_weight(distance, distance_weighting)
                cells[word, neighbour] += weight
                if symmetric:
                    cells[neighbour, word] += weight
    return dict(cells)
