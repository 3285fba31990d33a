"""Random numbers that are a pure function of a seed and a place, on every machine.

NumPy may change the streams of its generators between versions (NEP 19), and a stream has to be
drawn in order; a hash of the place needs neither history nor order.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_GOLDEN_GAMMA = np.uint64(0x9E3779B97F4A7C15)


def random_bits(seed: int, *keys: npt.ArrayLike) -> npt.NDArray[np.uint64]:
    """Return 64 random bits for each place.

    Parameters
    ----------
    seed : int
        Between 0 and 2**64 - 1.
    *keys : array-like of int
        The place; arrays are broadcast against each other.

    Notes
    -----
    Each key is folded in by the output function of SplitMix64 (Steele, Lea and Flood 2014, "Fast
    splittable pseudorandom number generators", figure 17).
    """
    with np.errstate(over="ignore"):
        state = _mix(np.asarray(seed, np.uint64) + _GOLDEN_GAMMA)
        for key in keys:
            state = _mix((state ^ np.asarray(key).astype(np.uint64)) + _GOLDEN_GAMMA)
    return state


def random_order(count: int, seed: int, *keys: int) -> npt.NDArray[np.intp]:
    """Return a permutation of `range(count)` that belongs to the place."""
    return np.argsort(random_bits(seed, *keys, np.arange(count)), kind="stable")


def _mix(z: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: npt.NDArray[np.uint64] = z ^ (z >> np.uint64(31))
    return mixed
