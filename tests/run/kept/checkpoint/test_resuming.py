"""A training that is cut and goes on ends with the same bytes as one that was never cut."""

from __future__ import annotations

import hashlib
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run.kept.checkpoint.cut_trainings import ALWAYS, EPOCHS, CutError, everything, fit_cut, options

from glove_ada import GloVe, WordVectors
from glove_ada.errors import OptionError
from glove_ada.run.kept.checkpoint import CheckpointWriter
from glove_ada.train import main

pytestmark = pytest.mark.filterwarnings("ignore:.*are not UTF-8")


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
