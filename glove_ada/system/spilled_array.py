"""Arrays on the disk, for what does not fit into memory.

They are read and written piece by piece and never mapped: mapped pages would count as the
process's memory. Their files have no name and vanish with the process, however that ends.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from glove_ada.errors import OutputError

PIECE_BYTES = 1 << 24
UNLIMITED = 1 << 62
"""More items or bytes than there are."""

Scalar = TypeVar("Scalar", bound=np.generic)


class DiskArray(Generic[Scalar]):
    """A one-dimensional array in a file; slices of it are read into memory and written from there.

    Any thread may read and write.

    Parameters
    ----------
    file : FileIO
        Open for reading, and for writing if the array is to be written to.
    dtype : dtype
    start : int
        Where in the file the array begins, in bytes.
    size : int
        Items that are there already.

    Attributes
    ----------
    dtype : dtype
    """

    def __init__(
        self, file: FileIO, dtype: npt.DTypeLike, *, start: int = 0, size: int = 0
    ) -> None:
        self.dtype = np.dtype(dtype)
        self._file, self._start, self._size = file, start, size
        self._lock = threading.Lock()

    @classmethod
    def temporary(cls, dtype: npt.DTypeLike, folder: str | os.PathLike[str]) -> DiskArray[Any]:
        """Make an empty array whose file is in a folder, without a name.

        Raises
        ------
        OutputError
            If that cannot be done.
        """
        with _explained("written"):
            file = tempfile.TemporaryFile(buffering=0, dir=folder)  # noqa: SIM115 (it stays open)
        return cls(file, dtype)

    def viewed(self, dtype: npt.DTypeLike) -> DiskArray[Any]:
        """Return the same bytes as items of another type."""
        size = self.nbytes // np.dtype(dtype).itemsize
        return DiskArray(self._file, dtype, start=self._start, size=size)

    def __len__(self) -> int:
        """Return the number of items."""
        return self._size

    @property
    def shape(self) -> tuple[int]:
        """The number of items, as NumPy has it."""
        return (self._size,)

    @property
    def nbytes(self) -> int:
        """Bytes on the disk."""
        return self._size * self.dtype.itemsize

    def __getitem__(self, where: slice) -> npt.NDArray[Scalar]:
        """Read a slice without a step into a new array."""
        first, end, _ = where.indices(self._size)
        array: npt.NDArray[Scalar] = np.empty(max(0, end - first), self.dtype)
        self.read(first, array)
        return array

    def __setitem__(self, where: slice, items: npt.NDArray[Scalar]) -> None:
        """Write a slice without a step."""
        first, end, _ = where.indices(self._size)
        if len(items) != end - first:
            raise ValueError(f"{len(items)} items do not fill {end - first} places")
        self._write(first, items)

    def read(self, first: int, out: npt.NDArray[Scalar]) -> None:
        """Fill a contiguous array with the items from `first` on.

        Raises
        ------
        OutputError
            If the file cannot be read.
        """
        if first < 0 or first + len(out) > self._size:
            raise IndexError(f"{first}:{first + len(out)} is not within {self._size} items")
        view = bytes_of(out)
        with _explained("read"), self._lock:
            self._seek(first)
            while view:
                count = self._file.readinto(view)
                if not count:
                    raise OSError("it is shorter than it was")
                view = view[count:]

    def append(self, items: npt.NDArray[Scalar]) -> None:
        """Write items behind the last.

        Raises
        ------
        OutputError
            If there is no space.
        """
        self._write(self._size, items)
        self._size += len(items)

    def resize(self, size: int, refcheck: bool = False) -> None:
        """Cut off what comes after so many items; `refcheck` is there for likeness with NumPy's."""
        with _explained("written"):
            self._file.truncate(self._start + size * self.dtype.itemsize)
        self._size = size

    def _write(self, first: int, items: npt.NDArray[Scalar]) -> None:
        view = bytes_of(np.ascontiguousarray(items, self.dtype))
        with _explained("written"), self._lock:
            self._seek(first)
            while view:
                view = view[self._file.write(view) :]

    def _seek(self, item: int) -> None:
        self._file.seek(self._start + item * self.dtype.itemsize)


LongArray = npt.NDArray[Scalar] | DiskArray[Scalar]
"""An array in memory or on the disk; what is common to them is slicing."""


class GrowingArray(Generic[Scalar]):
    """An array that is appended to: in memory while there is room, then on the disk.

    Parameters
    ----------
    dtype : dtype
    most : int
        Items that may be held in memory.
    folder : path or None
        Where the file goes; with None the array stays in memory.
    """

    def __init__(
        self, dtype: npt.DTypeLike, most: int, folder: str | os.PathLike[str] | None
    ) -> None:
        self._most, self._folder = most, folder
        self._memory: npt.NDArray[Any] = np.empty(0, dtype)
        self._disk: DiskArray[Scalar] | None = None
        self._size = 0

    def append(self, items: npt.NDArray[Scalar]) -> None:
        """Add items behind the last."""
        end = self._size + len(items)
        if self._disk is None and self._folder is not None and end > self._most:
            self._disk = DiskArray.temporary(self._memory.dtype, self._folder)
            self._disk.append(self._memory[: self._size])
            self._memory = np.empty(0, self._memory.dtype)
        if self._disk is not None:
            self._disk.append(items)
        else:
            if end > len(self._memory):
                # In place: the system moves the pages of a large array, it does not copy them.
                self._memory.resize(end + end // 8, refcheck=False)
            self._memory[self._size : end] = items
        self._size = end

    def finish(self) -> LongArray[Scalar]:
        """Return the array."""
        if self._disk is not None:
            return self._disk
        self._memory.resize(self._size, refcheck=False)
        return self._memory


def pieces(array: LongArray[Scalar]) -> Iterator[npt.NDArray[Scalar]]:
    """Yield an array in pieces, one behind the other, which are small if it is on the disk."""
    step = max(1, PIECE_BYTES // array.dtype.itemsize)
    for first in range(0, len(array), step):
        yield array[first : first + step]


def on_disk(array: LongArray[Scalar]) -> bool:
    """Return whether an array is on the disk."""
    return isinstance(array, DiskArray)


def check_space(what: str, size: int, folder: str | os.PathLike[str]) -> None:
    """Find out before long work whether the disk has space for so many bytes.

    Raises
    ------
    OutputError
        If not.
    """
    free = shutil.disk_usage(folder).free
    if size > free:
        raise OutputError(
            f"{what} takes about {megabytes(size)} on the disk, and {os.fspath(folder)} has "
            f"{megabytes(free)} free: give another --work-dir or a higher --memory"
        )


def megabytes(size: int) -> str:
    """Return a size as people read it."""
    return f"{size / 1e6:,.0f} MB" if size < 1e9 else f"{size / 1e9:,.2f} GB"


def bytes_of(array: npt.NDArray[Any]) -> memoryview:
    """Return the bytes of a contiguous array of one dimension, without a copy."""
    return array.view(np.uint8).data if array.size else memoryview(bytearray())


@contextmanager
def _explained(done: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"a temporary file in the work directory could not be {done}: "
            f"{error.strerror or error}; give a --work-dir with more space or a higher --memory"
        ) from error
