"""One run at a time in a work directory, however the one before has ended."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys

import pytest

from glove_ada.errors import OutputError
from glove_ada.run.kept.array_container import FileKind, is_of_kind, write_arrays
from glove_ada.run.kept.work_dir import WorkDir
from glove_ada.system.interrupts import Interrupted, interrupts_raised

KIND = FileKind("glove_ada test", 1)
HOLD = """
import sys, time
from glove_ada.run.kept.work_dir import WorkDir
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


@pytest.mark.skipif(os.name != "posix", reason="folders cannot be synced")
def test_its_name_is_forced_to_the_disk(tmp_path, monkeypatch):
    """After a power cut, a checkpoint in a folder without a name is lost."""
    rename, fsync, steps = os.rename, os.fsync, []

    def note_rename(old, new):
        steps.append("rename")
        rename(old, new)

    def note_sync(descriptor):
        status = os.fstat(descriptor)
        folders = {"directory": tmp_path, "work": tmp_path / "work"}
        if stat.S_ISDIR(status.st_mode):
            synced = [
                name
                for name, path in folders.items()
                if path.exists() and os.path.samestat(status, os.stat(path))
            ]
            steps.append(*(synced or ["temporary"]))
        fsync(descriptor)

    monkeypatch.setattr(os, "rename", note_rename)
    monkeypatch.setattr(os, "fsync", note_sync)
    with WorkDir(tmp_path / "work"):
        assert steps == ["temporary", "rename", "directory"]


@pytest.mark.skipif(os.name != "posix", reason="links may not be made")
@pytest.mark.parametrize("slash", ["", os.sep])
def test_what_a_link_leads_to_stays_for_the_next_run(tmp_path, slash):
    (tmp_path / "scratch").mkdir()
    with WorkDir(tmp_path / "scratch" / "work") as work:
        write_arrays(work.file("kept"), KIND, {}, {})
    (tmp_path / "work").symlink_to(tmp_path / "scratch" / "work")
    for _ in range(2):
        with WorkDir(f"{tmp_path / 'work'}{slash}") as work:
            work.remove({"kept": KIND})
    assert os.listdir(tmp_path / "work") == ["marker"]


def test_nothing_is_left_where_the_system_can_open_no_more_files(tmp_path, monkeypatch):
    """A folder with a name that nobody takes again would stay for good."""
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    mkdir = os.mkdir

    def make_the_last(*arguments):
        mkdir(*arguments)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))

    monkeypatch.setattr(os, "mkdir", make_the_last)
    try:
        with pytest.raises(OutputError, match="cannot be used"), WorkDir(tmp_path / "work"):
            pass
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="no signals to send to oneself")
def test_nothing_is_left_by_a_signal_while_it_is_removed(tmp_path, monkeypatch):
    unlink = os.unlink

    def unlink_and_signal(path, **options):
        unlink(path, **options)
        os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(Interrupted), interrupts_raised(), WorkDir(tmp_path / "work"):
        monkeypatch.setattr(os, "unlink", unlink_and_signal)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_it_is_for_its_owner_alone(tmp_path):
    umask = os.umask(0o022)
    try:
        with WorkDir(tmp_path / "work"), WorkDir(tmp_path) as inner:
            folders = [tmp_path / "work", inner.path]
            assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700, 0o700]
    finally:
        os.umask(umask)


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
