"""The kernels in numba, for machines without a C compiler: the same bytes, a module for each one.

numba compiles a kernel when it is first called and keeps the result on disk.
"""

from __future__ import annotations

import os

from llvmlite import binding
from numba import config

from glove_ada.errors import OptionError
from glove_ada.kernels.instruction_set import VARIABLE
from glove_ada.kernels.numba_backend.adagrad import train_nonzeros
from glove_ada.kernels.numba_backend.counting import (
    add_rows,
    count_rows,
    count_words,
    index_positions,
)
from glove_ada.kernels.numba_backend.decimal import format_rows, parse_rows
from glove_ada.kernels.numba_backend.placing import count_group_cells, exp, log, place_group
from glove_ada.kernels.numba_backend.text import encode_text, map_ids, merge_types, rehash
from glove_ada.kernels.numba_backend.zeros import braid_zeros

if os.environ.get(VARIABLE):
    raise OptionError(
        f"{VARIABLE} chooses among the compiled kernels; leave it out with the numba backend, "
        "which takes a CPU's name from numba's own NUMBA_CPU_NAME"
    )
INSTRUCTION_SET = str(config.CPU_NAME or binding.get_host_cpu_name())
INSTRUCTION_SETS = (INSTRUCTION_SET,)

__all__ = [
    "INSTRUCTION_SET",
    "INSTRUCTION_SETS",
    "add_rows",
    "braid_zeros",
    "count_group_cells",
    "count_rows",
    "count_words",
    "encode_text",
    "exp",
    "format_rows",
    "index_positions",
    "log",
    "map_ids",
    "merge_types",
    "parse_rows",
    "place_group",
    "rehash",
    "train_nonzeros",
]
