"""What of ours is not for good: temporary files, known by name, and work folders, by a marker.

Temporary files and folders are locked while they are written and swept when the writer is dead.

A writer that is killed with SIGKILL cannot clear up; the next one that writes the same path does.
The lock tells it whether the other is dead, on whatever machine and under whatever process id.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from glove_ada.system.file_lock import lock

OLD = ".old"
"""Behind the name of a temporary folder: what it takes the place of, or is about to."""

FindForeign = Callable[[Path], str | None]
"""Is given a folder that is not empty, and names something in it that is not ours."""

WORK_MARKER = "marker"
"""In every work folder, so that it is known as one whatever its name; begins with the next line."""

WORK_FOLDER = b"glove_ada work directory\n"

_NAME = re.compile(r"(.+)\.glove_ada-[0-9a-f]{8}\.tmp(\.old)?", re.DOTALL)


def temporary_name(target: str) -> str:
    """Return a new name beside a path that tells whose it is."""
    directory, name = os.path.split(target)
    return os.path.join(directory, f"{_stem(name)}.glove_ada-{secrets.token_hex(4)}.tmp")


def _stem(name: str) -> str:
    """Return what the temporary's name begins with: the name, or its digest if that is too long.

    No file system allows names of fewer than 140 bytes, and few allow more than 255.
    """
    encoded = os.fsencode(name)
    return name if len(encoded) <= 100 else hashlib.sha256(encoded).hexdigest()


def is_temporary(name: str) -> bool:
    """Return whether a file or folder with this name is what a writer has not finished."""
    return _NAME.fullmatch(name) is not None


def is_work_folder(path: str | os.PathLike[str]) -> bool:
    """Return whether a folder is one in which this program keeps unfinished work."""
    try:
        with open(os.path.join(path, WORK_MARKER), "rb") as file:
            return file.read(len(WORK_FOLDER)) == WORK_FOLDER
    except (OSError, ValueError):
        return False


def create_temporary(name: str, flags: int) -> int:
    """Create a file and lock it, so that nobody takes it for one left behind; return it open."""
    while True:
        descriptor = os.open(name, flags | os.O_EXCL, 0o666)
        with suppress(OSError):  # without locks nothing is swept
            lock(descriptor, wait=True)
        if os.path.lexists(name):
            return descriptor
        os.close(descriptor)  # swept between the two steps


@contextmanager
def temporary_folder(name: str, mode: int = 0o700) -> Iterator[None]:
    """Make a folder and lock it while the context lasts; by default its owner alone may look in."""
    os.mkdir(name, mode)
    if sys.platform == "win32":  # where a folder cannot be opened: none is swept
        yield
        return
    descriptor = os.open(name, os.O_RDONLY)
    try:
        with suppress(OSError):
            lock(descriptor, wait=True)
        yield
    finally:
        os.close(descriptor)


def sweep(
    directory: str | os.PathLike[str],
    name: str | None = None,
    find_foreign: FindForeign | None = None,
) -> None:
    """Remove what dead writers left in a directory, and put back what they had moved away.

    Parameters
    ----------
    directory : path
    name : str, optional
        Of the file or folder that they wrote; without it, whatever it was.
    find_foreign : callable, optional
        Tells whether a folder that was replaced holds anything of others, and so has to stay;
        without it, all stay that are not empty.
    """
    found = []
    with suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            match = _NAME.fullmatch(entry.name)
            if match and not entry.is_symlink() and (name is None or _stem(name) == match[1]):
                found.append((entry.path, os.path.join(directory, name or match[1])))
    for path, target in sorted(found, reverse=True):  # an old folder before the new one
        with suppress(OSError):
            if path.endswith(OLD):
                # A writer at work has locked its new folder, whichever name that has by now.
                with ExitStack() as locks:
                    for place in filter(os.path.isdir, (path.removesuffix(OLD), path, target)):
                        locks.enter_context(_locked(place))
                    settle_old_folder(path, target, find_foreign)
            elif os.path.isdir(path):
                with _locked(path):
                    shutil.rmtree(path, ignore_errors=True)
            elif sys.platform == "win32":
                os.unlink(path)  # refused while it is open
            elif os.path.isfile(path):
                with _locked(path):
                    os.unlink(path)


def settle_old_folder(old: str, target: str, find_foreign: FindForeign | None = None) -> None:
    """Put a folder back that was moved away but not replaced; remove one that was replaced.

    Somebody may have put a file into it before it was replaced: then it stays where it is.
    """
    if not os.path.lexists(target):
        if os.path.lexists(old):
            os.rename(old, target)
    elif os.path.isdir(old) and (
        not os.listdir(old) or (find_foreign and not find_foreign(Path(old)))
    ):
        # What is left if that fails half-way could not be told from what is of others.
        removed = old.removesuffix(OLD)
        if not os.path.lexists(removed):
            with suppress(OSError):
                os.rename(old, removed)
                old = removed
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _locked(path: str) -> Iterator[None]:
    """Hold the lock of a file or folder; BlockingIOError if its writer does."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        lock(descriptor)
        yield
    finally:
        os.close(descriptor)
