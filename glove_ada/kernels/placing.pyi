from typing import Any

import numpy as np
import numpy.typing as npt

_Counts = npt.NDArray[np.int64]
_Groups = npt.NDArray[np.uint16]
_Words = npt.NDArray[np.uint32]

def log(x: float) -> float: ...
def exp(y: float) -> float: ...
def count_group_cells(
    words: _Words, row_starts: _Counts, columns: _Words, group_of: _Groups, tile_sizes: _Counts
) -> int: ...
def place_group(
    words: _Words,
    strands: int,
    row_starts: _Counts,
    columns: _Words,
    counts: npt.NDArray[np.float64],
    group_of: _Groups,
    place_in_group: _Groups,
    x_max: float,
    alpha: float,
    next_place: _Counts,
    next_diagonal: int,
    strand_sizes: _Counts,
    strand_turns: _Counts,
    nonzeros: npt.NDArray[Any],
) -> None: ...
