"""Other people's programs read what we write, and we read what they write."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from tables import AWKWARD_WORDS, INVALID_UTF8, assert_same, table_of

from glove_ada.formats import VectorTable, read_vectors, write_vectors
from glove_ada.formats.safetensors_folder import read_safetensors_folder


@pytest.mark.parametrize("name", ["v.txt", "v.vec", "v.bin", "v.txt.gz", "v.vec.gz", "v.bin.gz"])
def test_gensim_reads_ours(tmp_path, name):
    models = pytest.importorskip("gensim.models")
    table = table_of(AWKWARD_WORDS + INVALID_UTF8)
    write_vectors(tmp_path / name, table)
    vectors = models.KeyedVectors.load_word2vec_format(
        str(tmp_path / name),
        binary=".bin" in name,
        no_header=".txt" in name,
        unicode_errors="surrogateescape",
    )
    assert_same(VectorTable(vectors.index_to_key, vectors.vectors), table)


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_we_read_gensim(tmp_path, binary, suffix):
    models = pytest.importorskip("gensim.models")
    table = table_of(AWKWARD_WORDS)
    vectors = models.KeyedVectors(5)
    vectors.add_vectors(table.words, table.vectors)
    path = tmp_path / f"v{suffix}"
    vectors.save_word2vec_format(str(path), binary=binary)
    assert_same(read_vectors(path), table)


def test_spacy_reads_ours(tmp_path):
    spacy = pytest.importorskip("spacy")
    # spaCy opens text with universal newlines, which no format can help.
    table = table_of([word for word in AWKWARD_WORDS if "\r" not in word])
    write_vectors(tmp_path / "v.txt", table)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "spacy",
            "init",
            "vectors",
            "en",
            tmp_path / "v.txt",
            tmp_path / "nlp",
        ],
        check=True,
        capture_output=True,
    )
    vocabulary = spacy.load(tmp_path / "nlp").vocab
    for word, vector in zip(table.words, table.vectors, strict=True):
        assert vocabulary.has_vector(word)
        assert np.array_equal(vocabulary.get_vector(word), vector)


def test_safetensors_reads_ours(tmp_path):
    library = pytest.importorskip("safetensors.numpy")
    table = table_of(AWKWARD_WORDS)
    write_vectors(tmp_path / "model", table, "safetensors")
    tensors = library.load_file(tmp_path / "model" / "model.safetensors")
    assert list(tensors) == ["embeddings"]
    assert np.array_equal(tensors["embeddings"][:-1], table.vectors)
    assert not tensors["embeddings"][-1].any()


@pytest.mark.parametrize(
    ("words", "text", "used"),
    [
        (["the", "frog", "u.s."], "The U.S. frog\tpond", ["the", "u.s.", "frog"]),
        (["the", "Frog", "<unk>"], "the Frog frog\u00a0x", ["the", "Frog"]),
    ],
)
def test_model2vec_averages_our_vectors(tmp_path, words, text, used):
    model2vec = pytest.importorskip("model2vec")
    table = table_of(words)
    write_vectors(tmp_path / "model", table, "safetensors")
    model = model2vec.StaticModel.from_pretrained(str(tmp_path / "model"))
    expected = np.mean([table.vectors[words.index(word)] for word in used], axis=0)
    assert np.allclose(model.encode(text), expected, atol=1e-6)


def test_we_read_model2vec(tmp_path):
    model2vec = pytest.importorskip("model2vec")
    tokenizers = pytest.importorskip("tokenizers")
    words = ["[UNK]", *AWKWARD_WORDS]
    table = table_of(words)
    vocabulary = {word: row for row, word in enumerate(words)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, "[UNK]"))
    model2vec.StaticModel(table.vectors, tokenizer).save_pretrained(str(tmp_path / "model"))
    assert_same(read_vectors(tmp_path / "model"), table)


@pytest.mark.parametrize("folder", [".", "0_StaticEmbedding"])
def test_we_read_the_layout_of_sentence_transformers(tmp_path, folder):
    library = pytest.importorskip("safetensors.numpy")
    tokenizers = pytest.importorskip("tokenizers")
    table = table_of(["[PAD]", "a", "b"], dtype=np.float16)
    place = tmp_path / folder
    place.mkdir(exist_ok=True)
    # A Unigram vocabulary is a list, and added tokens stand apart.
    unigram = tokenizers.models.Unigram([("[PAD]", 0.0), ("a", -1.0)], 0, False)
    tokenizer = tokenizers.Tokenizer(unigram)
    tokenizer.add_tokens(["b"])
    tokenizer.save(str(place / "tokenizer.json"))
    library.save_file({"embedding.weight": table.vectors}, place / "model.safetensors")
    assert_same(read_safetensors_folder(tmp_path), table)
    read = read_vectors(tmp_path, limit=2, keep={"a", "b"})
    assert read.words == ["a"]
    assert read.vectors.dtype == np.float32
