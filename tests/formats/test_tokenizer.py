"""The tokenizer that goes with vectors finds their words in plain text."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tables import AWKWARD_WORDS, table_of

from glove_ada.formats import write_vectors
from glove_ada.formats.safetensors_folder.tokenizer import describe_tokenizer

TREEBANK = ["king", "do", "n't", "'s", ",", ".", "...", "u.s.", "it's", "c++", ":)", "movie."]


def tokens_of(words, text):
    tokenizers = pytest.importorskip("tokenizers")
    described = describe_tokenizer([*words, "[UNK]"], "[UNK]", ("[UNK]",))
    return tokenizers.Tokenizer.from_str(json.dumps(described)).encode(text).tokens


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        (["king", "queen"], "King, (queen)\u2014king!", ["king", "queen", "king"]),
        (["king"], "kings the king's", ["king"]),
        (["don", "t"], "don't", ["don", "t"]),
        (["नमस्ते", "été", "x²", "snake_case"], "नमस्ते, été. x² snake_case", 4),
        (TREEBANK, "The king, do", ["king", ",", "do"]),
        (TREEBANK, "don't king's", ["do", "n't", "king", "'s"]),
        (TREEBANK, "(u.s.) king...king U.S.", ["u.s.", "king", "...", "king", "u.s."]),
        (TREEBANK, "it's c++, do:)", ["it's", "c++", ",", "do", ":)"]),
        (TREEBANK, "movie. movie.x", ["movie.", "."]),
        (["King", "king"], "King king KING", ["King", "king"]),
        (["movie.", "movie"], "a movie. movie, [UNK]", ["movie.", "movie"]),
    ],
)
def test_words_are_found_as_the_vocabulary_has_them(words, text, expected):
    found = [token for token in tokens_of(words, text) if token != "[UNK]"]
    assert found == (words if isinstance(expected, int) else expected)


def test_every_word_of_a_vocabulary_is_found_where_it_stands_alone():
    words = (
        AWKWARD_WORDS + TREEBANK + ["don't", "3.14", "e-mail", "#tag", "user@host", "東京", "กา"]
    )
    assert tokens_of(words, " ".join(words)) == words


@pytest.mark.parametrize("text", ["king,", "(King)", "the \u201cking\u201d"])
def test_punctuation_hides_no_word_from_model2vec(tmp_path, text):
    model2vec = pytest.importorskip("model2vec")
    table = table_of(["the", "king", "queen"])
    write_vectors(tmp_path / "model", table, "safetensors")
    vector = model2vec.StaticModel.from_pretrained(str(tmp_path / "model")).encode(text)
    used = [0, 1] if "the" in text else [1]
    assert np.allclose(vector, table.vectors[used].mean(axis=0), atol=1e-6)
