"""Hostile files of vectors, reports and questions, for the commands that read them."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attack.case import Case, Kind
from attack.materials import OVERWRITE
from attack.processes import Outcome

TOKENS = (
    b"nan", b"inf", b"-inf", b"1e400", b"-1e-400", b"1e-45", b"-1", b"0", b"99999999999999999999",
    b"\0", b"\n", b"\n\n", b" ", b"\t", b"\r\n", b"\xff\xfe", b"\xef\xbb\xbf", b"0x10", b"1_000",
    b"\xe2\x80\xa8", b"\xc2\xa0", "\uff11\uff12".encode(), b"500000000 300\n", b"{", b"[" * 5000,
    b"a" * 70_000, b"\x1f\x8b\x08", b"3.4028236e38", b"<unk>",
)  # fmt: skip
NUMBERS = (-1, 0, 1, 3, 2**31, 2**63, 2**64, 10**30, 1e308, -0.5, float("nan"), float("inf"))
VALUES = (*NUMBERS, None, True, "", "x", "float32", [], {}, [-1, 3], [2**40, 2**40], [[[]]])
SHAPES = (b"(-60, 6)", b"(60, -6)", b"(60, 0)", b"(0, 6)", b"(360,)", b"(60, 6, 1)", b"()",
          b"(4611686018427387904, 6)", b"(500000000, 6)", b"(61, 6)", b"(6, 60)")  # fmt: skip
DTYPES = (b"<f2", b"<f8", b">f4", b"<f16", b"<i4", b"<c8", b"|O", b"|S4", b"|u1", b"<U1", b"<M8")
HEADERS = (b"500000000 6\n", b"-1 6\n", b"60 -6\n", b"60 0\n", b"0 6\n", b"61 6\n", b"59 6\n",
           b"60 5\n", b"60 7\n", b"99999999999999999999 6\n", b"60 1000000000\n", b"60 6 1\n",
           b"1e3 6\n", b"60\n")  # fmt: skip
NOT_A_NUMBER = re.compile(r"(^|[\s:])-?(nan|inf|infinity) ?%?$", re.IGNORECASE | re.MULTILINE)
Chooser = random.Random


def attack(case: Case) -> None:
    """Damage one file and read it."""
    name = case.random.choice([*case.materials.vectors, "arrays", "static"])
    if name not in case.materials.vectors:
        name = "vectors.bin"
    others = ["questions.txt", "pairs.tsv", "vectors.report.json", "words.txt", "vocab.txt"]
    case.materials.copy(case.home, *others, *({name, "vectors.txt"}))
    target = name if case.random.random() < 0.85 else case.random.choice(others)
    damage(case, case.home / target)
    command, arguments, asked_for = reading(case.random, name, case.materials.words)
    outcome = case.run(command, arguments, asked_for=asked_for)
    if command in ("query", "evaluate") and outcome.status == 0:
        refuse_no_numbers(case, outcome)


def refuse_no_numbers(case: Case, outcome: Outcome) -> None:
    """Find scores that are not numbers, reported as a success."""
    if NOT_A_NUMBER.search(outcome.out) or "NaN" in outcome.out:
        case.fault("a score that is no number, with status 0", outcome)


def damage(case: Case, path: Path) -> None:
    """Make a file or folder hostile; tell how."""
    chooser = case.random
    if path.is_dir():
        inner = path / chooser.choice(sorted(os.listdir(path)))
        if chooser.random() < 0.75:
            path = inner
    if path.is_dir() or chooser.random() < 0.1:
        how = chooser.choice([replace_by_directory, replace_by_pipe, replace_by_loop, remove,
                              empty, forbid, add_pipe])  # fmt: skip
        if how in (replace_by_pipe, remove) and path.parent == case.home:
            how = empty
        how(path)
        case.tell(f"{how.__name__} {path.relative_to(case.home)}")
        return
    data = path.read_bytes()
    changes = [damage_bytes]
    if path.suffix == ".gz":
        changes = [damage_bytes, damage_inside, pack_twice]
    elif path.suffix == ".npy":
        changes = [damage_bytes, damage_array, damage_floats]
    elif path.suffix == ".json":
        changes = [damage_bytes, damage_json, damage_json]
    elif path.suffix == ".safetensors":
        changes = [damage_bytes, damage_tensor_header, damage_floats]
    elif path.suffix in (".vec", ".bin"):
        changes = [damage_bytes, damage_header, damage_floats]
    change = chooser.choice(changes)
    path.write_bytes(change(chooser, data))
    case.tell(f"{change.__name__} of {path.relative_to(case.home)}")


def damage_bytes(chooser: Chooser, data: bytes) -> bytes:
    """Flip, cut, double or insert something, once or a few times."""
    for _ in range(chooser.choice([1, 1, 1, 2, 4])):
        at = chooser.randrange(len(data) + 1) if chooser.random() < 0.6 else chooser.randrange(9)
        to = at + chooser.choice([1, 1, 4, 30, 1000])
        token = chooser.choice(TOKENS)
        data = chooser.choice([
            data[:at] + bytes(byte ^ 1 << chooser.randrange(8) for byte in data[at : at + 1])
            + data[at + 1 :],
            data[:at],
            data[:at] + data[to:],
            data[:to] + data[at:],
            data[:at] + token + data[at:],
            data[:at] + token + data[at + len(token) :],
            replace_number(chooser, data, token),
        ])  # fmt: skip
    return data


def replace_number(chooser: Chooser, data: bytes, token: bytes) -> bytes:
    """Put something else for one of the numbers in a text."""
    numbers = list(re.finditer(rb"(?<= )-?\d+\.\d+", data))
    if not numbers:
        return data
    number = chooser.choice(numbers)
    return data[: number.start()] + token + data[number.end() :]


def damage_inside(chooser: Chooser, data: bytes) -> bytes:
    """Damage what a gzip file holds."""
    return gzip.compress(damage_bytes(chooser, gzip.decompress(data)), mtime=0)


def pack_twice(chooser: Chooser, data: bytes) -> bytes:
    """Pack it again, hang something on it, or make it a bomb."""
    bomb = gzip.compress(bytes(200_000_000) if chooser.random() < 0.2 else b" " * 1000, mtime=0)
    return chooser.choice([gzip.compress(data, mtime=0), data + b"garbage", data + data, bomb])


def damage_array(chooser: Chooser, data: bytes) -> bytes:
    """Let the header of a .npy file tell of another shape or type."""
    if chooser.random() < 0.5:
        return pad(re.sub(rb"\(\d+, ?\d*\)", chooser.choice(SHAPES), data, count=1), data)
    if chooser.random() < 0.7:
        return pad(
            re.sub(rb"'[<|>]\w+'", b"'" + chooser.choice(DTYPES) + b"'", data, count=1), data
        )
    return data.replace(b"False", b"True", 1)


def pad(changed: bytes, data: bytes) -> bytes:
    """Give the header of a .npy file its old length, as far as its spaces allow."""
    end = changed.find(b"\n")
    more = len(data) - len(changed)
    if more >= 0:
        return changed[:end] + b" " * more + changed[end:]
    spaces = len(changed[:end]) - len(changed[:end].rstrip(b" "))
    return changed[: end - min(spaces, -more)] + changed[end:]


def damage_floats(chooser: Chooser, data: bytes) -> bytes:
    """Put infinity, NaN or something huge at a place where four bytes are a number."""
    value = chooser.choice([float("nan"), float("inf"), -float("inf"), 3e38, 1e-45])
    at = len(data) - 4 * chooser.randrange(1, max(2, min(60, len(data) // 4)))
    if at < 0:
        return data
    return data[:at] + struct.pack("<f", value) + data[at + 4 :]


def damage_header(chooser: Chooser, data: bytes) -> bytes:
    """Let the first line of word2vec's format promise something else."""
    return chooser.choice(HEADERS) + data[data.find(b"\n") + 1 :]


