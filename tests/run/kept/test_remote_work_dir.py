"""A work directory at a URL: what is kept there, and who may be at work in it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time

import pytest
from cluster_problems import OPTIONS, Recorder, bytes_of

from glove_ada import GloVe, train
from glove_ada.errors import FormatError, OptionError, OutputError
from glove_ada.run.kept import remote_work_dir
from glove_ada.run.kept.remote_work_dir import open_work_dir
from glove_ada.system.temporary_files import WORK_FOLDER

fsspec = pytest.importorskip("fsspec")
URL = "memory://bucket/run"


@pytest.fixture
def store():
    """What is in memory, by path."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    yield system
    system.store.clear()


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text("the cat and the dog sat on the mat and the cat ran to the dog\n" * 20)
    return path


def cut(epoch, *_):
    raise ZeroDivisionError


def claim(store, **changed):
    about = {"host": "elsewhere", "process": 7, "token": "t", "time": time.time(), **changed}
    store.pipe("/bucket/run/marker", WORK_FOLDER + json.dumps(about).encode())


def test_a_cut_training_goes_on_from_there(store, corpus):
    options = {**OPTIONS, "work_dir": URL, "checkpoint_every": 1}
    with pytest.raises(ZeroDivisionError):
        GloVe(**options).fit(corpus, after_epoch=cut)
    assert list(store.store) == ["/bucket/run/checkpoint"]
    with pytest.raises(OptionError, match=f"{URL}/checkpoint is of a training that was cut in"):
        GloVe(**options).fit(corpus)
    model = GloVe(**options, resume=True).fit(corpus)
    assert bytes_of(model) == bytes_of(GloVe(**OPTIONS).fit(corpus))
    assert model.report_.facts["training"]["resumed_after"]["epochs"] == 0
    assert not store.store


def test_counts_and_progress_are_there(store, corpus):
    seen = []
    options = {**OPTIONS, "work_dir": URL, "keep": True}
    GloVe(**options).fit(corpus, after_epoch=lambda *_: seen.append(set(store.store)))
    kept = {"/bucket/run/counts", "/bucket/run/encoded"}
    assert seen[-1] == kept | {"/bucket/run/marker", "/bucket/run/progress"}
    assert set(store.store) == kept | {"/bucket/run/checkpoint"}
    again = store.modified("/bucket/run/counts")
    GloVe(**options).fit(corpus)
    assert store.modified("/bucket/run/counts") == again  # since they were used


def test_the_command_tells_how_to_go_on(store, corpus, tmp_path, capsys, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    command = [str(corpus), "--save-file", str(tmp_path / "v.txt"), "--vector-size", "4"]
    command += ["--work-dir", URL, "--min-count", "1", "--epochs", "2"]
    monkeypatch.setattr(train.VectorFiles, "write", interrupt)
    assert train.main(command) == 130
    said = capsys.readouterr().err
    assert f"the training is kept in {URL}; --resume writes its result" in said
    assert f"--work-dir {URL} --min-count 1 --epochs 2 --resume" in said
    monkeypatch.undo()
    assert train.main([*command, "--resume"]) == 0
    assert not store.store


@pytest.mark.parametrize(
    ("changed", "taken"),
    [
        ({}, False),
        ({"time": time.time() - 1000}, True),
        ({"time": "soon"}, True),
        ({"host": platform.node(), "process": os.getpid()}, False),
        ({"host": platform.node(), "process": "dead"}, True),
    ],
)
def test_another_run_is_kept_off_while_it_is_alive(store, changed, taken):
    if changed.get("process") == "dead":
        dead = subprocess.Popen([sys.executable, "-c", ""])
        dead.wait()
        changed = {**changed, "process": dead.pid}
    claim(store, **changed)
    store.pipe("/bucket/run/cluster.glove_ada-01234567.tmp/words-0-0", b"left by a dead run")
    store.pipe("/bucket/run/notes.txt", b"of the user's")
    if taken and (os.name == "posix" or "time" in changed):
        with open_work_dir(URL):
            assert set(store.store) == {"/bucket/run/marker", "/bucket/run/notes.txt"}
        assert set(store.store) == {"/bucket/run/notes.txt"}
    elif not taken:
        with pytest.raises(OutputError, match=f"another run is at work in {URL} \\(process"):
            open_work_dir(URL).__enter__()
        assert len(store.store) == 3


def test_a_run_shows_that_it_is_alive(store, monkeypatch):
    monkeypatch.setattr(remote_work_dir, "REFRESH", 0.01)
    with open_work_dir(URL):
        first = store.cat("/bucket/run/marker")
        until = time.monotonic() + 10
        while store.cat("/bucket/run/marker") == first and time.monotonic() < until:
            time.sleep(0.01)
        assert store.cat("/bucket/run/marker") != first


def test_what_another_run_has_taken_over_is_left_to_it(store, corpus):
    def take_over(epoch, *_):
        if epoch == 1:
            claim(store)
            store.pipe("/bucket/run/checkpoint", b"another's")

    display = Recorder()
    model = GloVe(**OPTIONS, work_dir=URL, checkpoint_every=1, display=display)
    model.fit(corpus, after_epoch=take_over)
    assert any("warning: no checkpoint: another run has begun in" in said for said in display.said)
    assert store.cat("/bucket/run/checkpoint") == b"another's"
    assert b"elsewhere" in store.cat("/bucket/run/marker")


@pytest.mark.parametrize("name", ["marker", "checkpoint", "counts"])
def test_files_of_others_are_left_alone(store, corpus, name):
    store.pipe(f"/bucket/run/{name}", b"of the user's")
    with pytest.raises((FormatError, OutputError), match=f"{URL}/{name} is "):
        GloVe(**OPTIONS, work_dir=URL).fit(corpus)
    assert dict.fromkeys(store.store, True) == {f"/bucket/run/{name}": True}
    assert store.cat(f"/bucket/run/{name}") == b"of the user's"


def test_what_is_refused(corpus, capsys, monkeypatch, tmp_path):
    def refused(url):
        command = [str(corpus), "--save-file", str(tmp_path / "v"), "--work-dir", url, "--quiet"]
        assert train.main([*command, "--min-count", "1", "--epochs", "1"]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        return line

    assert "what://ever" in refused("what://ever")
    assert "Protocol not known: what" in refused("what://ever")
    system = type(fsspec.filesystem("memory"))

    def fail(*_, **__):
        raise PermissionError("Forbidden")

    with monkeypatch.context() as patch:
        patch.setattr(system, "put_file", fail)
        assert f"cannot write {URL}/marker: Forbidden" in refused(URL)
    monkeypatch.setitem(sys.modules, "s3fs", None)
    assert "s3://bucket/run needs a package that is not" in refused("s3://bucket/run")
