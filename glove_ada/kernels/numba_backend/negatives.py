"""Draw zeros for the rows of a tile: the counterpart of `native/headers/negatives.h`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glove_ada.kernels.definitions import STRANDS
from glove_ada.kernels.numba_backend.compilation import kernel

_GOLDEN_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FACTORS = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_SHIFTS = np.uint64(30), np.uint64(27), np.uint64(31)
_GOLDEN_RATIO = np.uint32(0x9E3779B9)  # of 2**32
_HALF, _LOW_HALF = np.uint64(32), np.uint64(0xFFFFFFFF)


def interleave_negatives(
    nonzeros: npt.NDArray[np.void],
    row_words: npt.NDArray[np.uint32],
    column_words: npt.NDArray[np.uint32],
    lots: npt.NDArray[np.uint16],
    lot_starts: npt.NDArray[np.uint32],
    symmetric: bool,
    ratio: float,
    key: int,
    log_count: float,
    weight: float,
    met: npt.NDArray[np.uint16],
    interleaved: npt.NDArray[np.void],
) -> int:
    """Copy nonzeros to `interleaved` with drawn zeros between them; return how many there are.

    numba would take Python's numbers for int64 and float64; here they become what C's signature
    makes them.
    """
    size: int = _interleave_negatives(
        nonzeros,
        row_words,
        column_words,
        lots,
        lot_starts,
        symmetric,
        float(ratio),
        np.uint64(key),
        np.float32(log_count),
        np.float32(weight),
        met,
        interleaved,
    )
    return size


@kernel
def _interleave_negatives(
    nonzeros,
    row_words,
    column_words,
    lots,
    lot_starts,
    symmetric,
    ratio,
    key,
    log_count,
    weight,
    met,
    interleaved,
):
    on_diagonal = row_words[0] == column_words[0]
    diagonal = len(nonzeros)
    while on_diagonal and diagonal and nonzeros[diagonal - 1].row == nonzeros[diagonal - 1].column:
        diagonal -= 1
    draws, due = np.uint64(ratio * 2.0**32), key >> _HALF
    places = np.zeros(STRANDS, np.uint32)
    at = to = braids = 0
    while at < diagonal:
        braids += 1
        first_row = np.int64(nonzeros[at].row) // STRANDS * STRANDS
        rows = min(STRANDS, len(row_words) - first_row)
        braid_lots = lots
        if symmetric:
            rarest = row_words[first_row + rows - 1]
            braid_lots = lots[lot_starts[np.searchsorted(column_words, rarest, side="right")] :]
        for s in range(STRANDS):
            places[s] = _folded(key, np.uint64(first_row + s)) >> _HALF
        end = at
        while end < diagonal and np.int64(nonzeros[end].row) // STRANDS * STRANDS == first_row:
            met[nonzeros[end].column, np.int64(nonzeros[end].row) % STRANDS] = braids
            end += 1
        if on_diagonal:
            for s in range(rows):
                met[first_row + s, s] = braids
        while at < end:
            turn = 1
            while (
                turn < STRANDS and at + turn < end and nonzeros[at + turn].row != nonzeros[at].row
            ):
                turn += 1
            to = _copy_nonzeros(nonzeros[at : at + turn], interleaved, to)
            if len(braid_lots):
                due += draws
            for _ in range(due >> _HALF):
                for n in range(at, at + turn):
                    row = nonzeros[n].row
                    strand = np.int64(row) % STRANDS
                    places[strand] += _GOLDEN_RATIO
                    lot = np.uint64(places[strand]) * np.uint64(len(braid_lots)) >> _HALF
                    column = np.int64(braid_lots[lot])
                    interleaved[to].row = row
                    interleaved[to].column = column
                    interleaved[to].log_count = log_count
                    interleaved[to].weight = -weight
                    to += met[column, strand] < braids
            due &= _LOW_HALF
            at += turn
    return _copy_nonzeros(nonzeros[diagonal:], interleaved, to)


@kernel
def _copy_nonzeros(nonzeros, interleaved, to):
    """Copy nonzero by nonzero: a slice would be slower for the few of a turn."""
    for n in range(len(nonzeros)):
        interleaved[to + n] = nonzeros[n]
    return to + len(nonzeros)


@kernel
def _folded(state, key):
    """Fold a key into a hash by the output function of SplitMix64, as `randomness.py` does.

    That one is for whole arrays; this one is for one number at a time, inside a loop.
    """
    z = (state ^ key) + _GOLDEN_GAMMA
    z = (z ^ (z >> _SHIFTS[0])) * _FACTORS[0]
    z = (z ^ (z >> _SHIFTS[1])) * _FACTORS[1]
    return z ^ (z >> _SHIFTS[2])
