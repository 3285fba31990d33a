"""Who runs the squares: any engine that runs pure functions somewhere and gives their results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any, NamedTuple, Protocol

from glove_ada.errors import GloveError
from glove_ada.system.threads import result_of

MOST_LOSSES = 5
"""Times in a row that work is begun anew as a worker was lost."""


class LostWorkerError(GloveError):
    """A worker is gone, and with it what it held; the message names it."""


class Engine(Protocol):
    """Runs pure functions on numbered workers.

    What `submit` and `part` return stands for a result that need not be there yet, and may lie
    where it was made; it may be an argument of `submit`.
    """

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

    def more(self) -> bool:
        """Return whether workers have come that would be of use."""

    def recover(self) -> None:
        """Make ready to begin anew, with the workers that are left or with new ones.

        Raises
        ------
        LostWorkerError
            If there are none.
        """


def run_tasks(
    engine: Engine,
    work: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    *,
    done: Callable[[int], object] = lambda place: None,
    on_loss: Callable[[str], object] = lambda message: None,
) -> list[Any]:
    """Return `work(*task)` of all tasks, in their order; those of lost workers are done again.

    Parameters
    ----------
    engine : Engine
    work : callable
        A pure function, or one that writes files whole or not at all.
    tasks : sequence of tuple
        Each worker has the tasks in whose places its number comes up.
    done : callable
        Is given the place of each task whose result has come.
    on_loss : callable
        Is told of a worker that was lost.

    Raises
    ------
    LostWorkerError
        If one after the other was lost.
    """
    results: dict[int, Any] = {}
    losses = 0
    while len(results) < len(tasks):
        before = len(results)
        try:
            left = [place for place in range(len(tasks)) if place not in results]
            running = [(place, engine.submit(place, work, *tasks[place])) for place in left]
            while running:
                place, handle = running.pop(0)
                results[place] = engine.result(handle)
                done(place)
        except LostWorkerError as error:
            losses = 1 if len(results) > before else losses + 1
            if losses > MOST_LOSSES:
                raise
            on_loss(str(error))
            engine.recover()
    return [results[place] for place in range(len(tasks))]


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

    def more(self) -> bool:
        """Return False: an executor has all of its own."""
        return False

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
