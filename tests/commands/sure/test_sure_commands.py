"""How sure answers and scores are: the commands, and what they refuse."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter

import pytest
from commands.sure.small_model import SMALL, answers, said
from support import DATA

from glove_ada import count, evaluate, query, train
from glove_ada.vectors.word_vectors import WordVectors


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
