"""The compiled kernels, for the instruction set of choice."""

from __future__ import annotations

from functools import partial

from glove_ada.kernels.adagrad import instruction_sets
from glove_ada.kernels.adagrad import train_nonzeros as train_with
from glove_ada.kernels.counting import add_rows, count_rows, count_words, index_positions
from glove_ada.kernels.decimal import format_rows, parse_rows
from glove_ada.kernels.instruction_set import choose_instruction_set
from glove_ada.kernels.placing import count_group_cells, exp, log, place_group
from glove_ada.kernels.text import encode_text, map_ids, merge_types, rehash
from glove_ada.kernels.zeros import braid_zeros

INSTRUCTION_SETS = tuple(instruction_sets())
INSTRUCTION_SET = choose_instruction_set(INSTRUCTION_SETS)

train_nonzeros = partial(train_with, instruction_set=INSTRUCTION_SETS.index(INSTRUCTION_SET))

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
