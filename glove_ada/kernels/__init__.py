"""The inner loops: typed buffers in and out, no policy, the GIL released.

Stages call them through this package and do not know how they are built.
"""

from glove_ada.kernels.counting import count_rows, count_words, index_positions
from glove_ada.kernels.text import encode_text, map_ids, merge_types, rehash

__all__ = [
    "count_rows",
    "count_words",
    "encode_text",
    "index_positions",
    "map_ids",
    "merge_types",
    "rehash",
]
