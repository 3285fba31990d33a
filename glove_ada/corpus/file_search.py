"""Which files are the corpus: those that the user names, and those below named directories."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from glove_ada.corpus.earlier_outputs import find_earlier_outputs
from glove_ada.errors import CorpusError
from glove_ada.system.temporary_files import is_temporary, is_work_folder

STANDARD_INPUT = "-"


def files_below(path: str, own: Collection[str], left_out: list[str]) -> list[str]:
    """Find the files to read for a path that the user names.

    Parameters
    ----------
    path : str
        A file, which is found whatever it is called, a directory, or `-`.
    own : collection of str
        Real paths of what is left out of directories.
    left_out : list of str
        Takes what was left out as this program's own.

    Returns
    -------
    list of str
        Sorted.

    Raises
    ------
    CorpusError
        If the path is missing, a directory without a file, or unfinished work of this program.
    OSError
        If a directory cannot be read.
    """
    if path == STANDARD_INPUT:
        return [path]
    if is_work_folder(path) or is_work_folder(os.path.dirname(path) or os.curdir):
        raise CorpusError(f"{path} is unfinished work of glove_ada and no corpus; name text")
    if os.path.isdir(path):
        walk = _walk(path, own, left_out)
        regular = sorted(file for file in walk if stat.S_ISREG(os.stat(file).st_mode))
        files = _without_earlier_outputs(list(map(os.fspath, regular)), own, left_out)
        if not files:
            raise CorpusError(f"the directory {path} holds no file to read; name one that does")
        return files
    if not os.path.exists(path):
        raise CorpusError(f"there is no file or directory {path}; check the path")
    return [path]


def _without_earlier_outputs(
    files: list[str], own: Collection[str], left_out: list[str]
) -> list[str]:
    """Return the files that no earlier run wrote; what one did is added to `left_out`."""
    earlier = find_earlier_outputs([*files, *own])  # which may have the report of such a run
    if not earlier:
        return files
    kept: list[str] = []
    for file in files:
        (left_out if os.path.realpath(file) in earlier else kept).append(file)
    return kept


def _walk(directory: str, own: Collection[str], left_out: list[str]) -> Iterator[Path]:
    """Yield what lies in a directory and those below it, but for what begins with a dot or is ours.

    What is ours is added to `left_out`.
    """
    own_names = {os.path.basename(path) for path in own}

    def is_text(parent: str, name: str) -> bool:
        if name.startswith("."):
            return False
        path = os.path.join(parent, name)
        if (
            is_temporary(name)
            or is_work_folder(path)
            or (name in own_names and os.path.realpath(path) in own)
        ):
            left_out.append(path)
            return False
        return True

    def fail(error: OSError) -> None:
        raise error  # os.walk by itself leaves out what it may not list

    seen = {_identity(directory)}
    for parent, directories, files in os.walk(directory, onerror=fail, followlinks=True):
        names = sorted(name for name in directories if is_text(parent, name))
        directories.clear()
        for name in names:
            identity = _identity(os.path.join(parent, name))
            if identity not in seen:  # links may lead round
                seen.add(identity)
                directories.append(name)
        yield from (Path(parent, name) for name in files if is_text(parent, name))


def _identity(directory: str) -> tuple[int, int]:
    status = os.stat(directory)
    return status.st_dev, status.st_ino
