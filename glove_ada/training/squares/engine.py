"""Who runs the squares: any engine that runs pure functions somewhere and gives their results."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any, NamedTuple, Protocol

from glove_ada.errors import GloveError
from glove_ada.system.threads import result_of
from glove_ada.training.parameters import Floats

Slabs = Floats | tuple[Floats, ...]


class LostWorkerError(GloveError):
    """A worker is gone, and with it what it held; the message names it."""


class Engine(Protocol):
    """Runs pure functions on numbered workers.

    What `submit` and `part` return stands for a result that need not be there yet, and may lie
    where it was made; it may be an argument of `submit`.
    """

    def put(self, worker: int, slabs: Slabs) -> Any:
        """Give a worker rows of parameters to begin with."""

    def submit(self, worker: int, work: Callable[..., Any], *arguments: Any) -> Any:
        """Have a worker call a function."""

    def part(self, worker: int, of: Any, place: int) -> Any:
        """Return what stands for one item of a result, which is a tuple."""

    def result(self, of: Any) -> Any:
        """Wait for a result.

        Raises
        ------
        LostWorkerError
            If it will never come.
        """

    def recover(self) -> None:
        """Make ready to begin anew, with the workers that are left or with new ones.

        Raises
        ------
        LostWorkerError
            If there are none.
        """


class Item(NamedTuple):
    """One item of a result of a `PoolEngine`."""

    of: Future[Any]
    place: int


class PoolEngine:
    """An engine of the standard library's executors, of threads or of processes.

    Any of its workers does the work, whatever its number, since all results come back to here.

    Parameters
    ----------
    start : callable
        Returns an executor; called anew when one is broken. It ends with the context.
    """

    def __init__(self, start: Callable[[], Executor]) -> None:
        self._start, self._pool = start, start()

    def __enter__(self) -> PoolEngine:
        """Return the engine."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the executor."""
        self._pool.shutdown(cancel_futures=True)

    def put(self, worker: int, slabs: Slabs) -> Any:
        """Return what will be sent along with the work."""
        return slabs

    def submit(self, worker: int, work: Callable[..., Any], *arguments: Any) -> Any:
        """Have anyone call a function when its arguments are there."""
        try:
            return self._pool.submit(work, *map(self._value, arguments))
        except BrokenExecutor as error:
            raise LostWorkerError("a process ended") from error

    def part(self, worker: int, of: Any, place: int) -> Any:
        """Return what stands for one item of a result."""
        return Item(of, place)

    def result(self, of: Any) -> Any:
        """Wait for a result."""
        return self._value(of)

    def recover(self) -> None:
        """Start another executor."""
        self._pool.shutdown(cancel_futures=True)
        self._pool = self._start()

    def _value(self, of: Any) -> Any:
        try:
            if isinstance(of, Item):
                return result_of(of.of)[of.place]
            return result_of(of) if isinstance(of, Future) else of
        except BrokenExecutor as error:
            raise LostWorkerError("a process ended") from error
