"""Ctrl-C and SIGTERM: at once, or when the work has come to a good place."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(KeyboardInterrupt):
    """The user or the system asked the program to end.

    Attributes
    ----------
    exit_status : int
        What a shell expects then: 130 after Ctrl-C, 143 after SIGTERM.
    advice : str
        What the user can do now; empty if there is nothing to say.
    """

    def __init__(self, signal_number: int) -> None:
        super().__init__()
        self.exit_status = 128 + signal_number
        self.advice = ""

    @classmethod
    def by(cls, interrupt: KeyboardInterrupt) -> Interrupted:
        """Return an interrupt of Python's own, which is Ctrl-C, as one of this kind."""
        return interrupt if isinstance(interrupt, cls) else cls(signal.SIGINT)


class HeldInterrupt:
    """A signal that waits to be acted on.

    Attributes
    ----------
    came : bool
    """

    def __init__(self) -> None:
        self._first: int | None = None

    @property
    def came(self) -> bool:
        """Whether there was a signal."""
        return self._first is not None

    def receive(self, signal_number: int) -> None:
        """Note the first signal; raise `Interrupted` for the second."""
        if self._first is not None:
            raise Interrupted(signal_number)
        self._first = signal_number

    def act(self) -> None:
        """Raise `Interrupted` if there was a signal."""
        if self._first is not None:
            raise Interrupted(self._first)


@contextmanager
def interrupts_raised() -> Iterator[None]:
    """While the context lasts, both signals raise `Interrupted` wherever the program is."""

    def receive(signal_number: int) -> None:
        raise Interrupted(signal_number)

    with _handled_by(receive):
        yield


@contextmanager
def interrupts_held() -> Iterator[HeldInterrupt]:
    """While the context lasts, the first signal waits; the second raises `Interrupted` at once.

    One that was not acted on is raised when the context ends well.
    """
    held = HeldInterrupt()
    with _handled_by(held.receive):
        yield held
    held.act()


@contextmanager
def interrupts_blocked() -> Iterator[None]:
    """While the context lasts, both signals wait in the system, where it lets them.

    For moments in which Python itself must not be interrupted. Threads that are started meanwhile
    never receive them.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def interrupts_deferred() -> Iterator[None]:
    """While the context lasts, signals are noted; what they would have done they do at its end.

    For short calls of Python's own locks, which are left locked where an exception cuts them.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread receives signals
        return
    _deferred.depth += 1
    try:
        yield
    finally:
        _deferred.depth -= 1
        if not _deferred.depth:
            noted, _deferred.noted = _deferred.noted, []
            for receive, signal_number in noted:
                receive(signal_number)


class _Deferred:
    """The signals that came while they were deferred, and by whom they are to be received."""

    def __init__(self) -> None:
        self.depth = 0
        self.noted: list[tuple[Callable[[int], None], int]] = []


_deferred = _Deferred()


@contextmanager
def _handled_by(receive: Callable[[int], None]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread receives signals
        return

    def handle(signal_number: int, frame: FrameType | None) -> None:
        if _deferred.depth:
            _deferred.noted.append((receive, signal_number))
        else:
            receive(signal_number)

    before = [(number, signal.signal(number, handle)) for number in SIGNALS]
    try:
        yield
    finally:
        for number, handler in before:
            # None stands for a handler that Python did not set and cannot set again.
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
