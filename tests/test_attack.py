"""Attacks from outside: the short version of `scripts/attack.py --minutes 60`."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys

import pytest
from support import DATA

SCRIPTS = DATA.parent / "scripts"

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="forks, signals and system calls of Linux"
)


def attack(*options):
    """Run the script; return its exit status and what it printed."""
    command = [sys.executable, str(SCRIPTS / "attack.py"), *map(str, options)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not ended.stderr
    return ended.returncode, ended.stdout


def test_a_few_of_each_kind():
    status, said = attack("--cases", 2)
    assert status == 0, said
    assert re.search(r"^options +2 +2 +0 ", said, re.MULTILINE)


@pytest.mark.slow
def test_ten_minutes():
    status, said = attack("--minutes", 10, "--seed", 2)
    assert status == 0, said


@pytest.fixture
def home(tmp_path):
    """A user's directory."""
    home = tmp_path / "home"
    (home / "folder").mkdir(parents=True)
    (home / "folder" / "thesis").write_text("three years")
    (home / "vectors.txt").write_text("old")
    return home


@pytest.fixture
def part(monkeypatch):
    """Import a part of the attack."""
    monkeypatch.syspath_prepend(SCRIPTS)
    return lambda name: importlib.import_module(f"attack.{name}")


def link(home):
    (home / "vectors.txt").unlink()
    (home / "vectors.txt").symlink_to("folder/thesis")


@pytest.mark.parametrize(
    ("harm", "asked_for", "found"),
    [
        (lambda home: None, set(), []),
        (lambda home: (home / "folder/thesis").unlink(), set(), "deleted: folder/thesis"),
        (lambda home: (home / "folder/thesis").unlink(), {"folder/thesis"}, "deleted"),
        (lambda home: (home / "folder/thesis").write_text("x"), {"folder"}, "changed"),
        (lambda home: (home / "folder").chmod(0o500), set(), "given mode 500: folder"),
        (lambda home: (home / "vectors.txt").write_text("new"), {"vectors.txt"}, []),
        (lambda home: (home / "vectors.txt").write_text("new"), set(), "changed: vectors.txt"),
        (link, {"vectors.txt"}, "replaced by a link"),
        (lambda home: (home / "new").write_text("new"), set(), "left that nobody asked for: new"),
        (lambda home: (home / "new").mkdir(), {"new"}, []),
        (lambda home: (home / "x.glove_ada-1.tmp").touch(), {"x"}, "a temporary file was left"),
    ],
)
def test_what_is_done_to_the_users_files(part, home, harm, asked_for, found):
    owned = part("user_files").Owned(home, but=set())
    harm(home)
    faults = owned.faults(asked_for, asked_for, may_litter=False)
    (home / "folder").chmod(0o700)
    if found:
        (fault,) = faults
        assert found in fault
    else:
        assert not faults


@pytest.mark.parametrize(
    ("status", "err", "found"),
    [
        (0, "warning: much\n", None),
        (2, "error: x is no file of vectors\n", None),
        (2, "usage: q\npython -m glove_ada.plot words: error: no\n", None),
        (2, "", "status 2 with 0 sentences"),
        (2, "error: a\nerror: b\n", "status 2 with 2 sentences"),
        (1, "", "status 1"),
        (-11, "", "status -11"),
        (1, "Traceback (most recent call last):\nOSError\n", "a traceback and status 1"),
        (0, "x.py:3: RuntimeWarning: overflow\n", "a warning that is no sentence"),
        (None, "", "does not end in 20 s"),
    ],
)
def test_how_a_command_may_end(part, home, status, err, found):
    case = part("case").Case(None, home, None, None, False)
    case.own()
    outcome = part("processes").Outcome(["convert"], status, "", err, 20)
    case.judge(outcome, (), (), (0, 2))
    assert [fault.what for fault in case.faults] == ([found] if found else [])


RENAMED = [("write", "v.glove_ada-1", ""), ("sync", "v.glove_ada-1", ""),
           ("rename", "v.glove_ada-1", "v")]  # fmt: skip


@pytest.mark.parametrize(
    ("calls", "found"),
    [
        ([*RENAMED, ("sync", ".", ""), ("remove", "work/checkpoint", "")], None),
        ([*RENAMED, ("remove", "v.glove_ada-1", "")], None),
        ([*RENAMED, ("remove", "work/checkpoint", "")], "removed before"),
        ([RENAMED[0], RENAMED[2]], "renamed before"),
        ([("rename", "v", "v.glove_ada-1.old"), *RENAMED, ("remove", "v.glove_ada-1.old/x", "")],
         "removed before"),
    ],
)  # fmt: skip
def test_what_a_power_cut_could_lose(part, calls, found):
    faults = part("power").what_could_be_lost(calls)
    assert [found] == [fault[: len(found)] for fault in faults] if found else not faults
