"""Which instruction set the compiled training kernel uses."""

from __future__ import annotations

import os
from collections.abc import Sequence

from glove_ada.errors import OptionError

VARIABLE = "GLOVE_ADA_ISA"


def choose_instruction_set(available: Sequence[str]) -> str:
    """Return what the environment variable asks for, or else the best one.

    Parameters
    ----------
    available : sequence of str
        What this build holds and this CPU has, the best last.

    Raises
    ------
    OptionError
        If another one is asked for.
    """
    wanted = os.environ.get(VARIABLE) or available[-1]
    if wanted not in available:
        raise OptionError(
            f"{VARIABLE} is {wanted!r}; this CPU takes {' or '.join(available)}, "
            f"and without the variable it uses {available[-1]}"
        )
    return wanted
