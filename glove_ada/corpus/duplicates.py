"""Documents that are there more than once: all but the first go."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from glove_ada.errors import OptionError
from glove_ada.kernels.definitions import BREAK
from glove_ada.system.spilled_array import LongArray, megabytes

PIECE = 1 << 18  # ids that are worked on at once
DOCUMENT_BYTES = 48  # while documents are compared

_Hashes = npt.NDArray[np.uint64]


def drop_duplicates(ids: LongArray[np.uint32], most_bytes: int) -> int:
    """Take out documents that an earlier one is equal to, in place.

    Documents are compared by 128 bits of a sum over their words and places.

    Parameters
    ----------
    ids : ndarray or DiskArray of uint32
        BREAK, then the numbers of each document's words followed by BREAK.
    most_bytes : int
        Memory for the comparison.

    Returns
    -------
    int
        How many documents are gone.

    Raises
    ------
    OptionError
        If the memory is too little.
    """
    hashes = _document_hashes(ids)  # of a document without a word: 0
    if len(hashes) * DOCUMENT_BYTES > most_bytes:
        raise OptionError(
            f"telling duplicates among {len(hashes):,} documents takes "
            f"{megabytes(len(hashes) * DOCUMENT_BYTES)} of memory: give a higher --memory, or "
            f"leave out --drop-duplicates"
        )
    order = np.lexsort((hashes[:, 1], hashes[:, 0]))  # stable: the first of equals comes first
    seen = np.zeros(len(hashes), np.bool_)
    seen[order[1:]] = (hashes[order[1:]] == hashes[order[:-1]]).all(axis=1)
    document, end = 0, 1
    for piece in pieces_behind_first(ids):
        breaks = piece == BREAK
        of_token = np.cumsum(breaks) - breaks + document
        kept = piece[~seen[np.minimum(of_token, len(seen) - 1)]]
        ids[end : end + len(kept)] = kept
        end += len(kept)
        document += int(np.count_nonzero(breaks))
    ids.resize(end, refcheck=False)
    return int(np.count_nonzero(seen & hashes.any(axis=1)))


def pieces_behind_first(ids: LongArray[np.uint32]) -> Iterator[npt.NDArray[np.uint32]]:
    """Yield all ids but the first in pieces, each a copy: what was read may be written over."""
    for first in range(1, len(ids), PIECE):
        yield np.array(ids[first : first + PIECE])


def _document_hashes(ids: LongArray[np.uint32]) -> _Hashes:
    """Return two sums for each document, shape (documents, 2)."""
    parts: list[_Hashes] = []
    open_sums, place = np.zeros((1, 2), np.uint64), 0
    for piece in pieces_behind_first(ids):
        ends = np.flatnonzero(piece == BREAK)
        starts = np.concatenate((np.zeros(1, np.int64), ends + 1))
        places = np.arange(len(piece), dtype=np.int64)
        lengths = np.diff(np.append(starts, len(piece)))
        places -= np.repeat(starts, lengths)
        places[: lengths[0]] += place
        values = _mixed(piece.astype(np.uint64) << np.uint64(32) ^ places.astype(np.uint64))
        values[ends] = 0
        other = _mixed(values)
        other[ends] = 0
        sums = np.zeros((len(starts), 2), np.uint64)
        filled = lengths > 0
        for column, array in enumerate((values, other)):
            if len(array):
                sums[filled, column] = np.add.reduceat(array, starts[filled])
        sums[0] += open_sums[0]
        parts.append(sums[:-1])
        open_sums = sums[-1:]
        place = int(lengths[-1]) + (place if len(starts) == 1 else 0)
    return np.concatenate(parts)


def _mixed(x: _Hashes) -> _Hashes:
    """Return the numbers mixed as SplitMix64 does (Steele, Lea and Flood 2014)."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: _Hashes = x ^ (x >> np.uint64(31))
    return mixed
