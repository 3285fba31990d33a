"""Tables of types (distinct words), numbered in the order in which they are met."""

from __future__ import annotations

import threading

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.errors import OptionError
from glove_ada.kernels.definitions import TEXT_SLACK


class Allowance:
    """Memory that several threads take from; a sentence when there is too little.

    Parameters
    ----------
    size : int
        Bytes.
    """

    def __init__(self, size: int) -> None:
        self._size, self._taken = size, 0
        self._lock = threading.Lock()

    def take(self, size: int) -> None:
        """Take so many bytes, or give back if the number is below 0.

        Raises
        ------
        OptionError
            If there are not as many.
        """
        with self._lock:
            self._taken += size
            if size > 0 and self._taken > self._size:
                raise OptionError(
                    f"the corpus's distinct words take {self._taken / 1e6:,.0f} MB or more while "
                    f"they are counted, and the memory cap leaves {self._size / 1e6:,.0f} MB for "
                    f"them: give a higher --memory or --min-count, or fewer --threads"
                )


class TypeTable:
    """The types met so far, numbered from 0, with their counts.

    Parameters
    ----------
    allowance : Allowance
        What the table's memory is taken from.
    """

    def __init__(self, allowance: Allowance) -> None:
        self.types = 0
        self.allowance = allowance
        self._slots = np.zeros(1 << 13, np.uint64)
        self._ends = np.zeros(1 << 12, np.int64)
        self._counts = np.zeros(1 << 12, np.int64)
        self._arena = np.zeros(1 << 16, np.uint8)
        allowance.take(self._bytes)

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """How often each type occurs."""
        return self._counts[: self.types]

    def word(self, number: int) -> bytes:
        """Return the bytes of a type."""
        start = self._ends[number - 1] if number else 0
        return self._arena[start : self._ends[number]].tobytes()

    def words(self, first: int, end: int) -> list[bytes]:
        """Return the bytes of the types from `first` on, before `end` or up to the last."""
        array, places = self.letters(first, end)
        letters, ends = array.tobytes(), places.tolist()
        return [letters[begin:stop] for begin, stop in zip([0, *ends], ends, strict=False)]

    def letters(self, first: int, end: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
        """Return the bytes of these types, one behind the other, and where each ends in them."""
        end = min(end, self.types)
        start = int(self._ends[first - 1]) if first else 0
        return self._arena[start : self._ends[end - 1]], self._ends[first:end] - start

    def encode(self, text: bytes, ids: npt.NDArray[np.uint32]) -> int:
        """Write the numbers of the text's tokens to `ids`; return how many.

        Parameters
        ----------
        text : bytes
            With `TEXT_SLACK` more bytes behind its end.
        ids : ndarray of uint32
            Room for one number more than the text has bytes.
        """
        buffer = np.frombuffer(text, np.uint8)
        at, written, size = 0, 0, len(text) - TEXT_SLACK
        while at < size:
            at, count, self.types = kernels.encode_text(
                buffer, at, size, *self._buffers(), self.types, ids[written:]
            )
            written += count
            if at < size:
                self._grow()
        return written

    def merge(self, other: TypeTable) -> npt.NDArray[np.uint32]:
        """Add another table's types and counts; return their numbers here."""
        numbers = np.empty(other.types, np.uint32)
        at = 0
        while at < other.types:
            at, self.types = kernels.merge_types(
                other._arena,
                other._ends,
                other._counts,
                at,
                other.types,
                *self._buffers(),
                self.types,
                numbers,
            )
            if at < other.types:
                self._grow()
        return numbers

    def _buffers(
        self,
    ) -> tuple[
        npt.NDArray[np.uint64], npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.uint8]
    ]:
        return self._slots, self._ends, self._counts, self._arena

    @property
    def _bytes(self) -> int:
        return sum(buffer.nbytes for buffer in self._buffers())

    def _grow(self) -> None:
        """Double what is nearly full: the kernel stopped for want of types or of bytes."""
        if self.types == len(self._ends):
            slots = 2 * len(self._slots)
            self.allowance.take(self._bytes - self._arena.nbytes)
            _double(self._ends)
            _double(self._counts)
            self._slots = np.empty(0, np.uint64)  # the old ones go before the new ones come
            self._slots = np.zeros(slots, np.uint64)
            kernels.rehash(self._slots, self._ends, self._arena, self.types)
        else:
            self.allowance.take(self._arena.nbytes)
            _double(self._arena)

    def release(self) -> None:
        """Give back what the table took; it may not be used any more."""
        self.allowance.take(-self._bytes)


def _double(array: npt.NDArray[np.generic]) -> None:
    """Make an array twice as long, in place: large ones are moved, not copied."""
    array.resize(2 * len(array), refcheck=False)


def merge_tables(tables: list[TypeTable]) -> tuple[TypeTable, list[npt.NDArray[np.uint32]]]:
    """Merge the tables into the first, freeing the others; return it and each one's numbers."""
    tables.reverse()
    merged = tables.pop()
    merged_numbers = [np.arange(merged.types, dtype=np.uint32)]
    while tables:
        table = tables.pop()
        merged_numbers.append(merged.merge(table))
        table.release()
    return merged, merged_numbers
