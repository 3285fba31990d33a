"""What a neighbour counts, by its distance: the one place that decides it.

Every weight is a multiple of 2^-20, so that sums of them are exact and do not depend on the order
in which they are added.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from glove_ada.cooccurrence.matrix import WEIGHT_UNIT


def distance_weights(window_size: int, distance_weighting: bool) -> npt.NDArray[np.int64]:
    """Return what a neighbour at each distance adds to a count.

    Parameters
    ----------
    window_size : int
    distance_weighting : bool
        1/distance if so, else 1.

    Returns
    -------
    ndarray of int64, shape (window_size + 1,)
        In units of WEIGHT_UNIT; entry 0 is unused and 0.
    """
    weights = np.zeros(window_size + 1, np.int64)
    distances = np.arange(1, window_size + 1) if distance_weighting else np.ones(window_size)
    # A window of a million would round to 0, and a cell must not be zero.
    weights[1:] = np.maximum(np.rint(1 / distances / WEIGHT_UNIT), 1)
    return weights
