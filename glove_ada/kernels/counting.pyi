import numpy as np
import numpy.typing as npt

_Places = npt.NDArray[np.int64]
_Units = npt.NDArray[np.int64]
_Ids = npt.NDArray[np.uint32]
_Bits = npt.NDArray[np.uint64]

def count_words(ids: _Ids, first: int, end: int, occurrences: _Places) -> None: ...
def index_positions(
    ids: _Ids, first: int, end: int, next_place: _Places, positions: _Places
) -> None: ...
def count_rows(
    ids: _Ids,
    positions: _Places,
    starts: _Places,
    first_row: int,
    end_row: int,
    weights: _Units,
    symmetric: bool,
    sums: _Units,
    marks: _Bits,
    marked_blocks: _Bits,
    columns: _Ids,
    counts: _Units,
    row_sizes: _Places,
) -> int: ...
def add_rows(
    part_columns: _Ids,
    part_counts: _Units,
    starts: _Places,
    sums: _Units,
    marks: _Bits,
    marked_blocks: _Bits,
    columns: _Ids,
    counts: _Units,
    row_sizes: _Places,
) -> int: ...
