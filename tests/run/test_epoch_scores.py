"""Scores while the vectors are trained: when they are taken and where they go."""

from __future__ import annotations

import json

import pytest
from support import DATA

from glove_ada.train import main

ANALOGIES = str(DATA / "sample-analogies.txt")
PAIRS = str(DATA / "sample-similarity.tsv")


@pytest.fixture
def train(tmp_path):
    """Train a little and return the report."""

    def run(*arguments):
        path = tmp_path / "vectors.txt"
        options = ["--vector-size", "10", "--epochs", "5", "--quiet", "--save-file", str(path)]
        assert main([str(DATA / "sample.txt"), *options, *arguments]) == 0
        return json.loads((tmp_path / "vectors.report.json").read_text())

    return run


def test_scores_are_taken_every_few_epochs_and_after_the_last(train):
    report = train("--evaluate-every", "2", "--analogies", ANALOGIES, "--similarity", PAIRS)
    assert [scores["epoch"] for scores in report["scores"]] == [2, 4, 5]
    last = report["scores"][-1]
    assert last["analogies"][0]["total"]["known"] > 1000
    assert -1 <= last["similarity"][0]["spearman"]["value"] <= 1


def test_without_an_interval_only_the_last_epoch_is_scored(train):
    assert [scores["epoch"] for scores in train("--similarity", PAIRS)["scores"]] == [5]


def test_scoring_changes_no_vector(train):
    plain = train()
    scored = train("--evaluate-every", "1", "--analogies", ANALOGIES)
    assert scored["vectors"]["sha256"] == plain["vectors"]["sha256"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--analogies", "missing.txt"],
        ["--similarity", "missing.txt"],
        ["--evaluate-every", "1"],
        ["--evaluate-every", "0", "--analogies", ANALOGIES],
    ],
)
def test_mistakes_are_told_before_the_training(tmp_path, capsys, arguments):
    path = tmp_path / "vectors.txt"
    assert main([str(DATA / "sample.txt"), "--save-file", str(path), *arguments]) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("error: ")
    assert shown.count("\n") == 1
    assert not list(tmp_path.iterdir())
