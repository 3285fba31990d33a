"""Work on blocks of rows in threads, with the results in order and few of them waiting."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def usable_cpus() -> int:
    """Count the CPUs that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def map_in_order(
    function: Callable[[Item], Result], items: Iterable[Item], threads: int | None = None
) -> Iterator[Result]:
    """Apply a function to items in threads; yield the results in the order of the items.

    Unlike `Executor.map` it takes the items one by one, only a few ahead of the consumer, so that
    a file of any size passes through in bounded memory.

    Parameters
    ----------
    function : callable
        Releases the GIL for most of its time, or threads are of no use.
    items : iterable
        Consumed in the caller's thread.
    threads : int, optional
        By default as many as there are usable CPUs.

    Yields
    ------
    result of function
        An exception that it raised is raised here.
    """
    threads = threads or usable_cpus()
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) > threads + 1:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
