"""Files that are the old one or the new one, whole."""

from __future__ import annotations

import os
import stat

import pytest

from glove_ada.errors import OutputError
from glove_ada.system.atomic_files import atomic_write, atomic_write_folder, check_writable


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


def test_folder_is_replaced_whole_or_not_at_all(tmp_path):
    for content in ("old", "new"):
        with atomic_write_folder(tmp_path / "folder", "marker") as folder:
            (folder / "marker").write_text(content)

    def write_and_fail():
        with atomic_write_folder(tmp_path / "folder", "marker") as folder:
            (folder / "marker").write_text("newer")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert (tmp_path / "folder" / "marker").read_text() == "new"
    assert os.listdir(tmp_path) == ["folder"]
