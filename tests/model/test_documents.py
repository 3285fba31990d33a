"""Vectors of documents: weighted means of the vectors of their words."""

from __future__ import annotations

import numpy as np
import pytest
from support import DATA

from glove_ada import GloVe
from glove_ada.corpus.document_words import DocumentWords
from glove_ada.errors import CorpusError, GloveError, NotFittedError, OptionError
from glove_ada.model import documents
from glove_ada.model.documents import mean_vectors, sif_weights
from glove_ada.run.options.text_rules import text_rules

TEXTS = ["the cat sat on the mat", "the dog", "", "unheard words only", "cat"]


@pytest.fixture(scope="module")
def model():
    return GloVe(vector_size=5, epochs=2, min_count=1, threads=1).fit(TEXTS[:2] * 3)


def by_hand(model, tokens, a):
    """Return the mean of Arora, Liang and Ma's algorithm 1, before what is common is taken away."""
    vectors, total = model.vectors_, sum(model.vocabulary_.counts)
    known = [token for token in tokens if token in vectors]
    mean = np.zeros(vectors.vector_size)
    for word in known:
        weight = 1 if a is None else a / (a + vectors.get_vecattr(word, "count") / total)
        mean += weight * vectors[word] / len(known)
    return mean


@pytest.mark.parametrize("a", [1e-3, 0.5, None])
def test_the_mean_is_that_of_the_paper(model, a):
    found = model.set_params(sif=a).transform(TEXTS)
    assert found.dtype == np.float32
    assert found.shape == (5, 5)
    for row, text in zip(found, TEXTS, strict=True):
        np.testing.assert_allclose(row, by_hand(model, text.split(), a), atol=1e-6)
    assert not found[2:4].any()


def test_a_row_does_not_depend_on_the_others(model, monkeypatch):
    expected = model.transform(TEXTS)
    monkeypatch.setattr(documents, "TOKENS_AT_ONCE", 3)
    assert model.transform(TEXTS).tobytes() == expected.tobytes()
    assert model.transform(TEXTS[1:2]).tobytes() == expected[1:2].tobytes()
    assert model.transform(text for text in TEXTS).tobytes() == expected.tobytes()
    assert model.transform([text.split() for text in TEXTS]).tobytes() == expected.tobytes()
    assert model.transform(np.array(TEXTS)).tobytes() == expected.tobytes()
    assert model.transform([]).shape == (0, 5)


def test_frequent_words_count_for_less():
    weights = sif_weights(np.array([900, 90, 9, 1]), 1e-3)
    np.testing.assert_allclose(weights, [1 / 901, 1 / 91, 1 / 10, 1 / 2])
    assert sif_weights(np.array([3, 1]), None).tolist() == [1, 1]
    assert mean_vectors([], np.zeros((2, 3), np.float32), weights).shape == (0, 3)


@pytest.mark.filterwarnings("ignore:.*not UTF-8")
@pytest.mark.filterwarnings("ignore:.*of the words end in punctuation")
@pytest.mark.parametrize(
    ("text", "words", "options"),
    [
        ("Äb\tÄB  cd\r e\u00a0f\u2028g \udcff İ", 6, {}),
        ("Äb\tÄB  cd\r e\u00a0f\u2028g \udcff İ", 6, {"lowercase": True}),
        ("<p>It's &amp; 3 cats, 4!", 7, {"tokenize": True, "strip_html": True}),
        ("It's 3 Cats, the 4!", 2, {"tokenize": True, "drop_punctuation": True,
                                    "drop_numbers": True, "stop_words": ["the"]}),
        ("new york is new york city", 4, {"phrases": True, "phrase_threshold": 1e-3}),
    ],
)  # fmt: skip
def test_words_are_found_as_in_training(text, words, options):
    model = GloVe(vector_size=2, epochs=1, min_count=1, **options).fit([text, "x y"])
    phrases = [name for name, *_ in model.phrases_]
    found = DocumentWords(text_rules(model.options_), phrases).of(
        text.encode("utf-8", "surrogateescape")
    )
    assert set(found) == set(model.vocabulary_) - {"x", "y", "x_y"}
    assert len(found) == words


def test_fit_transform_reads_an_iterator_once():
    options = {"vector_size": 3, "epochs": 1, "min_count": 1}
    found = GloVe(**options).fit_transform(iter(TEXTS))
    assert found.tobytes() == GloVe(**options).fit(TEXTS).transform(TEXTS).tobytes()
    assert found.tobytes() == GloVe(**options).fit_transform(TEXTS, [0] * 5).tobytes()


def test_what_is_no_document_is_refused(model):
    with pytest.raises(CorpusError, match=r"for text give \[text\]"):
        model.transform("the cat sat")
    with pytest.raises(OptionError, match=r"sample.txt is a file, and transform takes documents"):
        model.transform([DATA / "sample.txt"])
    with pytest.raises(GloveError):
        model.transform([1.5])


@pytest.mark.parametrize("sif", [0, -1, np.nan, np.inf, "1", True])
def test_nonsense_is_refused_before_the_work(sif):
    with pytest.raises(OptionError, match=r"sif is .* above 0, or None"):
        GloVe(sif=sif).fit(iter(()))


@pytest.mark.parametrize("ask", [lambda m: m.transform(["a"]), lambda m: m.get_feature_names_out()])
def test_nothing_is_known_before_fit(ask):
    with pytest.raises(NotFittedError, match="call fit first"):
        ask(GloVe())
