"""Threads around kernels: all work is done, in the order promised, and errors come through."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from support import DATA
from threadpoolctl import threadpool_info

from glove_ada.system.memory import measured_peak
from glove_ada.system.threads import Workers, linear_algebra_threads, usable_cpus


@pytest.mark.parametrize("threads", [1, 2, 8])
@pytest.mark.parametrize("items", [0, 1, 5, 1000])
def test_run_each_does_every_item_once(threads, items):
    done = []
    with Workers(threads) as workers:
        workers.run_each(done.append, iter(range(items)))
    assert sorted(done) == list(range(items))


def test_run_each_uses_all_threads():
    barrier = threading.Barrier(3, timeout=10)
    with Workers(3) as workers:
        workers.run_each(lambda _: barrier.wait(), range(3))


def test_run_each_raises_the_error_when_all_threads_have_stopped(workers):
    done = []

    def work(item):
        if item == 3:
            raise ValueError("item 3")
        time.sleep(0.001)
        done.append(item)

    with pytest.raises(ValueError, match="item 3"):
        workers.run_each(work, range(10_000))
    count = len(done)
    assert count < 100
    time.sleep(0.02)
    assert len(done) == count


STARTING = """
import os, signal, threading
from glove_ada.system.interrupts import Interrupted, interrupts_raised
from glove_ada.system.threads import Workers

wait = threading.Event.wait

def wait_and_be_interrupted(event, timeout=None):
    threading.Event.wait = wait
    started = wait(event, timeout)
    if threading.current_thread() is threading.main_thread():
        os.kill(os.getpid(), signal.SIGTERM)
    return started

threading.Event.wait = wait_and_be_interrupted
try:
    with interrupts_raised():
        Workers(2)
except Interrupted as interrupt:
    kept = interrupt
    print("interrupted")
"""


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals cannot be blocked")
def test_a_signal_while_a_thread_starts_leaves_none_behind():
    """Python would not know of it and wait for it for ever at its end."""
    environment = {**os.environ, "PYTHONPATH": str(DATA.parent)}
    ended = subprocess.run(
        [sys.executable, "-c", STARTING],
        env=environment, capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "interrupted\n", "")


LOCKING = """
import os, signal
from concurrent.futures import _base
from glove_ada.system.interrupts import Interrupted, interrupts_raised
from glove_ada.system.threads import Workers

lock_all, unlock_all = _base._AcquireFutures.__enter__, _base._AcquireFutures.__exit__

def lock_all_and_be_interrupted(futures):
    lock_all(futures)
    _base._AcquireFutures.__enter__ = lock_all
    os.kill(os.getpid(), signal.SIGTERM)

_base._AcquireFutures.__enter__ = lock_all_and_be_interrupted
with Workers(2) as workers, interrupts_raised():
    try:
        workers.run_each(abs, range(3))
    except Interrupted:
        print("interrupted")
    workers.run_each(print, [4])
"""


def test_a_signal_amid_pythons_own_locking_leaves_nothing_locked():
    """Those who want the lock would wait for ever."""
    environment = {**os.environ, "PYTHONPATH": str(DATA.parent)}
    ended = subprocess.run(
        [sys.executable, "-c", LOCKING],
        env=environment, capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "interrupted\n4\n", "")


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_run_all_returns_results_in_the_order_of_the_items(threads):
    with Workers(threads) as workers:
        assert workers.run_all(lambda item: -item, range(50)) == [-item for item in range(50)]
        assert workers.run_all(lambda item: -item, []) == []


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_map_in_order_keeps_the_order(threads):
    def work(item):
        time.sleep(0.002 if item % 3 == 0 else 0)
        return -item

    with Workers(threads) as workers:
        assert list(workers.map_in_order(work, range(50))) == [-item for item in range(50)]


@pytest.mark.parametrize("threads", [1, 3])
def test_map_in_order_draws_only_a_few_items(threads):
    drawn = []

    def items():
        for item in range(100):
            drawn.append(item)
            yield item

    with Workers(threads) as workers:
        results = workers.map_in_order(lambda item: item, items())
        for taken in range(1, 20):
            next(results)
            assert len(drawn) <= taken + 2 * threads + 1
        results.close()
    assert len(drawn) < 30


def test_map_in_order_raises_the_work_s_error_in_its_place(workers):
    def work(item):
        return 1 // (3 - item)

    results = workers.map_in_order(work, range(10))
    assert [next(results) for _ in range(3)] == [0, 0, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)


@pytest.fixture
def most_threads(monkeypatch):
    """A function that lets the system give so many more threads and then refuse, as ulimit -u."""

    def allow(most):
        start = threading.Thread.start
        allowed = threading.active_count() + most

        def start_or_refuse(thread):
            if threading.active_count() >= allowed:
                raise RuntimeError("can't start new thread")
            start(thread)

        monkeypatch.setattr(threading.Thread, "start", start_or_refuse)

    return allow


@pytest.mark.parametrize("given", [0, 1, 2, 5])
def test_work_is_done_by_the_threads_that_there_are(most_threads, given):
    most_threads(given)
    done = []
    with pytest.warns(UserWarning, match=f"so {max(given, 1)} of 16 do the work"):
        workers = Workers(16)
    with workers:
        assert workers.threads == max(given, 1)
        workers.run_each(done.append, range(100))
        assert list(workers.map_in_order(abs, range(100))) == sorted(done) == list(range(100))


def test_errors_of_the_calling_thread_come_through(most_threads):
    most_threads(0)
    with Workers(1) as workers, pytest.raises(ZeroDivisionError):
        workers.run_each(lambda number: 1 // number, [1, 0, 2])


def test_a_peak_is_measured_without_a_thread(most_threads):
    most_threads(0)
    with measured_peak() as peak:
        pass
    assert peak.bytes is None or peak.bytes > 0


def version_2(group, quota, period=100_000):
    return {f"sys/fs/cgroup{group}/cpu.max": f"{quota} {period}\n"}


def version_1(group, quota, period=100_000):
    folder = f"sys/fs/cgroup/cpu{group}"
    return {
        f"{folder}/cpu.cfs_quota_us": f"{-1 if quota == 'max' else quota}\n",
        f"{folder}/cpu.cfs_period_us": f"{period}\n",
    }


@pytest.mark.parametrize(
    ("groups", "line"), [(version_2, "0::/jobs/mine\n"), (version_1, "4:cpu,cpuacct:/jobs/mine\n")]
)
@pytest.mark.parametrize(
    ("above", "own", "cpus"),
    [
        ("max", "max", 64),
        ("max", 200_000, 2),
        (150_000, "max", 2),
        (300_000, 400_000, 3),
        (1_000, "max", 1),
        (100_000_000, "max", 64),
    ],
)
def test_quotas_of_control_groups_count(tmp_path, monkeypatch, groups, line, above, own, cpus):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    files = {"proc/self/cgroup": line, **groups("/jobs", above), **groups("/jobs/mine", own)}
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert usable_cpus(tmp_path) == cpus


def test_linear_algebra_takes_the_threads_that_it_is_given():
    def threads():
        return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    before = threads()
    if not before:
        pytest.skip("NumPy's library cannot be told")
    with linear_algebra_threads(1):
        assert threads() == {1}
        with linear_algebra_threads(16):
            assert threads() == {1}, "it is given no more than it has"
    assert threads() == before


def test_there_is_a_thread_for_each_cpu():
    assert usable_cpus() >= 1
    with Workers() as workers:
        assert workers.threads == usable_cpus()
