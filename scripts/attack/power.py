"""What a power cut could lose: the order of writes, syncs, renames and removals."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from attack import disk_errors
from attack.case import Case, Kind
from attack.user_files import TEMPORARY, below_any

Call = tuple[str, str, str]


def attack(case: Case) -> None:
    """Run a command that replaces something, and look at what it did in which order."""
    scene = case.random.choice([disk_errors.training, disk_errors.converting])(case)
    disk_errors.prepare(case, scene, case.home)
    case.own(but=disk_errors.WORK)
    log = case.home.with_name("log")
    outcome = case.run(
        scene.command,
        scene.arguments,
        asked_for=[*case.materials.with_contents(scene.outputs), *scene.reports],
        may_leave=disk_errors.WORK,
        statuses=[0],
        log=log,
    )
    for what in what_could_be_lost(read_log(log, case.home))[:1]:
        case.fault(what, outcome)


def read_log(log: Path, home: Path) -> list[Call]:
    """Return the calls that concern a directory, with paths relative to it."""
    calls, place = [], home
    for line in log.read_text("utf-8", "surrogateescape").splitlines():
        what, *paths = line.split("\t")
        if what == "remove from":
            place = Path(paths[0])
            continue
        path, to = (os.path.relpath(place / name, home) if name else "" for name in paths)
        place = home
        if not path.startswith(".."):
            calls.append((what, path, to))
    return calls


def what_could_be_lost(calls: Iterable[Call]) -> list[str]:
    """Return faults in the order of calls, each in a sentence.

    In the worst case a power cut keeps every removal, and no rename and no byte but those that were
    forced to the disk. So bytes are to be there before a file gets its name, and the name before
    something old is removed that could stand in for it.
    """
    unsynced: set[str] = set()  # files with bytes that may not be on the disk
    unnamed: dict[str, str] = {}  # new names that may not be there, and the directories they are in
    set_aside: set[str] = set()  # old files under temporary names
    faults = []
    for what, path, to in calls:
        if what == "write":
            # A library's own temporary file gets its name by a way that is not seen.
            if not os.path.basename(path).startswith(".tmp"):
                unsynced.add(path)
        elif what == "sync":
            unsynced.discard(path)
            unnamed = {name: place for name, place in unnamed.items() if place != path}
        elif what == "rename":
            if TEMPORARY in to and TEMPORARY not in path:
                set_aside.add(to)
            if TEMPORARY in to:
                unsynced = {to + name.removeprefix(path) if below_any(name, {path}) else name
                            for name in unsynced}  # fmt: skip
                continue
            if lost := sorted(name for name in unsynced if below_any(name, {path})):
                faults.append(f"renamed before its bytes are on the disk: {lost[0]} to {to}")
                unsynced -= set(lost)
            unnamed[to] = os.path.dirname(to) or "."
        elif path in unsynced:
            unsynced.discard(path)  # no old file, and none that was to last
        elif unnamed and (TEMPORARY not in path or below_any(path, set_aside)):
            name = next(iter(unnamed))
            faults.append(f"removed before a new name is on the disk: {path}, new {name}")
    return faults


KIND = Kind(
    "power",
    "a file's bytes are on the disk before it gets its name, and the name before what it replaces "
    "is removed",
    attack,
    weight=0.3,
    needs_shim=True,
)
