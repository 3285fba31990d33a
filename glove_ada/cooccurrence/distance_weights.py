"""What a neighbour counts, by its distance: the one place that decides it.

Every weight is a multiple of 2^-20, so that sums of them are exact and do not depend on the order
in which they are added.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.cooccurrence.matrix import WEIGHT_UNIT

HARMONIC, UNIFORM, LINEAR, POWER = "power:1", "uniform", "linear", "power:"
MOST_WEIGHT = 1e6  # or exponent; more would outgrow the sums


def distance_weights(window_size: int, weights: str = HARMONIC) -> npt.NDArray[np.int64]:
    """Return what a neighbour at each distance adds to a count.

    Parameters
    ----------
    window_size : int
    weights : str
        "power:P": 1/distance^P; "uniform": 1; "linear": from 1 down in equal steps, to nothing just
        beyond the window; or a number for each distance, with commas between them.

    Returns
    -------
    ndarray of int64, shape (window_size + 1,)
        In units of WEIGHT_UNIT; entry 0 is unused and 0.

    Raises
    ------
    ValueError
        If `weights` is none of these, has not as many numbers as the window, or none above 0.
    """
    distances = np.arange(1, window_size + 1)
    units: npt.NDArray[np.int64] = np.zeros(window_size + 1, np.int64)
    if weights == LINEAR:
        shares = (window_size + 1 - distances) / window_size
    elif weights == UNIFORM:
        shares = np.ones(window_size)
    elif weights.startswith(POWER):
        shares = _powers(distances, _number(weights[len(POWER) :]))
    else:
        numbers = np.array([_number(text) for text in weights.split(",")])
        if len(numbers) != window_size:
            raise ValueError(f"has {len(numbers)} weights for a window of {window_size}")
        units[1:] = np.rint(numbers / WEIGHT_UNIT)
        if not units.any():
            raise ValueError("has no weight above 0")
        return units
    # A window of a million would round to 0, and a cell must not be zero.
    units[1:] = np.maximum(np.rint(shares / WEIGHT_UNIT), 1)
    return units


def _number(text: str) -> float:
    number = float(text)
    if not 0 <= number <= MOST_WEIGHT:
        raise ValueError(f"has the number {text}, which is not between 0 and {MOST_WEIGHT:,.0f}")
    return number


def _powers(distances: npt.NDArray[np.int64], exponent: float) -> npt.NDArray[np.float64]:
    """Return 1/distance^exponent, to the same bits on every machine."""
    if exponent == 1:
        return 1 / distances
    return np.array([kernels.exp(-exponent * kernels.log(d)) for d in distances.tolist()])
