"""Zip archives of text, and the documents of other programs that are zip archives, too."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from glove_ada.errors import CorpusError

# What begins the name of a member of each, in this order.
_DOCUMENTS = {
    "word/": "a Word document",
    "xl/": "an Excel table",
    "ppt/": "a PowerPoint presentation",
    "META-INF/container.xml": "an EPUB book",
    "content.xml": "an OpenDocument file",
    "META-INF/": "a Java archive",
    "AndroidManifest.xml": "a program (Android)",
}
_ERRORS = (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError)


def kind_of_zip(file: IO[bytes]) -> str | None:
    """Return what kind of document a zip archive is; None if it is an archive and no more.

    Raises
    ------
    zipfile.BadZipFile
        If it is damaged.
    """
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
    for beginning, kind in _DOCUMENTS.items():
        if any(name.startswith(beginning) for name in names):
            return kind
    if names and all(name.endswith(".npy") for name in names):
        return "NumPy arrays"
    return None


def open_members(path: str, file: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield name and stream of each file in a zip archive, in sorted order, without hidden ones.

    Raises
    ------
    CorpusError
        If the archive is damaged or encrypted.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            for name in sorted(archive.namelist()):
                if not name.endswith("/") and not _is_hidden(name):
                    with archive.open(name) as member:
                        yield f"{path}/{name}", member
    except _ERRORS as error:
        raise CorpusError(
            f"{path} is a damaged or encrypted zip archive ({error}); fetch or pack it again"
        ) from error


def _is_hidden(name: str) -> bool:
    """Return whether a member is hidden, or of the folder that macOS adds."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))
