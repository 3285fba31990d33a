"""Files that other processes reach: the same calls for a folder and for a URL."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress

import numpy as np
import pytest

from glove_ada.errors import CorpusError, OutputError
from glove_ada.run.kept import shared_files
from glove_ada.run.kept.array_container import (
    FileKind,
    is_of_kind,
    open_array,
    read_arrays,
    write_arrays,
)
from glove_ada.run.kept.shared_files import (
    KeptRanges,
    RemoteRanges,
    fetched,
    fetched_folder,
    joined,
    names_at,
    open_ranges,
    own_folder,
    remove,
    remove_folder,
    send_folder,
    written,
)
from glove_ada.system.temporary_files import temporary_folder

fsspec = pytest.importorskip("fsspec")
KIND = FileKind("glove_ada test", 1)


@pytest.fixture(params=["path", "file", "memory"])
def folder(request, tmp_path):
    if request.param == "path":
        (tmp_path / "shared").mkdir()
        yield str(tmp_path / "shared")
    elif request.param == "file":
        yield f"file://{tmp_path.as_posix()}/shared"
    else:
        system = fsspec.filesystem("memory")
        system.store.clear()
        yield "memory://shared/run"
        system.store.clear()


def put(place, content):
    with written(place) as path, open(path, "wb") as file:
        file.write(content)


def get(place):
    with fetched(place) as path, open(path, "rb") as file:
        return file.read()


def test_what_is_written_is_fetched_and_never_an_older_one(folder):
    place = joined(folder, "words-0-1")
    for content in (b"one", b"another", b""):
        put(place, content)
        assert get(place) == content
    remove(place)
    remove(place)  # which is not there
    with pytest.raises((CorpusError, OSError)):
        get(place)


def test_arrays_stay_readable_when_their_file_is_gone(folder):
    place, array = joined(folder, "arrays"), np.arange(1000)
    with written(place) as path:
        write_arrays(path, KIND, {"fact": 1}, {"numbers": array, "others": array[::-1].copy()})
    assert is_of_kind(place, KIND)
    assert not is_of_kind(joined(folder, "none"), KIND)
    with fetched(place) as path:
        facts, left = read_arrays(path, KIND, left=["numbers"])
    opened = [open_array(place, KIND, "others", keep=keep) for keep in (False, True, True)]
    for _ in range(2):
        assert (left["numbers"][10:900] == array[10:900]).all()
        for found in opened:
            assert (found[3:990] == array[::-1][3:990]).all()
    assert facts == {"fact": 1}


def test_a_folder_is_sent_and_fetched(folder, tmp_path):
    own = tmp_path / "counts"
    own.mkdir()
    for name in ("cells", "description.json"):
        (own / name).write_bytes(name.encode())
    place = joined(folder, "counts")
    if "://" in folder:
        assert names_at(place) == []
        send_folder(own, place)
        assert names_at(place) == ["cells", "description.json"]
        with fetched_folder(place) as path:
            assert sorted(os.listdir(path)) == ["cells", "description.json"]
            assert (tmp_path / "counts" / "cells").read_bytes() == b"cells"
        remove_folder(place)
        assert names_at(place) == []
    with fetched_folder(str(own)) as path:
        assert path == str(own)


def test_what_cannot_be_finished_leaves_what_was_there(folder, monkeypatch):
    place = joined(folder, "checkpoint")
    put(place, b"the old one")
    if "://" not in folder:
        return  # whoever writes there does so in one step
    with suppress(ZeroDivisionError), written(place) as path:
        open(path, "wb").close()
        1 / 0  # noqa: B018 (while the file is written)
    system = type(fsspec.core.url_to_fs(folder)[0])

    def fail(self, source, target, **_):
        if "file" in self.protocol:  # half of it is there
            with open(target, "wb") as file:
                file.write(b"half")
        raise PermissionError("Forbidden")

    monkeypatch.setattr(system, "put_file", fail)
    with pytest.raises(OutputError, match=f"cannot write {place}: Forbidden"):
        put(place, b"a new one")
    assert get(place) == b"the old one"
    assert names_at(folder) == ["checkpoint"]


def test_ranges_are_fetched_once_if_they_are_kept(folder, monkeypatch):
    content = np.random.default_rng(1).bytes(3_500_000)
    place = joined(folder, "tiles-0")
    put(place, content)
    asked = []
    monkeypatch.setattr(shared_files, "_PIECE", 1 << 20)
    if "://" in folder:
        between = RemoteRanges.between
        monkeypatch.setattr(
            RemoteRanges,
            "between",
            lambda self, start, end: asked.append(end - start) or between(self, start, end),
        )
    file = open_ranges(place, keep=True)
    assert isinstance(file, KeptRanges) == ("://" in folder)
    for start, size in ((5, 10), (1_000_000, 1_200_000), (7, 3_000_000), (3_400_000, 200_000)):
        file.seek(start)
        buffer = bytearray(size)
        count = file.readinto(buffer)
        assert buffer[:count] == content[start : start + size]
        assert count == min(size, len(content) - start)
    assert file.seek(0, os.SEEK_END) == len(content)
    assert file.readinto(bytearray(10)) == 0
    if asked:
        assert sum(asked) == len(content)


@pytest.mark.parametrize("locked", [False, True])
def test_a_folder_that_another_process_sweeps_at_once_is_made_anew(monkeypatch, locked):
    swept = []

    @contextmanager
    def make(name):
        with temporary_folder(name):
            if not swept:
                swept.append(name)
                os.rmdir(name)
                if not locked:
                    raise FileNotFoundError
            yield

    monkeypatch.setattr(shared_files, "temporary_folder", make)
    with own_folder() as folder:
        assert os.path.isdir(folder)
        assert folder not in swept
    assert not os.path.exists(folder)
    assert swept


def test_a_file_that_is_cut_meanwhile_is_told_of(folder):
    if "memory" in folder:
        place = joined(folder, "tiles-0")
        put(place, b"0123456789")
        file = open_ranges(place)
        put(place, b"012")
        file.seek(2)
        with pytest.raises(CorpusError, match="cannot read memory://shared/run/tiles-0: it is"):
            file.readinto(bytearray(8))
