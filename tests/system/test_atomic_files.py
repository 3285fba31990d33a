"""Files that are the old one or the new one, whole."""

from __future__ import annotations

import errno
import os
import stat

import pytest

from glove_ada.errors import OptionError, OutputError
from glove_ada.system import atomic_files
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


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
@pytest.mark.parametrize("mode", [0o700, 0o2775])
def test_permissions_of_a_folder(tmp_path, mode):
    old_umask = os.umask(0o022)
    try:
        with atomic_write_folder(tmp_path / "new", nothing):
            pass
        assert permissions(tmp_path / "new") == 0o755
        (tmp_path / "new").chmod(mode)
        with atomic_write_folder(tmp_path / "new", nothing) as folder:
            assert permissions(folder) == 0o700  # nobody else looks into it meanwhile
            (folder / "marker").write_text("new")
    finally:
        os.umask(old_umask)
    assert permissions(tmp_path / "new") == mode
    assert (tmp_path / "new" / "marker").exists()


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
        ("loop", "Too many levels of symbolic links"),
        ("x" * 256, "File name too long"),
        ("pipe", "not a regular file"),
    ],
)
def test_paths_that_cannot_be_written(tmp_path, name, sentence):
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to("loop")
    reader, writer = os.pipe()
    (tmp_path / "pipe").symlink_to(f"/dev/fd/{writer}")  # as /dev/stdout is one
    for attempt in (check_writable, lambda path: atomic_write(path).__enter__()):
        with pytest.raises(OutputError, match=sentence):
            attempt(tmp_path / name)
    os.close(reader)
    os.close(writer)


def test_an_empty_name():
    for attempt in (check_writable, lambda path: atomic_write(path).__enter__()):
        with pytest.raises(OutputError, match="the name of an output is empty"):
            attempt("")


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


@pytest.mark.parametrize("in_one_step", [True, False])
def test_what_is_put_into_a_folder_while_the_new_one_is_written_stays(
    tmp_path, monkeypatch, in_one_step
):
    if not in_one_step:
        monkeypatch.setattr(atomic_files, "_exchange", lambda one, other: False)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "marker").write_text("old")

    def find_thesis(folder):
        return "thesis" if (folder / "thesis").exists() else None

    def write():
        with atomic_write_folder(folder, find_thesis) as new:
            (new / "marker").write_text("new")
            (folder / "thesis").write_text("years of work")

    with pytest.raises(OutputError, match="thesis in it is not as glove_ada wrote it"):
        write()
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "marker": "old",
        "thesis": "years of work",
    }
    assert os.listdir(tmp_path) == ["folder"]


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


def test_an_old_folder_that_cannot_all_be_removed_goes_with_the_next(tmp_path, monkeypatch):
    """What is left of it may not look like ours any more."""

    def find_incomplete(folder):
        return None if len(os.listdir(folder)) == 2 else "a part"

    def write():
        with atomic_write_folder(tmp_path / "folder", find_incomplete) as folder:
            for name in ("one", "two"):
                (folder / name).write_text(name)

    write()
    unlink, failed = os.unlink, []

    def fail_once(path, **options):
        if os.path.basename(path) == "two" and not failed:
            failed.append(path)
            raise OSError(errno.EIO, "Input/output error", path)
        unlink(path, **options)

    monkeypatch.setattr(os, "unlink", fail_once)
    write()
    assert failed
    assert len(os.listdir(tmp_path)) == 2
    write()
    assert os.listdir(tmp_path) == ["folder"]
