from typing import Any

import numpy as np
import numpy.typing as npt

def braid_zeros(
    nonzeros: npt.NDArray[Any],
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
    braided: npt.NDArray[Any],
) -> int: ...
