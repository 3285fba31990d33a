"""A matrix in a file that is mapped: between answers its pages are the system's, not the process's.

A search goes through the whole matrix. What it has touched stays in the system's cache, from which
the next one has it in a few milliseconds, but another program that wants the memory may have it.
"""

from __future__ import annotations

import mmap
import tempfile
from typing import Any

import numpy as np

from glove_ada.vectors.cosine import ROWS_AT_ONCE, Matrix

SMALLEST_FILE = 1 << 24
"""Bytes of a matrix in memory that is worth a temporary file."""


class MappedMatrix:
    """A matrix, and the way to let go of the memory that reading it has taken.

    Parameters
    ----------
    matrix : ndarray of float, shape (rows, columns)
        If it is in memory and large, it is put into a temporary file without a name, which vanishes
        with the process; where the disk has no room it stays in memory.

    Attributes
    ----------
    matrix : ndarray of float, shape (rows, columns)
        The same values.
    """

    def __init__(self, matrix: Matrix) -> None:
        self.matrix, self._pages = matrix, _pages_of(matrix)
        if self._pages is None and matrix.nbytes >= SMALLEST_FILE:
            try:
                self.matrix, self._pages = _in_file(matrix)
            except OSError:
                return

    @property
    def is_mapped(self) -> bool:
        """Whether the matrix is in a file."""
        return self._pages is not None

    def release(self) -> None:
        """Take the pages out of the process, where the system can; they come back when read."""
        if self._pages is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._pages.madvise(mmap.MADV_DONTNEED)


def _pages_of(matrix: Matrix) -> mmap.mmap | None:
    base: Any = matrix
    while base is not None and not isinstance(base, mmap.mmap):
        base = getattr(base, "base", None)
    return base


def _in_file(matrix: Matrix) -> tuple[Matrix, mmap.mmap]:
    with tempfile.TemporaryFile() as file:
        for start in range(0, len(matrix), ROWS_AT_ONCE):
            file.write(np.ascontiguousarray(matrix[start : start + ROWS_AT_ONCE]).data)
        file.flush()
        pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return np.frombuffer(pages, matrix.dtype).reshape(matrix.shape), pages
