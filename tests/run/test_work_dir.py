"""One run at a time in a work directory, however the one before has ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from glove_ada.errors import OutputError
from glove_ada.run.array_container import FileKind, is_of_kind, write_arrays
from glove_ada.run.work_dir import WorkDir

KIND = FileKind("glove_ada test", 1)
HOLD = """
import sys, time
from glove_ada.run.work_dir import WorkDir
with WorkDir(sys.argv[1]):
    print("locked", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other_run(tmp_path):
    """Another process at work in the directory."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "work")], stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"locked\n"
    yield process
    process.kill()
    process.communicate()


def test_it_is_made_and_removed_when_nothing_is_kept(tmp_path):
    with WorkDir(tmp_path / "work"):
        assert (tmp_path / "work").is_dir()
    assert not (tmp_path / "work").exists()


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_nobody_else_may_look_into_it(tmp_path):
    """It holds the vectors and the counts of what may be somebody's letters."""
    with WorkDir(tmp_path / "work"):
        assert (tmp_path / "work").stat().st_mode & 0o777 == 0o700


def test_what_is_kept_stays(tmp_path):
    with WorkDir(tmp_path / "work") as work:
        write_arrays(work.file("kept"), KIND, {}, {})
        write_arrays(work.file("other"), KIND, {}, {})
        work.remove({"other": KIND, "missing": KIND})
    with WorkDir(tmp_path / "work") as work:
        assert is_of_kind(work.file("kept"), KIND)
        assert not work.file("other").exists()


def test_what_is_not_of_the_kind_stays(tmp_path):
    with WorkDir(tmp_path / "work") as work:
        work.file("checkpoint").write_text("a thesis")
        work.remove({"checkpoint": KIND})
    assert work.file("checkpoint").read_text() == "a thesis"


def test_a_second_run_is_refused(tmp_path, other_run):
    work = tmp_path / "work"
    sentence = rf"another run is at work in .*work \(process {other_run.pid}\): let it end"
    with pytest.raises(OutputError, match=sentence), WorkDir(work):
        pass
    assert work.is_dir()


def test_a_dead_run_holds_nothing_and_its_unfinished_files_go(tmp_path, other_run):
    (tmp_path / "work" / "checkpoint.glove_ada-0123abcd.tmp").write_text("half")
    (tmp_path / "work" / "checkpoint").write_text("whole")
    (tmp_path / "work" / "user.tmp").write_text("not ours")
    other_run.send_signal(signal.SIGKILL)
    other_run.wait()
    with WorkDir(tmp_path / "work") as work:
        assert sorted(os.listdir(work.path)) == ["checkpoint", "marker", "user.tmp"]


def test_two_in_one_process_are_refused_too(tmp_path):
    with WorkDir(tmp_path), pytest.raises(OutputError, match="another run"), WorkDir(tmp_path):
        pass


@pytest.mark.parametrize("name", ["missing/work", "file"])
def test_paths_that_cannot_be_used(tmp_path, name):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be used"), WorkDir(tmp_path / name):
        pass


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_one_that_may_not_be_written_to(tmp_path):
    with WorkDir(tmp_path / "work") as work:
        work.file("kept").write_text("kept")
    (tmp_path / "work").chmod(0o500)
    with (
        pytest.raises(OutputError, match="may not be written to; give"),
        WorkDir(tmp_path / "work"),
    ):
        pass
    (tmp_path / "work").chmod(0o700)
