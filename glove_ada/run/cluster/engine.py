"""Squares on Dask: the engine that has numbered workers do the work where their slabs lie."""

from __future__ import annotations

import operator
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Any

from glove_ada.errors import GloveError
from glove_ada.run.cluster.connection import Cluster
from glove_ada.training.squares.engine import LostWorkerError

PATIENCE = 0.5
"""Seconds between two looks at whether all workers are there."""

MOST_WAIT = 60.0
"""Seconds in which a worker must be there after others were lost."""

SETTLED = 3.0
"""Seconds that workers which are started anew are waited for, if others are left."""


class LostClusterError(GloveError):
    """The scheduler is gone; what is here can be kept."""


class DaskEngine:
    """Has each block's work done by a worker of its own, or by those that are left in turn.

    Parameters
    ----------
    cluster : Cluster
        Whose workers are changed in place when some are lost or come.
    look : callable
        Is called now and then while there is nothing to do but wait.
    """

    def __init__(self, cluster: Cluster, look: Callable[[], object]) -> None:
        self.cluster, self.client, self.look = cluster, cluster.client, look
        self.workers = cluster.workers

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
            raise LostWorkerError(f"worker {error.last_worker.address} ended") from error
        except _gone() as error:
            self._check_workers()
            raise _no_scheduler() from error
        except Exception:
            # What a lost worker held is made anew by Dask, from files that may be gone by now.
            self._check_workers()
            raise

    def more(self) -> bool:
        """Return whether workers have come that would be of use."""
        few = len(self.workers) < self.cluster.blocks
        return few and bool(self._there() - set(self.workers))

    def recover(self) -> None:
        """Go on with the workers that are there by now."""
        begun = time.monotonic()
        while True:
            there, waited = self._there(), time.monotonic() - begun
            enough = len(there) >= self.cluster.blocks or (there and waited > SETTLED)
            if enough and self.cluster.take(sorted(there)):
                return
            if waited > MOST_WAIT:
                raise LostWorkerError(f"all workers ended, and none came in {MOST_WAIT:.0f} s")
            self.look()
            time.sleep(PATIENCE / 5)

    def _there(self) -> set[str]:
        with _explained():
            if self.client.status != "running":
                raise _no_scheduler()
            return set(self.client.nthreads())

    def _check_workers(self) -> None:
        lost = set(self.workers) - self._there()
        if lost:
            raise LostWorkerError(f"worker {min(lost)} ended")


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
