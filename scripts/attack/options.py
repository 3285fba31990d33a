"""Options drawn from what each command says of itself, in a directory full of the user's files."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from attack.case import Case, Kind
from attack.materials import OVERWRITE, SMALL_OPTIONS
from attack.vector_files import Chooser

Described = list[dict[str, Any]]
COMMANDS = ("train", "train", "train", "evaluate", "query", "convert", "convert", "plot")
WHOLE = ("-1", "0", "1", "2", "5", "64", "4294967296", "99999999999999999999", "-0", "1e3", "x", "",
         "\uff11", "1_0")  # fmt: skip
REAL = ("-1", "0", "1e-9", "0.5", "1", "1e9", "1e308", "1e-320", "nan", "inf", "-inf", "1e999", "x",
        "")  # fmt: skip
# What may take as long as it likes, being asked to.
LIMITED = {
    "epochs": ("-1", "0", "1", "2", "3", "nan", ""),
    "iter": ("1", "2"),
    "vector_size": ("-1", "0", "1", "7", "64", "300", "99999999999999999999", "x", ""),
    "backend": ("compiled", "x", ""),
    "method": ("pca", "3cosadd", "3cosmul", "x"),
}
NEW = ("new.txt", "new.vec", "new.bin", "new.npz", "new.txt.gz", "new", "new.png", "new.svg",
       "new.pdf", "no such folder/new.txt", "n" * 255, "n" * 240 + ".txt", "é" * 120 + ".png",
       "n" * 300, "", ".", "..", "/", "new\nline.txt", "-", "~", "new.d/",
       "a\udcff.txt")  # fmt: skip
HAS_REPORT = "save_file"
# Where outputs go that no option names.
BESIDE = ("vectors.001.txt", "vectors.report.json", "new.002.txt", "new.report.json")


def attack(case: Case) -> None:
    """Run one command with options at random."""
    chooser = case.random
    furnish(case)
    command = chooser.choice(COMMANDS)
    options = described(case, command)
    arguments, used = draw(chooser, options, paths_in(case), case.materials.words)
    if command == "train":
        quick = [*SMALL_OPTIONS] if chooser.random() < 0.7 else []
        quick = [option for option in quick if option != OVERWRITE]
        arguments = [*quick, "--max-vocab", "300", *arguments]
    if command in ("train", "convert") and chooser.random() < 0.5:
        arguments = [OVERWRITE, *arguments]
    inputs = {path for name, path in used if not is_output(name)}
    wanted = outputs(case.home, command, used, inputs)
    if command in ("train", "convert") and OVERWRITE not in arguments:
        wanted = {path for path in wanted if not holds_anything(case.home / path)}
    asked_for = case.materials.with_contents(wanted)
    work = [path for name, path in used if name == "work_dir" and path]
    for name, path in used:
        if name == HAS_REPORT:
            path = path.rstrip("/")
            work += [f"{path}.work", f"{os.path.splitext(path)[0]}.work"]
    case.run(command, arguments, asked_for=asked_for, may_leave=[*work, "vectors.work"])


def furnish(case: Case) -> None:
    """Give the user a directory with everything, also at the names that the program uses."""
    home, materials = case.home, case.materials
    materials.copy(home, *materials.vectors, "questions.txt", "pairs.tsv", "vectors.report.json",
                   "vocab.txt", "cooccurrence.bin", "words.txt")  # fmt: skip
    materials.copy(home, "small.txt")
    rows = materials.small.read_text("utf-8").splitlines()
    (home / "table.csv").write_text("".join(["stars,text\n", *(f"5,{row}\n" for row in rows)]))
    (home / "corpus").mkdir()
    (home / "corpus" / "encoded").write_bytes(materials.small.read_bytes())
    for folder in ("thesis", "corpus", "vectors.work", "new.work", "."):
        if case.random.random() < 0.6:
            materials.copy_thesis(home, folder)
    for folder in ("arrays", "static"):
        if (home / folder).is_dir() and case.random.random() < 0.5:
            (home / folder / "thesis.tex").write_text("three years\n")
    for name in BESIDE:
        if case.random.random() < 0.2:
            (home / name).write_text("three years, and nobody named them\n")
    (home / "empty").write_bytes(b"")
    (home / "empty folder").mkdir()
    (home / "link.txt").symlink_to("thesis.tex")
    (home / "thesis.tex").write_text("three years, a link leads here\n")
    (home / "link to folder").symlink_to("thesis")
    (home / "loop").symlink_to("loop")
    (home / "read only").mkdir()
    (home / "read only" / "diary.txt").write_text("dear diary\n")
    (home / "read only").chmod(0o555)
    (home / "private").mkdir()
    (home / "private").chmod(0)
    (home / "secret.txt").write_text("nobody may read this\n")
    (home / "secret.txt").chmod(0)


def paths_in(case: Case) -> list[str]:
    """Return paths of all that there is, and of some that there is not."""
    found = []
    for parent, folders, files in os.walk(case.home):
        found += [
            os.path.relpath(os.path.join(parent, name), case.home) for name in folders + files
        ]
    inside = ("counts", "encoded", "lock", "checkpoint", "new.txt", "table.json")
    some = [os.path.join(folder, name) for folder in ("thesis", "new") for name in inside]
    return [*sorted(found), *some, *NEW]


_described: dict[str, Described] = {}


def described(case: Case, command: str) -> Described:
    """Return the options of a command, as it describes them itself."""
    if command not in _described:
        outcome = case.warm.run(command, [], case.home, describe=True)
        _described[command] = json.loads(outcome.out)
    return _described[command]


def draw(
    chooser: Chooser, options: Described, paths: list[str], words: list[str]
) -> tuple[list[str], list[tuple[str, str]]]:
    """Draw arguments; return them, and the names and values of those that may be paths."""
    positional = [option for option in options if not option["flags"]]
    named = [option for option in options if option["flags"]]
    arguments: list[str] = []
    used: list[tuple[str, str]] = []
    for option in chooser.sample(named, min(len(named), chooser.choice([0, 1, 1, 2, 3, 5]))):
        flag = chooser.choice(option["flags"])
        values = values_of(chooser, option, paths, words)
        if values and flag.startswith("--") and chooser.random() < 0.3:
            arguments.append(f"{flag}={values[0]}")
            values = values[:1]
        else:
            arguments += [flag, *values]
        used += [(option["name"], value) for value in values]
    in_order: list[str] = []
    for option in positional:
        if option["inner"]:
            name = chooser.choice(list(option["inner"]))
            inner, more = draw(chooser, option["inner"][name], paths, words)
            default = [] if any(key == "output" for key, _ in more) else [("output", f"{name}.png")]
            return [*arguments, *in_order, name, *inner], [*used, *more, *default]
        values = values_of(chooser, option, paths, words)
        used += [(option["name"], value) for value in values]
        in_order += values
    in_front = chooser.random() < 0.8
    return ([*in_order, *arguments] if in_front else [*arguments, *in_order]), used


def values_of(
    chooser: Chooser, option: dict[str, Any], paths: list[str], words: list[str]
) -> list[str]:
    """Draw as many values as an option takes."""
    times = {None: 1, 0: 0, "?": 1, "+": chooser.choice([1, 2]), "*": chooser.choice([0, 1, 2])}
    number = option["nargs"] if isinstance(option["nargs"], int) else times[option["nargs"]]
    return [value_of(chooser, option, paths, words) for _ in range(number)]


def value_of(chooser: Chooser, option: dict[str, Any], paths: list[str], words: list[str]) -> str:
    """Draw one value: often one that makes sense, else anything."""
    name = option["name"]
    if name in LIMITED:
        return chooser.choice(LIMITED[name])
    if option["type"] in ("int", "float") and chooser.random() < 0.95:
        return chooser.choice(WHOLE if option["type"] == "int" else REAL)
    if option["choices"] and chooser.random() < 0.9:
        return str(chooser.choice(option["choices"]))
    usual = {
        "corpus": ["small.txt", "corpus", "small.txt", "table.csv"],
        "text_column": ["text", "text", "stars"],
        "stop_words": ["english", "words.txt"],
        "vectors": ["vectors.txt", "vectors.bin", "arrays"],
        "input": ["vectors.txt", "vectors.bin", "arrays"],
        "analogies": ["questions.txt"],
        "similarity": ["pairs.tsv"],
        "against": ["vectors.vec"],
        "reports": ["vectors.report.json"],
        "words": words,
        "queries": [*words, " ".join(words[:3]), f"{words[0]} - {words[1]}", "a,b", "", " - ", ","],
        "pairs": [f"{words[0]}:{words[1]}", f"{words[2]}:{words[3]}", ":", "a:b:c"],
        "vocab_file": ["vocab.txt"],
        "cooccurrence_file": ["cooccurrence.bin"],
    }
    if name in usual and chooser.random() < 0.7:
        return chooser.choice(usual[name])
    return chooser.choice(paths)


def is_output(name: str) -> bool:
    """Return whether an option names a file to write."""
    return name in ("output", "phrases_file") or name.startswith("save_")


def outputs(
    home: Path, command: str, used: list[tuple[str, str]], inputs: Iterable[str]
) -> set[str]:
    """Return what the command may write: outputs named, what goes beside them, and no input.

    What goes beside them may only take the place of such a file.
    """
    last = dict(used)
    if command == "train":
        last.setdefault(HAS_REPORT, "vectors.txt")
    found = {value for name, value in last.items() if is_output(name)}
    if HAS_REPORT in last:
        path = last[HAS_REPORT].rstrip("/")
        stem, suffix = os.path.splitext(path)
        reports = {f"{stem}.report.json", f"{path}.report.json"}
        inner, inner_suffix = os.path.splitext(stem) if suffix == ".gz" else (stem, "")
        numbered = {f"{inner}.{n:03}{inner_suffix}{suffix}" for n in range(1, 30)}
        found |= {name for name in reports | numbered if not is_of_others(home / name)}
    return found - set(inputs)


def holds_anything(path: Path) -> bool:
    """Return whether a folder that is not empty is there, or a file that is not."""
    try:
        return bool(os.listdir(path) if path.is_dir() else path.stat().st_size)
    except (OSError, ValueError):
        return False


def is_of_others(path: Path) -> bool:
    """Return whether a file is there, and neither a report nor vectors."""
    if not os.path.isfile(path):
        return False
    content = path.read_bytes()
    return b'"glove_ada":' not in content and b" 0." not in content


KIND = Kind(
    "options",
    "whatever the options: a right result or a sentence, and what no option named as an output "
    "stays as it was",
    attack,
    weight=1.5,
)
