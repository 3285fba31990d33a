"""SIGKILL at random moments, and before chosen system calls."""

from __future__ import annotations

import contextlib
import subprocess

from attack import disk_errors
from attack.case import Case, Kind
from attack.materials import LARGE_OPTIONS, digest
from attack.processes import Outcome
from attack.user_files import TEMPORARY, snapshot

VECTORS = "vectors.txt"
OUTPUTS = (VECTORS, "vectors.report.json")
OLD = "an older result\n"


def attack(case: Case) -> None:
    """Kill a training by the clock, or any command before a call that changes files."""
    if case.random.random() < 0.5:
        kinds = case.random.choice([disk_errors.CHANGES, disk_errors.RENAME | disk_errors.UNLINK])
        disk_errors.strike(case, disk_errors.draw_scene(case), kinds, disk_errors.KILL, "")
    else:
        kill_by_clock(case)


def kill_by_clock(case: Case) -> None:
    """Kill a training one to three times, then let it end; the vectors are as if not killed."""
    chooser, home = case.random, case.home
    case.materials.copy(home, "large.txt")
    case.materials.copy_thesis(home, "thesis")
    (home / VECTORS).write_text(OLD)
    old = digest(home / VECTORS)
    arguments = ["large.txt", *LARGE_OPTIONS, "--resume"]
    arguments += chooser.choice([[], ["--checkpoint-minutes", "1e-9"], ["--checkpoint-every", "1"]])
    outputs = [*OUTPUTS, *(f"vectors.{epoch:03}.txt" for epoch in range(1, 9))]
    for _ in range(chooser.randint(1, 3)):
        moment = chooser.uniform(0, 1.2 * case.materials.large_seconds)
        outcome = case.run_alone(
            "train", [*arguments, *chooser.choice([["--keep"], []]), *varied(case)],
            asked_for=outputs, may_leave=["vectors.work"], statuses=[0, -9],
            during=lambda process, moment=moment: kill_after(process, moment),
        )  # fmt: skip
        if digest(home / VECTORS) not in (old, case.materials.large_digest):
            case.fault("vectors neither old nor new", outcome)
    outcome = case.run_alone("train", [*arguments, *varied(case)], asked_for=outputs, statuses=[0])
    judge_end(case, outcome)


def kill_after(process: subprocess.Popen[bytes], moment: float) -> str:
    """Kill a process that does not end before."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(moment)
        return "ended before the kill"
    process.kill()
    return f"killed after {moment:.2f} s"


def varied(case: Case) -> list[str]:
    """Draw options that change no result."""
    more = case.random.choice([[], [], ["--memory", "0.4"], ["--quiet"]])
    return ["--threads", str(case.random.randint(1, 4)), *more]


def judge_end(case: Case, outcome: Outcome) -> None:
    """Judge the vectors of a training on the large corpus that has ended, and what it has left."""
    if digest(case.home / VECTORS) != case.materials.large_digest:
        case.fault("other vectors than those of a training that was let alone", outcome)
    left = [path for path in snapshot(case.home) if TEMPORARY in path or ".work" in path]
    if left:
        case.fault(f"the last run leaves {left[0]}", outcome)


KIND = Kind(
    "kills",
    "after SIGKILL outputs are old or new, whole, and the next run ends with the same bytes",
    attack,
    weight=1.5,
    needs_shim=True,
)
