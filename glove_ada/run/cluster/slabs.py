"""Rows of parameters in files that all workers reach, block by block."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.run.cluster.work import Work
from glove_ada.run.kept.array_container import FileKind, read_arrays, write_arrays
from glove_ada.run.kept.shared_files import fetched, joined, remove, written
from glove_ada.system.spilled_array import DiskArray, LongArray
from glove_ada.training.parameters import Floats, RowLayout, aligned_zeros
from glove_ada.training.squares.task import CONTEXTS, Slabs, slab_name, slab_rows
from glove_ada.training.tiles import Grouping

KIND = FileKind("glove_ada slabs", 1)
_TABLES = ("right", "left")


class FileSlabs:
    """Keeps slabs in files of a folder.

    Parameters
    ----------
    folder : str
        A path, or a URL.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def place(self, name: str) -> str:
        """Return where slabs of this name are."""
        return joined(self.folder, name)

    def write(self, name: str, slabs: Slabs) -> None:
        """Write slabs, whole or not at all.

        Raises
        ------
        OutputError
            If they cannot be written.
        """
        tables = zip(_TABLES, slabs, strict=False)
        arrays = {table: np.ascontiguousarray(rows).reshape(-1) for table, rows in tables}
        rows = [len(slab) for slab in slabs]
        # If the power fails, all is begun anew: it need not be on the disk yet.
        with written(self.place(name)) as path:
            write_arrays(path, KIND, {"rows": rows}, arrays, lasting=False)

    def read(self, name: str) -> Slabs:
        """Read slabs.

        Raises
        ------
        FormatError
            If they cannot be read.
        """
        with fetched(self.place(name)) as path:
            facts, arrays = read_arrays(path, KIND)
        held: list[Any] = list(arrays.values())
        return tuple(
            array.reshape(rows, -1) for rows, array in zip(facts["rows"], held, strict=True)
        )

    def left(self, name: str) -> list[LongArray[np.float32]]:
        """Return slabs as flat arrays that stay in their file."""
        with fetched(self.place(name)) as path:
            return list(read_arrays(path, KIND, left=_TABLES)[1].values())

    def remove(self, name: str) -> None:
        """Remove slabs, if they are there."""
        remove(self.place(name))


class StoredEpochs:
    """What a training was at the end of one epoch after the other, on one cluster.

    Parameters
    ----------
    slabs : FileSlabs
    layout : RowLayout
    grouping : Grouping
    blocks : int
    directed : bool

    Attributes
    ----------
    age : int
        Which of them is to be gone on from.
    begun : bool
        Whether a checkpoint has been taken up.
    """

    def __init__(
        self,
        slabs: FileSlabs,
        layout: RowLayout,
        grouping: Grouping,
        blocks: int,
        *,
        directed: bool,
    ) -> None:
        self.slabs, self.layout, self.grouping = slabs, layout, grouping
        self.blocks, self.directed, self.age = blocks, directed, 0
        self.begun = False

    def forget(self, age: int) -> None:
        """Remove the slabs of an age."""
        for side in (0, 1):
            for block in range(self.blocks):
                self.slabs.remove(slab_name(age, side, block))

    def places(self, side: int) -> list[tuple[int, int, slice]]:
        """Return each stretch of a side's rows: its block, its table there, and where it lies."""
        tables = (0, 1) if side == CONTEXTS and self.directed else (0,)
        return [
            (block, table, slab_rows(self.grouping, block, self.blocks, left=bool(table)))
            for table in tables
            for block in range(self.blocks)
        ]


def epochs_of(
    layout: RowLayout, grouping: Grouping, work: Work, *, directed: bool, age: int = 0
) -> StoredEpochs:
    """Return where the epochs of a training are kept."""
    slabs = FileSlabs(work.folder)
    epochs = StoredEpochs(slabs, layout, grouping, work.blocks, directed=directed)
    epochs.age = age
    return epochs


