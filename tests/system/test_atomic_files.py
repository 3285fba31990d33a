"""Files that are the old one or the new one, whole."""

from __future__ import annotations

import errno
import os
import stat

import pytest

from glove_ada.errors import OptionError, OutputError
from glove_ada.system.atomic_files import (
    atomic_write,
    atomic_write_folder,
    check_apart,
    check_writable,
)


def permissions(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(("mode", "content"), [("wb", b"caf\xe9\n"), ("w", "caf\udce9\n")])
def test_writes(tmp_path, mode, content):
    with atomic_write(tmp_path / "file", mode) as file:
        file.write(content)
        assert not (tmp_path / "file").exists()
    assert (tmp_path / "file").read_bytes() == b"caf\xe9\n"
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_exception_leaves_the_old_file(tmp_path, error):
    (tmp_path / "file").write_text("old")

    def write_and_fail():
        with atomic_write(tmp_path / "file", "w") as file:
            file.write("new")
            raise error

    with pytest.raises(error):
        write_and_fail()
    assert (tmp_path / "file").read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_full_disk_is_one_sentence(tmp_path):
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    (tmp_path / "file").write_text("old")

    def write_to_full_disk():
        with atomic_write(tmp_path / "file") as file, open("/dev/full", "wb") as full_disk:
            os.dup2(full_disk.fileno(), file.fileno())
            file.write(b"new" * 100_000)

    with pytest.raises(OutputError, match=r"file could not be written: No space left on device$"):
        write_to_full_disk()
    assert (tmp_path / "file").read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_failing_input_is_not_blamed_on_the_output(tmp_path):
    with pytest.raises(FileNotFoundError), atomic_write(tmp_path / "file"):
        (tmp_path / "input").read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_permissions(tmp_path):
    old_umask = os.umask(0o027)
    try:
        with atomic_write(tmp_path / "new") as file:
            file.write(b"")
    finally:
        os.umask(old_umask)
    assert permissions(tmp_path / "new") == 0o640
    (tmp_path / "new").chmod(0o604)
    with atomic_write(tmp_path / "new") as file:
        file.write(b"x")
    assert permissions(tmp_path / "new") == 0o604


@pytest.mark.skipif(os.name != "posix", reason="symbolic links of POSIX")
def test_symbolic_link_is_followed(tmp_path):
    (tmp_path / "file").write_text("old")
    (tmp_path / "link").symlink_to("file")
    with atomic_write(tmp_path / "link", "w") as file:
        file.write("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "new"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "is a directory"),
        ("missing/file", "does not exist"),
        ("file/file", "does not exist"),
        ("../../../../../../../../dev/null", "not a regular file"),
    ],
)
def test_paths_that_cannot_be_written(tmp_path, name, sentence):
    (tmp_path / "file").write_text("")
    for attempt in (check_writable, lambda path: atomic_write(path).__enter__()):
        with pytest.raises(OutputError, match=sentence):
            attempt(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_read_only(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "file").chmod(0o400)
    with pytest.raises(OutputError, match="may not be written to"):
        check_writable(tmp_path / "file")


def test_the_new_name_is_on_the_disk_before_anything_else_happens(tmp_path, monkeypatch):
    """A power cut may lose a rename that the directory was not forced to the disk after."""
    steps = []

    def recorded(name):
        function = getattr(os, name)

        def record(*arguments):
            place = arguments[-1]
            if name == "fsync":
                is_folder = stat.S_ISDIR(os.fstat(place).st_mode)
                place = "its folder" if is_folder else "file"
            steps.append((name, os.path.basename(place)))
            function(*arguments)

        monkeypatch.setattr(os, name, record)

    for name in ("replace", "rename", "fsync"):
        recorded(name)
    with atomic_write(tmp_path / "file") as file:
        file.write(b"x")
    assert steps == [("fsync", "file"), ("replace", "file"), ("fsync", "its folder")]
    steps.clear()
    with atomic_write_folder(tmp_path / "folder", nothing) as folder:
        (folder / "a").write_text("x")
    sync = ("fsync", "its folder")
    assert steps == [("fsync", "file"), sync, ("rename", "folder"), sync]


def test_a_folder_that_cannot_be_forced_to_the_disk_is_no_error(tmp_path, monkeypatch):
    fsync = os.fsync

    def fail(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fail)
    with atomic_write(tmp_path / "file") as file:
        file.write(b"x")
    assert (tmp_path / "file").read_bytes() == b"x"


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("read", "is read from and would be overwritten"),
        ("folder/../read", "is read from and would be overwritten"),
        ("linked", "is read from and would be overwritten"),
        ("hard link", "is read from and would be overwritten"),
        ("folder", "is read from and would be overwritten"),
        ("folder/new", "is in a folder that is read from"),
        ("outer", "is read from and would be overwritten"),
    ],
)
def test_an_output_that_is_an_input_is_refused(tmp_path, output, sentence):
    for folder in ("folder", "outer"):
        (tmp_path / folder).mkdir()
    for file in ("read", "outer/read"):
        (tmp_path / file).write_text("input")
    (tmp_path / "linked").symlink_to("read")
    os.link(tmp_path / "read", tmp_path / "hard link")
    inputs = [tmp_path / name for name in ("read", "folder", "outer/read")]
    with pytest.raises(OptionError, match=sentence):
        check_apart([tmp_path / output], inputs)
    check_apart([tmp_path / "new", tmp_path / "another"], inputs)
    with pytest.raises(OptionError, match="written twice"):
        check_apart([tmp_path / "new", tmp_path / "." / "new"], inputs)


def test_an_output_that_standard_input_comes_from_is_refused(tmp_path):
    (tmp_path / "read").write_text("input")
    with (
        (tmp_path / "read").open() as file,
        pytest.raises(OptionError, match="is read from"),
    ):
        check_apart([tmp_path / "read"], [file.fileno()])


def nothing(folder):
    """Nothing in the folder is foreign."""


def test_a_folder_with_something_foreign_stays(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "thesis").write_text("years of work")
    with (
        pytest.raises(OutputError, match="thesis in it is not as glove_ada wrote it"),
        atomic_write_folder(tmp_path / "folder", lambda folder: os.listdir(folder)[0]),
    ):
        pass
    assert (tmp_path / "folder" / "thesis").read_text() == "years of work"


def test_folder_is_replaced_whole_or_not_at_all(tmp_path):
    for content in ("old", "new"):
        with atomic_write_folder(tmp_path / "folder", nothing) as folder:
            (folder / "marker").write_text(content)

    def write_and_fail():
        with atomic_write_folder(tmp_path / "folder", nothing) as folder:
            (folder / "marker").write_text("newer")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert (tmp_path / "folder" / "marker").read_text() == "new"
    assert os.listdir(tmp_path) == ["folder"]
