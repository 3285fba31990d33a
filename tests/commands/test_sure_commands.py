"""How sure answers and scores are, and groups compared: the commands, and what they refuse."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections import Counter

import numpy as np
import pytest
from support import DATA

from glove_ada import GloVe, compare, count, evaluate, query, train
from glove_ada.vectors.word_vectors import WordVectors

DOCUMENTS = 600
SMALL = ["--vector-size", "10", "--window-size", "5", "--epochs", "2", "--quiet"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with a text in two halves, and a model of both with its report."""
    folder = tmp_path_factory.mktemp("sure")
    lines = (DATA / "sample.txt").read_bytes().splitlines(keepends=True)[:DOCUMENTS]
    (folder / "one.txt").write_bytes(b"".join(lines[0::2]))
    (folder / "two.txt").write_bytes(b"".join(lines[1::2]))
    texts = [str(folder / name) for name in ("one.txt", "two.txt")]
    assert train.main([*texts, "--save-file", str(folder / "model"), *SMALL]) == 0
    return folder


@pytest.fixture
def here(trained, tmp_path, monkeypatch):
    """A copy that a test may spoil; the report names the text where it was."""
    shutil.copytree(trained, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys):
    return capsys.readouterr()


def answers(capsys):
    return [json.loads(line) for line in said(capsys).out.splitlines()]


def test_queries_come_with_standard_errors(here, capsys):
    asked = ["king", "king queen", "king - man + woman", "a, the, king", "king queen - king dog"]
    assert query.main(["model", "--sure", "--json", "--topn", "4", *asked]) == 0
    found = answers(capsys)
    kinds = [each["kind"] for each in found]
    assert kinds == ["nearest", "similarity", "sum", "odd one out", "difference"]
    plain = WordVectors.load("model")
    for (word, cosine), sure in zip(
        plain.most_similar("king", topn=4), found[0]["words"], strict=True
    ):
        assert sure["word"] == word
        assert sure["cosine"] == pytest.approx(cosine, abs=1e-6)
        assert sure["low"] < cosine < sure["high"]
        reach = 1.96 * sure["standard_error"]
        assert sure["low"] == pytest.approx(max(cosine - reach, -1), abs=1e-4)
        assert sure["high"] == pytest.approx(min(cosine + reach, 1), abs=1e-4)
    (difference,) = found[4]["words"]
    expected = plain.similarity("king", "queen") - plain.similarity("king", "dog")
    assert difference["cosine"] == pytest.approx(expected, abs=1e-6)


def test_draws_say_about_the_same(here, capsys):
    asked = ["king queen", "king", "king queen - king dog"]
    assert query.main(["model", "--sure", "--json", *asked]) == 0
    exact = answers(capsys)
    assert query.main(["model", "--sure", "--json", "--draws", "400", *asked]) == 0
    drawn = answers(capsys)
    for one, other in zip(exact, drawn, strict=True):
        for sure, by_draws in zip(one["words"], other["words"], strict=True):
            assert by_draws["cosine"] == sure["cosine"]
            assert 1 / 2 < by_draws["standard_error"] / sure["standard_error"] < 2
    shares = [each["share"] for each in drawn[1]["words"]]
    assert all(0 < share <= 1 for share in shares)
    assert shares[0] > 0.5


def test_words_of_few_documents_say_so(here, capsys):
    counts = WordVectors.load("model")
    rare = counts.index_to_key[-1]
    assert query.main(["model", "--sure", f"king {rare}", "--topn", "1"]) == 0
    assert "(too few documents to tell how sure)" in said(capsys).out
    assert query.main(["model", "--sure", "king queen"]) == 0
    assert " +- 0." in said(capsys).out


