"""The parts of sentences that users read."""

from __future__ import annotations

import re

import pytest

from glove_ada import train
from glove_ada.system.progress import LineDisplay
from glove_ada.system.sentences.counted import counted


@pytest.mark.parametrize(
    ("count", "nouns", "shown"),
    [
        (1, ["word"], "1 word"),
        (0, ["word"], "0 words"),
        (3000, ["new word"], "3,000 new words"),
        (1, ["row repeats", "rows repeat"], "1 row repeats"),
        (2, ["row repeats", "rows repeat"], "2 rows repeat"),
    ],
)
def test_one_is_one_and_more_are_more(count, nouns, shown):
    assert counted(count, *nouns) == shown


def test_a_stage_tells_of_one_row_and_of_bytes(capsys):
    for unit in ("rows", "B"):
        with LineDisplay().stage("count", 1, unit) as stage:
            stage.advance(1)
    assert re.findall(r": (1 \w+) in", capsys.readouterr().err) == ["1 row", "1 B"]


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("a\n", ["--min-count", "1"], "found 1 document, 1 token, 1 distinct word; "
                                      "the vocabulary's 1 word covers 100.0%"),
        ("a b\n", [], "the most frequent one occurs 1 time, so give a lower --min-count"),
        ("a b\n\xff", ["--min-count", "1"], "1 byte of the corpus is not UTF-8; it is kept"),
    ],
)  # fmt: skip
def test_a_training_tells_of_one(tmp_path, capsys, text, options, told):
    (tmp_path / "text.txt").write_bytes(text.encode("latin-1"))
    small = ["--vector-size", "1", "--epochs", "1", "--save-file", str(tmp_path / "v.txt")]
    train.main([str(tmp_path / "text.txt"), *small, *options])
    assert told in capsys.readouterr().err
