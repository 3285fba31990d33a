"""What a killed writer leaves is removed by the next one, and nothing else is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from support import DATA

from glove_ada.formats import read_vectors, write_vectors
from glove_ada.formats.table import VectorTable
from glove_ada.system import atomic_files
from glove_ada.system.atomic_files import atomic_write, atomic_write_folder
from glove_ada.system.temporary_files import sweep, temporary_name

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL of POSIX")

FILE = """
import sys, time
from glove_ada.system.atomic_files import atomic_write
with atomic_write(sys.argv[1]) as file:
    file.write(b"half")
    file.flush()
    print("half", flush=True)
    time.sleep(60)
"""
FOLDER = """
import sys, time
from glove_ada.system.atomic_files import atomic_write_folder
with atomic_write_folder(sys.argv[1], lambda folder: None) as folder:
    (folder / "marker").write_text("half")
    print("half", flush=True)
    time.sleep(60)
"""
BETWEEN_THE_RENAMES = """
import os, sys, time
from glove_ada.system import atomic_files
rename = os.rename
def stop_at_the_last(path, target):
    if target == sys.argv[1]:
        print("half", flush=True)
        time.sleep(60)
    rename(path, target)
os.rename = stop_at_the_last
atomic_files._exchange = lambda one, other: False  # as where the system cannot do that
with atomic_files.atomic_write_folder(sys.argv[1], lambda folder: None) as folder:
    (folder / "marker").write_text("new")
"""
AFTER_THE_EXCHANGE = """
import os, sys, time
from glove_ada.system import atomic_files
def stop(path):
    if path == os.path.dirname(sys.argv[1]):
        print("half", flush=True)
        time.sleep(60)
atomic_files.sync_folder = stop
with atomic_files.atomic_write_folder(sys.argv[1], lambda folder: None) as folder:
    (folder / "marker").write_text("new")
