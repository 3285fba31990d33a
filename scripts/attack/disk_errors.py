"""System calls that fail, or fall short, in the middle of a command."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attack.case import ADDRESS_SPACE, Case, Kind
from attack.materials import OVERWRITE, SMALL_OPTIONS, digest
from attack.processes import Outcome
from attack.user_files import TEMPORARY, snapshot

OPEN, READ, WRITE, SYNC, RENAME, UNLINK, MAKE, LIST, STAT, MAP, TRUNCATE = (
    1 << number for number in range(11)
)
CALLS = {
    OPEN: ("EIO", "EACCES", "EMFILE", "ENFILE", "ENOSPC", "EROFS"),
    READ: ("EIO", "ESTALE"),
    WRITE: ("ENOSPC", "EIO", "EDQUOT", "EFBIG"),
    SYNC: ("EIO", "ENOSPC"),
    RENAME: ("EIO", "EACCES", "ENOSPC", "EBUSY"),
    UNLINK: ("EIO", "EACCES", "EBUSY", "EROFS"),
    MAKE: ("ENOSPC", "EACCES", "EROFS"),
    LIST: ("EIO", "EACCES", "EMFILE"),
    STAT: ("EIO", "EACCES"),
    MAP: ("ENOMEM", "EIO"),
    TRUNCATE: ("ENOSPC", "EFBIG"),
}
NAMES = {
    OPEN: "open", READ: "read", WRITE: "write", SYNC: "fsync", RENAME: "rename", UNLINK: "unlink",
    MAKE: "mkdir or chmod", LIST: "opendir", STAT: "stat", MAP: "mmap", TRUNCATE: "truncate",
}  # fmt: skip
ALL = sum(CALLS)
CHANGES = OPEN | WRITE | SYNC | RENAME | UNLINK | MAKE | TRUNCATE
FAIL, FAIL_FROM_HERE, SHORTEN, KILL = range(4)
NEVER = 0
MISSING = os.strerror(errno.ENOENT)


@dataclass(frozen=True)
class Scene:
    """A command in a directory, and what it makes there.

    Attributes
    ----------
    command : str
    arguments : list of str
    materials : list of str
        What is in the directory.
    outputs : list of str
        Files and folders that are the same whenever it is run.
    reports : list of str
        Files of JSON that are not.
    before : list of list of str
        Trainings that were run there beforehand.
    """

    command: str
    arguments: list[str]
    materials: list[str]
    outputs: list[str]
    reports: list[str]
    before: list[list[str]]


TRAINING = ["small.txt", *SMALL_OPTIONS, "--save-file", "out.txt", "--threads", "2"]
WORK = ["out.work"]


def attack(case: Case) -> None:
    """Let a call fail, or set a limit."""
    chooser = case.random
    scene = draw_scene(case)
    if chooser.random() < 0.15:
        limits = draw_limit(case)
        case.tell(f"limits {limits}")
        compare(case, scene, limits=limits)
        return
    action = chooser.choice([FAIL, FAIL, FAIL, FAIL_FROM_HERE, SHORTEN])
    kinds = chooser.choice(list(CALLS)) if action != SHORTEN else chooser.choice([READ, WRITE])
    name = chooser.choice(CALLS[kinds])
    strike(case, scene, kinds, action, name)


def strike(case: Case, scene: Scene, kinds: int, action: int, name: str) -> None:
    """Let one of the calls of some kinds fail, or end the process; compare with a run without."""
    compare(case, scene, errors=(kinds, action, getattr(errno, name, 0)), name=name)


def compare(
    case: Case,
    scene: Scene,
    *,
    limits: dict[str, int] | None = None,
    errors: tuple[int, int, int] | None = None,
    name: str = "",
) -> None:
    """Run a scene without the errors, then with them, then without again."""
    quiet = case.home.with_name("quiet")
    quiet.mkdir()
    expected = play(case, scene, quiet, (errors[0] if errors else ALL, NEVER, FAIL, 0))
    if expected.status != 0:
        case.fault(f"status {expected.status} without any error", expected)
        return
    prepare(case, scene, case.home)
    case.own(but=WORK)
    kill = bool(errors) and errors[1] == KILL
    options: dict[str, Any] = {}
    if errors:
        nth = case.random.randint(1, max(1, expected.calls))
        kinds, action, failure = errors
        what = "+".join(text for kind, text in NAMES.items() if kinds & kind)
        verb = ("fails once", "fails from there on", "falls short", "kills")[action]
        case.tell(f"{what} {nth} of {expected.calls} {verb}{'' if kill else f' ({name})'}")
        # What may not be looked into or removed may be left for the next run.
        cannot_remove = bool(kinds & (OPEN | READ | LIST | STAT | UNLINK))
        options = {"errors": (kinds, nth, action, failure), "cannot_remove": cannot_remove}
    if limits:
        starves = "more_memory" in limits
        options = {"limits": {"RLIMIT_AS": ADDRESS_SPACE, **limits}, "may_starve": starves}
    old = {path: state(case.home / path) for path in scene.outputs}
    new = {path: state(quiet / path) for path in scene.outputs}
    wanted = [*case.materials.with_contents(scene.outputs), *scene.reports]
    outcome = case.run(
        scene.command, scene.arguments, asked_for=wanted, may_leave=WORK,
        statuses=(0, -9) if kill else (0, 2), **options,
    )  # fmt: skip
    judge_outputs(case, scene, outcome, old, new)
    answers = scene.command in ("query", "evaluate") and outcome.status == 0
    if answers and outcome.out != expected.out:
        case.fault("another answer, with status 0", outcome)
    again(case, scene, new, wanted)


def play(case: Case, scene: Scene, directory: Path, errors: tuple[int, int, int, int]) -> Outcome:
    """Run a scene where nothing is judged."""
    prepare(case, scene, directory)
    return case.warm.run(scene.command, scene.arguments, directory, errors=errors)


def prepare(case: Case, scene: Scene, directory: Path) -> None:
    """Fill a directory."""
    case.materials.copy(directory, *scene.materials)
    case.materials.copy_thesis(directory, "thesis")
    for arguments in scene.before:
        case.warm.run("train", arguments, directory)


def judge_outputs(
    case: Case, scene: Scene, outcome: Outcome, old: dict[str, object], new: dict[str, object]
) -> None:
    """Find outputs that are neither the old ones nor the new ones, or old with status 0."""
    for path in scene.outputs:
        found = state(case.home / path)
        if found not in (old[path], new[path]):
            if new[path] == MISSING:  # one that a resumed training need not write again
                continue
            case.fault(f"an output is neither old nor new: {path}", outcome)
        elif outcome.status == 0 and found != new[path] and path not in outcome.err:
            # numbered vectors that fail are a warning that names them
            case.fault(f"status 0, but not written: {path}", outcome)
    for path in scene.reports:
        if (case.home / path).exists():
            try:
                json.loads((case.home / path).read_bytes())
            except ValueError:
                case.fault(f"a broken report: {path}", outcome)


def again(case: Case, scene: Scene, new: dict[str, object], wanted: list[str]) -> None:
    """Run it once more, without errors: it must do all, and clear up what was left."""
    arguments = scene.arguments
    if scene.command == "train" and "--resume" not in arguments:
        arguments = [*arguments, "--resume"]
    may_leave = WORK if "--keep" in arguments else []
    outcome = case.run(
        scene.command, arguments, asked_for=wanted, may_leave=may_leave, statuses=[0]
    )
    judge_outputs(case, scene, outcome, new, new)
    left = [path for path in snapshot(case.home) if TEMPORARY in path]
    if left:
        case.fault(f"the next run does not remove {left[0]}", outcome)
    if not may_leave and (case.home / WORK[0]).exists():
        case.fault("the next run does not remove the work directory", outcome)


def state(path: Path) -> object:
    """Return what can be compared of a file or folder."""
    if path.is_dir():
        return {name: entry.content for name, entry in snapshot(path).items()}
    return digest(path)


def draw_limit(case: Case) -> dict[str, int]:
    """Draw a limit of the operating system."""
    return case.random.choice([
        {"RLIMIT_NOFILE": case.random.randint(8, 30)},
        {"RLIMIT_FSIZE": case.random.choice([5000, 20_000, 50_000])},
        {"more_memory": case.random.randint(0, 100) << 20},
        {"RLIMIT_NPROC": case.random.randint(0, 2)},
    ])  # fmt: skip


def draw_scene(case: Case) -> Scene:
    """Draw a command."""
    return case.random.choice([training, training, converting, converting, using])(case)


def training(case: Case) -> Scene:
    """Train, in one of several ways, over an older result."""
    arguments, materials, outputs = [*TRAINING], ["small.txt"], ["out.txt"]
    before = [[*TRAINING, "--seed", "2", "--quiet"]]
    for more, makes in (
        (["--checkpoint-minutes", "1e-9"], []),
        (["--keep"], []),
        (["--memory", "0.4"], []),
        (["--save-vocab", "vocab"], ["vocab"]),
        (["--save-cooccurrence", "counted"], ["counted"]),
        (["--checkpoint-every", "1"], ["out.001.txt", "out.002.txt"]),
        (["--analogies", "questions.txt", "--similarity", "pairs.tsv"], []),
    ):
        if case.random.random() < 0.3:
            arguments += more
            outputs += makes
            materials += [name for name in more if name in ("questions.txt", "pairs.tsv")]
    if case.random.random() < 0.3:
        # To two epochs from one, or over again with what is kept.
        before.append([*TRAINING, "--keep", "--epochs", case.random.choice(["1", "2"]), "--quiet"])
        arguments.append("--resume")
    return Scene("train", arguments, materials, outputs, ["out.report.json"], before)


def converting(case: Case) -> Scene:
    """Convert over an older result."""
    source, target = case.random.sample(case.materials.vectors, 2)
    arguments = [source, target, "--limit", "40", OVERWRITE]
    if target == "static":
        arguments += ["--format", "safetensors"]
    return Scene("convert", arguments, [source, target], [target], [], [])


def using(case: Case) -> Scene:
    """Ask, score or draw."""
    source = case.random.choice(case.materials.vectors)
    words = case.materials.words
    uses: list[Callable[[], tuple[str, list[str], list[str]]]] = [
        lambda: ("query", [source, words[0], " ".join(words[:3])], []),
        lambda: ("evaluate", [source, "--analogies", "questions.txt", "--similarity", "pairs.tsv",
                              "--resamples", "50"], []),
        lambda: ("plot", ["words", source, *words[:5]], ["words.png"]),
        lambda: ("plot", ["costs", "vectors.report.json", "--output", "costs.svg"], ["costs.svg"]),
    ]  # fmt: skip
    command, arguments, outputs = case.random.choice(uses)()
    materials = [source, "questions.txt", "pairs.tsv", "vectors.report.json"]
    return Scene(command, arguments, materials, outputs, [], [])


KIND = Kind(
    "errors",
    "a call that fails or falls short ends in a sentence or a right result; outputs are old or "
    "new, whole; the next run does all",
    attack,
    weight=1.5,
    needs_shim=True,
)
