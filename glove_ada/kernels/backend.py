"""Which kernels run: the compiled ones, or numba's where there are none."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

from glove_ada.errors import OptionError
from glove_ada.kernels.instruction_set import VARIABLE as INSTRUCTION_SET_VARIABLE
from glove_ada.kernels.instruction_set import choose_instruction_set
from glove_ada.kernels.interface import import_kernels

COMPILED, NUMBA = BACKENDS = ("compiled", "numba")
VARIABLE = "GLOVE_ADA_BACKEND"
_CHOSEN_FOR_A_SET = ("train_nonzeros", "add_gradients", "add_products", "add_outer_products")


class Backend(NamedTuple):
    """The kernels in use.

    Attributes
    ----------
    name : str
    kernels : dict from str to callable
        The functions of `glove_ada.kernels.interface`.
    instruction_set : str
    instruction_sets : tuple of str
        What this build holds and this CPU has, the best last.
    """

    name: str
    kernels: dict[str, Callable[..., Any]]
    instruction_set: str
    instruction_sets: tuple[str, ...]


def load_backend(name: str | None = None) -> Backend:
    """Load the kernels.

    Parameters
    ----------
    name : {"compiled", "numba"}, optional
        By default what the environment variable GLOVE_ADA_BACKEND says, or else the compiled ones,
        or numba's, with a warning, where these are missing.

    Raises
    ------
    OptionError
        If there is no such backend, or it is not installed.
    """
    name = name or os.environ.get(VARIABLE)
    if not name:
        return _load_best()
    if name not in BACKENDS:
        raise OptionError(f"the backend is {name!r}; it is one of {', '.join(BACKENDS)}")
    try:
        return _load_numba() if name == NUMBA else _load_compiled()
    except ImportError as error:
        remedy = "install numba" if name == NUMBA else "reinstall glove-ada with a C compiler"
        raise OptionError(f"the backend {name} cannot be used ({error}); {remedy}") from error


def _load_best() -> Backend:
    try:
        return _load_compiled()
    except ImportError as error:
        reason = str(error)
    try:
        backend = _load_numba()
    except ImportError as error:
        raise OptionError(
            f"there are neither compiled kernels ({reason}) nor numba's ({error}); "
            "install numba, or reinstall glove-ada with a C compiler"
        ) from error
    warnings.warn(
        f"there are no compiled kernels ({reason}), so numba's run: the same results, but the "
        "first run compiles them, for some 15 seconds, and each run starts a second later; "
        f"{VARIABLE}={NUMBA} accepts that without a warning",
        stacklevel=2,
    )
    return backend


def _load_compiled() -> Backend:
    package = "glove_ada.kernels.native"
    kernels = import_kernels(package)
    sets = tuple(import_module(f"{package}.training").instruction_sets())
    chosen = choose_instruction_set(sets)
    for name in _CHOSEN_FOR_A_SET:
        kernels[name] = partial(kernels[name], instruction_set=sets.index(chosen))
    return Backend(COMPILED, kernels, chosen, sets)


def _load_numba() -> Backend:
    from llvmlite import binding
    from numba import config

    if os.environ.get(INSTRUCTION_SET_VARIABLE):
        raise OptionError(
            f"{INSTRUCTION_SET_VARIABLE} chooses among the compiled kernels; leave it out with the "
            "numba backend, which takes a CPU's name from numba's own NUMBA_CPU_NAME"
        )
    kernels = import_kernels("glove_ada.kernels.numba_backend")
    cpu = str(config.CPU_NAME or binding.get_host_cpu_name())
    return Backend(NUMBA, kernels, cpu, (cpu,))