class StoredSide:
    """All rows of a side as one flat array, read from slabs or written to them as it is asked for.

    Parameters
    ----------
    epochs : StoredEpochs
    side : int
    """

    dtype = np.dtype(np.float32)

    def __init__(self, epochs: StoredEpochs, side: int) -> None:
        self._epochs, self._side = epochs, side
        self._rows: int = max(where.stop for _, _, where in epochs.places(side))
        self._width = epochs.layout.row_floats
        self._open: tuple[tuple[int, int], LongArray[np.float32]] | None = None

    def __len__(self) -> int:
        """Return the number of floats."""
        return self._rows * self._width

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and floats of each, as a matrix in memory has them."""
        return self._rows, self._width

    @property
    def nbytes(self) -> int:
        """Bytes of all."""
        return 4 * len(self)

    def __getitem__(self, where: slice) -> Floats:
        """Read a slice of the flat array."""
        first, end, _ = where.indices(len(self))
        out = np.empty(max(0, end - first), np.float32)
        for block, table, rows in self._epochs.places(self._side):
            here = max(first, rows.start * self._width), min(end, rows.stop * self._width)
            if here[0] < here[1]:
                start = rows.start * self._width
                array = self._slab(block, table)
                out[here[0] - first : here[1] - first] = array[here[0] - start : here[1] - start]
        return out

    def fill(self, flat: DiskArray[np.float32]) -> None:
        """Write the slabs to go on from, from all rows one behind the other."""
        epochs = self._epochs
        for block in range(epochs.blocks):
            slabs = [
                flat[rows.start * self._width : rows.stop * self._width].reshape(-1, self._width)
                for number, _, rows in epochs.places(self._side)
                if number == block
            ]
            epochs.slabs.write(slab_name(epochs.age, self._side, block), tuple(slabs))
        epochs.begun, self._open = True, None

    def _slab(self, block: int, table: int) -> LongArray[np.float32]:
        """Return a slab of the epoch to go on from; the last one stays open."""
        age = self._epochs.age
        if not self._open or self._open[0] != (age, block):
            name = slab_name(age, self._side, block)
            self._open = (age, block), self._epochs.slabs.left(name)  # type: ignore[assignment]
        return self._open[1][table]  # type: ignore[index]


class FixedRows:
    """The rows of a side that are held fixed, of which some blocks are in memory at a time.

    Parameters
    ----------
    slabs : FileSlabs
    name_of : callable
        Returns the name of a block's slabs.
    places : sequence of (int, int, slice)
        Those of `StoredEpochs`.
    pack : callable
        What is done to rows when they are read.
    slots : int
        Floats of a row then.
    most_rows : int
        That may be in memory.
    """

    def __init__(
        self,
        slabs: FileSlabs,
        name_of: Callable[[int], str],
        places: Sequence[tuple[int, int, slice]],
        pack: Callable[[Floats], Floats],
        slots: int,
        most_rows: int,
    ) -> None:
        self._slabs, self._name_of, self._pack = slabs, name_of, pack
        self._places = list(places)
        self._starts = np.array([rows.start for _, _, rows in places])
        self.shape: tuple[int, int] = (max(rows.stop for _, _, rows in places), slots)
        self._most, self._held = most_rows, dict[int, Floats]()
        self._all: Floats | None = None
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Return the number of rows."""
        return self.shape[0]

    def __getitem__(self, where: slice | npt.NDArray[np.int64]) -> Floats:
        """Return some rows: a slice within a block, or any."""
        if len(self) <= self._most:
            return self._whole()[where]
        if isinstance(where, slice):
            place = int(np.searchsorted(self._starts, where.start, "right")) - 1
            start = self._starts[place]
            return self._stretch(place)[where.start - start : where.stop - start]
        rows = np.empty((len(where), self.shape[1]), np.float32)
        places = np.searchsorted(self._starts, where, "right") - 1
        for place in np.unique(places).tolist():
            here = places == place
            rows[here] = self._stretch(place)[where[here] - self._starts[place]]
        return rows

    def _whole(self) -> Floats:
        """Return all rows, in one piece from which any are quickly picked."""
        with self._lock:
            if self._all is None:
                rows = aligned_zeros(*self.shape)
                for block in {block for block, _, _ in self._places}:
                    slabs = self._slabs.read(self._name_of(block))
                    for number, table, where in self._places:
                        if number == block:
                            rows[where] = self._pack(slabs[table])
                self._all = rows
            return self._all

    def _stretch(self, place: int) -> Floats:
        """Return a stretch of rows; those that were read first go when there are too many."""
        with self._lock:
            if place not in self._held:
                block, table, _ = self._places[place]
                self._held[place] = self._pack(self._slabs.read(self._name_of(block))[table])
                while sum(map(len, self._held.values())) > self._most and len(self._held) > 1:
                    del self._held[next(iter(self._held))]
            return self._held[place]
