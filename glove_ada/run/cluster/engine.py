"""Squares on Dask: the engine that has numbered workers do the work where their slabs lie."""

from __future__ import annotations

import operator
import os
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from glove_ada.errors import GloveError
from glove_ada.run.cluster.ground import read_slab, write_slab
from glove_ada.training.squares.engine import LostWorkerError, Slabs

PATIENCE = 0.5
"""Seconds between two looks at whether all workers are there."""

MOST_WAIT = 60.0
"""Seconds in which a worker must be there after others were lost."""


class LostClusterError(GloveError):
    """The scheduler is gone; what is here can be kept."""


class DaskEngine:
    """Has each block's work done by a worker of its own, or by those that are left in turn.

    Parameters
    ----------
    client : distributed.Client
    folder : path
        Which all workers reach.
    look : callable
        Is called now and then while there is nothing to do but wait.

    Attributes
    ----------
    workers : list of str
        Addresses; changed in place when some are lost.
    """

    def __init__(
        self,
        client: Any,
        workers: list[str],
        folder: str | os.PathLike[str],
        look: Callable[[], object],
    ) -> None:
        self.client, self.workers, self.folder, self.look = client, workers, Path(folder), look
        self._slabs: list[Path] = []

    def put(self, worker: int, slabs: Slabs) -> Any:
        """Give a worker rows to begin with: by a file, as large messages are not for schedulers."""
        if isinstance(slabs, tuple):
            return self.submit(worker, _together, *(self.put(worker, slab) for slab in slabs))
        path = self.folder / f"slab-{secrets.token_hex(8)}"
        write_slab(os.fspath(path), slabs)
        self._slabs.append(path)
        return self.submit(worker, read_slab, os.fspath(path))

    def submit(self, worker: int, work: Callable[..., Any], *arguments: Any) -> Any:
        """Have a worker call a function."""
        address = self.workers[worker % len(self.workers)]
        with _explained():
            return self.client.submit(
                work, *arguments, workers=[address], allow_other_workers=False, pure=False
            )

    def part(self, worker: int, of: Any, place: int) -> Any:
        """Return what stands for one item of a result."""
        return self.submit(worker, operator.itemgetter(place), of)

    def result(self, of: Any) -> Any:
        """Wait for a result."""
        import distributed
        from distributed.scheduler import KilledWorker

        while True:
            self.look()
            try:
                with self.client.as_current():
                    distributed.wait([of], timeout=PATIENCE)
                break
            except TimeoutError:
                self._check_workers()
            except _gone() as error:
                self._check_workers()
                raise _no_scheduler() from error
        try:
            return of.result()
        except KilledWorker as error:
            raise LostWorkerError(f"a worker ended ({error.last_worker.address})") from error
        except _gone() as error:
            self._check_workers()
            raise _no_scheduler() from error

    def recover(self) -> None:
        """Go on with the workers that are there by now."""
        until = time.monotonic() + MOST_WAIT
        while not (there := self._there()):
            if time.monotonic() > until:
                raise LostWorkerError(f"all workers ended, and none came in {MOST_WAIT:.0f} s")
            self.look()
            time.sleep(PATIENCE)
        self.workers[:] = sorted(there)
        self.clear()

    def clear(self) -> None:
        """Remove the files that workers began with."""
        for path in self._slabs:
            with suppress(OSError):
                path.unlink()
        self._slabs.clear()

    def _there(self) -> set[str]:
        with _explained():
            if self.client.status != "running":
                raise _no_scheduler()
            return set(self.client.nthreads())

    def _check_workers(self) -> None:
        lost = set(self.workers) - self._there()
        if lost:
            raise LostWorkerError(f"worker {min(lost)} ended")


def _together(*items: Any) -> tuple[Any, ...]:
    return items


def _gone() -> tuple[type[BaseException], ...]:
    from distributed.comm import CommClosedError

    return CommClosedError, ConnectionError, CancelledError


def _no_scheduler() -> LostClusterError:
    return LostClusterError("the cluster's scheduler is gone")


@contextmanager
def _explained() -> Iterator[None]:
    """Turn the errors of a lost connection into one sentence."""
    lost: tuple[type[BaseException], ...] = (*_gone(), RuntimeError)
    try:
        yield
    except lost as error:
        raise _no_scheduler() from error
