"""What is said of words that have no vector."""

from __future__ import annotations

import warnings
from collections.abc import Iterable


def warn_unknown(words: Iterable[str]) -> None:
    """Name words that are left out of a picture since they have no vector, if there are any."""
    names = [repr(word) for word in dict.fromkeys(words)]
    if names:
        warnings.warn(f"left out, as they have no vector: {', '.join(names)}", stacklevel=4)
