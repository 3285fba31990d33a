"""Where the rows of a file that is read come to lie."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[Any]


class RowStore(Protocol):
    """Takes rows block by block and gives them back as one matrix."""

    def append(self, rows: Rows, remaining: int) -> None:
        """Take rows.

        Parameters
        ----------
        rows : ndarray of float, shape (rows, vector_size)
            Of one dtype and one vector size, always. Copied.
        remaining : int
            About how many will follow; a good guess saves copying, a bad one does no harm.
        """

    def finish(self) -> Rows:
        """Return all rows, once; there was at least one `append`."""


class RowsInMemory:
    """Rows in a matrix that grows as needed."""

    def __init__(self) -> None:
        self._used = 0
        self._matrix: Rows | None = None

    def append(self, rows: Rows, remaining: int) -> None:
        """Take rows."""
        used = self._used
        self._used += len(rows)
        if self._matrix is None or self._used > len(self._matrix):
            # Memory that is not touched costs nothing; so the guess may be generous, but it must
            # not follow a file's claims alone: the caller's guess comes from the file's size.
            shape = max(self._used + remaining, 2 * used), rows.shape[1]
            grown = np.empty(shape, dtype=rows.dtype)
            if self._matrix is not None:
                grown[:used] = self._matrix[:used]
            self._matrix = grown
        self._matrix[used : self._used] = rows

    def finish(self) -> Rows:
        """Return all rows."""
        assert self._matrix is not None
        matrix, self._matrix = self._matrix, None
        matrix.resize((self._used, matrix.shape[1]), refcheck=False)
        return matrix
