"""Ctrl-C and SIGTERM leave a checkpoint and a way on, also when they come twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from run.kept.checkpoint.cut_trainings import everything, fit_cut, options
from support import DATA

from glove_ada import GloVe, WordVectors
from glove_ada.run.kept import checkpoint
from glove_ada.run.kept.checkpoint import CheckpointWriter
from glove_ada.system.interrupts import Interrupted
from glove_ada.system.progress import Display

pytestmark = pytest.mark.filterwarnings("ignore:.*are not UTF-8")


def test_an_interrupt_after_the_last_epoch_loses_nothing(corpus, uncut, tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    work = tmp_path / "work"
    with monkeypatch.context() as patch:
        patch.setattr("glove_ada.vectors.combination.raise_singular_values", interrupt)
        with pytest.raises(KeyboardInterrupt):
            GloVe(**options(work_dir=work)).fit(corpus)
    assert everything(GloVe(**options(work_dir=work, resume=True)).fit(corpus)) == uncut


def test_a_work_directory_that_is_moved_away_loses_nothing(
    corpus, uncut, tmp_path, monkeypatch, capsys
):
    """A signal comes after the directory went; the checkpoint has to go elsewhere."""
    monkeypatch.chdir(tmp_path)
    work = tmp_path / "work"

    def move_and_interrupt(epoch, *_):
        if epoch == 2:
            work.rename(tmp_path / "moved")
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(Interrupted) as raised:
        GloVe(**options(work_dir=work)).fit(corpus, after_epoch=move_and_interrupt)
    (kept,) = tmp_path.glob("glove_ada-*.work")
    assert f"--work-dir {kept}" in raised.value.advice
    assert str(kept) in capsys.readouterr().err
    assert everything(GloVe(**options(work_dir=kept, resume=True)).fit(corpus)) == uncut


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_second_interrupt_after_the_last_epoch_waits_for_the_checkpoint(
    corpus, uncut, tmp_path, monkeypatch
):
    said, fsync = [], os.fsync

    class Recorder(Display):
        def say(self, message):
            said.append(message)

    def signal_in_write(descriptor):
        os.kill(os.getpid(), signal.SIGINT)
        monkeypatch.setattr("glove_ada.system.atomic_files.os.fsync", fsync)
        fsync(descriptor)

    def interrupted(model):
        monkeypatch.setattr("glove_ada.system.atomic_files.os.fsync", signal_in_write)
        raise KeyboardInterrupt

    work = tmp_path / "work"
    with pytest.raises(Interrupted):
        GloVe(**options(work_dir=work, display=Recorder())).fit(corpus, write=interrupted)
    assert "interrupted: writing a checkpoint" in said
    assert everything(GloVe(**options(work_dir=work, resume=True)).fit(corpus)) == uncut


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_leaves_a_checkpoint_and_a_way_on(corpus, uncut, tmp_path, number, status):
    command = [sys.executable, "-m", "glove_ada.train", str(corpus), "--save-file", "my v.txt"]
    command += ["--vector-size", "8", "--window-size", "5"]
    environment = {**os.environ, "PYTHONPATH": str(DATA.parent)}
    process = subprocess.Popen(
        [*command, "--epochs", "1000000"],
        cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    for line in process.stderr:
        if line.startswith("train: epoch 3 "):
            process.send_signal(number)
            break
    _, said = process.communicate(timeout=30)
    assert process.returncode == status
    *_, writing, way_on = said.splitlines()
    assert writing == "interrupted: writing a checkpoint"
    assert way_on == (
        f"interrupted: go on with: python -m glove_ada.train {corpus} --save-file 'my v.txt' "
        "--vector-size 8 --window-size 5 --epochs 1000000 --resume"
    )
    assert os.listdir(tmp_path) == ["my v.work"]
    begun = checkpoint.Checkpoint(tmp_path / "my v.work" / "checkpoint")
    epochs = begun.epochs + 1
    options = ["--epochs", str(epochs), "--resume", "--quiet"]
    subprocess.run([*command, *options], cwd=tmp_path, env=environment, check=True)
    report = json.loads((tmp_path / "my v.report.json").read_text())
    assert report["training"]["resumed_after"]["epochs"] == begun.epochs >= 3
    resumed = WordVectors.load(tmp_path / "my v.txt").vectors
    again = GloVe(vector_size=8, window_size=5, epochs=epochs).fit(corpus)
    assert np.array_equal(resumed, again.vectors_.vectors)


def test_a_second_signal_leaves_the_last_checkpoint_whole(corpus, uncut, tmp_path, monkeypatch):
    """The second one comes while the first one's checkpoint is written."""
    work = tmp_path / "work"
    fit_cut(corpus, work, 11)
    before = (work / "checkpoint").read_bytes()
    rounds = 0

    def signal_once(writer, interrupt):
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            os.kill(os.getpid(), signal.SIGINT)
        stop_if_asked(writer, interrupt)

    def signal_in_write(*_):
        os.kill(os.getpid(), signal.SIGINT)

    stop_if_asked = CheckpointWriter.stop_if_asked
    monkeypatch.setattr(CheckpointWriter, "stop_if_asked", signal_once)
    monkeypatch.setattr("glove_ada.system.atomic_files.os.fsync", signal_in_write)
    with pytest.raises(Interrupted):
        GloVe(**options(work_dir=work, resume=True)).fit(corpus)
    assert sorted(os.listdir(work)) == ["checkpoint", "marker"]
    assert (work / "checkpoint").read_bytes() == before
    monkeypatch.undo()
    assert everything(GloVe(**options(work_dir=work, resume=True)).fit(corpus)) == uncut
