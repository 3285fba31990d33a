"""Threads around kernels: all work is done, in the order promised, and errors come through."""

from __future__ import annotations

import threading
import time

import pytest

from glove_ada.system.threads import Workers, usable_cpus


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


def test_there_is_a_thread_for_each_cpu():
    assert usable_cpus() >= 1
    with Workers() as workers:
        assert workers.threads == usable_cpus()
