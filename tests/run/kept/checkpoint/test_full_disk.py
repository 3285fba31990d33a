"""A disk that is full loses neither the training nor its result."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest
from run.kept.checkpoint.cut_trainings import ALWAYS, everything, options, refuse

from glove_ada import GloVe
from glove_ada.errors import OutputError
from glove_ada.run.kept import checkpoint
from glove_ada.system.progress import Display
from glove_ada.system.spilled_array import megabytes

pytestmark = pytest.mark.filterwarnings("ignore:.*are not UTF-8")


def test_a_full_disk_does_not_end_the_training(corpus, uncut, tmp_path, monkeypatch):
    said = []

    class Recorder(Display):
        def say(self, message):
            said.append(message)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("glove_ada.system.atomic_files.os.fsync", full)
    work = tmp_path / "work"
    model = GloVe(**options(work_dir=work, checkpoint_minutes=ALWAYS, display=Recorder()))
    assert everything(model.fit(corpus)) == uncut
    assert any(line.startswith("warning: no checkpoint: ") and "No space" in line for line in said)
    assert not work.exists()


def test_a_result_that_cannot_be_written_is_not_lost(corpus, uncut, tmp_path):
    work = tmp_path / "work"

    def fail(model):
        raise OutputError("no space")

    with pytest.raises(OutputError):
        GloVe(**options(work_dir=work)).fit(corpus, write=fail)
    resumed, rounds = GloVe(**options(work_dir=work, resume=True)), []
    resumed.fit(corpus, after_epoch=lambda *_: rounds.append(1))
    assert everything(resumed) == uncut
    assert rounds == []


def full_disk(monkeypatch, *folders):
    """Let no checkpoint be written to these folders."""
    write_arrays = checkpoint.write_arrays

    def write(path, *arguments):
        if path.parent.parent in folders:
            raise OutputError("no space")
        write_arrays(path, *arguments)

    monkeypatch.setattr(checkpoint, "write_arrays", write)


@pytest.mark.parametrize("last", ["here", "temporary"])
def test_neither_the_result_nor_the_checkpoint_can_be_written(
    corpus, uncut, tmp_path, monkeypatch, capsys, last
):
    """The training goes to a last place, and even a quiet run names it."""
    places = {name: tmp_path / name for name in ("disk", "here", "temporary")}
    for place in places.values():
        place.mkdir()
    monkeypatch.chdir(places["here"])
    monkeypatch.setattr("tempfile.tempdir", str(places["temporary"]))
    full_disk(monkeypatch, *(places[name] for name in places if name != last))
    with pytest.raises(OutputError, match="no space for the result"):
        GloVe(**options(work_dir=places["disk"] / "work")).fit(corpus, write=refuse)
    (kept,) = places[last].iterdir()
    assert [path for name in places for path in places[name].iterdir()] == [kept]
    assert capsys.readouterr().err == (
        f"the training is kept in {kept} instead: go on with --resume and --work-dir {kept}\n"
    )
    assert everything(GloVe(**options(work_dir=kept, resume=True)).fit(corpus)) == uncut
    assert not kept.exists()


def test_no_place_is_left_for_a_finished_training(corpus, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    full_disk(monkeypatch, tmp_path)
    with pytest.raises(OutputError, match="no space for the result"):
        GloVe(**options(work_dir=tmp_path / "work")).fit(corpus, write=refuse)
    assert "warning: the training could not be kept in" in capsys.readouterr().err
    assert os.listdir(tmp_path) == []


def test_too_little_space_for_a_checkpoint_is_told_before_training(corpus, tmp_path, monkeypatch):
    said = []

    class Recorder(Display):
        def say(self, message):
            said.append(message)

        def insist(self, message):
            raise AssertionError

    usage = SimpleNamespace(free=3_000)
    monkeypatch.setattr("glove_ada.run.kept.checkpoint.shutil.disk_usage", lambda _: usage)
    work = tmp_path / "work"
    model = GloVe(**options(work_dir=work, display=Recorder(), checkpoint_minutes=ALWAYS))
    sizes = []
    model.fit(corpus, after_epoch=lambda *_: sizes.append((work / "checkpoint").stat().st_size))
    warned = [line for line in said if line.startswith("warning: a checkpoint takes")]
    assert warned == [
        f"warning: a checkpoint takes {megabytes(sizes[-1])} on the disk, and {work} has 0 MB "
        f"free: make room, or give another --work-dir"
    ]
    usage.free = 1_000_000_000
    said.clear()
    model.fit(corpus)
    assert not any(line.startswith("warning: a checkpoint takes") for line in said)
