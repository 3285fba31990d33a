"""Files of a transform: NumPy's .npy, or text that R reads with `read.table`."""

from __future__ import annotations

import io
import os

import numpy as np
import numpy.typing as npt

from glove_ada.errors import FormatError, OptionError
from glove_ada.system.atomic_files import atomic_write, check_writable

Doubles = npt.NDArray[np.float64]
Path = str | os.PathLike[str]

_NPY, _TEXT = ".npy", ".txt"


def check_transform_writable(path: Path) -> None:
    """Find out before long work whether a transform can be written to a path.

    Raises
    ------
    OptionError
        If the suffix says nothing.
    OutputError
        If the path cannot be written.
    """
    _suffix(path)
    check_writable(path)


def write_transform(path: Path, transform: Doubles) -> None:
    """Write a transform, whole or not at all: as .npy, or a line of numbers for each row."""
    with atomic_write(path) as file:
        if _suffix(path) == _NPY:
            array = io.BytesIO()
            np.save(array, transform, allow_pickle=False)
            file.write(array.getvalue())
        else:
            for row in transform.tolist():
                file.write(" ".join(map(repr, row)).encode() + b"\n")


def read_transform(path: Path) -> Doubles:
    """Read what `write_transform` has written.

    Raises
    ------
    FormatError
        If the file is no square matrix of numbers.
    """
    try:
        if _suffix(path) == _NPY:
            found = np.load(path, allow_pickle=False)
        else:
            found = np.loadtxt(path, ndmin=2)
        matrix = np.asarray(found, np.float64)
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror or error}") from error
    except (EOFError, TypeError, ValueError) as error:
        raise FormatError(
            f"{path} is no matrix of numbers: give what --save-transform wrote"
        ) from error
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not np.isfinite(matrix).all():
        raise FormatError(f"{path} is no square matrix of finite numbers")
    return matrix


def is_transform(path: Path) -> bool:
    """Return whether a file is a transform, which may be replaced by another."""
    try:
        read_transform(path)
    except (FormatError, OptionError):
        return False
    return True


def _suffix(path: Path) -> str:
    suffix = os.path.splitext(path)[1]
    if suffix not in (_NPY, _TEXT):
        raise OptionError(f"{os.fspath(path)} is no file of a transform: name it .npy or .txt")
    return suffix
