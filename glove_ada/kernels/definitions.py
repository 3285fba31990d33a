"""What the kernels share with each other and with their callers: each thing once for Python.

C has the same in `native/headers/definitions.h`; a test holds the two equal.

Three terms are the project's own. A **tile** is the block of the co-occurrence matrix where one
group of rows meets one group of columns; its parameters fit into the cache together. A **braid** is
STRANDS rows of a tile, neighbours in their group and so of like frequency, whose nonzeros are
trained in turn: row by row, each update would wait for the one before. A **strand** is one row of a
braid.
"""

from __future__ import annotations

import numpy as np

BREAK = np.uint32(0xFFFFFFFF)
"""A document boundary among word ids."""

TEXT_SLACK = 8
"""Bytes that must be readable behind the end of a text or an arena, which is read 8 at a time."""

(
    OTHER,
    WHITE,
    INVISIBLE,
    MARK,
    JOINER,
    FLAG,
    EMOJI,
    LETTER,
    HEBREW,
    LATER,
    DIGIT,
    UNDERSCORE,
    APOSTROPHE,
    HYPHEN,
    AT,
    DOT,
    BETWEEN_LETTERS,
    BETWEEN_DIGITS,
    DOUBLE_QUOTE,
    HASH,
) = range(20)
"""The classes of characters that words are told by: LETTER to UNDERSCORE are of words."""

INVALID = 0x110000
"""The code point that a byte stands for which is not UTF-8."""

NONZERO = np.dtype(
    [("row", np.uint16), ("column", np.uint16), ("log_count", np.float32), ("weight", np.float32)]
)
"""One nonzero of the co-occurrence matrix as a tile holds it: row and column within their groups,
log x, and f(x), which a sampled zero has with a minus sign."""

LANES = 16
"""Floats summed side by side in a dot product, whatever the CPU's width: the same sum everywhere.
Rows of parameters are a multiple of it long."""

STRANDS = 4
"""Rows of a braid."""

NUMBER_BYTES = 20
"""Room that a number needs in the text of `format_rows`, with the space before it."""

BIASED_EXPONENTS = 255
"""Exponents, as the bits of a finite float32 give them."""

NO_FAULT, WRONG_FIELDS, NOT_A_NUMBER = range(3)
"""The faults that `parse_rows` finds in a row; a number must be finite in the matrix's type."""

RULES = (
    "adagrad",
    "stanford",
    "adagrad_row",
    "sgd",
    "momentum",
    "rmsprop",
    "adadelta",
    "adam",
    "adamw",
    "amsgrad",
    "adamax",
    "adagrad_comid",
    "adagrad_da",
    "adagrad_norm",
)
"""The rules of training, by their numbers; `native/headers/rules` has a file for each."""
