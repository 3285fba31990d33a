"""Where the cells of a matrix go in the tile grid, and what stands there."""

from __future__ import annotations

import math


def weight(count, x_max, alpha):
    """Return f(x) of Pennington, Socher and Manning 2014, equation 9."""
    return min(1.0, count / x_max) ** alpha


def nonzero(cell, place_in_group, x_max, alpha):
    """Return row, column, log x and f(x) of a cell (row, column, count)."""
    row, column, count = cell
    return (
        int(place_in_group[row]),
        int(place_in_group[column]),
        math.log(count),
        weight(count, x_max, alpha),
    )


def place_group(words, strands, rows, group_of, groups):
    """Return the cells of each tile of a group, diagonal cells apart.

    `words` are the group's, `strands` a braid; `rows[word]` are the word's cells (row, column,
    count). The strands of a braid take turns until each has run out; strand s starts where
    s/strands of its cells lie behind it, counted from the end.
    """
    tiles = [[] for _ in range(groups)]
    diagonal = []
    for first in range(0, len(words), strands):
        braid = words[first : first + strands]
        diagonal += [cell for word in braid for cell in rows[word] if cell[0] == cell[1]]
        for group, tile in enumerate(tiles):
            queues = []
            for strand, word in enumerate(braid):
                cells = [
                    cell for cell in rows[word] if group_of[cell[1]] == group and cell[0] != cell[1]
                ]
                start = len(cells) - strand * len(cells) // strands
                queues.append(cells[start:] + cells[:start])
            for turn in range(max(map(len, queues))):
                tile += [queue[turn] for queue in queues if turn < len(queue)]
    return tiles, diagonal
