"""Costs and scores from reports and checkpoints."""

from __future__ import annotations

import json

import pytest

from glove_ada.errors import FormatError
from glove_ada.explorer.training_curves import training_curves
from glove_ada.model import GloVe
from glove_ada.run.report import write_report
from glove_ada.system.interrupts import Interrupted

TEXT = ["a b c d e f"] * 20


def test_a_report_has_costs_and_scores(tmp_path):
    path = tmp_path / "vectors.report.json"
    model = GloVe(vector_size=4, epochs=3, min_count=1).fit(TEXT)
    model.report_.append(
        "scores",
        {
            "epoch": 2,
            "analogies": [{"name": "q", "total": {"accuracy": {"1": {"value": 0.25}}}}],
            "similarity": [
                {"name": "s", "spearman": {"value": 0.5}},
                {"name": "t", "spearman": None},
            ],
        },
    )
    write_report(path, model.report_)
    found = training_curves(str(path))
    assert found["name"] == "vectors"
    assert found["state"] == "done"
    assert found["epochs"] == 3
    assert found["costs"] == model.costs_
    assert found["scores"] == [
        {"name": "q, share right", "points": [(2, 0.25)]},
        {"name": "s, Spearman", "points": [(2, 0.5)]},
    ]


def train(folder, look, **options):
    """Train for five epochs in `folder`; after each, `look` is told which."""
    return GloVe(
        vector_size=4, epochs=5, min_count=1, work_dir=folder / "vectors.work", **options
    ).fit(TEXT, after_epoch=lambda epoch, *_: look(epoch))


def test_a_training_under_way_shows_its_epochs(tmp_path):
    path = str(tmp_path / "vectors.report.json")
    assert training_curves(path)["state"] == "waiting"
    seen = []
    model = train(tmp_path, lambda _: seen.append(training_curves(path)))
    assert [len(each["costs"]) for each in seen] == [0, 1, 2, 3, 4]
    assert seen[-1]["costs"] == model.costs_[:4]
    assert [(each["state"], each["epochs"]) for each in seen[1:]] == 4 * [("under way", 5)]
    assert list(tmp_path.iterdir()) == []


def test_a_training_that_was_cut_shows_its_checkpoint(tmp_path):
    def cut(epoch):
        if epoch == 3:
            raise Interrupted(2)

    with pytest.raises(Interrupted):
        train(tmp_path, cut, checkpoint_every=1)
    found = training_curves(str(tmp_path / "vectors.report.json"))
    assert (found["state"], len(found["costs"])) == ("not finished", 2)
    assert sorted(path.name for path in (tmp_path / "vectors.work").iterdir()) == [
        "checkpoint",
        "marker",
    ]


def test_what_others_call_progress_stays(tmp_path):
    work = tmp_path / "vectors.work"
    train(tmp_path, lambda _: (work / "progress").write_text("mine"))
    assert (work / "progress").read_text() == "mine"


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"training": 3}', "\0", json.dumps({"a": 1}), "{" * 9000]
)
def test_what_is_no_report_is_refused(tmp_path, content):
    path = tmp_path / "x.report.json"
    path.write_text(content)
    with pytest.raises(FormatError, match="is not a report of a training"):
        training_curves(str(path))
