"""Files at URLs, by fsspec, which is imported when the first one comes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, cast

from glove_ada.errors import CorpusError, GloveError

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+::)*[A-Za-z][A-Za-z0-9+.-]+://")
_BUFFER = 1 << 20
_CHANGES = ("ETag", "etag", "LastModified", "mtime", "created", "generation")


def is_url(path: str) -> bool:
    """Return whether a path is a URL: `s3://bucket/file`, say."""
    return _URL.match(path) is not None


def find_files(url: str) -> list[str]:
    """Return the URLs of a file, of all below a directory, or of those that match a glob, sorted.

    Names that start with a dot are left out below directories, as in local ones.

    Raises
    ------
    CorpusError
        If there is none, it cannot be looked at, or fsspec or what it needs is not installed.
    """
    with explained(url):
        system, path = find_system(url)
        if any(letter in path for letter in "*?["):
            found = [name for name in system.glob(path) if not system.isdir(name)]
        elif system.isdir(path):
            start = len(path.rstrip("/"))
            found = [name for name in system.find(path) if "/." not in name[start:]]
        elif system.exists(path):
            found = [path]
        else:
            found = []
        # As local ones: what is in a directory stands before what has a longer name.
        found.sort(key=lambda name: name.split("/"))
        files = [str(system.unstrip_protocol(name)) for name in found]
    if not files:
        raise CorpusError(f"there is no file at {url}; check the address")
    return files


def size_at(url: str) -> int | None:
    """Return the size of a file in bytes; None if it is not known."""
    with explained(url):
        system, path = find_system(url)
        size = system.size(path)
        return None if size is None else int(size)


def state_at(url: str) -> object:
    """Return what tells that a file has changed."""
    with explained(url):
        system, path = find_system(url)
        system.invalidate_cache()
        about = system.info(path)
        return about.get("size"), [str(about.get(key)) for key in _CHANGES]


def open_url(url: str) -> IO[bytes]:
    """Open a file for reading.

    Raises
    ------
    CorpusError
        If it cannot be opened.
    """
    with explained(url):
        system, path = find_system(url)
        raw = system.open(path, "rb")
        return cast("IO[bytes]", io.BufferedReader(_Explained(raw, url), _BUFFER))


class _Explained(io.RawIOBase):
    """A remote file whose errors name it."""

    def __init__(self, raw: Any, url: str) -> None:
        self._raw, self._url = raw, url

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._raw.seekable())

    def readinto(self, buffer: Any) -> int:
        with explained(self._url):
            data = self._raw.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        with explained(self._url):
            return int(self._raw.seek(place, whence))

    def tell(self) -> int:
        return int(self._raw.tell())

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


def find_system(url: str) -> tuple[Any, str]:
    """Return fsspec's file system of a URL, and the path there."""
    from fsspec.core import url_to_fs

    system, path = url_to_fs(url)
    return system, str(path)


@contextmanager
def explained(url: str, kind: type[GloveError] = CorpusError, verb: str = "read") -> Iterator[None]:
    """Turn what goes wrong, whatever the file system raises, into a sentence that names the URL.

    Parameters
    ----------
    url : str
    kind : type
        Of the error.
    verb : str
        What cannot be done.
    """
    try:
        yield
    except GloveError:
        raise
    except ImportError as error:
        missing = "" if error.name == "fsspec" else f" ({error})"
        raise kind(
            f"{url} needs a package that is not installed{missing}: pip install "
            f"'glove-ada[remote]', and what fsspec needs for such addresses"
        ) from error
    except Exception as error:  # each file system has its own
        if verb == "read" and isinstance(error, FileNotFoundError):
            raise kind(f"there is no file at {url}; check the address") from error
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise kind(f"cannot {verb} {url}: {reason}") from error
