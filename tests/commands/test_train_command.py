"""The command: what it writes, what it says, and how it fails."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from support import DATA

from glove_ada import GloVe, WordVectors
from glove_ada import train as train_command
from glove_ada.errors import OutputError
from glove_ada.run.options import DEFAULT_RULE, RULES
from glove_ada.run.outputs import vector_files
from glove_ada.system import atomic_files
from glove_ada.train import main

SMALL = ["--vector-size", "6", "--epochs", "2", "--threads", "2"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Run in a directory of its own."""
    directory = tmp_path / "here"
    directory.mkdir()
    monkeypatch.chdir(directory)
    return directory


def write(name, content):
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def files():
    """Return the content of every file here."""
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def train(*arguments):
    assert main([*map(str, arguments), *SMALL, "--overwrite"]) == 0


def test_leaves_vectors_and_a_report(corpus, capsys):
    train(corpus)
    assert set(files()) == {"vectors.txt", "vectors.report.json"}
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines()[-1] == "wrote vectors.txt and vectors.report.json"
    vectors = WordVectors.load("vectors.txt")
    assert vectors.vector_size == 6
    with pytest.warns(UserWarning, match="not UTF-8"):
        model = GloVe(vector_size=6, epochs=2).fit(corpus)
    assert vectors.index_to_key == model.vectors_.index_to_key
    assert np.array_equal(vectors.vectors, model.vectors_.vectors)


def test_without_a_terminal_each_stage_and_epoch_has_a_line(corpus, capsys):
    train(corpus)
    starts = [line.split(":")[0].split(" ")[0] for line in capsys.readouterr().err.splitlines()]
    assert starts == [
        "encode",
        "warning",
        "found",
        "count",
        "found",
        "tile",
        "train",
        "train",
        "train",
        "polish",
        "combine",
        "write",
        "wrote",
    ]


def test_says_what_was_found_before_the_long_work(capsys):
    train(write("corpus.txt", "a b c a b\nb c\n"), "--min-count", 2)
    lines = capsys.readouterr().err.splitlines()
    assert lines[1] == (
        "found 2 documents, 7 tokens, 3 distinct words; the vocabulary's 3 words cover 100.0%"
    )
    assert lines[3].startswith("found 16 nonzeros; training takes 0 MB of memory: ")


def test_quiet_shows_nothing(corpus, capsys):
    train(corpus, "--quiet")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_bytes_that_are_not_utf_8_are_told_once(capsys):
    train(write("corpus.txt", b"caf\xe9 \xff\xff\n" * 6))
    warned = [line for line in capsys.readouterr().err.splitlines() if "warning" in line]
    assert len(warned) == 1
    assert warned[0].startswith("warning: 18 bytes of the corpus are not UTF-8")
    assert sorted(line.split(b" ")[0] for line in files()["vectors.txt"].splitlines()) == [
        b"caf\xe9",
        b"\xff\xff",
    ]


@pytest.mark.parametrize("header", [False, True])
def test_gensim_reads_what_is_written(corpus, header):
    keyed_vectors = pytest.importorskip("gensim.models").KeyedVectors
    train(corpus, *(["--write-header"] if header else []))
    vectors = keyed_vectors.load_word2vec_format(
        "vectors.txt", no_header=not header, unicode_errors="surrogateescape"
    )
    ours = WordVectors.load("vectors.txt")
    assert vectors.index_to_key == ours.index_to_key
    assert np.array_equal(vectors.vectors, ours.vectors)


@pytest.mark.parametrize(
    ("model", "columns"), [("sum", 6), ("word", 6), ("context", 6), ("both", 12)]
)
def test_models(corpus, model, columns):
    train(corpus, "--model", model, "--save-file", f"{model}.txt")
    assert WordVectors.load(f"{model}.txt").vector_size == columns
    assert json.loads(files()[f"{model}.report.json"])["options"]["model"] == model


