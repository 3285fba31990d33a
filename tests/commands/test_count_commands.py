"""Counting in parts and adding up: the bytes of one count, and one sentence for each mistake."""

from __future__ import annotations

import gzip
import itertools
import json
import random
from pathlib import Path

import pytest
from support import DATA

from glove_ada import count, merge, train
from glove_ada.corpus.sources import FileSource
from glove_ada.run.counted import counts as counts_module
from glove_ada.run.counted.counts import KIND
from glove_ada.run.kept.array_container import read_arrays, write_arrays

SAMPLE = str(DATA / "sample.txt")
FILES = ("cells", "vocab.txt")
TRAIN = ["--vector-size", "4", "--epochs", "1", "--quiet"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command, *arguments):
    assert command.main([*map(str, arguments), "--quiet"]) == 0


def refused(capsys, command, *arguments):
    """Return the one sentence of a command that does nothing else."""
    before = sorted(Path().rglob("*"))
    capsys.readouterr()
    assert command.main([*map(str, arguments), "--quiet"]) == 2
    assert sorted(Path().rglob("*")) == before
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ")
    return line


def content(folder):
    return {name: (Path(folder) / name).read_bytes() for name in FILES}


def count_in_parts(corpus, parts, *options):
    """Count words in parts, add them up, and count in parts with their vocabulary."""
    numbers = range(1, parts + 1)
    for number in numbers:
        words = ["--words-only", "--part", f"{number}/{parts}", "--save", f"words-{number}"]
        run(count, *corpus, *words, *(o for o in options if o == "--lowercase"))
    run(merge, *(f"words-{number}" for number in numbers), "--save", "words")
    for number in numbers:
        part = ["--part", f"{number}/{parts}", "--save", f"counts-{number}"]
        run(count, *corpus, "--vocab-file", "words/vocab.txt", *part, *options)
    return [f"counts-{number}" for number in numbers]


def test_sevenths_of_the_sample_in_any_order_are_one_count(here):
    parts = count_in_parts([SAMPLE], 7)
    run(count, SAMPLE, "--save", "one")
    for seed, order in enumerate(random.Random(1).sample([*itertools.permutations(parts)], 2)):
        run(merge, *order, "--save", f"sum-{seed}")
        assert content(f"sum-{seed}") == content("one")
    run(merge, *parts[:3], "--save", "some")
    run(merge, *parts[5:], "--save", "others")
    run(merge, "others", parts[3], "some", parts[4], "--save", "tree")
    assert content("tree") == content("one")
    assert json.loads(Path("tree/description.json").read_text()) == json.loads(
        Path("sum-0/description.json").read_text()
    )


@pytest.fixture
def corpus(here):
    """A small corpus of files of both kinds."""
    lines = Path(SAMPLE).read_bytes().splitlines(keepends=True)[:400]
    Path("a").write_bytes(b"".join(lines[:250]))
    Path("b.gz").write_bytes(gzip.compress(b"".join(lines[250:300])))
    Path("c").write_bytes(b"".join(lines[300:]).rstrip(b"\n"))
    return ["a", "b.gz", "c"]


@pytest.mark.parametrize(
    ("count_options", "train_options"),
    [
        ([], []),
        (["--symmetric", "--window-size", "4"], ["--symmetric", "--window-size", "4"]),
        (["--lowercase", "--window-weights", "linear"],) * 2,
    ],
)
def test_training_on_them_gives_the_vectors_of_the_corpus(corpus, count_options, train_options):
    parts = count_in_parts(corpus, 3, *count_options)
    run(merge, *parts, "--save", "counts")
    run(train, "--counts", "counts", *TRAIN, "--save-file", "from-counts.txt")
    run(train, *corpus, *TRAIN, *train_options, "--save-file", "from-text.txt")
    assert Path("from-counts.txt").read_bytes() == Path("from-text.txt").read_bytes()
    report = json.loads(Path("from-counts.report.json").read_text())
    assert [part["number"] for part in report["cooccurrence"]["parts"]] == [1, 2, 3]
    assert report["options"]["window_size"] == (4 if "--symmetric" in count_options else 15)


def test_parts_without_a_word_count_nothing(corpus):
    Path("d").write_bytes(b" \n" * 2000)
    Path("vocab").write_bytes(b"the 3\nof 2\nand 1\n")
    given = [*corpus, "d", "--vocab-file", "vocab"]
    parts = [f"part-{number}" for number in range(1, 30)]
    for number, part in enumerate(parts, start=1):
        run(count, *given, "--part", f"{number}/29", "--save", part)
    run(merge, *parts, "--save", "sum")
    run(count, *given, "--save", "one")
    assert content("sum") == content("one")


