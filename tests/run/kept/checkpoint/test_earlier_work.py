"""What an earlier training left is not overwritten by mistake, and is in nobody's way."""

from __future__ import annotations

import pytest
from run.kept.checkpoint.cut_trainings import EPOCHS, everything, fit_cut, options, refuse

from glove_ada import GloVe
from glove_ada.errors import GloveError, OptionError, OutputError

pytestmark = pytest.mark.filterwarnings("ignore:.*are not UTF-8")


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
