"""The answers that the page shows, beside those of the vectors themselves."""

from __future__ import annotations

import re
import time
from itertools import product

import numpy as np
import pytest

from glove_ada.errors import FormatError, OptionError
from glove_ada.explorer.answers import Answers
from glove_ada.explorer.models.compact_words import CompactWords, RowOfWord
from glove_ada.explorer.models.opened_model import open_models
from glove_ada.explorer.word_colours import read_groups
from glove_ada.vectors.word_vectors import WordVectors


@pytest.fixture
def vectors(words, matrix):
    return WordVectors(words, matrix)


def named(answer):
    return [(each["word"], pytest.approx(each["cosine"], abs=1e-6)) for each in answer["words"]]


@pytest.mark.parametrize(
    ("query", "kind", "positive", "negative"),
    [
        ("king", "nearest", ["king"], []),
        ("king - man + woman", "sum", ["king", "woman"], ["man"]),
        ("man king woman", "analogy", ["king", "woman"], ["man"]),
        ("שלום", "nearest", ["שלום"], []),
    ],
)
def test_neighbours_are_those_of_the_vectors(answers, vectors, query, kind, positive, negative):
    answer = answers.ask(query, topn=7)["answers"][0]
    assert answer["kind"] == kind
    assert vectors.most_similar(positive, negative, topn=7) == named(answer)


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("b - a + c", ["b", "a", "c"]),
        ("a b c", ["a", "b", "c"]),
        ("c, a, b", ["c", "a", "b"]),
        ("-", ["-"]),
        (",", [","]),
    ],
)
def test_signs_that_are_words_are_not_asked_for(tmp_path, query, asked):
    WordVectors(["a", "b", "c", "-", "+", ",", "d"], np.eye(7, dtype=np.float32)).save(
        tmp_path / "signs.txt"
    )
    answers = Answers(open_models([str(tmp_path / "signs.txt")]), words=7, groups={}, reports=[])
    found = answers.ask(query)["answers"][0]["asked"]
    assert [each["word"] for each in found] == asked


def test_an_answer_tells_row_and_count(answers, words):
    answer = answers.ask("queen")["answers"][0]
    assert answer["asked"] == [{"word": "queen", "row": 301, "count": len(words) + 1 - 301}]
    assert all(words[each["row"]] == each["word"] for each in answer["words"])


@pytest.mark.parametrize(
    ("query", "unknown", "instead"),
    [
        ("queeen", "queeen", "queen"),
        ("king Quen", "quen", "king queen"),
        ("king-man+woman", "king-man+woman", "king - man + woman"),
        ("man:woman king:quen", "quen", "man:woman king:queen"),
        ("king\N{MINUS SIGN}man", "king\N{MINUS SIGN}man", "king - man"),
        ("king,man", "king,man", "king man"),
        ("king,man,woman", "king,man,woman", "king, man, woman"),
        ("-een", "-een", "*een"),
        ("queenlywomankingxxxwoman", "queenlywomankingxxxwoman", "queen"),
    ],
)
def test_an_unknown_word_is_told_with_what_could_be_asked(answers, query, unknown, instead):
    answer = answers.ask(query)["answers"][0]
    assert answer["error"] == f"{unknown!r} is not among the 310 words"
    assert answer["instead"][0] == instead
    assert "error" not in answers.ask(instead)["answers"][0]


@pytest.mark.parametrize(
    ("query", "instead"),
    [
        ("man woman king queen", ["man:woman king:queen", "man, woman, king, queen"]),
        ("w1 w2 w3 w4 w5", ["w1, w2, w3, w4, w5"]),
        ("Man is to woman as king is to what?", ["Man woman king"]),
        ("man woman king nobody", []),
    ],
)
def test_what_is_no_query_is_told_with_what_may_be_meant(answers, query, instead):
    answer = answers.ask(query)["answers"][0]
    assert "is no query" in answer["error"]
    assert answer["instead"] == instead
    assert all("error" not in answers.ask(other)["answers"][0] for other in instead)


@pytest.mark.parametrize(
    ("query", "instead"),
    [
        ("king \N{EN DASH} man + woman", ["king - man + woman"]),
        ("king : queen", ["king queen"]),
        ("king - - man", []),
    ],
)
def test_what_was_nearly_right_is_put_right(answers, query, instead):
    answer = answers.ask(query)["answers"][0]
    assert answer["instead"] == instead
    assert all("error" not in answers.ask(other)["answers"][0] for other in instead)


def test_where_nothing_is_like_a_word_it_is_said_what_to_do(answers):
    answer = answers.ask("zzzzzzzz")["answers"][0]
    assert answer["error"].endswith("words: try another form of it, or a part with *")


def test_a_prefix_is_no_sum(answers):
    assert "king -" not in answers.ask("king-")["answers"][0]["instead"]


def test_blanks_around_the_colons_of_pairs_are_no_matter(answers):
    plain = answers.ask("man:woman king:queen")["answers"]
    assert answers.ask("man : woman, king :queen")["answers"] == plain