def damage_json(chooser: Chooser, data: bytes) -> bytes:
    """Put another value into a JSON file, or another key."""
    try:
        tree = json.loads(data)
    except ValueError:
        return damage_bytes(chooser, data)
    return json.dumps(with_another_value(chooser, tree)).encode()


def with_another_value(chooser: Chooser, tree: Any) -> Any:
    """Return a tree of JSON with something in it replaced or removed."""
    if isinstance(tree, dict) and tree and chooser.random() < 0.95:
        key = chooser.choice(list(tree))
        if chooser.random() < 0.2:
            return {other: value for other, value in tree.items() if other != key}
        return {**tree, key: with_another_value(chooser, tree[key])}
    if isinstance(tree, list) and tree and chooser.random() < 0.8:
        at = chooser.randrange(len(tree))
        return [*tree[:at], with_another_value(chooser, tree[at]), *tree[at + 1 :]]
    return chooser.choice(VALUES)


def damage_tensor_header(chooser: Chooser, data: bytes) -> bytes:
    """Change the JSON that a safetensors file begins with."""
    (length,) = struct.unpack("<Q", data[:8])
    if chooser.random() < 0.2:
        return struct.pack("<Q", chooser.choice([0, 2**63, len(data), 1])) + data[8:]
    header = damage_json(chooser, data[8 : 8 + length])
    return struct.pack("<Q", len(header)) + header + data[8 + length :]


