"""How much memory a stage takes."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

SAMPLE_SECONDS = 0.02


@dataclass
class Peak:
    """The largest resident size of the process during a stage.

    Attributes
    ----------
    bytes : int or None
        None where the system does not tell.
    """

    bytes: int | None = None


@contextmanager
def measured_peak() -> Iterator[Peak]:
    """Measure while the context lasts; the value is there when it ends.

    The system keeps only the peak of the whole process. If a stage raises it, that is the stage's
    own; otherwise the resident size, looked at every few milliseconds, tells (on Linux; elsewhere
    the process's peak has to do).
    """
    peak = Peak()
    before, largest, ended = process_peak_bytes(), 0, threading.Event()

    def watch() -> None:
        nonlocal largest
        while not ended.wait(SAMPLE_SECONDS):
            largest = max(largest, resident_bytes() or 0)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()
        after = process_peak_bytes()
        largest = max(largest, resident_bytes() or 0)
        peak.bytes = after if after != before or not largest else largest


def process_peak_bytes() -> int | None:
    """Return the largest resident size of the process so far; None where that is not known."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def resident_bytes() -> int | None:
    """Return the resident size of the process; None where that is not known."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None
