"""A matrix in a file that is mapped: between answers its pages are the system's, not the process's.

A search goes through the whole matrix. What it has touched stays in the system's cache, from which
the next one has it in a few milliseconds, but another program that wants the memory may have it.
"""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

import numpy as np

from glove_ada.formats.row_store import RowsInMemory
from glove_ada.system.memory import mapped_file, release_pages
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
        if mapped_file(matrix) is None and matrix.nbytes >= SMALLEST_FILE:
            rows = RowsInFile()
            for start in range(0, len(matrix), ROWS_AT_ONCE):
                if rows.is_in_file:
                    rows.append(matrix[start : start + ROWS_AT_ONCE])
            if rows.is_in_file:
                matrix = rows.finish()
        self.matrix, self._file = matrix, mapped_file(matrix)

    @property
    def is_mapped(self) -> bool:
        """Whether the matrix is in a file."""
        return self._file is not None

    def release(self) -> None:
        """Take the pages out of the process, where the system can; they come back when read."""
        release_pages(self._file)

    def blocks(self, start: int, stop: int) -> Iterator[slice]:
        """Yield slices of rows that follow each other, and release what was read of each."""
        for first in range(start, stop, ROWS_AT_ONCE):
            yield slice(first, min(first + ROWS_AT_ONCE, stop))
            self.release()


class RowsInFile:
    """Rows that go into a temporary file as they are read, so that they never are all in memory.

    Where the disk has no room for them, they are in memory after all.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._memory = RowsInMemory()
        self._rows, self._columns, self._dtype = 0, 0, np.dtype(np.float32)
        with suppress(OSError):
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # finish() closes it

    @property
    def is_in_file(self) -> bool:
        """Whether the disk has had room so far."""
        return self._file is not None

    def append(self, rows: Matrix, remaining: int = 0) -> None:
        """Take rows."""
        self._columns, self._dtype = rows.shape[1], rows.dtype
        if self._file is not None:
            with suppress(OSError):
                if self._file.write(np.ascontiguousarray(rows).data) == rows.nbytes:
                    self._rows += len(rows)
                    return
            self._leave_file(len(rows) + remaining)
        self._memory.append(rows, remaining)

    def finish(self) -> Matrix:
        """Return all rows, mapped if they are in a file."""
        if self._file is None:
            return self._memory.finish()
        with self._file as file:
            pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return np.frombuffer(pages, self._dtype).reshape(-1, self._columns)

    def _leave_file(self, remaining: int) -> None:
        assert self._file is not None
        with self._file as file:
            file.seek(0)
            written = np.fromfile(file, self._dtype, self._rows * self._columns)
        self._file = None
        self._memory.append(written.reshape(-1, self._columns), remaining)
