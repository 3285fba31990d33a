"""Scores while the vectors are trained: when they are taken and where they go."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support import DATA, piped
from threadpoolctl import threadpool_info

from glove_ada import GloVe
from glove_ada.errors import FormatError
from glove_ada.run import epoch_scores
from glove_ada.train import main

ANALOGIES = str(DATA / "sample-analogies.txt")
PAIRS = str(DATA / "sample-similarity.tsv")


@pytest.fixture
def train(tmp_path):
    """Train a little and return the report."""

    def run(*arguments):
        path = tmp_path / "vectors.txt"
        options = [
            "--vector-size",
            "10",
            "--epochs",
            "5",
            "--quiet",
            "--save-file",
            str(path),
            "--overwrite",
        ]
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


@pytest.mark.skipif(os.name != "posix", reason="pipes with names")
def test_a_pipe_is_read_once(train):
    with piped(Path(ANALOGIES).read_bytes()) as path:
        report = train("--evaluate-every", "2", "--analogies", path)
    known = [scores["analogies"][0]["total"]["known"] for scores in report["scores"]]
    assert len(known) == 3
    assert min(known) > 1000


def test_sets_may_go_while_the_training_runs(train, tmp_path, monkeypatch):
    copy = tmp_path / "pairs.tsv"
    copy.write_bytes(Path(PAIRS).read_bytes())
    fit = GloVe.fit

    def remove_and_fit(*arguments, **options):
        copy.unlink()
        return fit(*arguments, **options)

    monkeypatch.setattr(GloVe, "fit", remove_and_fit)
    assert len(train("--evaluate-every", "2", "--similarity", str(copy))["scores"]) == 3


@pytest.mark.parametrize(
    "error", [MemoryError(), OSError("gone"), FormatError("no"), ZeroDivisionError("a fault")]
)
def test_scores_that_fail_end_no_training(train, monkeypatch, error):
    plain = train()

    def fail(*_, **__):
        raise error

    monkeypatch.setattr(epoch_scores, "evaluate_analogies", fail)
    report = train("--evaluate-every", "2", "--analogies", ANALOGIES)
    assert report["vectors"]["sha256"] == plain["vectors"]["sha256"]
    assert "scores" not in report
    said = str(error) or "MemoryError"
    assert report["warnings"] == [f"after epoch {epoch}: {said}" for epoch in (2, 4, 5)]


def test_numbered_vectors_that_fail_end_no_training(train, tmp_path, monkeypatch):
    plain = train()
    fit = GloVe.fit

    def bar_and_fit(*arguments, **options):
        (tmp_path / "vectors.002.txt").mkdir()
        return fit(*arguments, **options)

    monkeypatch.setattr(GloVe, "fit", bar_and_fit)
    report = train("--checkpoint-every", "2")
    assert report["vectors"]["sha256"] == plain["vectors"]["sha256"]
    (said,) = report["warnings"]
    assert "after epoch 2: " in said
    assert "vectors.002.txt is a directory" in said
    assert (tmp_path / "vectors.004.txt").exists()


def test_the_last_scores_wait_until_the_vectors_are_safe(train, tmp_path, monkeypatch):
    seen = []

    def score(*_):
        seen.append((tmp_path / "vectors.txt").exists())
        raise OSError("seen")

    monkeypatch.setattr(epoch_scores, "evaluate_similarity", score)
    train("--evaluate-every", "3", "--similarity", PAIRS)
    assert seen == [False, True]


def test_a_training_that_was_at_its_end_is_scored_once(train):
    once = train("--similarity", PAIRS, "--keep")
    assert train("--similarity", PAIRS, "--resume")["scores"] == once["scores"]


@pytest.mark.parametrize("other", [("--polish", "1"), ("--model", "word")])
def test_other_vectors_of_the_same_training_are_scored_anew(train, other):
    once = train("--similarity", PAIRS, "--keep")
    again = train("--similarity", PAIRS, "--resume", *other)
    assert [scores["epoch"] for scores in again["scores"]] == [5]
    assert again["scores"] != once["scores"]


def test_scoring_minds_the_number_of_threads(train, monkeypatch):
    seen = []

    def score(*_):
        pools = threadpool_info()
        seen.extend(pool["num_threads"] for pool in pools if pool["user_api"] == "blas")
        raise OSError("seen")

    monkeypatch.setattr(epoch_scores, "evaluate_analogies", score)
    train("--threads", "1", "--analogies", ANALOGIES)
    assert set(seen) <= {1}


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
