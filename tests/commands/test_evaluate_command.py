from __future__ import annotations

import io
import json
import os

import numpy as np
import pytest
from support import DATA, piped

from glove_ada.evaluate import main
from glove_ada.evaluation import evaluate_analogies, evaluate_similarity
from glove_ada.vectors.word_vectors import WordVectors

SETS = DATA.parents[1] / "shared/data/eval"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with two files of vectors, analogies and word pairs."""
    folder = tmp_path_factory.mktemp("evaluate")
    random = np.random.default_rng(3)
    words = [f"w{i}" for i in range(300)]
    for name in ("vectors.txt", "other.txt"):
        WordVectors(words, random.normal(size=(300, 8)).astype(np.float32)).save(folder / name)
    questions = [" ".join(f"W{i}" for i in random.integers(320, size=4)) for _ in range(60)]
    (folder / "questions.txt").write_text(
        "\n".join([": capitals", *questions[:30], ": gram1-past", *questions[30:], "one two three"])
    )
    pairs = [f"w{a},w{b},{a % 10}" for a, b in random.integers(320, size=(40, 2))]
    (folder / "pairs.csv").write_text("\n".join(["word 1,word 2,score", *pairs]))
    return folder


@pytest.fixture
def run(folder, monkeypatch, capsys):
    """Run the command in the folder; give its status, output and errors."""
    monkeypatch.chdir(folder)

    def run(*arguments):
        status = main([str(argument) for argument in arguments])
        return status, *capsys.readouterr()

    return run


def test_the_table_names_scores_intervals_and_coverage(run, folder):
    status, output, errors = run(
        *("vectors.txt", "--analogies", "questions.txt", "--similarity", "pairs.csv")
    )
    assert (status, errors) == (0, "")
    vectors = WordVectors.load(folder / "vectors.txt")
    total = evaluate_analogies(vectors, folder / "questions.txt").total
    spearman = evaluate_similarity(vectors, folder / "pairs.csv").spearman
    cells = {line.split()[0]: line for line in output.splitlines() if line.startswith("  ")}
    assert list(cells) == [
        *("capitals", "gram1-past", "semantic", "syntactic", "total", "pairs.csv"),
    ]
    at_10 = total.accuracy[10]
    cell = f"{100 * at_10.value:5.1f} [{100 * at_10.low:5.1f}, {100 * at_10.high:5.1f}]"
    assert cell in cells["total"]
    assert cells["total"].endswith(f"{total.known} / 60")
    cell = f"{spearman.value:6.3f} [{spearman.low:6.3f}, {spearman.high:6.3f}]"
    assert cell in cells["pairs.csv"]
    assert "300 words, 8 dimensions; questions folded to lower case" in output
    assert "similarity (missing words: skip)" in output
    assert "note: questions.txt, line 63: 3 words where a question has four; left out" in output


def test_options_reach_the_scores(run, folder):
    _, output, _ = run(
        *("vectors.txt", "--analogies", "questions.txt", "--method", "3cosmul", "3cosadd"),
        *("--similarity", "pairs.csv", "--missing", "mean", "--restrict-vocab", "200"),
        *("--resamples", "50", "--seed", "9", "--json"),
    )
    record = json.loads(output)
    vectors = WordVectors.load(folder / "vectors.txt")
    assert (record["words"], record["vector_size"]) == (300, 8)
    assert [result["method"] for result in record["analogies"]] == ["3cosmul", "3cosadd"]
    options = {"restrict_vocab": 200, "resamples": 50, "seed": 9}
    expected = evaluate_analogies(vectors, folder / "questions.txt", method="3cosmul", **options)
    total = record["analogies"][0]["total"]
    assert total["known"] == expected.total.known
    assert total["accuracy"]["10"]["high"] == expected.total.accuracy[10].high
    expected = evaluate_similarity(vectors, folder / "pairs.csv", missing="mean", **options)
    (pairs,) = record["similarity"]
    assert pairs["missing"] == "mean"
    assert pairs["pearson"]["low"] == expected.pearson.low


def test_layout_options_reach_the_pairs(run, folder):
    (folder / "odd.txt").write_text("w1|w2|3|9\nw3|w4|5|1\nw5|w6|7|4\n")
    layout = ("--delimiter", "|", "--header", "yes", "--score-column", "4")
    _, output, _ = run("vectors.txt", "--similarity", "odd.txt", *layout, "--json")
    assert json.loads(output)["similarity"][0]["pairs"] == 2


def test_section_names_that_are_not_utf8_are_printed(run, folder, monkeypatch):
    (folder / "latin1.txt").write_bytes(b": caf\xe9\nw1 w2 w3 w4\n: gram\nw1 w2 w3 w4\n")
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="utf-8", write_through=True))
    assert run("vectors.txt", "--analogies", "latin1.txt")[0] == 0
    assert b"  caf\xe9 " in raw.getvalue()


def test_two_models_are_compared(run):
    arguments = ("vectors.txt", "--analogies", "questions.txt", "--similarity", "pairs.csv")
    _, output, _ = run(*arguments, "--against", "other.txt")
    before, after = output.split("difference to other.txt, on what both know")
    assert "better" not in before
    assert after.count("noise") + after.count("better") + after.count("worse") == 5 * 3 + 2
    _, output, _ = run(*arguments, "--against", "vectors.txt", "--json")
    against = json.loads(output)["against"]
    nothing = {"value": 0.0, "low": 0.0, "high": 0.0, "noise": True}
    assert against["analogies"][0][-1]["difference"]["1"] == nothing
    assert against["similarity"][0]["spearman"] == nothing


def test_json_has_null_for_what_is_not_known(run, folder):
    (folder / "unknown.txt").write_text("a b c d\n")
    _, output, _ = run("vectors.txt", "--analogies", "unknown.txt", "--json")
    assert json.loads(output)["analogies"][0]["total"]["accuracy"]["1"] is None
    _, output, _ = run("vectors.txt", "--analogies", "unknown.txt")
    assert "nan" not in output
    assert "note: unknown.txt: these vectors know no question of it" in output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["vectors.txt"], "nothing to evaluate: give --analogies FILE or --similarity FILE"),
        (["vectors.txt"], "gensim holds questions-words.txt, wordsim353.tsv and simlex999.txt"),
        (["nowhere.txt", "--analogies", "questions.txt"], "nowhere.txt"),
        (["vectors.txt", "--analogies", "nowhere.txt"], "nowhere.txt cannot be read"),
        (
            ["vectors.txt", "--similarity", "questions.txt"],
            "has no column of numbers",
        ),
        (
            ["vectors.txt", "--analogies", "questions.txt", "--restrict-vocab", "0"],
            "--restrict-vocab is at least 1, not 0",
        ),
        (
            ["vectors.txt", "--similarity", "pairs.csv", "--score-column", "2"],
            "the score column is 3 or more",
        ),
        (["vectors.txt", "--similarity", "pairs.csv", "--seed", "-1"], "--seed is at least 0"),
        (
            ["vectors.txt", "--similarity", "pairs.csv", "--resamples", "10000000000000"],
            "--resamples is 1 to 1,000,000, not 10000000000000",
        ),
        (["vectors.txt", "--similarity", "pairs.csv", "--delimiter", ""], "--delimiter is empty"),
    ],
)
def test_mistakes_get_one_sentence(run, arguments, sentence):
    status, output, errors = run(*arguments)
    assert (status, output) == (2, "")
    assert errors.startswith("error: ")
    assert errors.count("\n") == 1
    assert sentence in errors


@pytest.mark.skipif(os.name != "posix", reason="pipes with names")
def test_a_pipe_is_read_once_for_all_methods_and_models(run, folder):
    options = ("--method", "3cosadd", "3cosmul", "--against", "other.txt", "--json")
    with piped((folder / "questions.txt").read_bytes()) as path:
        status, output, _ = run("vectors.txt", "--analogies", path, *options)
    assert status == 0
    assert len(json.loads(output)["analogies"]) == 2


@pytest.mark.skipif(not SETS.exists(), reason="evaluation sets are not at hand")
def test_all_sets_of_the_field_are_read_without_an_option(run):
    analogies = [SETS / "questions-words.txt", SETS / "msr-analogies.txt"]
    pairs = [path for path in sorted(SETS.iterdir()) if path not in analogies]
    status, output, errors = run("vectors.txt", "--analogies", *analogies, "--similarity", *pairs)
    assert (status, errors) == (0, "")
    for coverage in ("/ 19,544", "/ 8,000", "/ 353", "/ 999", "/ 3,000", "/ 2,034", "/ 65"):
        assert coverage in output
