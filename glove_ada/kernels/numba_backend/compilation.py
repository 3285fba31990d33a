"""How the kernels are compiled: once, when first called, for this CPU."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numba
from numba.extending import register_jitable

# The promise of equal bytes rests on this: without fastmath LLVM neither reorders sums nor fuses a
# multiplication with an addition. numpy's error model divides by zero as C does; Python's would
# add a branch to every division.
_SETTINGS = {"nogil": True, "error_model": "numpy", "fastmath": False}


def kernel(function: Callable[..., Any]) -> Any:
    """Let numba compile a kernel.

    What was compiled is kept beside the source or in the user's folder of caches, or where numba's
    NUMBA_CACHE_DIR says; if none of them may be written to, it is not kept.
    """
    try:
        return numba.njit(cache=True, **_SETTINGS)(function)
    except RuntimeError:  # "no locator available"
        warnings.warn(
            "there is no folder to keep compiled kernels in, so that each run compiles them, for "
            "some 15 seconds: name one with NUMBA_CACHE_DIR",
            stacklevel=1,  # the same place for all kernels, so that it is told once
        )
        return numba.njit(cache=False, **_SETTINGS)(function)


def part_of_kernels(function: Callable[..., Any]) -> Any:
    """Let numba compile a function into the kernels that call it, and keep it with them alone.

    A kernel may be given such a function, and still be kept: a kernel that was given another one
    would be compiled in each run, since numba does not know that again.
    """
    return register_jitable(**_SETTINGS)(function)