def test_words_of_parts_without_a_frequent_word(corpus, capsys):
    for number in range(1, 41):
        words = ["--words-only", "--part", f"{number}/40", "--save", f"words-{number}"]
        run(count, "c", *words, "--min-count", "50")
    run(
        merge, *(f"words-{number}" for number in range(1, 41)), "--save", "sum", "--min-count", "50"
    )
    run(count, "c", "--words-only", "--save", "one", "--min-count", "50")
    for name in ("words.txt", "vocab.txt"):
        assert Path("sum", name).read_bytes() == Path("one", name).read_bytes()
    folders = [f"words-{number}" for number in range(1, 41)]
    said = refused(capsys, merge, *folders, "--save", "none", "--min-count", "99999")
    assert "no word occurs 99999 times" in said


def test_a_low_cap_and_threads_change_nothing(corpus, monkeypatch):
    parts = count_in_parts(corpus, 2)
    run(merge, *parts, "--save", "sum")
    monkeypatch.setattr("glove_ada.run.memory_plan.BLOCK_CELLS", 50)
    run(merge, *parts, "--save", "again", "--threads", "1")
    assert content("again") == content("sum")


def test_the_new_is_added_to_the_old(corpus):
    run(count, *corpus, "--save", "all")
    run(count, corpus[0], "--vocab-file", "all/vocab.txt", "--save", "old")
    run(count, *corpus[1:], "--vocab-file", "all/vocab.txt", "--save", "new")
    run(merge, "old", "new", "--save", "sum")
    assert content("sum") == content("all")


def test_a_folder_in_a_corpus_is_no_text(corpus):
    Path("texts").mkdir()
    for path in corpus:
        Path(path).rename(Path("texts", path))
    run(count, "texts", "--save", "texts/counts")
    run(count, "texts", "--words-only", "--save", "texts/words")
    assert [Path(file).name for file in FileSource(["texts"]).files] == corpus
    run(count, "texts", "--save", "texts/counts", "--overwrite")
    parts = json.loads(Path("texts/counts/description.json").read_text())["parts"]
    assert parts[0]["corpus_bytes"] == sum(Path("texts", path).stat().st_size for path in corpus)


def test_missing_parts_are_named(corpus, capsys):
    parts = count_in_parts(corpus, 3)
    run(merge, *parts[:2], "--save", "sum")
    assert "without 3/3" in capsys.readouterr().err
    run(train, "--counts", "sum", *TRAIN)
    assert "warning: sum lacks 3/3" in capsys.readouterr().err


def test_sums_that_could_outgrow_64_bits_are_refused(corpus, capsys, monkeypatch):
    parts = count_in_parts(corpus, 2)
    largest = [
        json.loads(Path(part, "description.json").read_text())["facts"]["largest_row_sum"]
        for part in parts
    ]
    monkeypatch.setattr(counts_module, "MOST_UNITS", sum(largest))
    assert "outgrow 64 bits" in refused(capsys, merge, *parts, "--save", "sum")


def test_what_cannot_be_added_up(corpus, capsys):
    parts = count_in_parts(corpus, 2)
    given = [*corpus, "--vocab-file", "words/vocab.txt"]
    run(count, *given, "--part", "1/3", "--save", "third")
    run(count, *given, "--part", "2/2", "--save", "narrow", "--window-size", "3")
    run(count, *corpus, "--min-count", "9", "--save", "other")
    for folders, sentence in (
        ([parts[0], parts[1], parts[0]], "would be|both hold part 1/2"),
        ([parts[0], "third"], "cut into 2 and into 3"),
        ([parts[0], "narrow"], "their window_size differs (15 and 3)"),
        ([parts[0], "other"], "they have different vocabularies"),
        ([parts[0], "words"], "one holds counts and one words alone"),
        ([parts[0], "nowhere"], "nowhere holds no counts (description.json: No such file"),
    ):
        said = refused(capsys, merge, *folders, "--save", "sum")
        assert any(text in said for text in sentence.split("|")), said
    run(merge, parts[0], "--save", "copy")
    assert "both hold part 1/2" in refused(capsys, merge, "copy", *parts, "--save", "sum")


def test_what_training_refuses(corpus, capsys):
    run(count, *corpus, "--save", "directed")
    run(count, *corpus, "--save", "symmetric", "--symmetric", "--window-size", "4")
    run(count, *corpus, "--save", "words", "--words-only")
    run(count, "c", "--vocab-file", "words/vocab.txt", "--part", "5/5", "--save", "part")
    for options, sentence in (
        (["directed", "--symmetric"], "tells the sides of a word apart"),
        (["directed", "--rule", "stanford"], "tells the sides of a word apart"),
        (["symmetric", "--directed"], "holds the same counts on both sides"),
        (["symmetric", "--window-size", "5"], "was counted with --window-size 4, not 5"),
        (["directed", "--lowercase"], "was counted with --lowercase False"),
        (["directed", "--vocab-file", "words/vocab.txt"], "have a vocabulary"),
        (["directed", "a"], "give a corpus"),
        (["words"], "holds words alone, and counts are needed"),
        (["nowhere"], "holds no counts"),
    ):
        said = refused(capsys, train, "--counts", *options, *TRAIN[:-1])
        assert sentence in said, said


