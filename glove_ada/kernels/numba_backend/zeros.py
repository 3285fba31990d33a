"""Draw zeros for the rows of a tile: the counterpart of `zeros.h` and `zeros.pyx`.

The signature and what it means are those of the compiled kernel; see `kernels/zeros.pyx`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glove_ada.kernels.numba_backend.compilation import kernel

STRANDS = 4
_GOLDEN_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FACTORS = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_SHIFTS = np.uint64(30), np.uint64(27), np.uint64(31)
_HALF, _LOW_HALF, _BELOW_53_BITS = np.uint64(32), np.uint64(0xFFFFFFFF), np.uint64(11)


def braid_zeros(
    nonzeros: npt.NDArray[np.void],
    row_words: npt.NDArray[np.uint32],
    column_words: npt.NDArray[np.uint32],
    lots: npt.NDArray[np.uint16],
    symmetric: bool,
    ratio: float,
    key: int,
    log_count: float,
    weight: float,
    met: npt.NDArray[np.uint8],
    braided: npt.NDArray[np.void],
) -> int:
    """Copy nonzeros to `braided` and, behind those of each braid, zeros; return how many in all."""
    size: int = _braid_zeros(
        nonzeros,
        row_words,
        column_words,
        lots,
        symmetric,
        float(ratio),
        np.uint64(key),
        np.float32(log_count),
        np.float32(weight),
        met,
        braided,
    )
    return size


@kernel
def _braid_zeros(
    nonzeros,
    row_words,
    column_words,
    lots,
    symmetric,
    ratio,
    key,
    log_count,
    weight,
    met,
    braided,
):
    on_diagonal = row_words[0] == column_words[0]
    at = to = 0
    while at < len(nonzeros) and not _is_diagonal(nonzeros[at], on_diagonal):
        braid, first_row = at, np.int64(nonzeros[at].row) // STRANDS * STRANDS
        rows = min(STRANDS, len(row_words) - first_row)
        while at < len(nonzeros) and np.int64(nonzeros[at].row) // STRANDS * STRANDS == first_row:
            if _is_diagonal(nonzeros[at], on_diagonal):
                break
            met[nonzeros[at].column] |= np.uint8(1 << (np.int64(nonzeros[at].row) - first_row))
            braided[to] = nonzeros[at]
            at += 1
            to += 1
        if on_diagonal:
            for s in range(rows):
                met[first_row + s] |= np.uint8(1 << s)
        first = 0
        if symmetric:
            first = _first_rarer_lot(lots, column_words, row_words[first_row + rows - 1])
        if first < len(lots):
            braid_key = _folded(key, np.uint64(first_row))
            to = _draw_zeros(
                lots[first:],
                ratio * (at - braid) / rows,
                braid_key,
                first_row,
                rows,
                log_count,
                weight,
                met,
                braided,
                to,
            )
        for n in range(braid, at):
            met[nonzeros[n].column] = 0
        if on_diagonal:
            met[first_row : first_row + rows] = 0
    for n in range(at, len(nonzeros)):
        braided[to] = nonzeros[n]
        to += 1
    return to


@kernel
def _draw_zeros(lots, mean_draws, key, first_row, rows, log_count, weight, met, braided, to):
    """Draw columns for the rows of a braid; return the end of what is written."""
    unit = (_folded(key, np.uint64(0)) >> _BELOW_53_BITS) * 2.0**-53
    draws = np.int64(mean_draws + unit)
    columns = np.zeros(STRANDS, np.int64)
    for draw in range(0, draws, STRANDS):
        drawn = min(STRANDS, draws - draw)
        for d in range(drawn):
            random = _folded(key, np.uint64(draw + d // 2 + 1))
            part = random >> _HALF if d % 2 else random & _LOW_HALF
            columns[d] = lots[part * np.uint64(len(lots)) >> _HALF]
        for turn in range(drawn):
            for s in range(rows):
                column = columns[(s + turn) % drawn]
                braided[to].row = first_row + s
                braided[to].column = column
                braided[to].log_count = log_count
                braided[to].weight = -weight
                to += not (met[column] >> s & 1)
    return to


@kernel
def _is_diagonal(nonzero, on_diagonal):
    return on_diagonal and nonzero.row == nonzero.column


@kernel
def _first_rarer_lot(lots, column_words, word):
    """Return the first lot of a word that is rarer than `word`."""
    low, high = 0, len(lots)
    while low < high:
        middle = (low + high) // 2
        if column_words[lots[middle]] > word:
            high = middle
        else:
            low = middle + 1
    return low


@kernel
def _folded(state, key):
    """Fold a key into a hash by the output function of SplitMix64, as `randomness.py` does."""
    z = (state ^ key) + _GOLDEN_GAMMA
    z = (z ^ (z >> _SHIFTS[0])) * _FACTORS[0]
    z = (z ^ (z >> _SHIFTS[1])) * _FACTORS[1]
    return z ^ (z >> _SHIFTS[2])
