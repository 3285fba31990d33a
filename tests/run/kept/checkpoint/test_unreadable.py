"""A checkpoint that is damaged, newer or of other arithmetic is refused."""

from __future__ import annotations

import pytest
from run.kept.checkpoint.cut_trainings import everything, fit_cut, options

from glove_ada import GloVe
from glove_ada.errors import FormatError
from glove_ada.run.kept import array_container
from glove_ada.run.kept.checkpoint import KIND

pytestmark = pytest.mark.filterwarnings("ignore:.*are not UTF-8")


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
