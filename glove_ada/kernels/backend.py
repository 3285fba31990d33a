"""Which kernels run: the compiled ones, or numba's where there are none."""

from __future__ import annotations

import importlib
import os
import warnings
from types import ModuleType

from glove_ada.errors import OptionError

COMPILED, NUMBA = BACKENDS = ("compiled", "numba")
VARIABLE = "GLOVE_ADA_BACKEND"
_MODULES = {COMPILED: "glove_ada.kernels.compiled", NUMBA: "glove_ada.kernels.numba_backend"}


def load_backend(name: str | None = None) -> tuple[str, ModuleType]:
    """Return a backend's name and its kernels.

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
        return name, importlib.import_module(_MODULES[name])
    except ImportError as error:
        remedy = "install numba" if name == NUMBA else "reinstall glove-ada with a C compiler"
        raise OptionError(f"the backend {name} cannot be used ({error}); {remedy}") from error


def _load_best() -> tuple[str, ModuleType]:
    try:
        return COMPILED, importlib.import_module(_MODULES[COMPILED])
    except ImportError as error:
        reason = str(error)
    try:
        kernels = importlib.import_module(_MODULES[NUMBA])
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
    return NUMBA, kernels
