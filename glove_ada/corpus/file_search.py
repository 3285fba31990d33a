"""Which files are the corpus: those that the user names, and those below named directories."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from glove_ada.corpus.content.examination import Wanted, examine
from glove_ada.corpus.earlier_outputs import find_earlier_outputs
from glove_ada.errors import CorpusError
from glove_ada.system.temporary_files import is_temporary, is_work_folder

STANDARD_INPUT = "-"
_FOREIGN_SHOWN = 100


@dataclass
class LeftOut:
    """What was found in directories and is not read.

    Attributes
    ----------
    own : list of str
        What this program wrote.
    foreign : dict of str to str
        What is no text, and what it is instead.
    hidden : list of str
        Files and directories whose name starts with a dot.
    """

    own: list[str] = field(default_factory=list)
    foreign: dict[str, str] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)

    def tell(self) -> list[str]:
        """Return a line for each sort of what was left out."""
        lines = []
        if self.own:
            lines.append(f"left out of the corpus, as glove_ada wrote it: {_few(self.own)}")
        if self.hidden:
            lines.append(f"left out of the corpus, as it is hidden: {_few(self.hidden)}")
        if self.foreign:
            named = [f"{path} ({kind})" for path, kind in self.foreign.items()]
            lines.append(
                f"left out of the corpus, as it is no text: {_few(named, _FOREIGN_SHOWN)}"
                f"{f' ({len(named):,} files)' if len(named) > 1 else ''}"
            )
        return lines


def _few(names: list[str], most: int = 3) -> str:
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


def files_below(path: str, own: Collection[str], left_out: LeftOut, wanted: Wanted) -> list[str]:
    """Find the files to read for a path that the user names.

    Parameters
    ----------
    path : str
        A file, whatever it is called, a directory, or `-`.
    own : collection of str
        Real paths of what is left out of directories.
    left_out : LeftOut
        Takes what is left out of directories.
    wanted : Wanted
        What is to be read.

    Returns
    -------
    list of str
        Sorted.

    Raises
    ------
    CorpusError
        If the path is missing, a file that is no text, a directory without a file to read, or
        unfinished work of this program.
    OSError
        If a directory or a file cannot be read.
    """
    if path == STANDARD_INPUT:
        return [path]
    if is_work_folder(path) or is_work_folder(os.path.dirname(path) or os.curdir):
        raise CorpusError(f"{path} is unfinished work of glove_ada and no corpus; name text")
    if os.path.isdir(path):
        walk = _walk(path, own, left_out)
        regular = sorted(file for file in walk if stat.S_ISREG(os.stat(file).st_mode))
        files = _without_earlier_outputs(list(map(os.fspath, regular)), own, left_out.own)
        files = _without_foreign(files, left_out, wanted)
        if not files:
            foreign = [f"{file} is {kind}" for file, kind in left_out.foreign.items()]
            raise CorpusError(
                f"the directory {path} holds no file to read"
                f"{f' ({foreign[0]})' if foreign else ''}; name one that does"
            )
        return files
    if not os.path.exists(path):
        raise CorpusError(f"there is no file or directory {path}; check the path")
    if os.path.isfile(path):
        found = examine(path, wanted)
        if found and found.refusal:
            raise CorpusError(found.refusal)
    return [path]


def _without_foreign(files: list[str], left_out: LeftOut, wanted: Wanted) -> list[str]:
    """Return the files to read; what is to be left out of a directory is added to `left_out`."""
    kept: list[str] = []
    for file in files:
        found = examine(file, wanted)
        if found:
            left_out.foreign[file] = found.kind
        else:
            kept.append(file)
    return kept


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


def _walk(directory: str, own: Collection[str], left_out: LeftOut) -> Iterator[Path]:
    """Yield what lies in a directory and those below it, but for what begins with a dot or is ours.

    These are added to `left_out`.
    """
    own_names = {os.path.basename(path) for path in own}

    def is_text(parent: str, name: str) -> bool:
        path = os.path.join(parent, name)
        if name.startswith("."):
            left_out.hidden.append(path)
            return False
        if (
            is_temporary(name)
            or is_work_folder(path)
            or (name in own_names and os.path.realpath(path) in own)
        ):
            left_out.own.append(path)
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
