"""Options may stand anywhere, and one that is misspelt is told with the nearest."""

from __future__ import annotations

import argparse

import numpy as np
import pytest

from glove_ada import WordVectors, convert, evaluate, plan, plot, query, train, versions
from glove_ada.errors import OptionError
from glove_ada.system.console import CommandParser


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Run beside some vectors, questions and pairs."""
    monkeypatch.chdir(tmp_path)
    words = [f"w{number}" for number in range(8)]
    vectors = np.random.default_rng(1).normal(size=(8, 4)).astype(np.float32)
    WordVectors(words, vectors).save("v.txt")
    for name in ("q1", "q2"):
        (tmp_path / name).write_text("w1 w2 w3 w4\nw2 w3 w4 w5\n")
    (tmp_path / "pairs").write_text("w1\tw2\t3\nw2\tw3\t1\nw4\tw5\t2\n")


@pytest.mark.parametrize(
    ("command", "usual", "others"),
    [
        (query, "v.txt w1 w2 --topn 3", ["v.txt --topn 3 w1 w2", "--topn=3 v.txt w1 w2"]),
        (query, "v.txt w1 --json", ["--json v.txt w1", "v.txt --json w1", "v.txt --js -- w1"]),
        (
            evaluate,
            "v.txt --analogies q1 q2 --resamples 20",
            [
                "--analogies q1 q2 v.txt --resamples 20",
                "--resamples 20 --analogies q1 --analogies q2 v.txt",
                "--analogies q1 --resamples 20 v.txt --analogies q2",
            ],
        ),
        (
            evaluate,
            "v.txt --similarity pairs --method 3cosmul --analogies q1 --resamples 20",
            ["--similarity pairs --analogies q1 --resamples 20 --method 3cosmul v.txt"],
        ),
    ],
)
def test_options_stand_anywhere(command, usual, others, capsys):
    assert command.main(usual.split()) == 0
    expected = capsys.readouterr().out
    for other in others:
        assert command.main(other.split()) == 0
        assert capsys.readouterr().out == expected


def test_also_of_training_conversion_and_pictures(tmp_path):
    corpus = tmp_path / "corpus"
    corpus.write_text("a b c d\n" * 9)
    small = "--epochs 1 --vector_size 4 --quiet"
    assert train.main(f"{small} corpus --save-file 1.txt corpus".split()) == 0
    assert train.main(f"corpus corpus {small} --save_file=2.txt".split()) == 0
    assert (tmp_path / "1.txt").read_bytes() == (tmp_path / "2.txt").read_bytes()
    assert convert.main(["v.txt", "--limit", "2", "v.bin"]) == 0
    pytest.importorskip("matplotlib")
    assert plot.main(["words", "v.txt", "w1", "--output", "w.svg", "w2", "w3"]) == 0
    assert plot.main(["--output", "x.svg", "words", "v.txt", "w1", "w2", "w3"]) == 0
    assert (tmp_path / "w.svg").read_bytes() == (tmp_path / "x.svg").read_bytes()


def test_which_file_is_which_is_not_guessed(capsys):
    two = "--analogies q1 q2 --similarity pairs v.txt"
    assert evaluate.main(two.split()) == 2
    assert "required: vectors" in capsys.readouterr().err
    assert train.main(["--analogies", "q1", "q2"]) == 2
    assert "in front of --analogies" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "nearest"),
    [
        ("--vector-sise", "--vector-size"),
        ("--vectr_size", "--vector-size"),
        ("-vector-size", "--vector-size"),
        ("--epoch-s=3", "--epochs"),
        ("--save-vcoab", "--save-vocab"),
    ],
)
def test_a_misspelt_option_is_one_line_with_the_nearest(given, nearest, capsys):
    assert train.main(["corpus", given, "3"]) == 2
    told = capsys.readouterr().err
    option = given.partition("=")[0]
    assert told.startswith(f"error: there is no option {option}; the nearest is {nearest};")
    assert told.count("\n") == 1


@pytest.fixture
def parser():
    """A parser with one of everything."""
    parser = CommandParser(prog="p")
    parser.add_argument("file")
    parser.add_argument("words", nargs="*")
    parser.add_argument("--count", type=int)
    parser.add_argument("--cost", type=float)
    parser.add_argument("--in-order", action=argparse.BooleanOptionalAction)
    parser.add_argument("--size", type=int, nargs=2)
    parser.add_argument("--more", nargs="+", action="extend", default=[])
    return parser


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("f --count -1 a -2 b", {"count": -1, "words": ["a", "-2", "b"]}),
        ("--size 3 4 f a", {"size": [3, 4], "words": ["a"]}),
        ("--in_order f", {"in_order": True}),
        ("--no-in-order f --cou=3", {"in_order": False, "count": 3}),
        ("--more a --more b c --cost .5 f", {"more": ["a", "b", "c"], "cost": 0.5}),
        ("--count 2 -- f --more x", {"words": ["--more", "x"], "count": 2}),
        ("f -", {"words": ["-"]}),
        ("f --cost -.5", {"cost": -0.5}),
    ],
)
def test_values_stay_with_their_options(parser, line, expected):
    found = vars(parser.parse_args(line.split()))
    assert {name: found[name] for name in expected} == expected
    assert found["file"] == "f"


@pytest.mark.parametrize("line", ["--co 3 f", "f --count", "--count x f", "", "f --size 1"])
def test_what_is_wrong_stays_wrong(parser, line):
    with pytest.raises(OptionError):
        parser.parse_args(line.split())


def test_a_query_may_begin_with_a_sign(parser):
    assert parser.parse_args(["f", "- man", "+ king"]).words == ["- man", "+ king"]


@pytest.mark.parametrize(
    ("command", "arguments"),
    [(versions.main, ["x"]), (plan.main, ["--bytes", "1e9", "x"]), (convert.main, ["a", "b", "x"])],
)
def test_an_argument_too_many_is_named(command, arguments, capsys):
    assert command(arguments) == 2
    assert capsys.readouterr().err.startswith("error: unrecognized arguments: x; ")
