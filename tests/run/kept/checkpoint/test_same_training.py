"""A training goes on with the options, corpus and counts that it was begun with, or not at all."""

from __future__ import annotations

import pytest
from run.kept.checkpoint.cut_trainings import everything, fit_cut, options
from support import changed as changed_option

from glove_ada import GloVe
from glove_ada.errors import OptionError
from glove_ada.run.kept import checkpoint
from glove_ada.run.kept.checkpoint import Checkpoint
from glove_ada.run.options import DEFAULT_RULE, OPTIONS, Options, names_that_shape
from glove_ada.run.options.kinds import Shapes

pytestmark = pytest.mark.filterwarnings("ignore:.*are not UTF-8")


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


@pytest.mark.parametrize("changed", [{"resume": True}, {"keep": True}, {"checkpoint_every": 2}])
def test_there_must_be_a_place(changed):
    with pytest.raises(OptionError, match="need a --work-dir"):
        GloVe(**changed).fit([["a", "b"]])


def test_resume_and_fresh_exclude_each_other(tmp_path):
    with pytest.raises(OptionError, match="exclude each other"):
        GloVe(work_dir=tmp_path, resume=True, fresh=True).fit([["a", "b"]])