def test_the_text_may_have_moved(here, capsys, monkeypatch):
    (here / "elsewhere").mkdir()
    for name in ("one.txt", "two.txt"):
        (here / name).rename(here / "elsewhere" / name)
    report = json.loads((here / "model.report.json").read_text())
    report["corpus"]["paths"] = ["one.txt", "two.txt"]
    (here / "model.report.json").write_text(json.dumps(report))
    assert query.main(["model", "--sure", "king queen"]) == 2
    error = (
        "error: the text one.txt, which model.report.json names, is not there: say with --corpus"
    )
    assert error in said(capsys).err
    moved = ["--corpus", "elsewhere/one.txt", "--corpus", "elsewhere/two.txt"]
    assert query.main(["model", "--sure", *moved, "king queen"]) == 0


def test_scores_come_with_the_part_that_is_noise(here, capsys):
    sets = ["--similarity", str(DATA / "sample-similarity.tsv")]
    sets += ["--analogies", str(DATA / "sample-analogies.txt")]
    few = ["--resamples", "10", "--draws", "3"]
    assert evaluate.main(["model", "--sure", *few, *sets, "--json"]) == 0
    record = json.loads(said(capsys).out)
    analogies, similarity = record["sure"]
    assert analogies["name"] == "sample-analogies.txt (3cosadd)"
    total = record["analogies"][0]["total"]["accuracy"]["1"]["value"]
    assert analogies["score"] == pytest.approx(100 * total)
    assert similarity["score"] == record["similarity"][0]["spearman"]["value"]
    assert 0 < similarity["standard_error"] < 0.3
    assert evaluate.main(["model", "--sure", *few, *sets]) == 0
    assert "standard errors from the text's documents (3 draws)" in said(capsys).out


def test_scores_of_rare_words_and_of_sets_of_one_name_are_told_apart(here, capsys):
    text = "".join((here / name).read_text() for name in ("one.txt", "two.txt"))
    documents = Counter(word for line in text.splitlines() for word in set(line.split()))
    known = WordVectors.load("model").index_to_key
    rare = [word for word in known if documents[word] < 10][:4]
    (here / "other").mkdir()
    for name, words in (("a", rare), ("b", ["king", "queen", *rare[:2]]), ("other/b", known[:4])):
        rows = [f"{words[n]}\t{words[n + 1]}\t{n}" for n in range(3)]
        (here / f"{name}.tsv").write_text("\n".join(rows) + "\n")
    (here / "none.tsv").write_text("king\tqueen\t1\n")
    asked = ["model", "--sure", "--resamples", "10", "--draws", "3", "--similarity"]
    sets = ["a.tsv", "b.tsv", "other/b.tsv"]
    assert evaluate.main([*asked, *sets, "--json"]) == 0
    record = json.loads(said(capsys).out)
    scores = [each["spearman"]["value"] for each in record["similarity"]]
    assert [each["score"] for each in record["sure"]] == scores
    assert record["sure"][0]["standard_error"] is None
    found = [(each["words"], each["in_too_few_documents"]) for each in record["sure"]]
    assert found == [(4, 4), (4, 2), (4, 0)]
    assert evaluate.main([*asked, *sets]) == 0
    told = said(capsys).out
    assert re.search(r"^  a.tsv +-?\d.\d+ +-$", told, re.MULTILINE)
    assert "note: b.tsv: 2 of 4 words are in too few documents" in told
    assert evaluate.main([*asked, "none.tsv"]) == 0
    assert said(capsys).out.endswith("\n\nno set has a score, of which to tell an error\n")


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


def spoil_vectors(folder):
    WordVectors.load("model").save("plain.txt")


def spoil_text(folder):
    with open("one.txt", "a") as file:
        file.write("king queen\n")


def spoil_options(folder):
    path = folder / "model.report.json"
    facts = json.loads(path.read_text())
    facts["options"]["singular_power"] = 0.3
    path.write_text(json.dumps(facts))


def test_options_that_a_version_does_not_have_may_be_unused(here, capsys):
    path = here / "model.report.json"
    facts = json.loads(path.read_text())
    del facts["options"]["stop_words"]
    facts["options"]["of_the_future"] = None
    path.write_text(json.dumps(facts))
    assert query.main(["model", "--sure", *HERE, "king queen"]) == 0
    facts["options"]["of_the_future"] = 0.5
    path.write_text(json.dumps(facts))
    assert query.main(["model", "--sure", *HERE, "king queen"]) == 2