def test_vocabulary_goes_out_and_in(corpus):
    train(corpus, "--save-vocab", "vocab.txt")
    first = files()
    lines = [line.rsplit(b" ", 1) for line in first["vocab.txt"].splitlines()]
    keys = [(-int(count), word) for word, count in lines]
    assert keys == sorted(keys)
    assert min(int(count) for _, count in lines) == 5
    train(corpus, "--vocab-file", "vocab.txt", "--save-vocab", "again.txt")
    assert files()["again.txt"] == first["vocab.txt"]
    assert files()["vectors.txt"] == first["vectors.txt"]


def test_max_vocab(corpus):
    train(corpus, "--max-vocab", 7)
    assert len(files()["vectors.txt"].splitlines()) == 7


def test_iter_is_another_name_for_epochs(corpus):
    assert main([str(corpus), "--vector-size", "6", "--iter", "1"]) == 0
    assert len(json.loads(files()["vectors.report.json"])["training"]["costs"]) == 1


@pytest.mark.parametrize(
    "option",
    ["--no-symmetric", "--symmetric", "--no-distance-weighting", "--window-weights=linear",
     "--lowercase"],
)  # fmt: skip
def test_switches_change_the_result(option):
    path = write("corpus.txt", "A b c d a b c\nB c a d\n" * 5)
    train(path)
    plain = files()["vectors.txt"]
    train(path, option)
    assert files()["vectors.txt"] != plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a a", 1),
        ("a b", 2),
        ("a b c", 3),
        ("a " * 1000, 1),
        (b"x" * 1_000_000 + b" y\n", 2),
        ("a\rb c\r\n", 2),
    ],
    ids=["one word", "two words", "short", "one word often", "long token", "CRLF"],
)
@pytest.mark.parametrize("vector_size", [1, 1000])
def test_small_corpora_work(text, words, vector_size):
    path = write("corpus.txt", text)
    arguments = ["--min-count", "1", "--vector-size", str(vector_size), "--epochs", "2"]
    assert main([str(path), *arguments]) == 0
    lines = files()["vectors.txt"].splitlines()
    assert len(lines) == words
    numbers = np.array([line.split(b" ")[1:] for line in lines], float)
    assert numbers.shape == (words, vector_size)
    assert np.isfinite(numbers).all()


