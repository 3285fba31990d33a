"""The folder in which a run keeps what it needs to go on, and the lock on it."""

from __future__ import annotations

import errno
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from glove_ada.errors import OutputError
from glove_ada.run.kept.array_container import FileKind, is_of_kind
from glove_ada.system.atomic_files import sync_folder
from glove_ada.system.file_lock import lock
from glove_ada.system.interrupts import interrupts_held
from glove_ada.system.temporary_files import (
    WORK_FOLDER,
    WORK_MARKER,
    is_work_folder,
    sweep,
    temporary_folder,
    temporary_name,
)

INNER_FOLDER = "glove_ada.work"
"""In a directory of the user's own, what is ours."""


def work_folder(work_dir: str | os.PathLike[str]) -> Path:
    """Return the folder for this program's files alone.

    It is the work directory itself if that is not there yet or was made by this program; within
    one that the user made, it is a folder of its own.
    """
    path = Path(work_dir)
    if is_work_folder(path) or not os.path.lexists(path):
        return path
    return path / INNER_FOLDER


def last_places() -> Iterator[Path]:
    """Yield new work directories, for when the one that was chosen cannot be written to."""
    name = f"glove_ada-{secrets.token_hex(4)}.work"
    with suppress(OSError):  # it may have been removed
        yield Path(os.getcwd(), name)
    with suppress(OSError):  # there may be none
        yield Path(tempfile.gettempdir(), name)


class WorkDir:
    """A folder of work that is not done yet; a context manager that makes and locks it.

    Only this program makes the folder. The lock is the system's own and ends with the process,
    however that ends.

    Parameters
    ----------
    work_dir : path
        A directory, or one to be made; its own directory must be there.

    Attributes
    ----------
    path : Path
        The folder: see `work_folder`.

    Raises
    ------
    OutputError
        When the context begins: if the folder cannot be made or written to, something else stands
        there, or another run is at work in it.
    """

    def __init__(self, work_dir: str | os.PathLike[str]) -> None:
        self.work_dir = work_dir
        self.path = work_folder(work_dir)

    def __enter__(self) -> WorkDir:
        """Lock the folder and clear away what a killed run left half-written."""
        try:
            self._lock = self._make_and_lock()
            sweep(self.path)
        except BlockingIOError as error:
            raise OutputError(
                f"another run is at work in {self.path}{_holder(self.path / WORK_MARKER)}: let it "
                f"end, or give another --work-dir"
            ) from error
        except OSError as error:
            raise OutputError(
                f"the work directory {self.path} cannot be used: {error.strerror or error}; give "
                f"another --work-dir"
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Unlock the folder, and remove it if nothing is kept in it and no link leads to it."""
        try:
            # A second Ctrl-C waits: it must not come between the steps.
            with interrupts_held(), suppress(OSError):
                self._remove_if_empty()
        finally:
            self._lock.close()

    def _remove_if_empty(self) -> None:
        # The link is the user's, and without the folder it would lead nowhere.
        if os.listdir(self.path) == [WORK_MARKER] and not os.path.islink(self.path):
            if sys.platform == "win32":  # where an open file cannot be moved
                self._lock.close()
            # In one step, so that no one finds it without its marker.
            folder = os.path.realpath(self.path)
            removed = temporary_name(folder)
            os.rename(folder, removed)
            os.unlink(os.path.join(removed, WORK_MARKER))
            os.rmdir(removed)

    @property
    def place(self) -> str:
        """What others call the folder."""
        return str(self.path)

    def file(self, name: str) -> Path:
        """Return the path of a file in the folder."""
        return self.path / name

    def publish(self, name: str) -> None:
        """Let others have a file that was written, which in a folder they do."""

    def remove(self, kinds: Mapping[str, FileKind]) -> None:
        """Remove files if they are there and of the kind that goes by their name."""
        for name, kind in kinds.items():
            if is_of_kind(self.file(name), kind):
                with suppress(OSError):
                    self.file(name).unlink()

    def _make_and_lock(self) -> BinaryIO:
        while True:
            self.path = work_folder(self.work_dir)
            there = is_work_folder(self.path)
            place = self.path if there else self.path.parent
            if place.is_dir() and not os.access(place, os.W_OK | os.X_OK):
                # An old lock could still be taken.
                raise OutputError(
                    f"the work directory {self.work_dir} may not be written to; give another "
                    f"--work-dir"
                )
            if not there:
                _make(self.path)
            with suppress(FileNotFoundError):  # the run before has just removed it
                if file := _locked(self.path / WORK_MARKER):
                    return file


def _make(path: Path) -> None:
    """Make the folder with its marker in one step.

    Raises
    ------
    OutputError
        If something stands there that is not ours.
    """
    if os.path.lexists(path):
        raise OutputError(
            f"{path} is there and was not made by glove_ada: move it away, or give another "
            f"--work-dir"
        )
    sweep(*os.path.split(os.path.abspath(path)))
    temporary = temporary_name(os.fspath(path))
    try:
        with temporary_folder(temporary):
            os.chmod(temporary, 0o700)  # whose text it is may not be for others to read
            with open(os.path.join(temporary, WORK_MARKER), "wb") as file:
                file.write(WORK_FOLDER)
                file.flush()
                with suppress(OSError):
                    os.fsync(file.fileno())
            with suppress(OSError):
                sync_folder(temporary)
            os.rename(temporary, path)
            # What is forced to the disk in the folder would go with the folder's name.
            with suppress(OSError):
                sync_folder(os.path.dirname(os.path.abspath(path)))
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):  # another run was faster
            raise
    finally:
        # The system may have no more files to open, as it takes to look into a folder.
        with suppress(OSError):
            os.unlink(os.path.join(temporary, WORK_MARKER))
        with suppress(OSError):
            os.rmdir(temporary)


def _locked(path: Path) -> BinaryIO | None:
    """Open a marker and lock it; the lock lasts until it is closed. None if it has been removed.

    Raises
    ------
    BlockingIOError
        If another process has locked it.
    """
    file = open(path, "r+b")  # noqa: SIM115 (it stays open)
    try:
        lock(file.fileno())
        # The run before may have removed the file after it was opened here.
        if path.exists() and os.path.samestat(os.fstat(file.fileno()), os.stat(path)):
            file.truncate(len(WORK_FOLDER))
            file.seek(len(WORK_FOLDER))
            file.write(b"%d\n" % os.getpid())
            file.flush()
            return file
    except BaseException:
        file.close()
        raise
    file.close()
    return None


def _holder(marker: Path) -> str:
    with suppress(OSError, ValueError):
        return f" (process {int(marker.read_bytes().removeprefix(WORK_FOLDER))})"
    return ""
