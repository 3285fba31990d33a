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
_MULTIPLIER, _INCREMENT = np.uint64(6364136223846793005), np.uint64(1442695040888963407)  # Knuth's
_HALF, _LOW_HALF, _BELOW_53_BITS = np.uint64(32), np.uint64(0xFFFFFFFF), np.uint64(11)


def braid_zeros(
    nonzeros: npt.NDArray[np.void],
    row_words: npt.NDArray[np.uint32],
    column_words: npt.NDArray[np.uint32],
    lots: npt.NDArray[np.uint16],
    lot_shares: npt.NDArray[np.uint32],
    lot_starts: npt.NDArray[np.uint32],
    symmetric: bool,
    ratio: float,
    key: int,
    log_count: float,
    weight: float,
    met: npt.NDArray[np.uint8],
    braided: npt.NDArray[np.void],
) -> int:
    """Copy nonzeros to `braided` with drawn zeros between them; return how many there are."""
    size: int = _braid_zeros(
        nonzeros,
        row_words,
        column_words,
        lots,
        lot_shares,
        lot_starts,
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
    lot_shares,
    lot_starts,
    symmetric,
    ratio,
    key,
    log_count,
    weight,
    met,
    braided,
):
    on_diagonal = row_words[0] == column_words[0]
    counted, draws = np.zeros(STRANDS, np.int64), np.zeros(STRANDS, np.int64)
    random = np.zeros(STRANDS, np.uint64)
    at = to = 0
    while at < len(nonzeros) and not _is_diagonal(nonzeros[at], on_diagonal):
        start, first_row = at, np.int64(nonzeros[at].row) // STRANDS * STRANDS
        rows = min(STRANDS, len(row_words) - first_row)
        counted[:] = 0
        while at < len(nonzeros) and np.int64(nonzeros[at].row) // STRANDS * STRANDS == first_row:
            if _is_diagonal(nonzeros[at], on_diagonal):
                break
            strand = np.int64(nonzeros[at].row) - first_row
            counted[strand] += 1
            met[nonzeros[at].column] |= np.uint8(1 << strand)
            at += 1
        if on_diagonal:
            for s in range(rows):
                met[first_row + s] |= np.uint8(1 << s)
        first_lot = 0
        if symmetric:
            rarest = row_words[first_row + rows - 1]
            first_lot = np.int64(lot_starts[np.searchsorted(column_words, rarest, side="right")])
        draws[:] = 0
        if first_lot < len(lots):
            for s in range(rows):
                random[s] = _folded(key, np.uint64(first_row + s))
                if counted[s]:
                    unit = (random[s] >> _BELOW_53_BITS) * 2.0**-53
                    draws[s] = np.int64(ratio * counted[s] + unit)
        most_draws, copied = draws.max(), start
        for draw in range(most_draws):
            if draw % STRANDS == 0:
                here = start + (at - start) * draw // most_draws
                to = _copy_nonzeros(nonzeros[copied:here], braided, to)
                copied = here
            for s in range(rows):
                random[s] = random[s] * _MULTIPLIER + _INCREMENT
                place = (random[s] >> _HALF) * np.uint64(len(lots) - first_lot)
                lot = first_lot + np.int64(place >> _HALF)
                column = np.int64(lots[lot])
                braided[to].row = first_row + s
                braided[to].column = column
                braided[to].log_count = log_count
                braided[to].weight = -weight
                counts = (place & _LOW_HALF) <= lot_shares[lot]
                to += counts and draw < draws[s] and not met[column] >> s & 1
        to = _copy_nonzeros(nonzeros[copied:at], braided, to)
        for n in range(start, at):
            met[nonzeros[n].column] = 0
        if on_diagonal:
            met[first_row : first_row + rows] = 0
    return _copy_nonzeros(nonzeros[at:], braided, to)


@kernel
def _copy_nonzeros(nonzeros, braided, to):
    for n in range(len(nonzeros)):
        braided[to + n] = nonzeros[n]
    return to + len(nonzeros)


@kernel
def _is_diagonal(nonzero, on_diagonal):
    return on_diagonal and nonzero.row == nonzero.column


@kernel
def _folded(state, key):
    """Fold a key into a hash by the output function of SplitMix64, as `randomness.py` does."""
    z = (state ^ key) + _GOLDEN_GAMMA
    z = (z ^ (z >> _SHIFTS[0])) * _FACTORS[0]
    z = (z ^ (z >> _SHIFTS[1])) * _FACTORS[1]
    return z ^ (z >> _SHIFTS[2])
