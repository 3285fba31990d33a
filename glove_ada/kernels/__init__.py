"""The inner loops: typed buffers in and out, no policy, the GIL released.

Stages call them through this package and do not know how they are built, nor for which
instruction set: the results are the same. `interface.py` lists them; `native/` has them in C,
`numba_backend/` for machines without a compiler. Which they are is settled when the first one is
used, so that a command can still choose and a fault in the choice is an ordinary error.

A new kernel is a function in `interface.py`, one in `native/` and one in `numba_backend/`.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from glove_ada.kernels.backend import load_backend
from glove_ada.kernels.interface import MODULES

if TYPE_CHECKING:
    from glove_ada.kernels.interface import *  # noqa: F403 - each kernel is named there alone

    BACKEND: str
    """The kernels' name: compiled or numba."""
    INSTRUCTION_SET: str
    INSTRUCTION_SETS: tuple[str, ...]
    """The one in use, and those that there are, the best last."""

_CHOICE = ("BACKEND", "INSTRUCTION_SET", "INSTRUCTION_SETS")
_binding = threading.Lock()


def use_backend(name: str | None = None) -> None:
    """Choose the kernels; see `glove_ada.kernels.backend.load_backend`."""
    backend = load_backend(name)
    choice = (backend.name, backend.instruction_set, backend.instruction_sets)
    globals().update(backend.kernels, **dict(zip(_CHOICE, choice, strict=True)))


def __getattr__(name: str) -> Any:
    """Bind the kernels when the first one is asked for."""
    if name not in MODULES and name not in _CHOICE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with _binding:
        if name not in globals():
            use_backend()
    return globals()[name]
