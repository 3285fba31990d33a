"""Draw zeros for the rows of a tile: the counterpart of `zeros.h` and `zeros.pyx`.

The signature and what it means are those of the compiled kernel; see `kernels/zeros.pyx`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glove_ada.kernels.numba_backend.compilation import kernel

STRANDS = 4
GUIDE_BITS = 12
TOTAL_BITS = 31
_GOLDEN_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FACTORS = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_SHIFTS = np.uint64(30), np.uint64(27), np.uint64(31)
_HIGH_HALF, _BELOW_53_BITS, _ONE = np.uint64(32), np.uint64(11), np.uint64(1)
_TOTAL = np.uint64(1 << TOTAL_BITS)
_GUIDE_SHIFT = np.uint64(TOTAL_BITS - GUIDE_BITS)


def braid_zeros(
    nonzeros: npt.NDArray[np.void],
    row_words: npt.NDArray[np.uint32],
    column_words: npt.NDArray[np.uint32],
    share_starts: npt.NDArray[np.uint32],
    guide: npt.NDArray[np.uint16],
    symmetric: bool,
    ratio: float,
    key: int,
    log_count: float,
    weight: float,
    met: npt.NDArray[np.uint8],
    braided: npt.NDArray[np.void],
) -> int:
    """Copy nonzeros to `braided` with drawn zeros between them; return how many there are."""
    if not len(nonzeros):
        return 0
    size: int = _braid(
        nonzeros,
        row_words,
        column_words,
        share_starts,
        guide,
        symmetric,
        float(ratio),
        np.uint64(key),
        np.float32(log_count),
        np.float32(-weight),
        met,
        braided,
    )
    return size


@kernel
def _braid(
    nonzeros,
    row_words,
    column_words,
    share_starts,
    guide,
    symmetric,
    ratio,
    key,
    log_count,
    weight,
    met,
    braided,
):
    on_diagonal = row_words[0] == column_words[0]
    keys = np.zeros(STRANDS, np.uint64)
    numbers = np.zeros(STRANDS, np.uint64)  # of the next draws
    left = np.zeros(STRANDS, np.int64)  # draws to come
    firsts = np.zeros(STRANDS, np.uint64)  # where the shares start that are drawn from
    at = to = 0
    while at < len(nonzeros):
        braid, first_row = at, np.int64(nonzeros[at].row) // STRANDS * STRANDS
        left[:] = 0
        while at < len(nonzeros) and _in_braid(nonzeros[at], first_row, on_diagonal):
            strand = np.int64(nonzeros[at].row) - first_row
            left[strand] += 1
            met[nonzeros[at].column] |= np.uint8(1 << strand)
            at += 1
        if at == braid:
            break
        for strand in range(STRANDS):
            if left[strand]:
                row = first_row + strand
                keys[strand] = _folded(key, np.uint64(row))
                numbers[strand] = 0
                firsts[strand] = share_starts[0]
                if symmetric:
                    rarer = np.searchsorted(column_words, row_words[row], side="right")
                    firsts[strand] = share_starts[rarer]
                if firsts[strand] == _TOTAL:
                    left[strand] = 0
                else:
                    unit = (_folded(keys[strand], numbers[strand]) >> _BELOW_53_BITS) * 2.0**-53
                    numbers[strand] += _ONE
                    left[strand] = np.int64(ratio * left[strand] + unit)
        draws, due = left.sum(), 0
        for n in range(braid, at):
            braided[to] = nonzeros[n]
            to += 1
            due += draws
            while due >= at - braid:
                due -= at - braid
                strand = (np.int64(nonzeros[n].row) + STRANDS // 2) % STRANDS
                while not left[strand]:
                    strand = (strand + 1) % STRANDS
                random = _folded(keys[strand], numbers[strand]) >> _HIGH_HALF
                numbers[strand] += _ONE
                left[strand] -= 1
                place = firsts[strand] + (random * (_TOTAL - firsts[strand]) >> _HIGH_HALF)
                column = np.int64(guide[place >> _GUIDE_SHIFT])
                while share_starts[column + 1] <= place:
                    column += 1
                braided[to].row = first_row + strand
                braided[to].column = column
                braided[to].log_count = log_count
                braided[to].weight = weight
                has = met[column] >> strand & 1
                own = on_diagonal and column == first_row + strand
                to += not (has or own)
        for n in range(braid, at):
            met[nonzeros[n].column] = 0
    for n in range(at, len(nonzeros)):
        braided[to] = nonzeros[n]
        to += 1
    return to


@kernel
def _in_braid(nonzero, first_row, on_diagonal):
    """Whether a nonzero belongs to the braid of `first_row`, and is no cell (i, i)."""
    row = np.int64(nonzero.row)
    return row // STRANDS * STRANDS == first_row and not (on_diagonal and row == nonzero.column)


@kernel
def _folded(state, key):
    """Fold a key into a hash by the output function of SplitMix64, as `randomness.py` does."""
    z = (state ^ key) + _GOLDEN_GAMMA
    z = (z ^ (z >> _SHIFTS[0])) * _FACTORS[0]
    z = (z ^ (z >> _SHIFTS[1])) * _FACTORS[1]
    return z ^ (z >> _SHIFTS[2])