def test_pairs_are_arrows(answers, vectors):
    answer = answers.ask("man:woman king:queen")["answers"][0]
    assert answer["kind"] == "pairs"
    assert [pair["from"]["word"] for pair in answer["pairs"]] == ["man", "king"]
    first, second = (
        vectors.get_vector(b, norm=True) - vectors.get_vector(a, norm=True)
        for a, b in (("man", "woman"), ("king", "queen"))
    )
    cosine = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
    for pair in answer["pairs"]:
        assert pair["cosine"] == pytest.approx(cosine, abs=1e-5)
    assert "two pairs" in answers.ask("man:woman")["answers"][0]["error"]


def test_completion_gives_the_first_words_that_begin_so(answers, words):
    assert [each["word"] for each in answers.complete("w1", 4)] == ["w1", "w10", "w11", "w12"]
    assert [each["word"] for each in answers.complete("K", 4)] == ["king"]
    assert [each["word"] for each in answers.complete("<s", 4)] == [words[-6]]
    assert answers.complete("zzz") == answers.complete("") == []


def test_a_word_that_is_written_out_is_the_first_completion():
    words = CompactWords(["worlds", "world", "wor", "worldly"])
    assert words.beginning_with("wor", 9) == [0, 1, 2, 3]
    assert words.beginning_with("world", 1) == [0]


def test_compact_words_are_the_words(words):
    odd = [*words, "", "new\nline", "line", "new", "\udcff", "x\ny\nz"]
    compact = CompactWords(odd)
    rows = RowOfWord(compact)
    assert list(compact) == odd
    assert compact[3:6] == odd[3:6]
    assert [rows[word] for word in odd] == list(range(len(odd)))
    assert [rows.get(word, -1) for word in ("y", "z", "w", "new\n", "\ud83d", "nothing")] == [
        -1
    ] * 6
    with pytest.raises(IndexError):
        compact[len(odd)]
    assert list(compact.rows(["w7", "no", "new\nline", "\udcff", "line"])) == [
        odd.index("w7"),
        -1,
        *map(odd.index, ("new\nline", "\udcff", "line")),
    ]


@pytest.mark.parametrize(
    "pattern", ["a*", "*a", "*a*", "a*b", "*a*b*", "*ab*ba*", "a*b*c", "**b**", "*.*", "a", "a*a"]
)
def test_a_spelling_finds_what_its_letters_say(pattern):
    words = [
        "".join(letters) for length in (1, 2, 3, 4) for letters in product("abc.", repeat=length)
    ]
    words = [*words[:7], "a\nb", *words[7:], "c\nba"]
    expected = re.compile(".*".join(map(re.escape, pattern.split("*"))))
    rows = [row for row, word in enumerate(words) if expected.fullmatch(word)]
    assert CompactWords(words).spelled(pattern) == rows


@pytest.mark.parametrize("pattern", ["*a" * 12 + "b", "*a" * 30_000, "*" * 30_000 + "ab"])
def test_a_spelling_with_many_stars_takes_no_longer(pattern):
    words = CompactWords(["a" * 400 + "c", *map(str, range(2000))])
    began = time.perf_counter()
    assert words.spelled(pattern) == []
    assert time.perf_counter() - began < 1


def test_spellings_that_many_words_have_are_found_at_once():
    words = CompactWords([f"a{number}" for number in range(100_000)])
    began = time.perf_counter()
    assert len(words.spelled("a*")) == 100_000
    assert time.perf_counter() - began < 2


def test_a_query_of_blanks_and_colons_is_answered_at_once(answers):
    began = time.perf_counter()
    assert "error" in answers.ask("a:b" + " " * 60_000 + "c")["answers"][0]
    assert time.perf_counter() - began < 1


def test_words_of_a_spelling_are_listed(answers, words):
    (answer,) = answers.ask("*29*", topn=5)["answers"]
    assert answer["kind"] == "spelling"
    assert [each["word"] for each in answer["words"]] == ["w29", "w129", "w229", "w290", "w291"]
    assert answer["total"] == 13
    assert answers.ask("K*G")["answers"][0]["words"][0]["word"] == "king"
    assert "leaves too much open" in answers.ask("*2")["answers"][0]["error"]
    assert "is spelled 'x*yz'" in answers.ask("x*yz")["answers"][0]["error"]


def test_the_difference_of_two_cosines(answers):
    (answer,) = answers.ask("king queen - man woman")["answers"]
    first, second = (
        answers.ask(each)["answers"][0]["words"][0]["cosine"]
        for each in ("king queen", "man woman")
    )
    assert answer["kind"] == "difference"
    assert answer["words"][0]["cosine"] == pytest.approx(first - second, abs=2e-6)
    assert [each["word"] for each in answer["asked"]] == ["king", "queen", "man", "woman"]


