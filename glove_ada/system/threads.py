"""Python threads around kernels that release the GIL."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def usable_cpus() -> int:
    """Return how many CPUs this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Workers:
    """Threads that wait for work; a context manager that ends them.

    Parameters
    ----------
    threads : int, optional
        One for each usable CPU by default. No result depends on it.

    Attributes
    ----------
    threads : int
    """

    def __init__(self, threads: int | None = None) -> None:
        self.threads = threads or usable_cpus()
        self._pool = ThreadPoolExecutor(self.threads)

    def __enter__(self) -> Workers:
        """Return the workers."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the threads when they have done what they are at."""
        self._pool.shutdown()

    def run_each(self, work: Callable[[Item], object], items: Iterable[Item]) -> None:
        """Call `work` on every item, each thread taking the next one as soon as it is free.

        The order in which items are done is not fixed: `work` must touch nothing that the work on
        another item touches. The first error is raised once all threads have stopped.
        """
        source, lock, failed = iter(items), threading.Lock(), threading.Event()

        def take_turns() -> None:
            while not failed.is_set():
                with lock:
                    try:
                        item = next(source)
                    except StopIteration:
                        return
                try:
                    work(item)
                except BaseException:
                    failed.set()
                    raise

        # The calling thread sleeps in wait(), so that Ctrl-C reaches it there.
        tasks = [self._pool.submit(take_turns) for _ in range(self.threads)]
        try:
            wait(tasks)
        except BaseException:
            failed.set()
            wait(tasks)
            raise
        for task in tasks:
            task.result()

    def run_all(self, work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """Return `work(item)` of all items, in their order, run as `run_each` does."""
        results: dict[int, Result] = {}

        def keep(place: int) -> None:
            results[place] = work(items[place])

        self.run_each(keep, range(len(items)))
        return [results[place] for place in range(len(items))]

    def map_in_order(
        self, work: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Result]:
        """Yield `work(item)` in the order of the items, computed a few items ahead.

        Unlike `Executor.map` it draws the items, in the caller's thread, only as results are
        taken, so that a file of any size passes through in bounded memory.
        """
        waiting: deque[Future[Result]] = deque()
        try:
            for item in items:
                waiting.append(self._pool.submit(work, item))
                if len(waiting) > 2 * self.threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for task in waiting:
                task.cancel()
