"""A training that is cut and goes on ends with the same bytes as one that was never cut."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import DATA
from support import changed as changed_option

from glove_ada import GloVe, WordVectors
from glove_ada.errors import FormatError, GloveError, OptionError, OutputError
from glove_ada.run.kept import array_container, checkpoint
from glove_ada.run.kept.checkpoint import KIND, Checkpoint, CheckpointWriter
from glove_ada.run.options import DEFAULT_RULE, OPTIONS, Options, names_that_shape
from glove_ada.run.options.kinds import Shapes
from glove_ada.system.interrupts import Interrupted
from glove_ada.system.progress import Display
from glove_ada.system.spilled_array import megabytes
from glove_ada.train import main

ALWAYS = 1e-9  # minutes: a checkpoint after every round
EPOCHS = 4
pytestmark = pytest.mark.filterwarnings("ignore:.*are not UTF-8")


class CutError(Exception):
    """The process is gone."""


def options(**changed):
    return {"vector_size": 8, "window_size": 5, "epochs": EPOCHS, "threads": 2, **changed}


def everything(model):
    """Return all that was learned."""
    vectors = model.vectors_
    arrays = (vectors.vectors, vectors.context_vectors, vectors.word_biases, vectors.context_biases)
    return [*(hashlib.sha256(array).hexdigest() for array in arrays), model.costs_]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("corpus") / "corpus.txt"
    path.write_bytes(text)
    return path


@pytest.fixture(scope="module")
def uncut(corpus):
    """What a training without a checkpoint learns in 4 epochs of 8 rounds."""
    return everything(GloVe(**options()).fit(corpus))


def fit_cut(corpus, work, rounds, **changed):
    """Train with a checkpoint after every round, and cut it without a warning after some."""
    original, done = CheckpointWriter.after_round, 0

    def after_round(writer, interrupt):
        nonlocal done
        original(writer, interrupt)
        done += 1
        if done == rounds:
            raise CutError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CheckpointWriter, "after_round", after_round)
        with pytest.raises(CutError):
            GloVe(**options(work_dir=work, checkpoint_minutes=ALWAYS, **changed)).fit(corpus)
    assert sorted(os.listdir(work)) == ["checkpoint", "marker"]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 13), st.integers(1, 4)), min_size=1, max_size=3),
    st.integers(1, 4),
)
def test_cut_anywhere_with_any_threads_and_resumed(corpus, uncut, tmp_path_factory, cuts, threads):
    work = tmp_path_factory.mktemp("cut") / "work"
    done = 0
    for rounds, threads_then in cuts:
        if done + rounds < 8 * EPOCHS:
            fit_cut(corpus, work, rounds, threads=threads_then, resume=True)
            done += rounds
    model = GloVe(**options(work_dir=work, resume=True, threads=threads)).fit(corpus)
    assert everything(model) == uncut
    assert not work.exists()


@pytest.mark.parametrize("rounds", [8, 21])
@pytest.mark.parametrize("rule", ["adagrad", "adagrad-row", "adam", "adagrad-da"])
def test_a_rate_that_falls_goes_on_falling(corpus, tmp_path, rule, rounds):
    falling = {"rule": rule, "eta_decay": 0.5}
    work = tmp_path / "work"
    fit_cut(corpus, work, rounds, **falling)
    with pytest.raises(OptionError, match=r"--eta-decay 0\.5 \(now 0\.0\)"):
        GloVe(**options(rule=rule, work_dir=work, resume=True)).fit(corpus)
    resumed = everything(GloVe(**options(**falling, work_dir=work, resume=True)).fit(corpus))
    assert resumed == everything(GloVe(**options(**falling)).fit(corpus))
    assert resumed != everything(GloVe(**options(rule=rule)).fit(corpus))


@pytest.mark.parametrize("rounds", [8, 8 * EPOCHS])
def test_cut_at_the_end_of_an_epoch(corpus, uncut, tmp_path, rounds):
    work = tmp_path / "work"
    fit_cut(corpus, work, rounds)
    epochs = []
    model = GloVe(**options(work_dir=work, resume=True))
    model.fit(corpus, after_epoch=lambda epoch, *_: epochs.append(epoch))
    assert everything(model) == uncut
    assert epochs == list(range(rounds // 8, EPOCHS + 1))


@pytest.mark.parametrize("first", [1, 3])
def test_more_epochs_than_at_first(corpus, uncut, tmp_path, first):
    work = tmp_path / "work"
    GloVe(**options(work_dir=work, epochs=first, keep=True)).fit(corpus)
    assert sorted(os.listdir(work)) == ["checkpoint", "counts", "encoded", "marker"]
    assert everything(GloVe(**options(work_dir=work, resume=True)).fit(corpus)) == uncut
    assert not work.exists()


def test_counts_in_place_of_a_corpus(corpus, tmp_path):
    work, counts, words = tmp_path / "work", tmp_path / "counts.bin", tmp_path / "vocab.txt"
    command = [str(corpus), "--quiet", "--epochs", "1", "--save-file", str(tmp_path / "v.txt")]
    command += ["--save-cooccurrence", str(counts), "--save-vocab", str(words)]
    assert main(command) == 0
    given = options(vocab_file=words)
    uncut = everything(GloVe(**given).fit_cooccurrence(counts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CheckpointWriter, "stop_if_asked", stop_in_epoch(2))
        with pytest.raises(CutError):
            GloVe(**given, work_dir=work, checkpoint_minutes=ALWAYS).fit_cooccurrence(counts)
    assert everything(GloVe(**given, work_dir=work, resume=True).fit_cooccurrence(counts)) == uncut


def stop_in_epoch(epoch):
    def stop_if_asked(writer, interrupt):
        if writer.training.state.epochs == epoch - 1 and writer.training.state.rounds == 3:
            raise CutError

    return stop_if_asked


def test_nothing_to_resume_says_so_and_starts(corpus, uncut, tmp_path, capsys):
    command = [str(corpus), "--save-file", str(tmp_path / "v.txt"), "--vector-size", "8"]
    assert main([*command, "--window-size", "5", "--epochs", str(EPOCHS), "--resume"]) == 0
    assert f"there is nothing to resume in {tmp_path / 'v.work'}" in capsys.readouterr().err
    vectors = WordVectors.load(tmp_path / "v.txt").vectors
    assert hashlib.sha256(vectors).hexdigest() == uncut[0]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"eta": 0.1}, r"is of a training with --eta 0.4 \(now 0.1\): give the same options"),
        ({"seed": 2, "window_size": 4}, r"--seed 1 \(now 2\), --window-size 5 \(now 4\)"),
        ({"rule": "stanford"}, "--rule adagrad"),
        ({"epochs": 1}, "--epochs is 1, but .* is in epoch 2 already: give at least 2"),
    ],
)
def test_options_that_would_change_the_result_are_named(corpus, tmp_path, changed, sentence):
    fit_cut(corpus, tmp_path / "work", 11)
    before = (tmp_path / "work" / "checkpoint").read_bytes()
    with pytest.raises(OptionError, match=sentence):
        GloVe(**options(work_dir=tmp_path / "work", resume=True, **changed)).fit(corpus)
    assert (tmp_path / "work" / "checkpoint").read_bytes() == before


def test_whatever_shapes_the_training_must_be_the_same(corpus, tmp_path):
    fit_cut(corpus, tmp_path / "work", 3)
    begun = Checkpoint(tmp_path / "work" / "checkpoint")
    shaping = names_that_shape(Shapes.ENCODING, Shapes.COUNTING, Shapes.TRAINING)
    free = names_that_shape(Shapes.LENGTH, Shapes.VECTORS)
    assert {*shaping, *free} == set(Options.__dataclass_fields__)
    for name in filter(lambda name: OPTIONS[name].belongs_to(DEFAULT_RULE), shaping):
        changed = options(**changed_option(OPTIONS[name]))
        with pytest.raises(OptionError, match=OPTIONS[name].flag):
            begun.check_options(GloVe(**changed).resolved_options())
    for name in free:
        changed = options(**changed_option(OPTIONS[name]))
        begun.check_options(GloVe(**changed).resolved_options())


def test_free_options_are_free(corpus, uncut, tmp_path):
    fit_cut(corpus, tmp_path / "work", 5, model="word")
    model = GloVe(**options(work_dir=tmp_path / "work", resume=True, checkpoint_minutes=0))
    assert everything(model.fit(corpus)) == uncut


def test_another_corpus_vocabulary_or_matrix_is_refused(corpus, tmp_path, monkeypatch):
    work = tmp_path / "work"
    fit_cut(corpus, work, 5)
    resumed = options(work_dir=work, resume=True)
    other = tmp_path / "other.txt"
    other.write_bytes(corpus.read_bytes() + b"one line more\n")
    with pytest.raises(OptionError, match="on another corpus"):
        GloVe(**resumed).fit(other)
    vocabulary = tmp_path / "vocab.txt"
    vocabulary.write_bytes(b"the 3\nof 2\nand 1\n")
    with pytest.raises(OptionError, match="on another vocabulary"):
        GloVe(**resumed, vocab_file=vocabulary).fit(corpus)
    monkeypatch.setattr(checkpoint, "digest_tiles", lambda tiles: "other")
    with pytest.raises(OptionError, match="on another matrix of counts"):
        GloVe(**resumed).fit(corpus)


def test_an_unfinished_training_is_not_overwritten_by_mistake(corpus, uncut, tmp_path):
    work = tmp_path / "work"
    fit_cut(corpus, work, 11)
    with pytest.raises(OptionError, match="was cut in epoch 2 of 4: --resume goes on with it"):
        GloVe(**options(work_dir=work)).fit(corpus)
    assert everything(GloVe(**options(work_dir=work, fresh=True)).fit(corpus)) == uncut
    assert not work.exists()


def test_a_finished_one_that_was_kept_is_in_nobodys_way(corpus, uncut, tmp_path):
    work = tmp_path / "work"
    GloVe(**options(work_dir=work, epochs=1, keep=True)).fit(corpus)
    assert everything(GloVe(**options(work_dir=work)).fit(corpus)) == uncut


def after_two(epoch, *_):
    """End the training early."""
    return epoch == 2


def test_one_that_was_ended_early_and_kept_is_in_nobodys_way(corpus, uncut, tmp_path):
    work = tmp_path / "work"
    GloVe(**options(work_dir=work, keep=True)).fit(corpus, after_epoch=after_two)
    assert everything(GloVe(**options(work_dir=work)).fit(corpus)) == uncut


def test_one_that_was_ended_early_is_resumed_as_it_ended(corpus, uncut, tmp_path):
    """With as many epochs asked for; if more are, it goes on."""
    work = tmp_path / "work"
    ended = GloVe(**options(work_dir=work, keep=True)).fit(corpus, after_epoch=after_two)
    again = GloVe(**options(work_dir=work, keep=True, resume=True)).fit(corpus)
    assert everything(again) == everything(ended)
    assert again.report_.facts["training"]["stopped_after"] == 2
    more = {"work_dir": work, "resume": True, "epochs": EPOCHS + 1}
    whole = GloVe(**options(epochs=EPOCHS + 1)).fit(corpus)
    assert everything(GloVe(**options(**more)).fit(corpus)) == everything(whole)


def test_one_that_was_ended_early_without_its_result_says_so(corpus, tmp_path):
    work = tmp_path / "work"
    with pytest.raises(OutputError):
        GloVe(**options(work_dir=work)).fit(corpus, after_epoch=after_two, write=refuse)
    with pytest.raises(OptionError, match="its vectors were not written: --resume writes them"):
        GloVe(**options(work_dir=work)).fit(corpus)


@pytest.mark.parametrize("minutes", [0, 10])
@pytest.mark.parametrize("keep", [False, True])
def test_a_finished_one_without_its_result_is_not_overwritten_by_mistake(
    corpus, uncut, tmp_path, keep, minutes
):
    work = tmp_path / "work"

    def fail(model):
        raise OutputError("no space")

    with pytest.raises(OutputError):
        GloVe(**options(work_dir=work, keep=keep, checkpoint_minutes=minutes)).fit(
            corpus, write=fail
        )
    before = (work / "checkpoint").read_bytes()
    with pytest.raises(OptionError, match="its vectors were not written: --resume writes them"):
        GloVe(**options(work_dir=work, keep=keep)).fit(corpus)
    assert (work / "checkpoint").read_bytes() == before
    assert everything(GloVe(**options(work_dir=work, resume=True)).fit(corpus)) == uncut


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize("failure", ["little memory", "no corpus", "a full disk"])
def test_an_old_one_goes_only_when_something_newer_stands(
    corpus, tmp_path, monkeypatch, fresh, failure
):
    work = tmp_path / "work"
    GloVe(**options(work_dir=work, keep=True)).fit(corpus)
    before = {path.name: path.read_bytes() for path in work.iterdir()}
    again = options(work_dir=work, keep=True, fresh=fresh, seed=2)
    if failure == "little memory":
        again["memory"] = 1e-3
    if failure == "a full disk":
        monkeypatch.setattr("glove_ada.run.kept.checkpoint.write_arrays", fail_for_space)
        monkeypatch.setattr("glove_ada.run.kept.stage_cache.write_arrays", fail_for_space)
    with pytest.raises(GloveError):
        GloVe(**again).fit(tmp_path / "none" if failure == "no corpus" else corpus, write=refuse)
    after = {path.name: path.read_bytes() for path in work.iterdir()}
    del before["marker"], after["marker"]  # it tells the process, too
    assert after == before
    monkeypatch.undo()
    GloVe(**options(work_dir=work, resume=True)).fit(corpus)


def fail_for_space(*_):
    raise OutputError("no space")


def refuse(model):
    raise OutputError("no space for the result")


@pytest.mark.parametrize("changed", [{"resume": True}, {"keep": True}, {"checkpoint_every": 2}])
def test_there_must_be_a_place(changed):
    with pytest.raises(OptionError, match="need a --work-dir"):
        GloVe(**changed).fit([["a", "b"]])


def test_resume_and_fresh_exclude_each_other(tmp_path):
    with pytest.raises(OptionError, match="exclude each other"):
        GloVe(work_dir=tmp_path, resume=True, fresh=True).fit([["a", "b"]])


def rewrite(path, change):
    """Change what a checkpoint says of its training, with a checksum that fits."""
    facts, arrays = array_container.read_arrays(path, KIND)
    change(facts)
    array_container.write_arrays(path, KIND, facts, arrays)


@pytest.mark.parametrize(
    "change",
    [
        lambda facts: facts.clear(),
        lambda facts: facts.update(epochs="many"),
        lambda facts: facts.update(epochs=float("inf")),
        lambda facts: facts.update(rounds=9),
        lambda facts: facts.update(rounds=-1),
        lambda facts: facts.update(epochs=-1),
        lambda facts: facts.update(options=3),
        lambda facts: facts.update(costs=[0.1, 0.2]),
        lambda facts: facts.update(costs=None),
    ],
)
def test_a_description_that_makes_no_sense_is_refused(corpus, tmp_path, change):
    work = tmp_path / "work"
    fit_cut(corpus, work, 11)
    rewrite(work / "checkpoint", change)
    with pytest.raises(FormatError, match="does not describe a training"):
        GloVe(**options(work_dir=work, resume=True)).fit(corpus)


def test_damaged_and_newer_checkpoints_are_refused(corpus, tmp_path):
    work = tmp_path / "work"
    fit_cut(corpus, work, 11)
    data = (work / "checkpoint").read_bytes()
    for changed, sentence in (
        (data[:-1], "is damaged: .*; --fresh starts anew"),
        (data[:-100] + b"x" + data[-99:], "is damaged: .*; --fresh starts anew"),
        (data.replace(b" 1\n", b" 2\n", 1), "of version 2, this program knows 1: update"),
        (b"", "is no glove_ada checkpoint"),
    ):
        (work / "checkpoint").write_bytes(changed)
        with pytest.raises(FormatError, match=sentence):
            GloVe(**options(work_dir=work, resume=True)).fit(corpus)


def test_a_checkpoint_of_other_arithmetic_is_refused(corpus, uncut, tmp_path, monkeypatch):
    work = tmp_path / "work"
    with monkeypatch.context() as patch:
        patch.setattr(array_container, "ARITHMETIC_VERSION", 0)
        fit_cut(corpus, work, 11)
    with pytest.raises(FormatError, match="whose arithmetic differs; --fresh starts anew"):
        GloVe(**options(work_dir=work, resume=True)).fit(corpus)
    assert everything(GloVe(**options(work_dir=work, fresh=True)).fit(corpus)) == uncut


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


def test_an_interrupt_after_the_last_epoch_loses_nothing(corpus, uncut, tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    work = tmp_path / "work"
    with monkeypatch.context() as patch:
        patch.setattr("glove_ada.vectors.combination.raise_singular_values", interrupt)
        with pytest.raises(KeyboardInterrupt):
            GloVe(**options(work_dir=work)).fit(corpus)
    assert everything(GloVe(**options(work_dir=work, resume=True)).fit(corpus)) == uncut


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


def test_the_spectrum_may_be_another_when_it_goes_on(corpus, tmp_path):
    work = tmp_path / "work"
    GloVe(**options(work_dir=work, keep=True)).fit(corpus)
    resumed = GloVe(**options(work_dir=work, resume=True, singular_power=1, model="word"))
    vectors = resumed.fit(corpus).vectors_
    assert np.array_equal(vectors.vectors, vectors.word_vectors)


def test_scores_of_earlier_epochs_stay_in_the_report(corpus, tmp_path):
    def score(epoch, make_vectors, report):
        report.append("scores", {"epoch": epoch})
        if epoch == 2 and not model.resume:
            raise CutError

    work = tmp_path / "work"
    model = GloVe(**options(work_dir=work, checkpoint_minutes=ALWAYS))
    with pytest.raises(CutError):
        model.fit(corpus, after_epoch=score)
    model.resume = True
    model.fit(corpus, after_epoch=score)
    assert [score["epoch"] for score in model.report_.facts["scores"]] == [1, 2, 3, 4]
    assert model.report_.facts["training"]["resumed_after"] == {"epochs": 1, "rounds": 8}


def test_numbered_vectors(corpus, tmp_path):
    small = ["--vector-size", "8", "--window-size", "5", "--quiet", "--threads", "1"]
    command = [str(corpus), *small, "--save-file", str(tmp_path / "v.txt")]
    assert main([*command, "--epochs", "5", "--checkpoint-every", "2"]) == 0
    names = ["v.002.txt", "v.004.txt", "v.report.json", "v.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    four_epochs = (tmp_path / "v.004.txt").read_bytes()
    assert main([*command, "--epochs", "4", "--overwrite"]) == 0
    assert (tmp_path / "v.txt").read_bytes() == four_epochs


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