def older_options(folder):
    path = folder / "model.report.json"
    facts = json.loads(path.read_text())
    del facts["options"]["zeros"]
    path.write_text(json.dumps(facts))


def odd_report(folder):
    path = folder / "model.report.json"
    facts = json.loads(path.read_text())
    facts["corpus"] = [facts["corpus"]]
    path.write_text(json.dumps(facts))


def no_report(folder):
    (folder / "model.report.json").unlink()


def one_document(folder):
    text = (folder / "one.txt").read_text().replace("\n", " ")
    (folder / "long.txt").write_text(text)
    assert train.main(["long.txt", "--save-file", "long", *SMALL]) == 0


def no_sides(folder):
    model = WordVectors.load("model")
    model.context_biases = None
    model.save("sides.npz")
    shutil.copy("model.report.json", "sides.npz.report.json")


def another_size(folder):
    arguments = ["one.txt", "two.txt", *SMALL, "--vector-size", "12", "--save-file", "wide"]
    assert train.main(arguments) == 0
    shutil.copy("model.report.json", "wide.report.json")


def other_counts(folder):
    assert count.main(["two.txt", "--save", "counts", "--quiet"]) == 0
    arguments = ["--counts", "counts", "--vector-size", "10", "--epochs", "1", "--quiet"]
    assert train.main([*arguments, "--save-file", "counted"]) == 0


HERE = ["--corpus", "one.txt", "--corpus", "two.txt"]


@pytest.mark.parametrize(
    ("spoil", "arguments", "message"),
    [
        (spoil_vectors, ["plain.txt", "--sure", "a"], "plain.txt holds vectors alone, and stand"),
        (spoil_text, ["model", "--sure", *HERE, "a"], "the text is not the one that the model was"),
        (spoil_options, ["model", "--sure", *HERE, "a"], "are not those that its report's options"),
        (older_options, ["model", "--sure", *HERE, "a"], "is of another version of glove_ada"),
        (odd_report, ["model", "--sure", "a"], "model.report.json is no report of a training"),
        (no_report, ["model", "--sure", *HERE, "a"], "model.report.json cannot be read"),
        (one_document, ["long", "--sure", "the"], "the text has fewer than 20 documents, 1, and"),
        (another_size, ["wide", "--sure", *HERE, "a"], "12 dimensions and its report tells of 10"),
        (other_counts, ["counted", "--sure", *HERE, "a"], "the text is not the one that the model"),
        (no_sides, ["sides.npz", "--sure", *HERE, "a"], "the model has no contexts and biases"),
        (None, ["model", "--sure", "--corpus", "none.txt", "a"], "none.txt"),
        (None, ["model", "--draws", "5", "a"], "--corpus and --draws need --sure"),
        (None, ["model", "--sure", "--draws", "1", "a"], "--draws is at least 2"),
        (None, ["model", "--sure", "--draws", "9999999", "a"], "--draws is at most 100,000"),
        (None, ["model", "--sure", "--threads", "-3", "a"], "--threads is -3; it takes"),
        (None, ["model", "--sure", "--threads", "0", "a"], "--threads is 0; it takes"),
        (None, ["model", "--sure", *HERE, "xyzzy"], "xyzzy"),
        (None, ["model", "--sure", *HERE, "king - king"], "the sum of these words is 0"),
        (None, ["model", "--sure", "--draws", "20", *HERE, "king - king"], "words is 0"),
    ],
)
def test_what_a_query_cannot_be_sure_of_is_said(here, capsys, spoil, arguments, message):
    if spoil:
        spoil(here)
    capsys.readouterr()
    assert query.main(arguments) == 2
    error = said(capsys).err
    assert error.startswith("error: ")
    assert message in error
    assert error.count("\n") == 1


def test_counts_are_trained_on_and_the_text_is_given_to_be_sure(here, capsys):
    other_counts(here)
    assert query.main(["counted", "--sure", "--corpus", "two.txt", "king queen"]) == 0


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


