"""What training writes where: the format of the suffix, nothing in place of what is there."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from glove_ada import GloVe, WordVectors
from glove_ada.formats.detection import find_format
from glove_ada.train import main

TEXT = "a b c d e f g\nb c a\n" * 10
SMALL = ["--vector-size", "4", "--epochs", "2", "--threads", "1", "--min-count", "1"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Run beside a corpus."""
    monkeypatch.chdir(tmp_path)
    Path("corpus").write_text(TEXT)
    return tmp_path


def train(*arguments, corpus="corpus", status=0):
    assert main([corpus, *SMALL, *arguments]) == status


def files():
    """Return the content of every file here."""
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("v.txt", "glove"),
        ("v.txt.gz", "glove"),
        ("v.vec", "word2vec"),
        ("v.bin", "word2vec-binary"),
        ("v.bin.gz", "word2vec-binary"),
        ("v.npz", "npz"),
        ("v", "numpy"),
        ("v.d/", "numpy"),
    ],
)
def test_the_suffix_says_the_format(name, format):
    train("--save-file", "plain.txt")
    train("--save-file", name, "--checkpoint-every", "1")
    expected = WordVectors.load("plain.txt")
    path = Path(name)
    assert find_format(path) == format
    found = WordVectors.load(path)
    assert found.index_to_key == expected.index_to_key
    assert found.vectors.tobytes() == expected.vectors.tobytes()
    first, dot, rest = path.name.partition(".")
    numbered = [f"{first}.{epoch:03}{dot}{rest}" for epoch in (1, 2)]
    if name == "v.d/":
        numbered = ["v.001.d", "v.002.d"]
    assert [find_format(number) for number in numbered] == [format, format]
    assert WordVectors.load(numbered[1]).vectors.tobytes() == expected.vectors.tobytes()
    report = Path("v.report.json" if name == "v.txt" else f"{path}.report.json")
    facts = json.loads(report.read_text())["vectors"]
    assert facts["format"] == format
    assert facts["header"] == format.startswith("word2vec")
    assert isinstance(facts["sha256"], dict if format == "numpy" else str)


def test_what_is_kept_besides_the_vectors():
    train("--save-file", "v.npz")
    arrays = np.load("v.npz")
    model = GloVe(vector_size=4, epochs=2, min_count=1).fit("corpus")
    assert arrays["words"].tolist() == model.vectors_.index_to_key
    np.testing.assert_array_equal(arrays["word_vectors"], model.vectors_.word_vectors)
    np.testing.assert_array_equal(arrays["counts"], model.vectors_.counts)


def test_the_format_may_be_named():
    pytest.importorskip("safetensors")
    train("--save-file", "model", "--format", "safetensors")
    assert find_format("model") == "safetensors"
    train("--save-file", "v.glove", "--format", "glove", "--write-header")
    assert find_format("v.glove") == "word2vec"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--save-file", "v.h5"], "suffix of v.h5 names no format"),
        (["--save-file", "v.npz.gz"], "suffix of v.npz.gz names no format"),
        (["--save-file", "v.npz", "--write-header"], "--write-header is of text"),
        (["--save-file", "folder"], "folder is no folder that glove_ada would replace: thesis"),
        (["--save-file", "no/v"], "the directory of no/v does not exist"),
        (["--save-file", "corpus"], "corpus is read from"),
        (["--save-file", "file"], "file exists and is no folder"),
    ],
)
def test_what_cannot_be_written_is_found_before_the_work(arguments, said, monkeypatch, capsys):
    Path("folder").mkdir()
    Path("folder/thesis").write_text("years of work")
    Path("file").write_text("mine")
    before = files()
    monkeypatch.setattr(GloVe, "fit", lambda *_, **__: pytest.fail("the work began"))
    train(*arguments, "--overwrite", status=2)
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert said in told
    assert told.count("\n") == 1
    assert files() == before