def test_what_counting_refuses(corpus, capsys):
    for options, sentence in (
        ([*corpus, "--part", "1/2"], "--part needs a --vocab-file that all parts share"),
        ([*corpus, "--part", "3/2", "--words-only"], "--part is '3/2'"),
        (["-", "--part", "1/2", "--words-only"], "a part can be taken of files alone"),
        ([*corpus, "--words-only", "--vocab-file", "a"], "leave --vocab-file out"),
        (["nowhere"], "there is no file or directory nowhere"),
    ):
        assert sentence in refused(capsys, count, *options, "--save", "counts")
    Path("full").mkdir()
    Path("full/own").write_bytes(b"mine")
    assert "full is no folder" in refused(capsys, count, *corpus, "--save", "full")
    run(count, *corpus, "--save", "counts")
    assert "--overwrite replaces it" in refused(capsys, count, *corpus, "--save", "counts")
    run(count, *corpus, "--save", "counts", "--overwrite", "--window-size", "3")
    Path("counts/own").write_bytes(b"mine")
    said = refused(capsys, count, *corpus, "--save", "counts", "--overwrite")
    assert "own in it is not as glove_ada wrote it" in said


def damage(path):
    data = path.read_bytes()
    path.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])


def lie(change):
    def rewrite(path):
        facts, arrays = read_arrays(path, KIND)
        change(facts, arrays)
        write_arrays(path, KIND, facts, arrays)

    return rewrite


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("cells", damage, "is damaged"),
        ("cells", lambda path: path.write_bytes(b"text"), "is no glove_ada cells"),
        ("cells", Path.unlink, "cannot read"),
        ("cells", lie(lambda _, arrays: arrays["columns"].fill(1 << 31)), "makes no sense"),
        ("cells", lie(lambda _, arrays: arrays["units"].fill(-1)), "makes no sense"),
        ("cells", lie(lambda _, a: a["row_starts"][1:-1].fill(1 << 40)), "makes no sense"),
        ("cells", lie(lambda facts, _: facts.update(window_size=3)), "makes no sense"),
        ("vocab.txt", damage, "is"),
        ("vocab.txt", lambda path: path.write_bytes(b"a 1\n"), "is not what was written"),
        ("description.json", lambda path: path.write_bytes(b"{}"), "does not describe counts"),
        (
            "description.json",
            lambda path: path.write_bytes(
                path.read_bytes().replace(b'"version": 1', b'"version": 9')
            ),
            "is of version 9",
        ),
        (
            "description.json",
            lambda path: path.write_bytes(
                path.read_bytes().replace(b'"arithmetic": ', b'"arithmetic": 9')
            ),
            "whose arithmetic differs",
        ),
    ],
)
def test_nothing_is_believed_unseen(corpus, capsys, name, change, sentence):
    run(count, corpus[0], "--save", "one")
    run(count, corpus[2], "--save", "two", "--vocab-file", "one/vocab.txt")
    change(Path("two", name))
    assert sentence in refused(capsys, merge, "two", "one", "--save", "sum")
    assert sentence in refused(capsys, train, "--counts", "two", *TRAIN[:-1])


def test_words_that_were_changed_are_refused(corpus, capsys):
    run(count, corpus[0], "--words-only", "--save", "one")
    run(count, corpus[2], "--words-only", "--save", "two")
    Path("two/words.txt").write_bytes(b"b 1\na 1\n")
    assert "is damaged" in refused(capsys, merge, "one", "two", "--save", "sum")


def test_what_does_not_fit_goes_to_the_disk(corpus, monkeypatch):
    run(count, *corpus, "--save", "counts")
    run(train, "--counts", "counts", *TRAIN, "--save-file", "in-memory.txt")
    monkeypatch.setattr("glove_ada.run.memory_plan.MemoryPlan.most_cells", lambda _: 1000)
    run(train, "--counts", "counts", *TRAIN, "--save-file", "on-disk.txt")
    assert Path("on-disk.txt").read_bytes() == Path("in-memory.txt").read_bytes()
    report = json.loads(Path("on-disk.report.json").read_text())
    assert report["memory"]["counts"] == "disk"


def test_a_cut_training_goes_on(corpus):
    run(count, *corpus, "--save", "counts")
    options = ["--counts", "counts", "--vector-size", "4"]
    run(train, *options, "--epochs", "3", "--save-file", "whole.txt")
    run(train, *options, "--epochs", "1", "--keep", "--save-file", "v.txt")
    run(train, *options, "--epochs", "3", "--resume", "--save-file", "v.txt")
    assert Path("v.txt").read_bytes() == Path("whole.txt").read_bytes()
