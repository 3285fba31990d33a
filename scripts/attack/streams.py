"""Standard streams that are closed, full, of another encoding, or whose reader has left."""

from __future__ import annotations

import os
import subprocess
from typing import Any

from attack.case import Case, Kind
from attack.materials import SMALL_OPTIONS, digest

VECTORS = "vectors.txt"
OUTPUTS = (VECTORS, "vectors.report.json")
ENCODINGS = ("", "ascii", "latin-1", "ascii:strict", "cp1252", "utf-8:strict")
STATES = ("as usual", "closed", "full", "reader gone", "reader leaves")
# Words that few encodings can write, and one that is no UTF-8.
WORDS = ("café", "Ω", "日本", "a\udcffb", "plain", "b\u00a0c")
# What a shell's user sees of a program whose reader has left, besides 0.
LEFT = (0, 1, 2, -13, 141)


def attack(case: Case) -> None:
    """Run a command with one stream or two out of order."""
    chooser = case.random
    case.materials.copy(case.home, "small.txt", "questions.txt", "pairs.tsv", "vectors.bin")
    rows = [f"{word} {n}.5 {n * n} -1\n" for n, word in enumerate(WORDS)]
    (case.home / "odd.txt").write_bytes("".join(rows).encode("utf-8", "surrogateescape"))
    command, arguments, reads = chooser.choice([
        ("train", ["small.txt", *SMALL_OPTIONS], False),
        ("train", ["small.txt", *SMALL_OPTIONS, "--checkpoint-minutes", "1e-9"], False),
        ("train", ["-", *SMALL_OPTIONS], True),
        ("query", ["odd.txt", *WORDS, "missing Ω"], False),
        ("query", ["odd.txt", "--topn", "99999", *["plain", "Ω"] * 30], False),
        ("query", ["odd.txt"], True),
        ("query", ["odd.txt", "--json", "café"], False),
        ("evaluate", ["vectors.bin", "--analogies", "questions.txt", "--resamples", "9"], False),
        ("convert", ["odd.txt", "café.vec"], False),
        ("convert", ["odd.txt", "\udcff.vec"], False),
        ("plot", ["words", "odd.txt", "café", "plain", "日本", "Ω"], False),
        ("versions", [], False),
        (chooser.choice(["train", "query", "evaluate", "convert", "plot"]), ["--help"], False),
        (chooser.choice(["train", "query", "evaluate", "convert", "plot"]), ["--no-é"], False),
    ])  # fmt: skip
    out, err = chooser.choice(STATES), chooser.choice(STATES)
    if chooser.random() < 0.5:
        out, err = chooser.choice([(out, "as usual"), ("as usual", err)])
    encoding = chooser.choice(ENCODINGS) if chooser.random() < 0.5 else ""
    stdin = chooser.choice(["closed", "null", "text"]) if reads else "null"
    case.tell(f"stdin {stdin}, stdout {out}, stderr {err}, encoding {encoding or 'as usual'}")
    right = command == "train" and arguments[0] == "small.txt"
    statuses = [0] if right else LEFT if "reader" in out + err else (0, 1, 2)
    wanted = [*OUTPUTS, "café.vec", "\udcff.vec", "words.png"]
    outcome = run(case, command, arguments, stdin, out, err, encoding, statuses, wanted)
    if right and digest(case.home / VECTORS) != case.materials.small_digest:
        case.fault("training did not end with its vectors", outcome)
    asks_nothing = reads and stdin == "null"
    prints = command in ("query", "evaluate", "versions") and "--help" not in arguments
    prints = prints and not asks_nothing
    if outcome.status == 0 and out == "full" and prints:
        case.fault("what it printed is lost, with status 0", outcome)


def run(
    case: Case, command: str, arguments: list[str], stdin: str, out: str, err: str,
    encoding: str, statuses: Any, wanted: list[str],
) -> Any:  # fmt: skip
    """Run it with these streams."""
    options: dict[str, Any] = {}
    variables = {"PYTHONIOENCODING": encoding} if encoding else {}
    closed, readers = [], []
    if stdin == "closed":
        closed.append("<&-")
    elif stdin == "text":
        options["stdin"] = os.open(case.home / "questions.txt", os.O_RDONLY)
    for number, (name, how) in enumerate((("stdout", out), ("stderr", err)), 1):
        if how == "closed":
            closed.append(f"{number}>&-")
        elif how == "full":
            options[name] = os.open("/dev/full", os.O_WRONLY)
        elif how.startswith("reader"):
            reader, options[name] = os.pipe()
            if how == "reader gone":
                os.close(reader)
            else:
                readers.append(reader)

    def leave(process: subprocess.Popen[bytes]) -> str:
        for value in options.values():
            os.close(value)
        for reader in readers:
            os.read(reader, 60)
            os.close(reader)
        return ""

    return case.run_alone(
        command, arguments, asked_for=wanted, may_leave=["vectors.work"] if 2 in statuses else [],
        statuses=statuses, during=leave, variables=variables, redirections=" ".join(closed),
        says_nothing=err != "as usual", **options,
    )  # fmt: skip


KIND = Kind(
    "streams",
    "whatever the standard streams are: no traceback, and a training ends with its vectors",
    attack,
)
