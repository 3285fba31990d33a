"""Python threads around kernels that release the GIL."""

from __future__ import annotations

import math
import os
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from glove_ada.system.interrupts import interrupts_blocked, interrupts_deferred
from glove_ada.system.memory import ROOT, control_groups, text_of
from glove_ada.system.sentences.kinds import Whole, check_given

MOST_THREADS = 4096
_PATIENCE = 0.1  # seconds that a signal may have to wait

Item = TypeVar("Item")
Result = TypeVar("Result")


def usable_cpus(root: Path = ROOT) -> int:
    """Return how many CPUs this process may run on.

    On Linux these are no more than the quotas of its control groups allow, which a container or a
    job of a cluster often has: 1.5 CPUs' time is taken for two.

    Parameters
    ----------
    root : Path
        Where `/proc` and `/sys` are.
    """
    quotas = [max(1, math.ceil(quota)) for quota in _quotas(root)]
    if hasattr(os, "sched_getaffinity"):
        return min([len(os.sched_getaffinity(0)), *quotas])
    return min([os.cpu_count() or 1, *quotas])


def _quotas(root: Path) -> Iterator[float]:
    """Yield how many CPUs' time each group that the process is in may take, if it is limited."""
    for group, version in control_groups("cpu", root):
        if version == 1:
            files = [group / "cpu.cfs_quota_us", group / "cpu.cfs_period_us"]
        else:
            files = [group / "cpu.max"]
        limit = " ".join(map(text_of, files)).split()
        if len(limit) == 2 and all(map(str.isdigit, limit)):  # not "max" or -1
            quota, period = map(int, limit)
            yield quota / max(period, 1)


@contextmanager
def linear_algebra_threads(threads: int) -> Iterator[None]:
    """Let NumPy's library of linear algebra use at most so many threads while the context lasts.

    It reads its own environment variables only once, when it is loaded; and what it is (OpenBLAS,
    MKL, BLIS) decides how it is told later, which is what threadpoolctl is for.
    """
    from threadpoolctl import ThreadpoolController  # whoever scores nothing need not wait for it

    blas = ThreadpoolController().select(user_api="blas")
    # Never more than it has: OpenBLAS would wait for ever for a thread that cannot be started.
    present = [library["num_threads"] for library in blas.info()]
    with blas.limit(limits=min([threads, *present])):
        yield


class Workers:
    """Threads that wait for work; a context manager that ends them.

    Parameters
    ----------
    threads : int, optional
        One for each usable CPU by default. No result depends on it.

    Attributes
    ----------
    threads : int
        Fewer than were asked for if the system gives no more; 1, too, if it gives none and the
        calling thread does the work.

    Raises
    ------
    OptionError
        If so many threads make no sense.

    Warns
    -----
    UserWarning
        If the system gives fewer.
    """

    def __init__(self, threads: int | None = None) -> None:
        threads = check_given("--threads", threads, Whole(1, MOST_THREADS))
        wanted = threads or usable_cpus()
        with interrupts_blocked():
            self._pool, self.threads = _start_pool(wanted)
        if self.threads < wanted:
            warnings.warn(
                f"the system starts too few threads (ulimit -u tells the limit), so "
                f"{self.threads} of {wanted} do the work: the result is the same, but comes later",
                stacklevel=2,
            )

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

        tasks: list[Future[None]] = []
        try:
            with interrupts_deferred():
                tasks += [self._pool.submit(take_turns) for _ in range(self.threads)]
            wait_for(tasks)
        except BaseException:
            failed.set()
            wait_for(tasks)
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
                with interrupts_deferred():
                    waiting.append(self._pool.submit(work, item))
                if len(waiting) > 2 * self.threads:
                    yield result_of(waiting.popleft())
            while waiting:
                yield result_of(waiting.popleft())
        finally:
            for task in waiting:
                task.cancel()


def wait_for(tasks: Iterable[Future[Any]]) -> None:
    """Wait until all are done; a signal raises an exception between two looks, never in one.

    In the midst of `wait` it would leave locks of the tasks locked, for which their threads would
    wait for ever.
    """
    waiting = set(tasks)
    while waiting:
        with interrupts_deferred():
            waiting = wait(waiting, _PATIENCE).not_done


def result_of(task: Future[Result]) -> Result:
    """Return the result of a task when it is done, or raise its error; see `wait_for`."""
    wait_for([task])
    return task.result()


def _start_pool(threads: int) -> tuple[Executor, int]:
    """Start so many threads now, not in the midst of the work, or those that the system gives."""
    while threads:
        pool = ThreadPoolExecutor(threads)
        started, all_started = 0, threading.Event()
        try:
            with suppress(RuntimeError):  # can't start new thread
                while started < threads:
                    pool.submit(all_started.wait)
                    started += 1
        finally:
            all_started.set()
        if started == threads:
            return pool, threads
        pool.shutdown()
        threads = started
    return _CallingThread(), 1


class _CallingThread(Executor):
    """Does at once what is submitted."""

    def submit(
        self, work: Callable[..., Result], /, *arguments: Any, **options: Any
    ) -> Future[Result]:
        future: Future[Result] = Future()
        try:
            future.set_result(work(*arguments, **options))
        except BaseException as error:
            future.set_exception(error)
        return future
