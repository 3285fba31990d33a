"""The classes of characters by which words are told, of one version of Unicode for ever."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from glove_ada.kernels import definitions
from glove_ada.kernels.definitions import INVALID, LATER, LETTER

UNICODE_VERSION = "13.0"
_TABLE = Path(__file__).with_name(f"unicode-{UNICODE_VERSION}.txt")


@cache
def character_classes() -> npt.NDArray[np.uint8]:
    """Return the class of each code point and, last, of a byte that is not UTF-8: a letter."""
    classes = np.full(INVALID + 1, LETTER, np.uint8)
    for line in _TABLE.read_text("ascii").splitlines():
        if not line.startswith("#"):
            first, last, name = line.split()
            number = getattr(definitions, name.upper().replace("-", "_"))
            classes[int(first, 16) : int(last, 16) + 1] = number
    return classes


@cache
def later_characters() -> re.Pattern[str]:
    """Return a pattern of the characters that this version of Unicode does not know.

    What is not UTF-8, and stands as a lone surrogate, is among them.
    """
    later = character_classes()[:-1] == LATER
    later[0xD800:0xE000] = True
    edges = np.flatnonzero(np.diff(later, prepend=False, append=False)).tolist()
    ranges = zip(edges[::2], edges[1::2], strict=True)
    inside = "".join(f"\\U{first:08x}-\\U{end - 1:08x}" for first, end in ranges)
    return re.compile(f"([{inside}]+)")
