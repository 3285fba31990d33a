"""What holds of every command: one door for errors, and a quiet end at any moment."""

from __future__ import annotations

import argparse
import ctypes
import errno
import importlib
import os
import signal
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support import DATA

from glove_ada import WordVectors
from glove_ada.__main__ import COMMANDS

ROOT = DATA.parent
TRAIN = ["--vector-size", "4", "--epochs", "2"]
posix = pytest.mark.skipif(os.name != "posix", reason="shells, signals and users of POSIX")


def main(command, *arguments):
    module = importlib.import_module(f"glove_ada.{command}")
    return module.main([os.fsdecode(argument) for argument in arguments])


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with vectors, a corpus, questions and word pairs."""
    monkeypatch.chdir(tmp_path)
    words = [f"w{number}" for number in range(12)]
    vectors = WordVectors(words, np.random.default_rng(1).normal(size=(12, 4)).astype(np.float32))
    vectors.save("v.txt")
    vectors.save("folder")
    Path("corpus").write_text("w1 w2 w3 w4 w5 w6\n" * 9)
    Path("questions").write_text("w1 w2 w3 w4\nw2 w3 w4 w5\n")
    Path("pairs").write_text("w1\tw2\t3\nw2\tw3\t1\nw4\tw5\t2\n")
    return tmp_path


@pytest.mark.parametrize("command", [*COMMANDS, "__main__"])
@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (MemoryError(), 2, "error: the memory is not enough"),
        (OSError(errno.EIO, "Input/output error", "v.txt"), 2, "error: v.txt cannot be used: In"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
    ids=["memory", "system", "ctrl-c"],
)
def test_all_go_through_the_door(monkeypatch, capsys, command, error, status, said):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", fail)
    monkeypatch.setattr("glove_ada.__main__._overview", fail)
    assert main(command) == status
    errors = capsys.readouterr().err
    assert errors.startswith(said)
    assert errors.count("\n") == 1


def shell(*lines):
    """Run lines of a shell at the same time; return what each left: status, output, errors."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHON": sys.executable}
    pipe = subprocess.PIPE
    started = [
        subprocess.Popen(["bash", "-c", line], env=environment, stdout=pipe, stderr=pipe)
        for line in lines
    ]
    ends = [process.communicate() for process in started]
    return [
        (process.returncode, *(text.decode("utf-8", "replace") for text in end))
        for process, end in zip(started, ends, strict=True)
    ]


@posix
def test_streams_of_a_real_process(here):
    """Python itself must have nothing to complain of when it ends."""
    Path("asked").write_text("w1\n" * 2000)
    query = "$PYTHON -m glove_ada.query v.txt"
    outputs = {
        f"{query} w1 > /dev/full": (2, "error: the standard output cannot be written to: No space"),
        f"{query} w1 >&-": (2, "error: the standard output is closed"),
        f"set -o pipefail; {query} < asked | head -1": (141, ""),
        f"{query} --help > /dev/full": (2, "error: the standard output cannot be written to: No"),
        f"{query} <&-": (2, "error: the standard input is closed: give a query as an argument"),
        "$PYTHON -m glove_ada.train - <&-": (2, "error: cannot read the standard input: it is cl"),
        "$PYTHON -m glove_ada.convert v.txt $'\\xff.vec'": (0, ""),
        f"PYTHONIOENCODING=latin-1 {query} €": (2, "error: '\\u20ac' is not among the 12 words"),
    }
    for (line, (status, said)), found in zip(outputs.items(), shell(*outputs), strict=True):
        assert found[0] == status, line
        assert found[2].startswith(said), line
        assert found[2].count("\n") == (said != ""), line


@posix
def test_a_log_that_is_lost_ends_no_training(here):
    train = f"$PYTHON -m glove_ada.train corpus {' '.join(TRAIN)} --save-file"
    lost = ["2>&-", "2> /dev/full", "2>&1 | true"]
    for status, output, _ in shell(
        f"{train} seen.txt",
        *(f"set -o pipefail; {train} {number}.txt {end}" for number, end in enumerate(lost)),
    ):
        assert (status, output) == (0, "")
    expected = Path("seen.txt").read_bytes()
    assert [Path(f"{number}.txt").read_bytes() for number in range(3)] == 3 * [expected]


