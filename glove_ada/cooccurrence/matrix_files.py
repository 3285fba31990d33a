"""Counts in the formats of R, MATLAB and SciPy: Matrix Market's text, and SciPy's npz."""

from __future__ import annotations

import importlib.util
import io
import os
import zipfile
from collections.abc import Iterator

import numpy as np

from glove_ada.cooccurrence.matrix import Cooccurrence
from glove_ada.cooccurrence.reference_file import write_counts
from glove_ada.errors import OptionError
from glove_ada.system.atomic_files import atomic_write, check_writable
from glove_ada.system.sentences import kinds
from glove_ada.system.sentences.kinds import check

Path = str | os.PathLike[str]

MATRIX_MARKET, NPZ = ".mtx", ".npz"
_HEADER = b"%%MatrixMarket matrix coordinate real "


def write_matrix(path: Path, matrix: Cooccurrence) -> None:
    """Write counts in the format of the suffix.

    Parameters
    ----------
    path : path
        Replaced whole or not at all. `.mtx` is Matrix Market's text, which stores a symmetric
        matrix once; `.npz` is SciPy's, and needs it; anything else is the reference program's.
    matrix : Cooccurrence
        Row and column i are the vocabulary's word i. Of directed contexts, the columns are words to
        the right of a row's word.

    Raises
    ------
    OutputError
        If the path cannot be written.
    """
    check("path", path, kinds.Path())
    suffix = os.path.splitext(path)[1]
    if suffix == MATRIX_MARKET:
        with atomic_write(path) as file:
            for lines in _lines(matrix):
                file.write(lines)
    elif suffix == NPZ:
        from scipy import sparse

        packed = io.BytesIO()
        sparse.save_npz(packed, matrix.to_scipy())
        with atomic_write(path) as file:
            file.write(packed.getbuffer())
    else:
        write_counts(path, matrix)


def check_matrix_writable(path: Path) -> None:
    """Find out before long work whether `write_matrix` can write to a path.

    Raises
    ------
    OptionError
        If a package is missing.
    OutputError
        If the path cannot be written.
    """
    if os.path.splitext(path)[1] == NPZ and importlib.util.find_spec("scipy") is None:
        raise OptionError(f"{os.fspath(path)} is a file of SciPy's: pip install scipy")
    check_writable(path)


def is_matrix(path: Path) -> bool | None:
    """Return whether a file is what its suffix says; None if that is neither of these formats."""
    suffix = os.path.splitext(path)[1]
    if suffix == MATRIX_MARKET:
        with open(path, "rb") as file:
            return file.read(len(_HEADER)) == _HEADER
    if suffix == NPZ:
        try:
            with zipfile.ZipFile(path) as packed:
                return "indptr.npy" in packed.namelist()
        except zipfile.BadZipFile:
            return False
    return None


def _lines(matrix: Cooccurrence) -> Iterator[bytes]:
    """Yield the file piece by piece; rows and columns count from 1."""
    kind = b"symmetric" if matrix.symmetric else b"general"
    yield _HEADER + kind + b"\n%d %d %d\n" % (matrix.words, matrix.words, len(matrix.columns))
    sizes = np.diff(matrix.row_starts)
    for first, end in matrix.row_blocks():
        cells = slice(matrix.row_starts[first], matrix.row_starts[end])
        rows = np.repeat(np.arange(first + 1, end + 1), sizes[first:end])
        columns = matrix.columns[cells].astype(np.int64) + 1
        if matrix.symmetric:  # of which the format has the half below the diagonal
            rows, columns = columns, rows
        places = zip(rows.tolist(), columns.tolist(), matrix.counts[cells].tolist(), strict=True)
        yield "".join([f"{row} {column} {count!r}\n" for row, column, count in places]).encode()
