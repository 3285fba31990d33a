"""Vectors and counts as the objects of the libraries that people work with."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from reference.counting import count_cells
from support import DATA

from glove_ada import GloVe, WordVectors
from glove_ada.cooccurrence.reference_file import read_counts

WORDS = ["the", "frog", "new\u00a0york"]


@pytest.fixture
def vectors():
    return WordVectors(WORDS, np.random.default_rng(1).normal(size=(3, 4)).astype(np.float32))


@pytest.mark.parametrize("symmetric", [True, False])
def test_counts_are_scipys_matrix(symmetric):
    pytest.importorskip("scipy")
    text = (DATA / "sample.txt").read_text().splitlines()[:40]
    documents = [line.split()[:30] for line in text]
    model = GloVe(min_count=1, window_size=4, symmetric=symmetric)
    matrix = model.count([" ".join(document) for document in documents]).to_scipy()
    words = model.vocabulary_.words
    ids = [[words.index(word) for word in document] for document in documents]
    expected = np.zeros((len(words), len(words)))
    for cell, count in count_cells(ids, 4, symmetric).items():
        expected[cell] = count
    assert (matrix.toarray() == expected).all()
    assert matrix.has_sorted_indices
    assert not hasattr(model, "vectors_")


def test_counts_are_those_that_training_saves(tmp_path):
    pytest.importorskip("scipy")
    text = (DATA / "sample.txt").read_text().splitlines()[:60]
    model = GloVe(vector_size=2, epochs=1).fit(text, save_cooccurrence=tmp_path / "counts.bin")
    saved = read_counts(tmp_path / "counts.bin", len(model.vocabulary_))
    counted = GloVe(directed=True).count(text)
    assert (saved.to_scipy() != counted.to_scipy()).nnz == 0


def test_a_data_frame_has_the_words_as_its_index(vectors):
    pytest.importorskip("pandas")
    frame = vectors.to_pandas()
    assert list(frame.index) == WORDS
    assert frame.index.name == "word"
    assert np.array_equal(frame.loc["frog"], vectors["frog"])


def test_a_frozen_layer_shares_the_vectors(vectors):
    torch = pytest.importorskip("torch")
    layer = vectors.to_torch()
    assert not layer.weight.requires_grad
    assert np.shares_memory(layer.weight.numpy(), vectors.vectors)
    assert np.array_equal(layer(torch.tensor([1]))[0], vectors["frog"])


def test_a_layer_that_learns_leaves_the_vectors_as_they_are(vectors):
    torch = pytest.importorskip("torch")
    before = vectors.vectors.copy()
    layer = vectors.to_torch(freeze=False)
    optimizer = torch.optim.SGD(layer.parameters(), lr=1)
    layer(torch.tensor([1])).sum().backward()
    optimizer.step()
    assert np.array_equal(vectors.vectors, before)
    assert not np.array_equal(layer.weight.detach().numpy(), before)


def test_a_memory_mapped_table_becomes_a_layer(tmp_path, vectors):
    pytest.importorskip("torch")
    vectors.save(tmp_path / "arrays")
    layer = WordVectors.load(tmp_path / "arrays").to_torch()
    assert np.array_equal(layer.weight.numpy(), vectors.vectors)


@pytest.mark.parametrize(
    ("package", "call"), [("pandas", "to_pandas"), ("torch", "to_torch"), ("scipy", "to_scipy")]
)
def test_a_missing_package_is_named(vectors, monkeypatch, package, call):
    monkeypatch.setitem(sys.modules, package, None)
    target = GloVe(min_count=1).count(["a b"]) if call == "to_scipy" else vectors
    with pytest.raises(ImportError, match=f"pip install {package}"):
        getattr(target, call)()
