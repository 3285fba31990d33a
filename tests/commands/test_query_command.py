from __future__ import annotations

import io
import json

import numpy as np
import pytest

from glove_ada import query
from glove_ada.errors import OptionError
from glove_ada.query import Completer, main
from glove_ada.vectors.query_notation import answer_query
from glove_ada.vectors.word_vectors import WordVectors

MATRIX = {
    "king": [1.0, 0.0, 1.0, 0.1],
    "man": [1.0, 0.0, 0.0, 0.0],
    "woman": [0.0, 1.0, 0.0, 0.0],
    "queen": [0.0, 1.0, 1.0, 0.1],
    "car": [-1.0, -1.0, 0.2, 1.0],
    "well-known": [0.1, 0.2, 0.0, 1.0],
    "+": [0.3, 0.1, 0.5, 1.0],
}


@pytest.fixture
def vectors() -> WordVectors:
    return WordVectors(MATRIX, np.array(list(MATRIX.values()), dtype=np.float32))


@pytest.fixture
def path(tmp_path, vectors):
    path = tmp_path / "vectors.txt"
    vectors.save(path)
    return str(path)


@pytest.mark.parametrize(
    ("asked", "kind", "positive", "negative"),
    [
        ("king", "nearest", ["king"], []),
        ("+", "nearest", ["+"], []),
        ("well-known", "nearest", ["well-known"], []),
        ("king - man + woman", "sum", ["king", "woman"], ["man"]),
        ("- man + king", "sum", ["king"], ["man"]),
        ("+ well-known - man", "sum", ["well-known"], ["man"]),
        ("man king woman", "analogy", ["king", "woman"], ["man"]),
    ],
)
def test_queries_ask_for_the_nearest_words(vectors, asked, kind, positive, negative):
    answer = answer_query(vectors, asked, topn=3)
    assert (answer.query, answer.kind) == (asked, kind)
    assert answer.words == vectors.most_similar(positive, negative, topn=3)


@pytest.mark.parametrize("blank", ["\u00a0", "\u0085", "\u2028", "\u3000", "\x1f"])
def test_only_what_divides_words_in_a_corpus_divides_them_in_a_query(vectors, blank):
    words = {f"new{blank}york": [1.0, 0.5, 0.0, 0.0], f"10{blank}": [0.0, 1.0, 0.5, 0.1]}
    known = WordVectors([*MATRIX, *words], np.array([*MATRIX.values(), *words.values()]))
    new_york, ten = words
    assert answer_query(known, new_york).kind == "nearest"
    assert answer_query(known, f"{new_york}\t{ten}\r\n").words[0][0] == ten
    odd = answer_query(known, f"{new_york}, {ten}, man")
    assert {word for word, _ in odd.words} == {new_york, ten, "man"}


@pytest.mark.parametrize("blank", ["\u00a0", "\u3000"])
def test_a_word_keeps_the_blank_at_its_end(tmp_path, capsys, blank):
    words = [f"10{blank}", "man"]
    WordVectors(words, np.eye(2, dtype=np.float32)).save(tmp_path / "v.txt")
    assert main([str(tmp_path / "v.txt"), words[0], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["query"] == words[0]


def test_the_classic_is_answered(vectors):
    assert answer_query(vectors, "king - man + woman").words[0][0] == "queen"
    assert answer_query(vectors, "man king woman").words[0][0] == "queen"


def test_two_words_have_a_similarity(vectors):
    answer = answer_query(vectors, "king queen")
    assert answer.kind == "similarity"
    assert answer.words == [("queen", vectors.similarity("king", "queen"))]


@pytest.mark.parametrize("asked", ["king, queen, car", "king ,queen,  car,", "king, queen car"])
def test_commas_ask_for_the_odd_one_out(vectors, asked):
    answer = answer_query(vectors, asked)
    assert answer.kind == "odd one out"
    assert answer.words[0][0] == "car" == vectors.doesnt_match(["king", "queen", "car"])
    assert len(answer.words) == 3


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("king man woman queen", "is no query"),
        ("king -", "is no sum"),
        ("king man - woman", "is no sum"),
        ("king - - man", "is no sum"),
        ("king, queen", "too few words"),
    ],
)
def test_what_cannot_be_understood_gets_a_sentence(vectors, asked, sentence):
    with pytest.raises(OptionError, match=sentence):
        answer_query(vectors, asked)


def test_answers_are_printed(path, capsys):
    assert main([path, "King - Man + woman", "king queen", "--topn", "2"]) == 0
    output, errors = capsys.readouterr()
    lines = output.splitlines()
    assert lines[0] == "King - Man + woman (sum)"
    assert [line.split()[0] for line in lines[1:]][:1] == ["queen"]
    assert lines[3] == "king queen (similarity)"
    assert len(lines) == 5
    assert errors == ""


def test_json_has_an_object_a_line(path, vectors, capsys):
    assert main([path, "king", "king queen", "--topn", "6", "--json"]) == 0
    nearest, similarity = map(json.loads, capsys.readouterr().out.splitlines())
    assert nearest["query"] == "king"
    assert nearest["kind"] == "nearest"
    expected = vectors.most_similar("king", topn=6)
    assert [word for word, _ in nearest["words"]] == [word for word, _ in expected]
    assert similarity["words"][0][1] == pytest.approx(vectors.similarity("king", "queen"))


def test_unknown_words_do_not_end_the_rest(path, capsys):
    assert main([path, "kign", "king"]) == 2
    output, errors = capsys.readouterr()
    assert output.startswith("king (nearest)")
    assert errors == "error: 'kign' is not among the 7 words (nearest spellings: 'king')\n"


def test_queries_are_read_line_by_line(path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("\ufeffking queen\n\nman woman\n"))
    assert main([path]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if line[0] != " "] == [
        "king queen (similarity)",
        "man woman (similarity)",
    ]


def test_the_prompt_goes_on_after_a_mistake_and_ends_with_the_input(path, capsys, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    lines = iter(["king queen", "nobody", "man woman"])

    def typed(prompt):
        assert prompt == query.PROMPT
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("builtins.input", typed)
    assert main([path]) == 0
    output, errors = capsys.readouterr()
    assert "king - man + woman" in output
    assert "man woman (similarity)" in output
    assert errors.count("error:") == 1


def test_the_tab_key_completes_words():
    completer = Completer(["king", "car", "kin", "kings"])
    found = [completer.complete("ki", number) for number in range(4)]
    assert found == ["kin", "king", "kings", None]
    assert completer.complete("zzz", 0) is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["nowhere.txt", "king"], "nowhere.txt"), (["{path}", "--topn", "0"], "--topn is at least 1")],
)
def test_mistakes_get_one_sentence(path, capsys, arguments, sentence):
    assert main([argument.format(path=path) for argument in arguments]) == 2
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith("error: ")
    assert sentence in errors
    assert errors.count("\n") == 1


def test_words_that_are_not_utf8_leave_as_they_came(tmp_path, monkeypatch):
    path = str(tmp_path / "vectors.txt")
    WordVectors(["king", "\udcff"], np.eye(2, dtype=np.float32)).save(path)
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="utf-8", write_through=True))
    assert main([path, "king"]) == 0
    assert b"\xff" in raw.getvalue()


def test_warnings_are_sentences(tmp_path, capsys):
    path = tmp_path / "twice.txt"
    path.write_text("king 1 0\nman 0 1\nking 1 1\n")
    assert main([str(path), "king man"]) == 0
    errors = capsys.readouterr().err
    assert errors.startswith("warning: ")
    assert errors.count("\n") == 1


def test_help_shows_the_notation(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "paris france tokyo" in capsys.readouterr().out
