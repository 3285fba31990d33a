"""Vectors go to the Hugging Face Hub and come back, with a card that tells how they were made."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest
from hub_stand_in import TOKEN, HubStandIn
from support import DATA

from glove_ada import GloVe, WordVectors, train
from glove_ada.errors import FormatError, OptionError, OutputError

WORDS = ["the", "frog", ",", "pond"]


@pytest.fixture
def hub(tmp_path, monkeypatch):
    constants = pytest.importorskip("huggingface_hub.constants")
    pytest.importorskip("safetensors")
    with HubStandIn() as stand_in:
        template = stand_in.address + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "ENDPOINT", stand_in.address)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
        monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "token"))
        monkeypatch.delenv("HF_TOKEN", raising=False)
        yield stand_in


@pytest.fixture
def vectors():
    return WordVectors(WORDS, np.random.default_rng(1).normal(size=(4, 3)).astype(np.float32))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Vectors of a part of the sample with their report and scores."""
    folder = tmp_path_factory.mktemp("trained")
    text = (DATA / "sample.txt").read_bytes().splitlines(keepends=True)[:400]
    (folder / "corpus.txt").write_bytes(b"".join(text))
    scores = ["--analogies", str(DATA / "sample-analogies.txt")]
    scores += ["--similarity", str(DATA / "sample-similarity.tsv")]
    options = ["--vector-size", "8", "--epochs", "2", "--quiet"]
    output = ["--save-file", str(folder / "vectors.txt")]
    assert train.main([str(folder / "corpus.txt"), *scores, *options, *output]) == 0
    return folder


def test_what_is_pushed_comes_back(hub, vectors):
    address = vectors.push_to_hub("user/frogs", token=TOKEN)
    assert address.startswith(f"{hub.address}/user/frogs/")
    back = WordVectors.from_pretrained("user/frogs")
    assert back.index_to_key == WORDS
    assert np.array_equal(back.vectors, vectors.vectors)
    assert WordVectors.from_pretrained("user/frogs", limit=2).index_to_key == WORDS[:2]
    assert not hub.made_private
    text = WordVectors.from_pretrained("user/frogs", filename="vectors.vec.gz")
    assert np.array_equal(text.vectors, vectors.vectors)


def test_a_second_push_takes_the_place_of_the_first(hub, vectors):
    vectors.push_to_hub("user/frogs", token=TOKEN, private=True)
    assert hub.made_private == {"user/frogs"}
    WordVectors(["toad"], vectors.vectors[:1]).push_to_hub("user/frogs", token=TOKEN)
    assert WordVectors.from_pretrained("user/frogs").index_to_key == ["toad"]
    assert "vectors of 1 word," in hub.repositories["user/frogs"]["README.md"].decode()


def test_the_card_of_somebody_else_stays(hub, vectors):
    hub.repositories["user/frogs"] = {"README.md": b"# My frogs"}
    vectors.push_to_hub("user/frogs", token=TOKEN)
    assert hub.repositories["user/frogs"]["README.md"] == b"# My frogs"
    assert "model.safetensors" in hub.repositories["user/frogs"]


def test_the_card_tells_what_the_report_says(hub, trained):
    vectors = WordVectors.load(trained / "vectors.txt")
    vectors.push_to_hub("user/sample", token=TOKEN, report=trained / "vectors.report.json")
    files = hub.repositories["user/sample"]
    card, report = files["README.md"].decode(), files["report.json"].decode()
    assert str(trained) not in card + report
    assert f"{len(vectors):,} words, 8 dimensions" in card
    digest = re.search(r'"sha256": "(\w+)"', report[report.index('"corpus"') :])[1]
    assert f"| SHA-256 of the text | `{digest}` |" in card
    assert "vector_size=8" in card
    assert re.search(
        r"\| sample-analogies.txt, analogies \| .* of .* \| .* % \| .* to .* % \|", card
    )
    assert re.search(
        r"\| sample-similarity.tsv, Spearman \| .* \| -?\d\.\d{3} \| .* to .* \|", card
    )
    assert card.startswith("---\n")


def test_the_options_of_the_card_make_the_same_vectors(hub, trained, monkeypatch):
    vectors = WordVectors.load(trained / "vectors.txt")
    vectors.push_to_hub("user/sample", token=TOKEN, report=trained / "vectors.report.json")
    card = hub.repositories["user/sample"]["README.md"].decode()
    training = re.findall(r"```python\n(.*?)```", card, re.DOTALL)[-1]
    scope = {"text": str(trained / "corpus.txt")}
    exec(training, scope)
    assert np.array_equal(scope["model"].vectors_.vectors, vectors.vectors)


@pytest.mark.parametrize("package", ["gensim", "sentence_transformers", "glove_ada"])
def test_the_card_says_how_to_load(hub, vectors, package):
    pytest.importorskip(package)
    vectors.push_to_hub("user/frogs", token=TOKEN)
    card = hub.repositories["user/frogs"]["README.md"].decode()
    blocks = re.findall(r"```python\n(.*?)```", card, re.DOTALL)
    scope = {}
    exec(next(block for block in blocks if f"from {package}" in block), scope)
    if package == "sentence_transformers":
        vector, expected = scope["model"].encode("frog"), vectors["frog"]
        assert np.allclose(vector / np.linalg.norm(vector), expected / np.linalg.norm(expected))
    else:
        assert np.array_equal(scope["vectors"]["frog"], vectors["frog"])


def test_a_report_in_memory_will_do_and_that_of_other_vectors_will_not(hub, vectors):
    model = GloVe(vector_size=3, epochs=1, min_count=1).fit(["the frog , pond the frog"])
    model.vectors_.push_to_hub("user/frogs", token=TOKEN, report=model.report_.facts)
    assert "| tokens | 6 |" in hub.repositories["user/frogs"]["README.md"].decode()
    other = GloVe(vector_size=4, epochs=1, min_count=1).fit(["the frog"])
    with pytest.raises(OptionError, match="the report is of 2 words with 4 numbers each"):
        vectors.push_to_hub("user/frogs", token=TOKEN, report=other.report_.facts)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda v: v.push_to_hub("user/frogs"), OutputError, "hf auth login"),
        (lambda v: v.push_to_hub("user/frogs", token="hf_wrong"), OutputError, "hf auth login"),
        (lambda v: v.push_to_hub("a/b/c", token=TOKEN), OutputError, "is named user/name"),
        (lambda v: v.push_to_hub("a/b", report="no.json"), FormatError, "no.json cannot be read"),
        (lambda v: v.push_to_hub("a/b", report={}), FormatError, "no report of a run"),
        (lambda v: v.from_pretrained("user/none"), FormatError, "no such repository"),
        (lambda v: v.from_pretrained("user/text"), FormatError, "filename="),
        (lambda v: v.from_pretrained("user/text", filename="x"), FormatError, "no such file"),
    ],
)
def test_mistakes_are_told_in_one_sentence(hub, vectors, call, error, message):
    hub.repositories["user/text"] = {"vectors.txt": b"frog 1 2\n"}
    with pytest.raises(error, match=message) as raised:
        call(vectors)
    assert "\n" not in str(raised.value)


def test_a_hub_that_is_not_there(hub, vectors):
    hub.shutdown()
    hub.server_close()
    with pytest.raises(FormatError, match="check the connection"):
        vectors.from_pretrained("user/frogs")


def test_the_extra_is_named_where_it_is_missing(vectors, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(OptionError, match=r"glove-ada\[hub\]"):
        vectors.push_to_hub("user/frogs")
