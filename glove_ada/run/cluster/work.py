"""What every task on a cluster is told."""

from __future__ import annotations

from typing import NamedTuple

from glove_ada.run.kept.shared_files import joined, room_beside
from glove_ada.run.memory_plan import GIGABYTE, SHARE, SLACK
from glove_ada.system.memory import available_bytes, resident_bytes
from glove_ada.system.spilled_array import UNLIMITED


class Work(NamedTuple):
    """Where files are, and what a worker may take.

    Attributes
    ----------
    folder : str
        Which all workers reach: a path, or a URL.
    blocks : int
        Into how many the words are cut, a power of two.
    threads : int or None
        Of a worker; None for one for each of its CPUs.
    memory : float or None
        The cap of a worker in GB; None for what its machine can spare.
    """

    folder: str
    blocks: int
    threads: int | None
    memory: float | None

    def place(self, name: str) -> str:
        """Return the place of a file that all workers reach."""
        return joined(self.folder, name)

    @property
    def room(self) -> str:
        """The folder for what does not fit into the memory of one worker."""
        return room_beside(self.folder)

    def spare_bytes(self, needed: int = 0) -> int:
        """Return what this process may still hold, besides what else is needed."""
        if self.memory is not None:
            left = int(self.memory * GIGABYTE) - (resident_bytes() or 0)
        else:
            available = available_bytes()
            left = UNLIMITED if available is None else int(SHARE * available)
        return max(0, left - SLACK - needed)