def remove(path: Path) -> None:
    """Remove a file or folder."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def empty(path: Path) -> None:
    """Put an empty one in its place."""
    is_folder = path.is_dir()
    remove(path)
    if is_folder:
        path.mkdir()
    else:
        path.write_bytes(b"")


def replace_by_directory(path: Path) -> None:
    """Put a folder in the place of a file."""
    remove(path)
    path.mkdir()


def replace_by_pipe(path: Path) -> None:
    """Put a pipe there that nobody writes to."""
    remove(path)
    os.mkfifo(path)


def replace_by_loop(path: Path) -> None:
    """Put a symbolic link to itself there."""
    remove(path)
    path.symlink_to(path.name)


def forbid(path: Path) -> None:
    """Take all permissions away."""
    path.chmod(0)


def add_pipe(path: Path) -> None:
    """Put a pipe that nobody writes to into a folder, in the place of one of its files."""
    if path.is_dir() and os.listdir(path):
        replace_by_pipe(path / min(os.listdir(path)))
    else:
        empty(path)


def reading(chooser: Chooser, name: str, words: list[str]) -> tuple[str, list[str], list[str]]:
    """Return a command that reads these vectors, its arguments, and what it is to write."""
    some = chooser.sample(words, 4)
    output = chooser.choice(["new.txt", "new.vec", "new.bin", "new.txt.gz", "new"])
    make: Callable[[], tuple[str, list[str], list[str]]] = chooser.choice([
        lambda: ("query", [name, some[0], " ".join(some[:2]), " ".join(some[:3]),
                           f"{some[0]} - {some[1]} + {some[2]}", ", ".join(some)], []),
        lambda: ("evaluate", [name, "--analogies", "questions.txt", "--similarity", "pairs.tsv",
                              *chooser.choice([[], ["--json"], ["--against", "vectors.txt"]])], []),
        lambda: ("convert", [name, output, OVERWRITE, *chooser.choice([[], ["--limit", "20"]])],
                 [output]),
        lambda: ("convert", [name, "new", OVERWRITE, "--format", "safetensors"], ["new"]),
        lambda: ("convert", [name, "new.txt", OVERWRITE, "--vocab-file", "vocab.txt"], ["new.txt"]),
        lambda: ("plot", ["words", name, *some], ["words.png"]),
        lambda: ("plot", ["words", name, "--words-file", "words.txt"], ["words.png"]),
        lambda: ("plot", ["pairs", name, f"{some[0]}:{some[1]}", f"{some[2]}:{some[3]}"],
                 ["pairs.png"]),
        lambda: ("plot", ["costs", "vectors.report.json"], ["costs.png"]),
    ])  # fmt: skip
    return make()


KIND = Kind(
    "vectors",
    "a hostile file of vectors, questions or costs is refused in a sentence or read, soon and in "
    "1 GiB, and no score is NaN",
    attack,
)
