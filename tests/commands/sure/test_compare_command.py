"""Groups compared: the command, and what it refuses."""

from __future__ import annotations

import json
import sys

import pytest
from commands.sure.small_model import said

from glove_ada import GloVe, compare


def test_groups_are_compared(here, capsys):
    words = ["--words", "king", "queen", "--to", "man", "woman", "man", "--quiet"]
    assert compare.main(["one.txt", "two.txt", "--model", "model", *words, "--json"]) == 0
    found = json.loads(said(capsys).out)
    assert [each["group"] for each in found[:3]] == ["one", "two", "difference"]
    assert len(found) == 2 * 2 * 3
    assert compare.main(["one.txt", "two.txt", "--model", "model", *words]) == 0
    shown = said(capsys).out
    assert shown.startswith("word   group       occurrences  documents  to")
    assert f"{found[0]['cosine']:.4f}" in shown
    near = ["--words", "king", "--topn", "2", "--quiet"]
    assert compare.main(["one.txt", "two.txt", "--model", "model", *near]) == 0
    assert len(said(capsys).out.splitlines()) == 5


def test_groups_of_other_text_are_compared_with_a_warning(here, capsys):
    text = (here / "two.txt").read_text()
    (here / "more.txt").write_text(3 * text)
    asked = ["--model", "model", "--words", "king", "--to", "man"]
    assert compare.main(["one.txt", "two.txt", *asked]) == 0
    assert "warning" not in said(capsys).err
    assert compare.main(["one.txt", "more.txt", *asked]) == 0
    told = [line for line in said(capsys).err.splitlines() if line.startswith("warning: ")]
    assert len(told) == 1
    assert "the model was not trained on all text of the group more: in more the occurs" in told[0]


def test_two_groups_are_tested(here, capsys):
    options = ["--model", "model", "--permutations", "19", "--quiet"]
    between = ["--between", "two", "one", "--candidates", "4"]
    assert compare.main(["one.txt", "two.txt", *options, *between]) == 0
    lines = said(capsys).out.splitlines()
    assert lines[0].split() == ["word", "two", "one", "cosine", "times", "chance", "p"]
    assert len(lines) == 5
    assert compare.main(["one.txt", "two.txt", *options, *between, "--json"]) == 0
    assert {"word", "occurrences", "cosine", "permuted"} == set(json.loads(said(capsys).out)[0])


def test_a_model_that_is_not_there_is_trained(here, capsys):
    lines = (here / "one.txt").read_text().splitlines()
    text = "".join(f"{1990 + 10 * (place % 3)}\t{line}\n" for place, line in enumerate(lines))
    (here / "decades.tsv").write_text(text)
    small = ["--vector-size", "6", "--window-size", "3", "--quiet"]
    asked = ["--group-by", "first-field", "--words", "the", "--to", "of", "--model", "new"]
    assert compare.main(["decades.tsv", *asked, *small, "--json"]) == 0
    found = json.loads(said(capsys).out)
    assert [each["group"] for each in found] == ["1990", "2000", "2010"]
    assert json.loads((here / "new.report.json").read_text())["corpus"]["groups"] == [
        "1990",
        "2000",
        "2010",
    ]
    pytest.importorskip("matplotlib")
    picture = ["--picture", "line.svg", "--line"]
    assert compare.main(["decades.tsv", *asked, *small, *picture]) == 0
    drawn = (here / "line.svg").read_text()
    assert all(text in drawn for text in ("1990", "2010", "the, of"))


TWO = ["one.txt", "two.txt", "--model", "model", "--quiet"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (TWO, "nothing to compare: give --words, or --between two groups"),
        ([*TWO, "--words", "xyzzy"], "xyzzy"),
        ([*TWO, "--words", "king", "--picture", "p.svg"], "--picture draws cosines"),
        ([*TWO, "--words", "king", "--to", "a", "--picture", "p.gif"], "no kind of picture"),
        ([*TWO, "--between", "one", "three"], "there is no group three; there are one, two"),
        ([*TWO, "--between", "one", "one"], "--between names one twice"),
        ([*TWO, "--between", "one", "two", "--to", "a"], "--between ranks words"),
        ([*TWO, "--words", "king", "--topn", "0"], "--topn and --candidates are at least 1"),
        ([*TWO, "--between", "one", "two", "--permutations", "0"], "--permutations is 1 to"),
        ([*TWO, "--words", "king", "--seed", "-1"], "--seed is at least 0"),
        ([*TWO, "--words", "king", "--seed", str(2**64)], "--seed is at least 0 and below 2^64"),
        ([*TWO, "--words", "king", "--vector-size", "30"],
         "model is there and was trained with --vector-size 10, not 30: leave the option out"),
        ([*TWO, "--words", "king", "--min-count", "4"], "was trained with --min-count 5, not 4"),
        (["one.txt", *TWO, "--words", "king"], "one.txt is given as two groups"),
        (["one.txt", "--model", "model", "--words", "king"], "there is one group alone, one"),
        (["nothing", *TWO[2:], "--words", "king"], "nothing is an empty directory: put a file"),
        (["one.txt", "empty.txt", *TWO[2:], "--words", "king"], "group empty: the corpus holds"),
        (["one.txt", "few.txt", *TWO[2:], "--words", "king"], "king does not occur in the group"),
        (["one.txt", "few.txt", *TWO[2:], "--between", "one", "few", "--words", "king"],
         "king does not occur in both groups"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_said(here, capsys, arguments, message):
    (here / "empty.txt").write_text("xyzzy\n")
    (here / "nothing").mkdir()
    (here / "few.txt").write_text("the queen of the house\n")
    assert compare.main(arguments) == 2
    error = said(capsys).err
    assert error.startswith("error: ")
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "new.txt"], "new.txt could hold vectors alone"),
        (["--model", "nowhere/new"], "the directory of nowhere/new does not exist"),
        (["--model", "mine"], "mine.report.json is there, was not written by glove_ada"),
        (["--model", "new", "--to", "queen", "--picture", "p.svg"], "pictures need matplotlib"),
    ],
)
def test_what_would_fail_after_training_is_said_before_it(
    here, capsys, monkeypatch, arguments, message
):
    (here / "mine.report.json").write_text("what the user has written")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr(GloVe, "fit", lambda *_: pytest.fail("it has trained"))
    assert compare.main(["one.txt", "two.txt", "--quiet", "--words", "king", *arguments]) == 2
    error = said(capsys).err
    assert message in error
    assert error.count("\n") == 1
    assert (here / "mine.report.json").read_text() == "what the user has written"
