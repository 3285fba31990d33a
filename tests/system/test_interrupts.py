"""Signals are acted on at once, or when the work has come to a good place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest
from support import DATA

from glove_ada.system.interrupts import (
    Interrupted,
    interrupts_deferred,
    interrupts_held,
    interrupts_raised,
)

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def handlers():
    return [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]


def send(number):
    os.kill(os.getpid(), number)


def send_now(*numbers):
    with interrupts_raised():
        for number in numbers:
            send(number)
        pytest.fail("the signal was not acted on")


def send_held(*numbers):
    with interrupts_held() as held:
        held.act()
        assert not held.came
        for number in numbers:
            send(number)
            assert held.came
        held.act()
        pytest.fail("the signal was not acted on")


@pytest.mark.parametrize(
    ("work", "signals", "status"),
    [
        (send_now, [signal.SIGINT], 130),
        (send_now, [signal.SIGTERM], 143),
        (send_held, [signal.SIGINT], 130),
        (send_held, [signal.SIGTERM], 143),
        (send_held, [signal.SIGINT, signal.SIGTERM], 143),
    ],
)
def test_signals_are_acted_on_once_and_the_handlers_are_set_back(work, signals, status):
    before = handlers()
    with pytest.raises(Interrupted) as raised:
        work(*signals)
    assert raised.value.exit_status == status
    assert handlers() == before


def test_the_second_does_not_wait():
    work = []

    def send_twice():
        with interrupts_held():
            send(signal.SIGINT)
            work.append("went on")
            send(signal.SIGINT)
            work.append("went on")

    with pytest.raises(Interrupted):
        send_twice()
    assert work == ["went on"]


def send_deferred(held, reached):
    with interrupts_deferred():
        with interrupts_deferred():
            send(signal.SIGINT)
        send(signal.SIGTERM)
        assert not held.came
        reached.append("the end")


def test_deferred_ones_do_at_the_end_what_they_would_have_done():
    reached = []
    with pytest.raises(Interrupted) as raised, interrupts_held() as held:
        send_deferred(held, reached)
    assert reached == ["the end"]
    assert held.came
    assert raised.value.exit_status == 143


def test_one_that_was_not_acted_on_is_not_lost():
    work = []

    def send_once():
        with interrupts_held():
            send(signal.SIGINT)
            work.append("ended")

    with pytest.raises(Interrupted):
        send_once()
    assert work == ["ended"]


def test_other_threads_leave_signals_alone():
    before, inside = handlers(), []

    def work():
        with interrupts_held() as held:
            inside.extend(handlers())
            held.act()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert inside == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_before_and_after_the_work_they_end_the_program_quietly(number):
    program = (
        "import os\n"
        "from glove_ada.system import end_at_interrupts\n"
        "end_at_interrupts()\n"
        f"os.kill(os.getpid(), {int(number)})\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(DATA.parent)}
    ended = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (-number, b"")
