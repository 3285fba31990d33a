"""Rows of decimal text to and from matrices of floats: the inner loops of every text format."""

from typing import Any

import numpy as np
import numpy.typing as npt

def format_rows(
    words: bytes,
    matrix: npt.NDArray[np.float32],
    out: npt.NDArray[np.uint8],
) -> int:
    """Write `word v1 ... vd` lines, each number the shortest that reads back as the same float32.

    The numbers look as Python prints a float (`0.25`, `1.0`, `1e-05`), on every platform and
    in every locale. The GIL is released.

    Parameters
    ----------
    words : bytes
        The words of the rows, each ended by a newline.
    matrix : ndarray of float32, shape (rows, vector_size), C-contiguous
        Their vectors.
    out : ndarray of uint8
        Where the text goes; at least `len(words) + matrix.size * NUMBER_BYTES` long.

    Returns
    -------
    int
        Bytes written.

    Raises
    ------
    ValueError
        If `out` is too small or there is not one word for each row.
    """

def parse_rows(
    text: bytes | bytearray | memoryview,
    matrix: npt.NDArray[Any],
    words: npt.NDArray[np.uint8],
) -> tuple[int, int, int]:
    """Read `word v1 ... vd` lines from the right, so that a word may hold spaces.

    Each number becomes what Python's `float` makes of it, rounded to the matrix's type. Spaces and
    a carriage return at the end of a line are passed over. The GIL is released but for the rare
    number that needs Python's own rounding.

    Parameters
    ----------
    text : bytes-like
        Whole lines, each ended by a newline.
    matrix : ndarray of float32 or float64, shape (rows or more, vector_size), C-contiguous
        Where the vectors go.
    words : ndarray of uint8
        Where the words go, each ended by a newline; at least as long as the text.

    Returns
    -------
    rows : int
        Rows read; with a fault the index of the row that has it.
    length : int
        Bytes written to `words`.
    fault : int
        `NO_FAULT`, `WRONG_FIELDS` or `NOT_A_NUMBER`.

    Raises
    ------
    ValueError
        If a buffer is too small, or the text does not end with a newline.
    """
