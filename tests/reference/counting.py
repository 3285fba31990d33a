"""Co-occurrence counts by looking at every pair of places."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

UNIT = Fraction(1, 2**20)


def distance_weight(distance, window_size, weights="power:1"):
    """Return what a neighbour counts, as the nearest multiple of 2^-20."""
    exact = {
        "power:1": 1 / Fraction(distance),
        "power:2": 1 / Fraction(distance) ** 2,
        "uniform": Fraction(1),
        "linear": Fraction(window_size + 1 - distance, window_size),
    }
    weight = exact[weights] if weights in exact else Fraction(weights.split(",")[distance - 1])
    return max(round(weight / UNIT), 0 if "," in weights else 1) * UNIT


def count_cells(documents, window_size, symmetric, weights="power:1"):
    """Return {(row, column): count} with exact counts, for documents of word ids.

    Cell (i, j) counts j after i; symmetric: also before.
    """
    cells = defaultdict(Fraction)
    for document in documents:
        for place, word in enumerate(document):
            for distance, neighbour in enumerate(document[place + 1 :][:window_size], start=1):
                weight = distance_weight(distance, window_size, weights)
                if not weight:
                    continue
                cells[word, neighbour] += weight
                if symmetric:
                    cells[neighbour, word] += weight
    return dict(cells)