def test_a_map_of_no_words_is_coloured_as_the_smallest_one(answers):
    for by in ("cluster", "group"):
        assert answers.colours(0, 0, by) == answers.colours(0, 3, by)
    with pytest.raises(OptionError, match="'many' is no whole number"):
        answers.colours(0, "many", "cluster")


def test_colours(answers, words):
    clusters = answers.colours(0, 200, "cluster")
    assert len(clusters["part"]) == 200
    assert set(clusters["part"]) == set(range(len(clusters["names"])))
    assert clusters == answers.colours(0, 200, "cluster")
    named = {word for name in clusters["names"] for word in name.split(", ")}
    assert named <= set(words[:200])
    groups = answers.colours(0, 400, "group")
    assert groups["names"] == ["royal"]
    assert groups["absent"] == []
    assert answers.colours(0, 200, "group")["absent"] == ["king", "queen"]
    assert [place for place, part in enumerate(groups["part"]) if part == 0] == [300, 301]


def test_clusters_find_what_lies_apart(tmp_path):
    centres = np.eye(3).repeat(20, axis=0)
    noise = np.random.default_rng(1).normal(size=(60, 3)) / 20
    path = tmp_path / "v.txt"
    WordVectors([f"w{n}" for n in range(60)], (centres + noise).astype(np.float32)).save(path)
    part = Answers(open_models([str(path)]), words=60, groups={}, reports=[]).colours(
        0, 60, "cluster"
    )["part"]
    groups = [set(part[first : first + 20]) for first in (0, 20, 40)]
    assert not groups[0] & groups[1]
    assert not groups[1] & groups[2]
    assert not groups[0] & groups[2]


def test_clusters_are_named_by_frequent_words(tmp_path):
    matrix = np.eye(12)[np.arange(600) % 12]
    matrix[:240] += np.random.default_rng(1).normal(size=(240, 12)) / 20
    path = tmp_path / "v.txt"
    WordVectors([f"w{n}" for n in range(600)], matrix.astype(np.float32)).save(path)
    answers = Answers(open_models([str(path)]), words=600, groups={}, reports=[])
    named = ", ".join(answers.colours(0, 600, "cluster")["names"]).split(", ")
    assert len(named) == 36
    assert max(int(word[1:]) for word in named) < 240


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("king royal\n", "line 1: 'king royal' is no word and group"),
        ("king\troyal\nking\tchess\n", "line 2: 'king' is in a group already"),
        ("king\ta\tb\n", "line 1"),
        ("\n", "holds no words"),
        ("".join(f"w{n}\tg{n}\n" for n in range(501)), "501 groups"),
    ],
)
def test_groups_that_are_none_are_refused(tmp_path, content, said):
    path = tmp_path / "groups.tsv"
    path.write_text(content)
    with pytest.raises(FormatError, match=said):
        read_groups(str(path))


def test_two_models_are_compared(folder, words):
    answers = Answers(
        open_models([str(folder / "v"), str(folder / "other.txt")]),
        words=200,
        groups={},
        reports=[],
    )
    while not (found := answers.compare())["done"]:
        pass
    assert [[each["word"] for each in only] for only in found["only"]] == [[words[0]], ["new"]]
    assert found["changed"][0]["word"] == "w5"
    assert found["changed"][0]["likeness"] < 0.9 < found["changed"][-1]["likeness"]
    both = answers.ask("w5")["answers"]
    shared = {each["word"] for each in both[0]["words"]} & {
        each["word"] for each in both[1]["words"]
    }
    assert found["changed"][0]["shared"] == len(shared - {"w0", "new"})
    assert [model["name"] for model in answers.start()["models"]] == ["v", "other.txt"]


def test_a_comparison_that_fails_says_so(folder, monkeypatch):
    def fail(*_):
        raise MemoryError

    monkeypatch.setattr("glove_ada.explorer.comparison.words_in_one_only", fail)
    models = open_models([str(folder / "v"), str(folder / "other.txt")])
    answers = Answers(models, words=200, groups={}, reports=[])

    def wait():
        while not answers.compare()["done"]:
            time.sleep(0.01)

    with pytest.raises(OptionError, match="could not be compared: MemoryError"):
        wait()


def test_models_of_one_name_go_by_their_paths(folder, tmp_path):
    (tmp_path / "v.txt").write_bytes((folder / "v.txt").read_bytes())
    paths = [str(folder / "v.txt"), str(tmp_path / "v.txt")]
    assert [model.name for model in open_models(paths)] == paths


def test_the_most_frequent_words_are_shown_whatever_their_order(folder, tmp_path, words, matrix):
    counts = np.arange(1, len(words) + 1)
    WordVectors(words, matrix, counts=counts).save(tmp_path / "v")
    found = Answers(open_models([str(tmp_path / "v")]), words=3, groups={}, reports=[]).map(0, 4)
    assert found["words"] == words[:-5:-1]
    assert found["rows"] == [len(words) - 1 - place for place in range(4)]
    assert found["counts"] == [len(words) - place for place in range(4)]
