"""Ctrl-C, SIGTERM and SIGHUP, once or twice, at random moments."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time

from attack.case import Case, Kind
from attack.kills import OLD, OUTPUTS, VECTORS, judge_end, varied
from attack.materials import LARGE_OPTIONS, OVERWRITE, digest
from attack.processes import Outcome

SENT = (
    (signal.SIGINT,), (signal.SIGTERM,), (signal.SIGINT, signal.SIGINT), (signal.SIGHUP,),
    (signal.SIGTERM, signal.SIGTERM), (signal.SIGINT, signal.SIGTERM),
)  # fmt: skip
SOON = 0.35  # seconds: a command is still importing
GO_ON = "go on with: "


def attack(case: Case) -> None:
    """Send signals to a training, or to another command."""
    if case.random.random() < 0.6:
        to_training(case)
    else:
        to_another(case)


def to_training(case: Case) -> None:
    """Interrupt a training, then do what it says."""
    chooser, home = case.random, case.home
    case.materials.copy(home, "large.txt")
    (home / VECTORS).write_text(OLD)
    old = digest(home / VECTORS)
    first = chooser.choice([[], ["--resume"], ["--fresh"], ["--fre"], ["--res"]])
    more = chooser.choice([[], ["--checkpoint-minutes", "1e-9"], ["--checkpoint-minutes", "0"]])
    arguments = ["large.txt", *LARGE_OPTIONS, *first, *more, *varied(case)]
    outcome = send(case, "train", arguments, asked_for=[*OUTPUTS], may_leave=["vectors.work"])
    if digest(home / VECTORS) not in (old, case.materials.large_digest):
        case.fault("vectors neither old nor new", outcome)
    command = [*arguments, "--resume"]
    for line in outcome.err.splitlines():
        if GO_ON in line:
            command = shlex.split(line.partition(GO_ON)[2])[3:]
    if "--resume" in command and ("--fresh" in command or "--fre" in command):
        command = [word for word in command if not word.startswith("--fre")]
        if GO_ON in outcome.err:
            case.fault("the command to go on starts afresh", outcome)
    if outcome.status != 0:
        outcome = case.run_alone("train", command, asked_for=OUTPUTS, statuses=[0])
    judge_end(case, outcome)


def to_another(case: Case) -> None:
    """Interrupt a command that reads vectors."""
    case.materials.copy(case.home, "full.txt", "questions.txt", "pairs.tsv", "arrays")
    words = case.materials.words
    command, arguments, outputs = case.random.choice([
        ("query", ["full.txt"], []),
        ("query", ["full.txt", *words], []),
        ("evaluate", ["full.txt", "--analogies", "questions.txt", "--similarity", "pairs.tsv",
                      "--resamples", "30000"], []),
        ("convert", ["full.txt", "arrays", OVERWRITE],
         ["arrays", *(f"arrays/{name}" for name in INNER)]),
        ("convert", ["arrays", "new.vec.gz", OVERWRITE], ["new.vec.gz"]),
        ("plot", ["words", "full.txt", *words], ["words.png"]),
    ])  # fmt: skip
    waits = command == "query" and len(arguments) == 1
    send(
        case, command, arguments, asked_for=outputs, may_leave=[],
        stdin=subprocess.PIPE if waits else subprocess.DEVNULL,
    )  # fmt: skip


INNER = ("table.json", "words.txt", "vectors.npy")


def send(
    case: Case,
    command: str,
    arguments: list[str],
    *,
    asked_for: list[str],
    may_leave: list[str],
    stdin: int = subprocess.DEVNULL,
) -> Outcome:
    """Run a command and send it signals; judge how it ends."""
    chooser = case.random
    sent = chooser.choice(SENT)
    longest = case.materials.large_seconds if command == "train" else 2 * SOON
    moment = chooser.uniform(0, SOON) if chooser.random() < 0.4 else chooser.uniform(0, longest)
    between = chooser.choice([0, 0.01, chooser.uniform(0, 0.3)])

    def interrupt(process: subprocess.Popen[bytes]) -> str:
        time.sleep(moment)
        for number in sent:
            if process.poll() is None:
                os.kill(process.pid, number)
                time.sleep(between)
        names = " and ".join(number.name for number in sent)
        return f"{names} after {moment:.2f} s"

    ends = [0]
    for number in sent:
        ends += [-number, 128 + number]
    return case.run_alone(
        command, arguments, asked_for=asked_for, may_leave=may_leave, statuses=ends,
        during=interrupt, stdin=stdin, import_may_be_interrupted=True,
    )  # fmt: skip


KIND = Kind(
    "signals",
    "an interrupted command ends with 128 + the signal, or by it, in a line; training goes on to "
    "the same bytes",
    attack,
    weight=1.5,
)
