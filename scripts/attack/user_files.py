"""What a user owned before a command is there after it, byte for byte."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import NamedTuple

KINDS = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "directory",
    stat.S_IFLNK: "link",
    stat.S_IFIFO: "pipe",
}
TEMPORARY = ".glove_ada-"


class Entry(NamedTuple):
    """What stands at one path: its type, the digest of its bytes (of a link: its target), mode."""

    kind: str
    content: str
    mode: int


Snapshot = dict[str, Entry]


def snapshot(directory: Path) -> Snapshot:
    """Return all that is below a directory, by path relative to it."""
    found = {}
    pending = [""]
    while pending:
        parent = pending.pop()
        for name in os.listdir(directory / parent):
            path = os.path.join(parent, name)
            found[path] = entry = entry_at(directory / path)
            if entry.kind == "directory" and os.access(directory / path, os.R_OK | os.X_OK):
                pending.append(path)
    return found


def entry_at(path: Path) -> Entry:
    """Return what stands at a path."""
    status = os.lstat(path)
    kind = KINDS.get(stat.S_IFMT(status.st_mode), "device")
    content = ""
    if kind == "link":
        content = os.readlink(path)
    elif kind == "file" and os.access(path, os.R_OK):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
    return Entry(kind, content, stat.S_IMODE(status.st_mode))


class Owned:
    """What the user owns in a directory, and how commands have treated it.

    Parameters
    ----------
    directory : Path
        All that is in it now is the user's. What a command adds later is not, unless the command
        was asked for it.
    but : set of str
        Paths at or below which the program has put files of its own already.
    """

    def __init__(self, directory: Path, but: set[str]) -> None:
        self.directory = directory
        found = snapshot(directory)
        self._owned = {path: found[path] for path in found if not below_any(path, but)}
        self._others = found.keys() - self._owned.keys()

    def faults(self, asked_for: set[str], may_leave: set[str], may_litter: bool) -> list[str]:
        """Return what a command did to files that it should not have touched, a sentence each.

        Parameters
        ----------
        asked_for : set of str
            Outputs that the command was told to write or replace: paths in the directory.
        may_leave : set of str
            Paths at or below which it may leave files of its own.
        may_litter : bool
            It may have left temporary files anywhere.
        """
        after, faults = snapshot(self.directory), []
        for path, was in sorted(self._owned.items()):
            now = after.get(path)
            if now == was:
                continue
            if path in asked_for and now and (now.kind, now.mode) == (was.kind, was.mode):
                self._owned[path] = now
                continue
            del self._owned[path]
            self._others.add(path)  # told of once
            parent = os.path.dirname(path)
            if now is None and parent not in self._owned and parent:
                continue  # told of its folder
            if now is None and {path, parent} <= asked_for:
                continue  # the folder holds another format now
            faults.append(f"the user's {was.kind} was {_fate(was, now)}: {path}")
        for path in sorted(after.keys() - self._owned.keys() - self._others):
            if path in asked_for:
                self._owned[path] = after[path]
            elif TEMPORARY in path and not may_litter:
                faults.append(f"a temporary {after[path].kind} was left: {path}")
            elif TEMPORARY not in path and not below_any(path, may_leave):
                faults.append(f"a {after[path].kind} was left that nobody asked for: {path}")
            else:
                self._others.add(path)
        self._others &= after.keys()
        return faults


def below_any(path: str, directories: set[str]) -> bool:
    """Return whether a path is one of the directories or below one."""
    return any(path == directory or path.startswith(f"{directory}/") for directory in directories)


def _fate(was: Entry, now: Entry | None) -> str:
    if now is None:
        return "deleted"
    if now.kind != was.kind:
        return f"replaced by a {now.kind}"
    return "changed" if now.content != was.content else f"given mode {now.mode:o}"
