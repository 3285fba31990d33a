"""The inner loops: typed buffers in and out, no policy, the GIL released.

Stages call them through this package and do not know how they are built, nor for which
instruction set: the results are the same.
"""

from functools import partial

from glove_ada.kernels import adagrad
from glove_ada.kernels.counting import count_rows, count_words, index_positions
from glove_ada.kernels.placing import count_group_cells, place_group
from glove_ada.kernels.text import encode_text, map_ids, merge_types, rehash

INSTRUCTION_SET = adagrad.instruction_sets()[-1]
"""The best instruction set of this CPU."""

train_nonzeros = partial(
    adagrad.train_nonzeros, instruction_set=len(adagrad.instruction_sets()) - 1
)

__all__ = [
    "INSTRUCTION_SET",
    "count_group_cells",
    "count_rows",
    "count_words",
    "encode_text",
    "index_positions",
    "map_ids",
    "merge_types",
    "place_group",
    "rehash",
    "train_nonzeros",
]
