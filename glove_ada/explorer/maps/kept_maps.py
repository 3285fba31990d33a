"""Maps that took long, kept beside the vectors.

A map is a file of its own, `.NAME.map-DIGEST.npy`, with the digest of all that it depends on. The
dot keeps it out of a corpus; what is there under such a name and is no such map stays as it is.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.errors import GloveError
from glove_ada.system.atomic_files import atomic_write

Points = npt.NDArray[np.float32]


def kept_map_path(vectors_path: str, digest: str) -> str:
    """Return where a map is kept: beside the vectors, or beside their folder."""
    folder, name = os.path.split(os.path.realpath(vectors_path))
    return os.path.join(folder, f".{name[:100]}.map-{digest}.npy")


def read_kept_map(vectors_path: str, digest: str, words: int) -> Points | None:
    """Read a map of so many words; None if there is none, or it is not what was written."""
    try:
        # Not a name: it could be a pipe by now. Pickles are never read.
        with open(kept_map_path(vectors_path, digest), "rb") as file:
            points: npt.NDArray[Any] = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError, SyntaxError, MemoryError):
        return None
    if points.dtype != np.float32 or points.shape != (words, 2) or not np.isfinite(points).all():
        return None
    return points


def write_kept_map(vectors_path: str, digest: str, points: Points) -> str:
    """Keep a map for the next time; say what stands in the way, or nothing.

    Returns
    -------
    str
        A sentence for the user, empty if the map is kept.
    """
    path = kept_map_path(vectors_path, digest)
    if os.path.lexists(path):
        return f"not kept for the next time: {path} is there already and is no map"
    try:
        with atomic_write(path) as file:
            np.save(file, points, allow_pickle=False)
    except (GloveError, OSError) as error:
        return f"not kept for the next time: {error}"
    return ""
