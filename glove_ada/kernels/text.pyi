import numpy as np
import numpy.typing as npt

_Bytes = npt.NDArray[np.uint8]
_Counts = npt.NDArray[np.int64]
_Ids = npt.NDArray[np.uint32]
_Slots = npt.NDArray[np.uint64]

def encode_text(
    text: _Bytes,
    start: int,
    size: int,
    slots: _Slots,
    ends: _Counts,
    counts: _Counts,
    arena: _Bytes,
    types: int,
    ids: _Ids,
) -> tuple[int, int, int]: ...
def merge_types(
    other_arena: _Bytes,
    other_ends: _Counts,
    other_counts: _Counts,
    start: int,
    other_types: int,
    slots: _Slots,
    ends: _Counts,
    counts: _Counts,
    arena: _Bytes,
    types: int,
    merged: _Ids,
) -> tuple[int, int]: ...
def rehash(slots: _Slots, ends: _Counts, arena: _Bytes, types: int) -> None: ...
def map_ids(types: _Ids, word_of_type: _Ids, ids: _Ids) -> tuple[int, int]: ...
