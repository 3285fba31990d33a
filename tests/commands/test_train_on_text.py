"""The trainer on text as people have it: raw, in tables, with phrases, and what it says of it."""

from __future__ import annotations

import csv
import io
import json
import random

import pytest
from support import DATA

from glove_ada import GloVe
from glove_ada.errors import CorpusError, OptionError
from glove_ada.train import main

SMALL = ["--overwrite", "--vector-size", "4", "--epochs", "1", "--min-count", "2"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def reviews(number=300):
    """Return short raw documents."""
    chooser = random.Random(1)
    words = ["movie", "film", "good", "bad", "plot", "New York", "actor", "it's", "well-made"]
    lines = []
    for _ in range(number):
        chosen = [chooser.choice(words) for _ in range(8)]
        lines.append(f"<p>The {chosen[0]}, {' '.join(chosen[1:5])}. {' '.join(chosen[5:])}!</p>")
    return lines


def report(path="vectors.report.json"):
    with open(path) as file:
        return json.load(file)


def warnings_of(capsys):
    return [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning")]


def test_raw_text_is_told_what_to_do_and_then_has_clean_words(here, capsys):
    (here / "raw.txt").write_text("\n".join(reviews()))
    assert main(["raw.txt", *SMALL]) == 0
    (warning,) = warnings_of(capsys)
    assert "of the tokens end in a punctuation mark" in warning
    assert "--tokenize" in warning
    clean = [
        "--tokenize",
        "--strip-html",
        "--lowercase",
        "--drop-punctuation",
        "--stop-words",
        "english",
    ]
    assert main(["raw.txt", *clean, *SMALL, "--save-vocab", "vocab.txt"]) == 0
    assert warnings_of(capsys) == []
    words = {line.split()[0] for line in (here / "vocab.txt").read_text().splitlines()}
    assert words == {"movie", "film", "good", "bad", "plot", "new", "york", "actor", "well-made"}
    assert report()["corpus"]["unicode"] == "13.0"
    assert "the" in report()["options"]["stop_words"]
    assert report()["options"]["tokenize"] is True


def test_the_same_text_in_a_table_gives_the_same_vectors(here):
    lines = reviews()
    (here / "raw.txt").write_text("\n".join(lines))
    rows = "".join(json.dumps({"id": i, "review": line}) + "\n" for i, line in enumerate(lines))
    (here / "raw.jsonl").write_text(rows)
    options = {"vector_size": 4, "epochs": 1, "tokenize": True, "strip_html": True}
    texts = GloVe(**options).fit("raw.txt").vectors_
    rows = GloVe(text_column="review", **options).fit("raw.jsonl").vectors_
    documents = GloVe(**options).fit(lines).vectors_
    assert texts.vectors.tobytes() == rows.vectors.tobytes() == documents.vectors.tobytes()
    with pytest.raises(CorpusError, match=r"raw.jsonl is a table: .* its columns are id, review"):
        GloVe(**options).fit("raw.jsonl")
    assert main(["raw.jsonl", "--text-column", "review", *SMALL]) == 0
    assert report()["corpus"]["text_column"] == "review"


def test_five_dresses_of_raw_text_have_the_same_words(here):
    text = "".join(f"{line}\n" for line in reviews())
    rows = io.StringIO(newline="")
    csv.writer(rows).writerows([("stars", "review"), *((5, line) for line in reviews())])
    (here / "raw.txt").write_text(text)
    (here / "wide.txt").write_text(text, "utf-16")
    (here / "raw.csv").write_text(rows.getvalue(), newline="")
    jsonl = "".join(json.dumps({"review": line}) + "\n" for line in reviews())
    (here / "raw.jsonl").write_text(jsonl)
    (here / "folder").mkdir()
    (here / "folder" / "raw.txt").write_text(text)
    (here / "folder" / "paper.pdf").write_bytes(b"%PDF-1.7\n\0")
    column = ["--text-column", "review"]
    found = set()
    for name in ("raw.txt", "wide.txt", "raw.csv", "raw.jsonl", "folder"):
        more = column if name.startswith("raw.") and name != "raw.txt" else []
        clean = ["--tokenize", "--strip-html", "--lowercase", *more]
        assert main([name, *clean, *SMALL, "--save-vocab", "vocab.txt"]) == 0
        found.add((here / "vocab.txt").read_text())
    assert len(found) == 1


def test_phrases_are_joined_and_listed(here, capsys):
    (here / "raw.txt").write_text("\n".join(reviews()))
    phrases = ["--phrases", "--phrase-scoring", "npmi", "--phrases-file", "phrases.txt"]
    arguments = ["raw.txt", "--tokenize", "--lowercase", *phrases, *SMALL]
    assert main(arguments) == 0
    assert "new_york" in (here / "phrases.txt").read_text()
    assert "new_york" in (here / "vectors.txt").read_text()
    assert "joined" in capsys.readouterr().err
    before = (here / "phrases.txt").read_bytes()
    assert main([*arguments, "--keep"]) == main([*arguments, "--keep", "--epochs", "2"]) == 0
    assert "compare" in [stage["name"] for stage in report()["stages"]]
    assert (here / "phrases.txt").read_bytes() == before
    model = GloVe(phrases=True, phrase_scoring="npmi", vector_size=4, epochs=1, tokenize=True)
    assert "New_York" in [phrase for phrase, _, _ in model.fit("raw.txt").phrases_]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--phrases-file", "p.txt"], "--phrases-file needs --phrases"),
        (["--phrase-scoring", "npmi"], "need --phrases"),
        (["--phrases", "--phrase-threshold", "0"], "with word2phrase it is above 0"),
        (
            ["--phrases", "--phrase-scoring", "npmi", "--phrase-threshold", "10"],
            "with --phrase-scoring npmi it is below 1",
        ),
        (["--stop-words", "klingon"], "neither a file nor one of english, french, german"),
        (["--text-column", "text", "--document", "page"], "--document"),
        (["--normalize", "NFD"], "--normalize"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(here, capsys, options, message):
    (here / "raw.txt").write_text("a b c\n" * 50)
    assert main(["raw.txt", *options, *SMALL]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_stop_words_in_python():
    options = GloVe(stop_words=["b", "a", "b"]).resolved_options()
    assert options.stop_words == ["a", "b"]
    assert "und" in GloVe(stop_words="german").resolved_options().stop_words
    with pytest.raises(OptionError, match="--stop-words is 5"):
        GloVe(stop_words=5).resolved_options()


def test_duplicates_are_counted(here, capsys):
    (here / "raw.txt").write_text("the cat sat on the mat\n" * 50 + "a dog and a cat\n" * 2)
    assert main(["raw.txt", "--drop-duplicates", *SMALL, "--min-count", "1"]) == 0
    assert "left out 50 documents that were there before" in capsys.readouterr().err
    assert report()["corpus"]["duplicates"] == 50
    assert report()["corpus"]["documents"] == 2


@pytest.mark.parametrize(
    ("text", "options", "advice"),
    [
        ("word and word " * 40_000, [], "a document has 120,000 words on the average"),
        ("one\ntwo\n" * 1000, ["--document", "file"], ""),
        ("one\ntwo\n" * 1000 + "one two\n", [], "a document has 1.0 words on the average"),
        ("one two\n" * 1000, [], ""),
        ("这部电影非常好看我很喜欢它\n" * 20 + "a b\n" * 3, [], "put spaces between the words"),
        ("这部 电影 非常 好看 我 很 喜欢 它\n" * 20, [], ""),
        ("ภาพยนตร์เรื่องนี้ดีมาก a\n" * 20, ["--tokenize"], "Thai"),
    ],
)
def test_what_is_probably_not_meant_is_told(here, capsys, text, options, advice):
    (here / "text.txt").write_text(text, "utf-8")
    assert main(["text.txt", *options, *SMALL]) == 0
    found = warnings_of(capsys)
    assert len(found) == bool(advice)
    assert advice in "".join(found)


def test_the_sample_needs_no_advice(here, capsys):
    (here / "sample.txt").write_bytes((DATA / "sample.txt").read_bytes())
    assert main(["sample.txt", *SMALL]) == 0
    assert warnings_of(capsys) == []


def test_python_warns_of_what_is_left_out_of_a_directory(here):
    (here / "corpus").mkdir()
    (here / "corpus" / "a.txt").write_text("the cat and the dog\n" * 9)
    (here / "corpus" / "b.pdf").write_bytes(b"%PDF-1.4")
    with pytest.warns(UserWarning, match=r"as it is no text: .*b.pdf \(a PDF\)"):
        GloVe(vector_size=4, epochs=1).fit(here / "corpus")