@posix
@pytest.mark.parametrize("command", COMMANDS)
def test_ctrl_c_during_imports_is_quiet(tmp_path, command):
    """In the first tenths of a second: here, when the first large package is imported."""
    for package in ("numpy", "importlib/metadata"):
        (tmp_path / package).mkdir(parents=True)
    stop = "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)\n"
    (tmp_path / "numpy" / "__init__.py").write_text(stop)
    (tmp_path / "argparse.py").write_text(stop)  # which versions imports, too
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    ended = subprocess.run(
        [sys.executable, "-m", f"glove_ada.{command}"],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (-signal.SIGINT, b"")


@pytest.fixture
def unprivileged():
    """Take from root, for a while, the right to read and write what modes forbid."""
    if os.geteuid():
        yield
        return
    if not sys.platform.startswith("linux"):
        pytest.skip("root may read everything")
    libc = ctypes.CDLL(None, use_errno=True)
    header = ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0))
    before = ctypes.create_string_buffer(24)  # twice: effective, permitted, inheritable
    assert libc.capget(header, before) == 0
    effective, *others = struct.unpack("=6I", before.raw)
    fewer = struct.pack("=6I", effective & ~0b110, *others)  # CAP_DAC_OVERRIDE and _READ_SEARCH
    assert libc.capset(header, ctypes.create_string_buffer(fewer)) == 0
    yield
    libc.capset(header, before)


@posix
def test_folders_that_may_not_be_read(here, unprivileged, capsys):
    pytest.importorskip("matplotlib")
    Path("bats/below").mkdir(parents=True)
    Path("bats/below/a.txt").write_text("w1\tw2\nw2\tw3\n")
    Path("closed").mkdir()
    for folder in ("closed", "bats/below"):
        Path(folder).chmod(0)
    attempts = [
        ["query", "closed", "w1"],
        ["query", "closed/v.txt", "w1"],
        ["evaluate", "closed/v", "--analogies", "questions"],
        ["evaluate", "v.txt", "--analogies", "closed"],
        ["evaluate", "v.txt", "--analogies", "bats"],
        ["evaluate", "v.txt", "--similarity", "closed/pairs"],
        ["evaluate", "v.txt", "--analogies", "questions", "--against", "closed/v"],
        ["convert", "closed/v", "w.txt"],
        ["convert", "v.txt", "closed/w.txt"],
        ["plot", "words", "closed/v", "w1", "w2", "w3"],
        ["plot", "words", "v.txt", "--words-file", "closed/words"],
        ["plot", "words", "v.txt", "w1", "w2", "w3", "--output", "closed/words.png"],
        ["plot", "costs", "closed/report.json"],
        ["train", "closed/corpus"],
        ["train", "corpus", "--save-file", "closed/v.txt"],
        ["train", "corpus", "--vocab-file", "closed/vocab.txt"],
        ["train", "corpus", "--work-dir", "closed/work"],
    ]
    for attempt in attempts:
        assert main(*attempt) == 2, attempt
        errors = capsys.readouterr().err.splitlines()
        assert errors[-1].startswith("error: "), attempt
        assert "closed" in errors[-1] or "bats/below" in errors[-1], errors[-1]
    for folder in ("closed", "bats/below"):
        Path(folder).chmod(0o755)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a file of Linux gives EIO")
def test_a_disk_that_cannot_be_read(here, capsys, monkeypatch):
    """The first byte of this process's memory is in no page, so that reading it is an EIO."""
    bad = Path("bad")
    bad.symlink_to("/proc/self/mem")
    read_bytes = Path.read_bytes
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: read_bytes(bad if path.name == "words.txt" else path)
    )
    for attempt in [
        ["train", "bad"],
        ["train", "corpus", "--vocab-file", "bad"],
        ["train", "corpus", "--analogies", "bad"],
        ["query", "bad", "w1"],
        ["query", "folder", "w1"],
        ["evaluate", "v.txt", "--similarity", "bad"],
        ["convert", "folder", "w.txt"],
        ["plot", "words", "v.txt", "--words-file", "bad"],
        ["plot", "costs", "bad"],
    ]:
        assert main(*attempt) == 2, attempt
        assert "Input/output error" in capsys.readouterr().err, attempt