def truncated(pack):
    """Return the first half of an archive of text that would do to learn from."""
    packed = pack(b"".join(b"a b c d %d\n" % number for number in range(100_000)))
    return packed[: len(packed) // 2]


BAD_INPUT = {
    "missing file": ({}, ["missing.txt"]),
    "directory without text": ({"sub/.hidden": "a b"}, ["sub"]),
    "empty corpus": ({"c": ""}, ["c"]),
    "only white space": ({"c": " \t\n\r\n  \n"}, ["c"]),
    "no frequent word": ({"c": "a b c a b c"}, ["c"]),
    "bad vocabulary line": ({"v": "a 5\nb\n"}, ["corpus", "--vocab-file", "v"]),
    "vocabulary without a word of the corpus": ({"v": "zz 5\n"}, ["corpus", "--vocab-file", "v"]),
    "missing vocabulary": ({}, ["corpus", "--vocab-file", "v"]),
    "vector size 0": ({}, ["corpus", "--vector-size", "0"]),
    "threads 0": ({}, ["corpus", "--threads", "0"]),
    "threads -1": ({}, ["corpus", "--threads", "-1"]),
    "x-max 0": ({}, ["corpus", "--x-max", "0"]),
    "window 0": ({}, ["corpus", "--window-size", "0"]),
    "min count 0": ({}, ["corpus", "--min-count", "0"]),
    "epochs 0": ({}, ["corpus", "--epochs", "0"]),
    "seed -1": ({}, ["corpus", "--seed", "-1"]),
    "eta nan": ({}, ["corpus", "--eta", "nan"]),
    "option of the other rule": ({}, ["corpus", "--rule", "stanford", "--eps", "1"]),
    "output in a missing directory": ({}, ["corpus", "--save-file", "no/such/vectors.txt"]),
    "vocabulary in a missing directory": ({}, ["corpus", "--save-vocab", "no/such/vocab.txt"]),
    "output without a name": ({}, ["corpus", "--save-file", ""]),
    "vocabulary without a name": ({}, ["corpus", "--save-vocab", ""]),
    "name of the report is too long": ({}, ["corpus", "--save-file", "v" * 247 + ".txt"]),
    "output is a directory": ({"sub/file": "x"}, ["corpus", "--save-file", "sub"]),
    "output is the corpus": ({}, ["corpus", "--save-file", "corpus"]),
    "output is in the corpus": ({"sub/v.txt": "a b"}, ["sub", "--save-file", "sub/v.txt"]),
    "vocabulary goes to the corpus": ({}, ["corpus", "--save-vocab", "corpus"]),
    "output is the vocabulary": (
        {"v": "a 5\nb 5\n"},
        ["corpus", "--vocab-file=v", "--save-file=v"],
    ),
    "two outputs in one": ({}, ["corpus", "--save-file", "v.txt", "--save-vocab", "./v.txt"]),
    "vocabulary goes to the report": ({}, ["corpus", "--save-vocab", "vectors.report.json"]),
    "truncated gzip": ({"c.gz": truncated(gzip.compress)}, ["c.gz"]),
    "truncated bzip2": ({"c": truncated(bz2.compress)}, ["c"]),
    "divergence": ({}, ["corpus", "--eta", "1e30"]),
    "an option that Adam lacks": ({}, ["corpus", "--rule", "adam", "--l1", "1"]),
    "beta 1": ({}, ["corpus", "--rule", "adam", "--beta1", "1"]),
    "beta -0.1": ({}, ["corpus", "--rule", "adamw", "--beta2", "-0.1"]),
    "momentum 1": ({}, ["corpus", "--rule", "momentum", "--momentum", "1"]),
    "rho 1": ({}, ["corpus", "--rule", "rmsprop", "--rho", "1"]),
    "an average from 0 without eps": ({}, ["corpus", "--rule", "rmsprop", "--eps", "0"]),
    **{
        f"divergence of {rule}": ({}, ["corpus", "--rule", rule, "--eta", "1e30"])
        for rule in RULES
        if rule != DEFAULT_RULE
    },
    "a penalty that leaves nothing": ({}, ["corpus", "--rule", "adagrad-comid", "--l1", "1e9"]),
}


@pytest.fixture
def plain_corpus():
    return write("corpus", "a b c d e f g\n" * 10)


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_one_sentence_and_writes_nothing(case, plain_corpus, capsys):
    contents, arguments = BAD_INPUT[case]
    for name, content in contents.items():
        write(name, content)
    before = files()
    assert main([*arguments, "--quiet"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert captured.err.count("\n") == 1
    assert files() == before


def test_the_program_itself_fails_so(plain_corpus):
    """Once as users run it; the cases above run in this process."""
    finished = subprocess.run(
        [sys.executable, "-m", "glove_ada.train", "missing.txt"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(DATA.parent)},
        check=False,
    )
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert finished.stderr == "error: there is no file or directory missing.txt; check the path\n"


FAR_OFF = [["--eta", "1e6"], ["--eta", "1e18"], ["--eta", "1e-18"], ["--eta-decay", "1e30"]]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("rate", [*FAR_OFF, [*FAR_OFF[2], *FAR_OFF[3]]], ids=" ".join)
def test_a_rate_far_off_ends_in_finite_vectors_or_one_sentence(rule, rate, plain_corpus, capsys):
    before = files()
    status = main([str(plain_corpus), "--rule", rule, *rate, "--epochs", "3", "--quiet"])
    told = capsys.readouterr().err
    if status:
        assert status == 2
        assert told.startswith("error: ")
        assert told.endswith("; train again with a lower --eta\n")
        assert told.count("\n") == 1
        assert files() == before
    else:
        assert not told
        assert np.isfinite(WordVectors.load("vectors.txt").vectors).all()


def test_divergence_names_the_epoch_and_eta(plain_corpus, capsys):
    assert main([str(plain_corpus), "--eta", "1e30"]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == (
        "error: the cost stopped being finite in epoch 1; train again with a lower --eta"
    )


@pytest.mark.parametrize("arguments", [["--save-file", "no/v.txt"], ["--save-vocab", "no/v.txt"]])
def test_an_unwritable_output_is_found_before_the_work(
    plain_corpus, arguments, monkeypatch, capsys
):
    def fit(*_, **options):
        raise AssertionError("the work began")

    monkeypatch.setattr(GloVe, "fit", fit)
    assert main([str(plain_corpus), *arguments]) == 2
    assert "does not exist" in capsys.readouterr().err


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_files(plain_corpus, call, monkeypatch, capsys):
    train(plain_corpus, "--quiet")
    before = files()

    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(atomic_files.os, call, fail)
    assert main([str(plain_corpus), *SMALL, "--seed", "2", "--quiet", "--overwrite"]) == 2
    warning, error = capsys.readouterr().err.splitlines()
    assert warning.startswith("warning: the training could not be kept in vectors.work, the")
    assert error == "error: vectors.txt could not be written: No space left on device"
    assert files() == before


def test_vectors_appear_whole(plain_corpus, monkeypatch):
    """Until the new file takes its place, the old one stands."""
    train(plain_corpus)
    before = files()["vectors.txt"]
    seen = []
    fsync = os.fsync

    def look(descriptor):
        seen.append(Path("vectors.txt").read_bytes())
        fsync(descriptor)

    monkeypatch.setattr(atomic_files.os, "fsync", look)
    train(plain_corpus, "--seed", 2)
    assert seen[0] == before
    assert seen[-1] == files()["vectors.txt"] != before


def test_what_was_written_and_cannot_be_read_again(plain_corpus, monkeypatch, capsys):
    """The disk does not give back what it took: the training is kept."""

    def fail(path, *_):
        raise OSError(errno.EIO, "Input/output error", path)

    monkeypatch.setattr(vector_files, "open", fail, raising=False)
    assert main([str(plain_corpus), *SMALL]) == 2
    assert capsys.readouterr().err.splitlines()[-2:] == [
        "the training is kept in vectors.work; --resume writes its result",
        "error: vectors.txt was written, but cannot be read again: Input/output error",
    ]


def test_the_vectors_do_not_wait_for_the_vocabulary(plain_corpus, monkeypatch, capsys):
    def fail(*_):
        raise OutputError("vocab.txt could not be written: No space left on device")

    monkeypatch.setattr(train_command, "write_vocabulary", fail)
    command = [str(plain_corpus), *SMALL, "--save-vocab", "vocab.txt", "--work-dir", "w"]
    assert main([*command, "--checkpoint-minutes", "0"]) == 2
    assert "the training is kept in w; --resume" in capsys.readouterr().err
    assert set(files()) == {"corpus", "vectors.txt", "w/checkpoint", "w/marker"}


def test_no_memory_is_one_sentence(plain_corpus, monkeypatch, capsys):
    def fit(*_, **options):
        raise MemoryError

    monkeypatch.setattr(GloVe, "fit", fit)
    assert main([str(plain_corpus)]) == 2
    assert capsys.readouterr().err.startswith("error: the memory is not enough; ")


def test_control_c_writes_nothing(plain_corpus, monkeypatch, capsys):
    def fit(*_, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(GloVe, "fit", fit)
    before = files()
    assert main([str(plain_corpus)]) == 130
    assert capsys.readouterr().err == "interrupted: nothing was written\n"
    assert files() == before


def test_standard_input_is_a_corpus(plain_corpus, monkeypatch):
    train(plain_corpus)
    expected = files()["vectors.txt"]
    content = io.BytesIO(plain_corpus.read_bytes())
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=content))
    train("-", "--save-file", "piped.txt")
    assert files()["piped.txt"] == expected
