"""How much memory this process may take, and how much it takes."""

from __future__ import annotations

import mmap
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAMPLE_SECONDS = 0.02
ROOT = Path("/")


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
    with suppress(RuntimeError):  # the system gives no more threads
        watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        if watcher.ident is not None:
            watcher.join()
        after = process_peak_bytes()
        largest = max(largest, resident_bytes() or 0)
        peak.bytes = after if after != before or not largest else largest


def process_peak_bytes() -> int | None:
    """Return the largest resident size of the process so far; None where that is not known.

    Linux's `getrusage` gives a process started by a larger one that one's size, `VmHWM` its own.
    """
    for line in text_of(Path("/proc/self/status")).splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
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


def available_bytes(root: Path = ROOT) -> int | None:
    """Return the memory that is free for this process, in bytes; None where that is not known.

    On Linux it is the least of what the machine can spare and what each control group above the
    process leaves; file pages that a group is charged for count as free, since the system drops
    them when memory is wanted. Elsewhere it is what the machine has free, or has at all.

    Parameters
    ----------
    root : Path
        Where `/proc` and `/sys` are.
    """
    known = [*_machine_bytes(root), *_control_group_bytes(root)]
    if known:
        return max(0, min(known))
    for name in ("SC_AVPHYS_PAGES", "SC_PHYS_PAGES"):
        with suppress(AttributeError, OSError, ValueError):
            return os.sysconf(name) * os.sysconf("SC_PAGE_SIZE")
    return None


def _machine_bytes(root: Path) -> Iterator[int]:
    for line in text_of(root / "proc/meminfo").splitlines():
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            yield int(value.split()[0]) * 1024


def _control_group_bytes(root: Path) -> Iterator[int]:
    """Yield what each group that the process is in leaves of its limit, if it has one."""
    for group, version in control_groups("memory", root):
        limit_file, used_file, prefix = (
            ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_")
            if version == 1
            else ("memory.max", "memory.current", "")
        )
        limit, used = text_of(group / limit_file).strip(), text_of(group / used_file).strip()
        if limit.isdigit() and used.isdigit():
            yield int(limit) - int(used) + _file_bytes(group / "memory.stat", prefix)


def control_groups(controller: str, root: Path = ROOT) -> Iterator[tuple[Path, int]]:
    """Yield the Linux control groups that the process is in, and those above them.

    Parameters
    ----------
    controller : str
        What they limit: `"memory"`, `"cpu"`.
    root : Path
        Where `/proc` and `/sys` are.

    Yields
    ------
    path : Path
        The folder of the group's files.
    version : {1, 2}
        Of control groups, which tells how the files are named.
    """
    for line in text_of(root / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if not controllers:
            mount, version = root / "sys/fs/cgroup", 2
        elif controller in controllers.split(","):
            mount, version = root / "sys/fs/cgroup" / controller, 1
        else:
            continue
        # In a container the path may be that of the host; then the mount is its own group.
        for group in _group_and_above(mount, path):
            yield group, version


def _group_and_above(mount: Path, path: str) -> Iterator[Path]:
    group = mount / path.strip("/")
    while group != mount:
        yield group
        group = group.parent
    yield mount


def _file_bytes(path: Path, prefix: str) -> int:
    """Return the bytes of the file pages that a group is charged for."""
    wanted = (f"{prefix}inactive_file", f"{prefix}active_file")
    lines = [line.split() for line in text_of(path).splitlines()]
    return sum(int(value) for name, value in lines if name in wanted)


def text_of(path: Path) -> str:
    """Read a small file of the system's; empty where there is none."""
    with suppress(OSError, UnicodeDecodeError):
        return path.read_text(encoding="ascii")
    return ""


def return_freed_memory() -> None:
    """Give what was freed back to the system, where the C library would keep it (glibc)."""
    _call_c_library("malloc_trim", 0)


def mapped_file(array: Any) -> mmap.mmap | None:
    """Return the file that an array is a read-only view of; None if its values are in memory."""
    while array is not None and not isinstance(array, mmap.mmap):
        array = array.obj if isinstance(array, memoryview) else getattr(array, "base", None)
    if array is None:
        return None
    with memoryview(array) as view:
        return array if view.readonly else None


def release_pages(file: mmap.mmap | None) -> None:
    """Take what was read of a mapped file out of the process, where the system can.

    It stays in the system's cache, while nobody else wants the memory, and comes back when read.
    """
    if file is not None and hasattr(mmap, "MADV_DONTNEED"):
        file.madvise(mmap.MADV_DONTNEED)


def share_one_heap() -> None:
    """Let threads that start from now on use what others have freed (glibc)."""
    arena_max = -8  # from malloc.h
    _call_c_library("mallopt", arena_max, 1)


def keep_freed_memory() -> None:
    """Keep a few megabytes of what is freed for what comes next (glibc).

    Where it is told to give all back, each array comes page by page from the system, which takes
    longer than most work on it.
    """
    trim_threshold, mmap_threshold = -1, -3  # from malloc.h
    _call_c_library("mallopt", mmap_threshold, 4 << 20)
    _call_c_library("mallopt", trim_threshold, 16 << 20)


def _call_c_library(name: str, *arguments: int) -> None:
    import ctypes

    with suppress(AttributeError, OSError, TypeError):  # another system's has no such thing
        getattr(ctypes.CDLL(None), name)(*arguments)
