"""Files that other processes reach, too: at a path that all share, or at a URL.

What is at a URL is neither changed in place nor locked: a file is written here and sent whole, and
it is fetched to be read. Nothing that was fetched is used twice, so nothing is ever out of date.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from glove_ada.corpus.large.remote_files import explained, find_system, is_url
from glove_ada.errors import OutputError
from glove_ada.system.temporary_files import sweep, temporary_folder, temporary_name

_OWN = "glove_ada-shared"
_PIECE = 1 << 23  # bytes that are fetched at a time of what is kept
_WHOLE_OR_NOT = {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "memory"}
"""Stores in which there is no file before all of it is there."""


def joined(folder: str, name: str) -> str:
    """Return the place of a file in a folder."""
    return f"{folder.rstrip('/')}/{name}" if is_url(folder) else os.path.join(folder, name)


def room_beside(folder: str) -> str:
    """Return where a process has room for what is its own: the folder, if it is of a machine."""
    return tempfile.gettempdir() if is_url(folder) else folder


@contextmanager
def written(place: str) -> Iterator[str]:
    """Give a path to write a file to, which is at its place when the context has ended well.

    Raises
    ------
    OutputError
        If it cannot be sent there.
    """
    if not is_url(place):
        yield place
        return
    with own_folder() as folder:
        path = os.path.join(folder, "file")
        yield path
        send(path, place)


@contextmanager
def fetched(place: str) -> Iterator[str]:
    """Give a path to read a file from, which may be gone when the context ends.

    Raises
    ------
    CorpusError
        If it cannot be fetched.
    """
    if not is_url(place):
        yield place
        return
    with own_folder() as folder:
        path = os.path.join(folder, place.rpartition("/")[2])
        fetch(place, path)
        yield path


@contextmanager
def fetched_folder(place: str) -> Iterator[str]:
    """Give a path to read a folder of files from; see `fetched`."""
    if not is_url(place):
        yield place
        return
    with own_folder() as folder:
        for name in names_at(place):
            fetch(joined(place, name), os.path.join(folder, name))
        yield folder


def send(path: str | os.PathLike[str], url: str) -> None:
    """Put a file at a URL, whole or not at all.

    Raises
    ------
    OutputError
        If that cannot be done.
    """
    with explained(url, OutputError, "write"):
        system, target = find_system(url)
        if _protocols(system) & _WHOLE_OR_NOT:
            system.put_file(os.fspath(path), target)
            return
        system.makedirs(target.rpartition("/")[0], exist_ok=True)
        temporary = temporary_name(target).replace(os.sep, "/")
        try:
            system.put_file(os.fspath(path), temporary)
            system.mv(temporary, target)
        except BaseException:
            with suppress(Exception):
                system.rm_file(temporary)
            raise


def send_folder(folder: str | os.PathLike[str], url: str) -> None:
    """Put the files of a folder at a URL; see `send`."""
    for name in sorted(os.listdir(folder)):
        send(os.path.join(folder, name), joined(url, name))


def fetch(url: str, path: str | os.PathLike[str]) -> None:
    """Read what is at a URL into a file.

    Raises
    ------
    CorpusError
        If that cannot be done.
    """
    with explained(url):
        system, target = find_system(url)
        system.get_file(target, os.fspath(path))


def names_at(url: str) -> list[str]:
    """Return the names of what is in a folder at a URL, sorted; none if there is no such folder.

    Raises
    ------
    CorpusError
        If it cannot be looked at.
    """
    with explained(url):
        system, target = find_system(url)
        system.invalidate_cache()
        try:
            found = system.ls(target, detail=False)
        except FileNotFoundError:
            return []
        paths = {str(path).strip("/") for path in found} - {target.strip("/")}
        return sorted(path.rpartition("/")[2] for path in paths)


def remove(place: str) -> None:
    """Remove a file, if it is there."""
    with suppress(Exception):  # each file system has its own errors
        if is_url(place):
            system, target = find_system(place)
            system.rm_file(target)
        else:
            os.unlink(place)


def remove_folder(place: str) -> None:
    """Remove a folder and what is in it, as far as that can be done."""
    if not is_url(place):
        shutil.rmtree(place, ignore_errors=True)
        return
    with suppress(Exception):
        system, target = find_system(place)
        system.invalidate_cache()
        system.rm(target, recursive=True)


@contextmanager
def own_folder() -> Iterator[str]:
    """Make a folder for files of this process alone, which goes with the context."""
    with ExitStack() as stack:
        while True:
            name = temporary_name(os.path.join(tempfile.gettempdir(), _OWN))
            with suppress(FileNotFoundError):  # another process has swept it before it was locked
                stack.enter_context(temporary_folder(name))
                if os.path.isdir(name):
                    break
        stack.callback(shutil.rmtree, name, ignore_errors=True)
        yield name


def sweep_own_folders() -> None:
    """Remove what processes that were killed on this machine have fetched."""
    sweep(tempfile.gettempdir(), _OWN)


class RemoteRanges(io.RawIOBase):
    """A file at a URL of which what is read is fetched, and nothing ahead of it.

    Parameters
    ----------
    url : str

    Raises
    ------
    CorpusError
        If it cannot be read.
    """

    def __init__(self, url: str) -> None:
        self.url, self._place = url, 0
        with explained(url):
            self._system, self._path = find_system(url)
            self._system.invalidate_cache()
            self._size = int(self._system.size(self._path))

    def readable(self) -> bool:
        """Return that it is."""
        return True

    def seekable(self) -> bool:
        """Return that it is."""
        return True

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place; return it."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        self._place = start + place
        return self._place

    def tell(self) -> int:
        """Return the place."""
        return self._place

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer, but at the end."""
        end = min(self._place + len(buffer), self._size)
        data = self.between(self._place, end) if end > self._place else b""
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)

    def between(self, start: int, end: int) -> bytes:
        """Return the bytes between two places; any thread may ask."""
        with explained(self.url):
            data: bytes = self._system.cat_file(self._path, start=start, end=end)
            if len(data) != end - start:
                raise OSError("it is shorter than it was")
            return data


class KeptRanges(RemoteRanges):
    """The same, but what was fetched once is kept on this machine's disk; for one thread."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (it stays open)
        self._here: set[int] = set()

    def between(self, start: int, end: int) -> bytes:
        """Return the bytes between two places."""
        first, last = start // _PIECE, -(-end // _PIECE)
        missing = [piece for piece in range(first, last) if piece not in self._here]
        if missing:
            place, stop = missing[0] * _PIECE, min((missing[-1] + 1) * _PIECE, self._size)
            data = super().between(place, stop)
            self._file.seek(place)
            self._file.write(data)
            self._here.update(missing)
        self._file.seek(start)
        return self._file.read(end - start)


def open_ranges(place: str, *, keep: bool = False) -> io.RawIOBase:
    """Open a file for some of it to be read, where it is.

    Parameters
    ----------
    place : str
    keep : bool
        Keep on this machine's disk what is fetched of a file at a URL.

    Raises
    ------
    OSError, CorpusError
        If it cannot be opened.
    """
    if not is_url(place):
        return open(place, "rb", buffering=0)
    return KeptRanges(place) if keep else RemoteRanges(place)


def _protocols(system: Any) -> set[str]:
    found = system.protocol
    return {found} if isinstance(found, str) else set(found)