@pytest.mark.parametrize(
    ("arguments", "there"),
    [
        ([], "vectors.txt"),
        ([], "vectors.report.json"),
        (["--checkpoint-every", "1"], "vectors.001.txt"),
        (["--save-vocab", "words"], "words"),
        (["--save-cooccurrence", "counts.bin"], "counts.bin"),
        (["--save-file", "v.npz"], "v.npz"),
        (["--save-file", "v"], "v"),
    ],
)
def test_what_is_there_is_replaced_only_when_asked_to(arguments, there, capsys):
    train(*arguments)
    assert "in place of" not in capsys.readouterr().err
    for path in (path for path in Path().iterdir() if path.name not in ("corpus", there)):
        path.rename(f"elsewhere-{path.name}")
    before = files()
    train(*arguments, "--seed", "2", status=2)
    told = capsys.readouterr().err
    assert told == f"error: {there} is there: --overwrite replaces it, another name keeps it\n"
    assert files() == before
    train(*arguments, "--seed", "2", "--overwrite")
    assert capsys.readouterr().err.endswith(", in place of what was there\n")
    assert (
        files().items()
        >= {
            name: content for name, content in before.items() if name.startswith("elsewhere-")
        }.items()
    )


def test_what_holds_nothing_is_in_nobodys_way():
    """Such as a temporary file or folder that a script has made to be written to."""
    Path("vectors.txt").touch()
    train()
    Path("v").mkdir()
    train("--save-file", "v")


def test_a_run_that_goes_on_replaces_its_own_result(capsys):
    train("--keep")
    two = files()["vectors.txt"]
    train("--keep", "--epochs", "4", status=2)
    train("--keep", "--epochs", "4", "--resume")
    assert files()["vectors.txt"] != two
    Path("thesis").write_text("years of work")
    for option in ("--save-vocab", "--save-cooccurrence"):
        train("--keep", "--epochs", "5", "--resume", option, "thesis", status=2)
        assert "thesis is there" in capsys.readouterr().err


def test_but_not_what_another_run_has_written(capsys):
    train()
    before = files()
    train("--resume", "--seed", "2", status=2)
    assert "vectors.txt is there" in capsys.readouterr().err
    assert files() == before


def test_in_python_a_name_is_enough():
    for seed in (1, 2):
        model = GloVe(vector_size=4, epochs=1, min_count=1, seed=seed)
        model.fit("corpus", save_cooccurrence="counts.bin").vectors_.save("v.txt")
    assert WordVectors.load("v.txt").vectors.tobytes() == model.vectors_.vectors.tobytes()


@pytest.mark.parametrize(("words", "rarest"), [(7, 7), (300, 100)])
def test_the_row_for_unknown_words_is_the_mean_of_the_rarest(words, rarest):
    text = " ".join(f"w{number} " * (words - number) for number in range(words))
    Path("many").write_text(text)
    train("--save-file", "plain.npz", corpus="many")
    train("--save-file", "unk.npz", "--unk", corpus="many")
    plain, unk = WordVectors.load("plain.npz"), WordVectors.load("unk.npz")
    assert unk.index_to_key == [*plain.index_to_key, "<unk>"]
    assert unk.vectors[:-1].tobytes() == plain.vectors.tobytes()
    for name in ("vectors", "word_vectors", "context_vectors", "word_biases", "context_biases"):
        rows = getattr(plain, name)[-rarest:]
        np.testing.assert_allclose(getattr(unk, name)[-1], rows.mean(axis=0), rtol=1e-5)
    assert unk.counts.tolist() == [*plain.counts, 0]


def test_a_corpus_with_unk_of_its_own_keeps_it(capsys):
    Path("corpus").write_text(TEXT.replace("g", "<unk>"))
    train("--save-file", "plain.txt")
    train("--save-file", "unk.txt", "--unk")
    assert "the corpus has the word <unk>, whose vector stays as it is" in capsys.readouterr().err
    assert files()["plain.txt"] == files()["unk.txt"]
    with pytest.raises(ValueError, match="'<unk>' is among the words"):
        WordVectors.load("plain.txt").with_unknown_word()