def test_python_asks_for_the_text_that_it_cannot_read_again(here):
    from glove_ada import GloVe
    from glove_ada.errors import NotFittedError, OptionError

    lines = (here / "one.txt").read_text().splitlines()
    model = GloVe(vector_size=6, window_size=3)
    with pytest.raises(NotFittedError, match="call fit first"):
        model.uncertainty(["the"])
    model.fit(iter(lines))
    with pytest.raises(OptionError, match="give it as corpus"):
        model.uncertainty(["the"])
    with pytest.raises(OptionError, match="the text is not the one"):
        model.uncertainty(["the"], lines[1:])
    sure = model.uncertainty(["the", "of"], lines)
    assert sure.covariance("the").shape == (6, 6)
    assert np.linalg.eigvalsh(sure.covariance("the")).min() > -1e-12
    from_file = GloVe(vector_size=6, window_size=3).fit(here / "one.txt").uncertainty(["the"])
    assert from_file.covariance("the").tobytes() == sure.covariance("the").tobytes()


def test_a_model_of_python_is_asked_in_files_once_its_report_is_beside_it(here):
    from glove_ada import GloVe
    from glove_ada.model.uncertainty import measure_uncertainty
    from glove_ada.run.report import report_path, write_report

    (here / "verses.txt").write_text((here / "one.txt").read_text().replace("\n", "\n\n"))
    model = GloVe(vector_size=6, window_size=3, document="blank-line").fit("verses.txt")
    model.vectors_.save("fitted")
    write_report(report_path("fitted"), model.report_)
    in_files = measure_uncertainty("fitted", ["the"]).covariance("the")
    assert in_files.tobytes() == model.uncertainty(["the"]).covariance("the").tobytes()


def test_python_is_as_sure_of_a_model_in_files_as_the_command(here, capsys):
    from glove_ada.errors import FormatError, OptionError
    from glove_ada.model.uncertainty import measure_uncertainty

    assert query.main(["model", "--sure", "--json", "king queen"]) == 0
    told = answers(capsys)[0]["words"][0]
    found = measure_uncertainty("model", ["king", "queen"]).cosine("king", "queen")
    assert (found.value, found.standard_error) == (told["cosine"], told["standard_error"])
    texts = [here / "one.txt", here / "two.txt"]
    moved = measure_uncertainty(here / "model", ["king", "queen"], texts)
    assert moved.cosine("king", "queen") == found
    assert measure_uncertainty("model", "king").words == ["king"]
    with pytest.raises(OptionError, match="the text is not the one"):
        measure_uncertainty("model", ["king"], "one.txt")
    (here / "model.report.json").unlink()
    with pytest.raises(FormatError, match="put it beside the model"):
        measure_uncertainty("model", ["king"])
    WordVectors.load("model").save("plain.txt")
    with pytest.raises(OptionError, match="holds vectors alone"):
        measure_uncertainty("plain.txt", ["king"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "no words are given"),
        (3, "words are strings, not 3"),
        (None, "words are strings, not None"),
        ([0], "words are strings, not 0"),
        (b"king", "words are strings, not 107"),
        ([["king"]], r"words are strings, not \['king'\]"),
        (["king", "kinng"], "'kinng' is not among the .*nearest spellings: 'king'"),
    ],
)
def test_python_says_in_one_sentence_which_words_make_no_sense(here, words, sentence):
    from glove_ada.errors import GloveError
    from glove_ada.model.uncertainty import measure_uncertainty

    with pytest.raises(GloveError, match=sentence):
        measure_uncertainty("model", words, "nowhere.txt")  # which is not read before


@pytest.mark.parametrize("corpus", [3, b"one.txt", [3], [], iter([])])
def test_python_says_which_corpus_makes_no_sense(here, corpus):
    from glove_ada.errors import OptionError
    from glove_ada.model.uncertainty import measure_uncertainty

    with pytest.raises(OptionError, match="corpus is the path of the text, or several"):
        measure_uncertainty("model", ["king"], corpus)
