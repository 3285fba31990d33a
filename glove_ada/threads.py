"""Python threads around kernels that release the GIL."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def available_threads() -> int:
    """Return how many CPUs this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_each(
    pool: ThreadPoolExecutor, threads: int, work: Callable[[Item], None], items: Iterable[Item]
) -> None:
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

    # The calling thread sleeps in result(), so that Ctrl-C reaches it there.
    tasks = [pool.submit(take_turns) for _ in range(threads)]
    try:
        for task in tasks:
            task.result()
    except BaseException:
        failed.set()
        raise


def map_ahead(
    pool: ThreadPoolExecutor,
    threads: int,
    work: Callable[[Item], Result],
    items: Iterable[Item],
) -> Iterator[Result]:
    """Yield `work(item)` in the order of the items, computed a few items ahead by the pool.

    Items are drawn only as results are taken, so that no more than twice as many as there are
    threads wait in memory.
    """
    waiting: list[Future[Result]] = []
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > 2 * threads:
                yield waiting.pop(0).result()
        while waiting:
            yield waiting.pop(0).result()
    finally:
        for task in waiting:
            task.cancel()
