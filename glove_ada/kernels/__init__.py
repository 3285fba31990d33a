"""The inner loops: typed buffers in and out, no policy, the GIL released.

Stages call them through this package and do not know how they are built, nor for which
instruction set: the results are the same. Which they are is settled when the first one is used,
so that a command can still choose and a fault in the choice is an ordinary error.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from glove_ada.kernels.backend import load_backend
from glove_ada.kernels.decimal_constants import NO_FAULT, NOT_A_NUMBER, NUMBER_BYTES, WRONG_FIELDS

if TYPE_CHECKING:
    from glove_ada.kernels.compiled import (
        INSTRUCTION_SET,
        INSTRUCTION_SETS,
        add_rows,
        braid_zeros,
        count_group_cells,
        count_rows,
        count_words,
        encode_text,
        exp,
        format_rows,
        index_positions,
        log,
        map_ids,
        merge_types,
        parse_rows,
        place_group,
        rehash,
        train_nonzeros,
    )

    BACKEND: str
    """The kernels' name: compiled or numba."""

__all__ = [
    "BACKEND",
    "INSTRUCTION_SET",
    "INSTRUCTION_SETS",
    "NOT_A_NUMBER",
    "NO_FAULT",
    "NUMBER_BYTES",
    "WRONG_FIELDS",
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
    "use_backend",
]
_binding = threading.Lock()


def use_backend(name: str | None = None) -> None:
    """Choose the kernels; see `glove_ada.kernels.backend.load_backend`."""
    backend, kernels = load_backend(name)
    globals().update(
        {kernel: getattr(kernels, kernel) for kernel in kernels.__all__}, BACKEND=backend
    )


def __getattr__(name: str) -> Any:
    """Bind the kernels when the first one is asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with _binding:
        if name not in globals():
            use_backend()
    return globals()[name]
