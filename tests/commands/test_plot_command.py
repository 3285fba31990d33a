from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from glove_ada.plot import main, read_words
from glove_ada.train import main as train
from glove_ada.vectors.word_vectors import WordVectors

pytest.importorskip("matplotlib")

WORDS = [f"{letter}{number}" for letter in "abcde" for number in range(4)]
STARTS = {"png": b"\x89PNG\r\n", "pdf": b"%PDF-", "svg": b"<?xml"}


@pytest.fixture
def vectors(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    matrix = np.random.default_rng(4).normal(size=(len(WORDS), 8)).astype(np.float32)
    WordVectors(WORDS, matrix).save("vectors.txt")
    return "vectors.txt"


def write_report(path, costs, **changes):
    options = {"x_max": 10.0, "alpha": 0.75} | changes
    report = {"options": options, "matrix": {"nonzeros": 7}, "training": {"costs": costs}}
    path.write_text(json.dumps(report))


def fails(capsys, *arguments):
    """Run the command, which must end with one sentence; return that."""
    assert main(list(arguments)) == 2
    *_, last = capsys.readouterr().err.splitlines()
    assert last.startswith("error: ")
    return last


@pytest.mark.parametrize("kind", STARTS)
def test_words_are_drawn_in_each_kind_with_the_same_bytes_each_time(vectors, tmp_path, kind):
    def draw(name):
        assert main(["words", vectors, *WORDS, "--output", f"{name}.{kind}"]) == 0
        return (tmp_path / f"{name}.{kind}").read_bytes()

    picture = draw("one")
    assert picture.startswith(STARTS[kind])
    assert picture == draw("two")


def test_words_come_from_a_file_too_and_text_stays_text(vectors, tmp_path, capsys):
    (tmp_path / "words").write_bytes(b"a1 a2\r\nb3\tnone\xff\n")
    arguments = ["words", vectors, "c0", "--words-file", "words", "--output", "map.svg"]
    assert main(arguments) == 0
    picture = (tmp_path / "map.svg").read_text()
    assert all(f">{word}</text>" in picture for word in ["c0", "a1", "a2", "b3"])
    out, err = capsys.readouterr()
    assert out == "wrote map.svg\n"
    assert err == "warning: left out, as they have no vector: 'none\\udcff'\n"


def test_a_file_of_words_is_divided_as_a_corpus_is(tmp_path):
    path = tmp_path / "words"
    path.write_bytes("\ufeffone\vtwo\fthree \ufeffa\u00a0b\tc\x1cd\x85\r\n \r\nlast\n".encode())
    assert read_words(path) == ["one\vtwo\fthree", "\ufeffa\u00a0b", "c\x1cd\x85", "last"]


def test_tsne_is_drawn(vectors, tmp_path):
    pytest.importorskip("sklearn")
    assert main(["words", vectors, *WORDS, "--method", "tsne"]) == 0
    assert (tmp_path / "words.png").exists()


def test_pairs_are_drawn(vectors, tmp_path):
    assert main(["pairs", vectors, "a0:a1", "b0:b1", "c0:c1", "--size", "4", "3"]) == 0
    assert (tmp_path / "pairs.png").read_bytes().startswith(STARTS["png"])


def test_costs_of_a_real_run_are_drawn(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus.txt").write_text("a b c d e f g\n" * 50)
    assert train(["corpus.txt", "--vector-size", "4", "--epochs", "3", "--quiet"]) == 0
    assert main(["costs", "vectors.report.json"]) == 0
    assert (tmp_path / "costs.png").read_bytes().startswith(STARTS["png"])


def test_runs_bear_the_names_of_their_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two", "folder"):
        (tmp_path / name).mkdir() if name == "folder" else None
        write_report(tmp_path / f"{name}.report.json", [0.3, 0.2])
    assert main(["costs", "one.report.json", "two.report.json", "--output", "c.svg"]) == 0
    picture = (tmp_path / "c.svg").read_text()
    assert ">one</text>" in picture
    assert ">two</text>" in picture
    write_report(tmp_path / "folder" / "one.report.json", [0.3, 0.2])
    assert main(["costs", "one.report.json", "folder/one.report.json", "--output", "d.svg"]) == 0
    assert ">folder/one.report.json</text>" in (tmp_path / "d.svg").read_text()


def test_costs_of_different_kinds_are_warned_of(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_report(tmp_path / "one.json", [0.3, 0.2])
    write_report(tmp_path / "two.json", [0.3, 0.2], x_max=100.0)
    assert main(["costs", "one.json", "two.json"]) == 0
    assert "warning: the runs differ" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[]",
        "3",
        "{}",
        '{"training": {}}',
        '{"training": {"costs": []}, "options": {"x_max": 1, "alpha": 1}}',
        '{"training": {"costs": [1]}, "options": 3, "matrix": 4}',
        '{"training": {"costs": [1]}, "options": {"x_max": [1], "alpha": 1}, "matrix": '
        '{"nonzeros": 1}}',
        '{"training": {"costs": [1]}, "options": {"x_max": 1, "alpha": 1}, "matrix": '
        '{"nonzeros": 1e999}}',
        "[" * 100_000,
        "\udcff",
    ],
)
def test_what_is_no_report_is_refused(tmp_path, capsys, text):
    path = tmp_path / "report.json"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    assert "is not a report" in fails(capsys, "costs", str(path))


@pytest.mark.parametrize(
    "costs", [[], [float("nan")], [-1.0], ["x"], 3, [None], [1e308], [10**400]]
)
def test_costs_that_are_none_are_refused(tmp_path, capsys, costs):
    write_report(tmp_path / "report.json", costs)
    assert "is not a report" in fails(capsys, "costs", str(tmp_path / "report.json"))


def test_mistakes_get_one_sentence_and_leave_no_file(vectors, tmp_path, capsys):
    assert "missing.json cannot be read" in fails(capsys, "costs", "missing.json")
    assert "missing.txt" in fails(capsys, "words", "missing.txt", "a0", "a1", "a2")
    assert "not 0: give more" in fails(capsys, "words", vectors)
    assert "nothere cannot be" in fails(capsys, "words", vectors, "--words-file", "nothere")
    (tmp_path / "wide").write_bytes("a0 a1 a2".encode("utf-16"))
    assert "wide holds NUL bytes" in fails(capsys, "words", vectors, "--words-file", "wide")
    (tmp_path / "wide").unlink()
    assert "name it .png" in fails(capsys, "words", vectors, *WORDS, "--output", "map.txt")
    assert "does not exist" in fails(capsys, "words", vectors, *WORDS, "--output", "no/map.png")
    assert "1 to 100 inches" in fails(capsys, "words", vectors, *WORDS, "--size", "nan", "4")
    for pair in ("a0", "a0:", ":a1", "a0:a1:a2"):
        assert f"{pair!r} is no pair" in fails(capsys, "pairs", vectors, "b0:b1", pair)
    assert [path.name for path in tmp_path.iterdir()] == [vectors]


def test_matplotlib_missing_is_said_with_the_extra(vectors, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert "pip install 'glove-ada[plot]'" in fails(capsys, "words", vectors, *WORDS)


def test_pictures_do_not_depend_on_the_users_settings(vectors, tmp_path):
    import matplotlib

    assert main(["words", vectors, *WORDS, "--output", "one.png"]) == 0
    with matplotlib.rc_context({"font.size": 30, "savefig.dpi": 50, "axes.facecolor": "red"}):
        assert main(["words", vectors, *WORDS, "--output", "two.png"]) == 0
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_importing_the_command_does_not_import_matplotlib():
    code = "import sys, glove_ada.plot; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
