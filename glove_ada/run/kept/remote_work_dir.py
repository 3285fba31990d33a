"""A work directory at a URL: its files are here while a run is at work, and there when written."""

from __future__ import annotations

import json
import os
import platform
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from glove_ada.corpus.large.remote_files import is_url
from glove_ada.errors import CorpusError, GloveError, OutputError
from glove_ada.run.kept.array_container import FileKind, is_of_kind
from glove_ada.run.kept.shared_files import (
    fetch,
    fetched,
    joined,
    names_at,
    own_folder,
    remove,
    remove_folder,
    send,
    sweep_own_folders,
    written,
)
from glove_ada.run.kept.work_dir import WorkDir
from glove_ada.system.temporary_files import WORK_FOLDER, is_temporary

CLAIM = "marker"
"""The name of the file that says which run is at work."""

REFRESH = 30.0
"""Seconds between two signs of life."""

SILENCE = 180.0
"""Seconds without one after which a run on another machine is taken to have been killed."""


def open_work_dir(work_dir: str | os.PathLike[str]) -> WorkDir:
    """Return the work directory at a path or a URL, to be entered."""
    place = os.fspath(work_dir)
    return RemoteWorkDir(place) if is_url(place) else WorkDir(work_dir)


class RemoteWorkDir(WorkDir):
    """A folder of work that is not done yet, at a URL; a context manager that claims it.

    Files are written to a folder of this machine and then sent, each whole. There are no locks at
    a URL: a file there says which run is at work, and a run that finds it young keeps off.

    Parameters
    ----------
    url : str

    Attributes
    ----------
    path : Path
        The folder of this machine.

    Raises
    ------
    OutputError
        When the context begins: if the URL cannot be written to, or another run is at work there.
    """

    def __init__(self, url: str) -> None:
        self.work_dir = self._url = url.rstrip("/")
        self._looked: set[str] = set()

    def __enter__(self) -> RemoteWorkDir:
        """Claim the URL, and clear away what a killed run left there."""
        with ExitStack() as stack:
            sweep_own_folders()
            self.path = Path(stack.enter_context(own_folder()))
            self._claim = _Claim(joined(self._url, CLAIM), self._url)
            stack.enter_context(self._claim.held())
            for name in names_at(self._url):
                if is_temporary(name):
                    remove_folder(joined(self._url, name))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give up the claim; errors name the URL and not the folder of this machine."""
        self._stack.close()
        if isinstance(error, GloveError) and str(self.path) in str(error):
            raise type(error)(str(error).replace(str(self.path), self._url)) from error

    @property
    def place(self) -> str:
        """What others call the folder."""
        return self._url

    def file(self, name: str) -> Path:
        """Return the path of a file, which is fetched when it is first asked for."""
        path = self.path / name
        if name not in self._looked:
            if name in names_at(self._url):
                fetch(joined(self._url, name), path)
            self._looked.add(name)
        return path

    def publish(self, name: str) -> None:
        """Send a file that was written.

        Raises
        ------
        OutputError
            If it cannot be sent, or another run has taken the URL over.
        """
        self._claim.check()
        send(self.file(name), joined(self._url, name))

    def remove(self, kinds: Mapping[str, FileKind]) -> None:
        """Remove files if they are there and of the kind that goes by their name."""
        with suppress(GloveError):  # it is another run's by now, or out of reach
            self._claim.check()
            for name, kind in kinds.items():
                if is_of_kind(self.file(name), kind):
                    remove(joined(self._url, name))
                    self.file(name).unlink()


class _Claim:
    """A file at a URL that says which run is at work there, made new now and then."""

    def __init__(self, place: str, folder: str) -> None:
        self._place, self._folder = place, folder
        self._token = secrets.token_hex(8)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Claim the place for as long as the context lasts.

        Raises
        ------
        OutputError
            If another run has, or it cannot be written to.
        """
        other = self._read()
        if other is not None and _is_alive(other):
            raise OutputError(
                f"another run is at work in {self._folder} (process {other.get('process')} of "
                f"{other.get('host')}): let it end, wait {SILENCE:.0f} s if it was killed, or "
                f"give another --work-dir"
            )
        self._write()
        self.check()
        ended = threading.Event()
        thread = threading.Thread(target=self._go_on, args=(ended,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            with suppress(GloveError):
                self.check()
                remove(self._place)

    def check(self) -> None:
        """Find out whether the claim is still this run's.

        Raises
        ------
        OutputError
            If not.
        """
        other = self._read()
        if other is not None and other.get("token") != self._token:
            raise OutputError(
                f"another run has begun in {self._folder} meanwhile (process "
                f"{other.get('process')} of {other.get('host')}): give another --work-dir"
            )

    def _go_on(self, ended: threading.Event) -> None:
        while not ended.wait(REFRESH):
            with suppress(GloveError):  # the next time, perhaps
                self.check()
                self._write()

    def _write(self) -> None:
        about = {
            "host": platform.node(),
            "process": os.getpid(),
            "token": self._token,
            "time": time.time(),
        }
        with written(self._place) as path, open(path, "wb") as file:
            file.write(WORK_FOLDER + json.dumps(about).encode("ascii") + b"\n")

    def _read(self) -> dict[str, Any] | None:
        """Return what the file says; None if there is none.

        Raises
        ------
        OutputError
            If it is of others.
        """
        if CLAIM not in names_at(self._folder):
            return None
        try:
            with fetched(self._place) as path:
                content = Path(path).read_bytes()
        except CorpusError:
            return None  # it has just been removed
        try:
            if not content.startswith(WORK_FOLDER):
                raise ValueError
            return dict(json.loads(content.removeprefix(WORK_FOLDER)))
        except (ValueError, TypeError, RecursionError) as error:
            raise OutputError(
                f"{self._place} is there and was not made by glove_ada: move it away, or give "
                f"another --work-dir"
            ) from error


def _is_alive(other: dict[str, Any]) -> bool:
    """Return whether a run may still be at work, by what it has said."""
    try:
        if other["host"] == platform.node() and os.name == "posix":
            with suppress(PermissionError):  # it is another user's
                os.kill(int(other["process"]), 0)
        return time.time() - float(other["time"]) < SILENCE
    except (ProcessLookupError, LookupError, TypeError, ValueError, OverflowError):
        return False