"""


@pytest.fixture
def start():
    """A function that starts a writer, which stops half-way."""
    processes = []

    def start(program, path):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(path)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(DATA.parent)},
        )
        processes.append(process)
        assert process.stdout.readline() == b"half\n"
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def find_thesis(folder):
    return "thesis" if (folder / "thesis").exists() else None


def temporaries(directory):
    return [name for name in os.listdir(directory) if ".tmp" in name]


def test_a_file_that_a_killed_writer_left(tmp_path, start):
    (tmp_path / "file").write_text("old")
    kill(start(FILE, tmp_path / "file"))
    assert (tmp_path / "file").read_text() == "old"
    assert len(temporaries(tmp_path)) == 1
    with atomic_write(tmp_path / "file", "w") as file:
        file.write("new")
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("length", [100, 101, 232, 233, 255])
def test_names_as_long_as_the_system_allows(tmp_path, start, length):
    target = tmp_path / ("é" * (length // 2) + "x" * (length % 2))
    for _ in range(2):  # the second removes what the first has left
        process = start(FILE, target)
        process.kill()
        process.wait()
    with atomic_write(target) as file:
        file.write(b"new")
    assert os.listdir(tmp_path) == [target.name]


def test_a_folder_that_a_killed_writer_left(tmp_path, start):
    kill(start(FOLDER, tmp_path / "folder"))
    assert len(temporaries(tmp_path)) == 1
    with atomic_write_folder(tmp_path / "folder", lambda folder: None) as folder:
        (folder / "marker").write_text("new")
    assert os.listdir(tmp_path) == ["folder"]


@pytest.mark.parametrize("program", [FILE, FOLDER, BETWEEN_THE_RENAMES])
def test_what_is_being_written_stays(tmp_path, start, program):
    if program != FILE:
        (tmp_path / "target").mkdir()
        (tmp_path / "target" / "marker").write_text("old")
    start(program, tmp_path / "target")
    before = os.listdir(tmp_path)
    sweep(tmp_path)
    sweep(tmp_path, "target")
    assert os.listdir(tmp_path) == before


def test_a_folder_moved_away_by_a_killed_writer_is_put_back(tmp_path, start):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "marker").write_text("old")
    kill(start(BETWEEN_THE_RENAMES, folder))
    assert len(temporaries(tmp_path)) == 2
    assert not folder.exists()
    sweep(tmp_path)
    assert (folder / "marker").read_text() == "old"
    assert os.listdir(tmp_path) == ["folder"]


def test_readers_find_a_folder_whose_writer_was_killed_between_the_renames(tmp_path, start):
    folder = tmp_path / "vectors"
    write_vectors(folder, VectorTable(list("abc"), np.ones((3, 2), np.float32)))
    kill(start(BETWEEN_THE_RENAMES, folder))
    assert not folder.exists()
    assert read_vectors(folder).words == ["a", "b", "c"]
    assert os.listdir(tmp_path) == ["vectors"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a system call of Linux")
def test_a_folder_is_replaced_in_one_step(tmp_path, start):
    """Other programs' readers never find it missing."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "marker").write_text("old")
    kill(start(AFTER_THE_EXCHANGE, folder))
    assert (folder / "marker").read_text() == "new"
    assert len(temporaries(tmp_path)) == 1
    sweep(tmp_path, "folder", lambda folder: None)
    assert (folder / "marker").read_text() == "new"
    assert os.listdir(tmp_path) == ["folder"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a system call of Linux")
def test_a_replaced_folder_of_a_killed_writer_stays_if_there_is_anything_of_others(tmp_path, start):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "marker").write_text("old")
    kill(start(AFTER_THE_EXCHANGE, folder))
    (old,) = temporaries(tmp_path)
    (tmp_path / old / "thesis").write_text("years of work")
    sweep(tmp_path)  # which cannot know what is ours
    with atomic_write_folder(folder, find_thesis) as new:
        (new / "marker").write_text("newer")
    assert (folder / "marker").read_text() == "newer"
    assert (tmp_path / old / "thesis").read_text() == "years of work"
    (tmp_path / old / "thesis").unlink()
    sweep(tmp_path, "folder", find_thesis)
    assert os.listdir(tmp_path) == ["folder"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a system call of Linux")
def test_a_replaced_folder_stays_while_its_writer_looks_into_it(tmp_path, start):
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "marker").write_text("old")
    start(AFTER_THE_EXCHANGE, tmp_path / "target")
    before = sorted(os.listdir(tmp_path))
    sweep(tmp_path, "target", lambda folder: None)
    assert sorted(os.listdir(tmp_path)) == before


def test_a_folder_that_had_been_replaced_goes(tmp_path):
    (tmp_path / "folder").mkdir()
    old = f"{temporary_name(str(tmp_path / 'folder'))}.old"
    os.mkdir(old)
    sweep(tmp_path)
    assert os.listdir(tmp_path) == ["folder"]


def test_an_interruption_between_the_renames_puts_the_old_folder_back(tmp_path, monkeypatch):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "marker").write_text("old")
    rename = os.rename

    def interrupted(path, target):
        rename(path, target)
        if path == str(folder):
            monkeypatch.undo()
            raise KeyboardInterrupt

    def write():
        monkeypatch.setattr(atomic_files, "_exchange", lambda one, other: False)
        with atomic_write_folder(folder, lambda folder: None) as new:
            (new / "marker").write_text("new")
            monkeypatch.setattr(os, "rename", interrupted)

    with pytest.raises(KeyboardInterrupt):
        write()
    assert (folder / "marker").read_text() == "old"
    assert os.listdir(tmp_path) == ["folder"]


def test_what_is_not_ours_stays(tmp_path):
    for name in ("file.tmp", "file.0123abcd.tmp", "file.glove_ada-0123.tmp", "glove_ada.tmp"):
        (tmp_path / name).write_text("the user's")
    (tmp_path / "other").write_text("the user's")
    (tmp_path / os.path.basename(temporary_name("file"))).symlink_to("other")
    another = tmp_path / temporary_name("another")
    another.write_text("of another file")
    before = sorted(os.listdir(tmp_path))
    with atomic_write(tmp_path / "file"):
        pass
    assert sorted(os.listdir(tmp_path)) == sorted([*before, "file"])
