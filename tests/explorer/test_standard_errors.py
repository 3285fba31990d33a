"""Standard errors of answers, as `glove_ada.query --sure` gives them."""

from __future__ import annotations

import json
import time

import pytest
from support import DATA

from glove_ada import query, train
from glove_ada.errors import OptionError
from glove_ada.explorer.answers import Answers
from glove_ada.explorer.models.opened_model import open_model


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder of vectors with contexts and biases, its report, and the text."""
    folder = tmp_path_factory.mktemp("sure")
    lines = (DATA / "sample.txt").read_text(encoding="utf-8").splitlines()[:1500]
    (folder / "text.txt").write_text("\n".join(lines), encoding="utf-8")
    options = ["--vector-size", "8", "--epochs", "3", "--save-file", str(folder / "model")]
    assert train.main([str(folder / "text.txt"), *options, "--quiet"]) == 0
    return folder


@pytest.fixture
def answers(trained):
    model = open_model(str(trained / "model"))
    answers = Answers([model], words=100, groups={}, reports=[])
    yield answers
    answers.stop()


def waited(answers, asked):
    for _ in range(600):
        found = answers.sure(asked)
        if found["state"] != "running":
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def test_they_are_those_of_the_query_command(answers, trained, capsys):
    word, other = answers.models[0].vectors.words[20:22]
    found = waited(answers, f"{word} {other}")
    path = str(trained / "model")
    assert query.main([path, "--sure", "--json", f"{word} {other}"]) == 0
    expected = json.loads(capsys.readouterr().out)
    assert found == {"state": "done", "words": expected["words"], "note": ""}
    assert found["words"][0]["standard_error"] > 0
    assert answers.start()["models"][0]["sure"]


def test_without_the_text_there_is_a_sentence(answers, trained):
    (trained / "text.txt").rename(trained / "elsewhere.txt")
    try:
        found = waited(answers, "the of")
    finally:
        (trained / "elsewhere.txt").rename(trained / "text.txt")
    assert found["state"] == "failed"
    assert found["note"].startswith("the text ")
    assert "is not there" in found["note"]
    assert answers.sure("the of")["state"] == "running"  # once more


def test_vectors_alone_have_none(folder):
    answers = Answers([open_model(str(folder / "v.txt"))], words=100, groups={}, reports=[])
    assert not answers.start()["models"][0]["sure"]
    with pytest.raises(OptionError, match=r"v.txt holds vectors alone, and standard errors need"):
        answers.sure("king queen")
