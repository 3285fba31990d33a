"""The directory in which a run keeps what it needs to go on, and the lock on it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO

from glove_ada.errors import OutputError
from glove_ada.system.file_lock import lock
from glove_ada.system.temporary_files import sweep

LOCK = "lock"


class WorkDir:
    """A directory of work that is not done yet; a context manager that locks it.

    The lock is the system's own and ends with the process, however that ends.

    Parameters
    ----------
    path : path
        Made if it is not there; its own directory must be.

    Raises
    ------
    OutputError
        When the context begins: if the directory cannot be made or written to, or another run is
        at work in it.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def __enter__(self) -> WorkDir:
        """Lock the directory and clear away what a killed run left half-written."""
        try:
            self.path.mkdir(exist_ok=True)
            if not os.access(self.path, os.W_OK | os.X_OK):  # an old lock could still be taken
                raise OutputError(
                    f"the work directory {self.path} may not be written to; give another --work-dir"
                )
            self._lock = _locked(self.path / LOCK)
            sweep(self.path)
        except BlockingIOError as error:
            raise OutputError(
                f"another run is at work in {self.path}{_holder(self.path / LOCK)}: let it end, "
                f"or give another --work-dir"
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
        """Unlock the directory, and remove it if nothing is kept in it."""
        with suppress(OSError):
            if sys.platform == "win32":  # where an open file cannot be removed
                self._lock.close()
            self.file(LOCK).unlink()
            self.path.rmdir()
        self._lock.close()

    def file(self, name: str) -> Path:
        """Return the path of a file in the directory."""
        return self.path / name

    def remove(self, *names: str) -> None:
        """Remove those of the files that are there."""
        for name in names:
            with suppress(OSError):
                self.file(name).unlink(missing_ok=True)


def _locked(path: Path) -> IO[str]:
    """Open a file and lock it; the lock lasts until it is closed.

    Raises
    ------
    BlockingIOError
        If another process has locked it.
    """
    while True:
        file = open(path, "a+", encoding="ascii")  # noqa: SIM115 (it stays open)
        try:
            lock(file.fileno())
            # The run before may have removed the file after it was opened here.
            if path.exists() and os.path.samestat(os.fstat(file.fileno()), os.stat(path)):
                file.truncate(0)
                file.write(str(os.getpid()))
                file.flush()
                return file
        except BaseException:
            file.close()
            raise
        file.close()


def _holder(path: Path) -> str:
    with suppress(OSError, ValueError):
        return f" (process {int(path.read_text(encoding='ascii'))})"
    return ""
