"""Bootstraps of documents, and what they and other seeds do to neighbours and cosines."""

from __future__ import annotations

import json

import numpy as np
import pytest
from small_problems import encode, random_documents
from support import documents_of

from glove_ada import GloVe
from glove_ada.errors import GloveError
from glove_ada.model import resampling
from glove_ada.model.resampling import Documents
from glove_ada.model.stability import measure_stability
from glove_ada.stability import main
from glove_ada.system.spilled_array import DiskArray

SMALL = {"vector_size": 8, "window_size": 5, "epochs": 2, "threads": 2, "min_count": 1}


def test_a_draw_is_the_same_on_every_machine(workers):
    documents = Documents(encode(random_documents(1), workers))
    times = documents.draw(7, 3)
    assert times.sum() == len(times) == len(documents) == 200
    assert times[:12].tolist() == DRAWN
    assert (documents.draw(7, 4) != times).any()
    assert (documents.draw(8, 3) != times).any()
    many = sum(documents.draw(1, replicate) for replicate in range(400))
    assert abs(many / 400 - 1).max() < 0.25  # five standard errors


DRAWN = [3, 1, 1, 1, 0, 2, 0, 2, 2, 2, 5, 2]


@pytest.mark.parametrize("block", [1, 50, 1 << 20])
@pytest.mark.parametrize("spilled", [False, True])
def test_a_document_drawn_twice_counts_twice(workers, monkeypatch, tmp_path, block, spilled):
    monkeypatch.setattr(resampling, "_BLOCK_IDS", block)
    texts = [[1, 2, 3], [9], [], [4, 4, 1], [2, 5]]  # 9 is not in the vocabulary
    encoded = encode([*texts, *[text for text in texts if text != [9]]], workers, min_count=2)
    if spilled:
        on_disk = DiskArray.temporary(np.uint32, tmp_path)
        on_disk.append(encoded.ids)
        encoded = type(encoded)(**{**vars(encoded), "ids": on_disk})
    documents = Documents(encoded)
    assert len(documents) == 6
    times = np.array([2, 0, 1, 0, 0, 3])
    drawn = documents.resample(times)
    each = documents_of(encoded)
    assert documents_of(drawn) == [each[0], each[0], each[2], each[5], each[5], each[5]]
    assert drawn.known_tokens == sum(map(len, documents_of(drawn)))
    assert isinstance(drawn.ids, DiskArray) == spilled
    counts = np.bincount(np.concatenate(documents_of(drawn)), minlength=len(encoded.vocabulary))
    assert documents.counts(times).tolist() == counts.tolist()
    for word in range(len(encoded.vocabulary)):
        assert documents.with_word(word) == sum(word in ids for ids in each)


def test_what_is_encoded_trains_to_the_same_bytes(corpus):
    model = GloVe(**SMALL)
    with pytest.warns(UserWarning, match="UTF-8"):
        again = GloVe(**SMALL).fit_encoded(model.encode(corpus))
    with pytest.warns(UserWarning, match="UTF-8"):
        once = model.fit(corpus)
    assert again.vectors_.vectors.tobytes() == once.vectors_.vectors.tobytes()


TEXT = [" ".join(f"w{number}" for number in document) for document in random_documents(3)]


def measured(words=("w1", "w2", "w7"), corpus=TEXT, **given):
    names = ("replicates", "topn", "vary")
    options = {"replicates": 3, **{name: given.pop(name) for name in names if name in given}}
    return measure_stability(GloVe(**{**SMALL, **given}), corpus, words, **options)


def test_the_same_for_any_threads_and_each_replicate_by_itself():
    found = measured(threads=1)
    assert measured(threads=3) == found
    assert measured(seed=2) != found
    assert measured(vary=["seeds"]).words[0].by["seeds"] == found.words[0].by["seeds"]
    assert [(pair.first, pair.second) for pair in found.pairs] == [
        ("w1", "w2"),
        ("w1", "w7"),
        ("w2", "w7"),
    ]


def test_figures_are_those_of_the_trainings():
    """Of seeds, which anyone can repeat with the trainer."""
    found = measured(vary=["seeds"], topn=5, seed=4)
    trained = [GloVe(**SMALL, seed=seed).fit(TEXT).vectors_ for seed in (5, 6, 7)]
    cosines = [vectors.similarity("w1", "w2") for vectors in trained]
    spread = found.pairs[0].by["seeds"]
    assert spread.mean == pytest.approx(np.mean(cosines), abs=1e-6)
    assert spread.deviation == pytest.approx(np.std(cosines, ddof=1), abs=1e-6)
    assert spread.low == pytest.approx(np.percentile(cosines, 2.5), abs=1e-6)
    nearest = [{word for word, _ in vectors.most_similar("w1", topn=5)} for vectors in trained]
    shares = [len(nearest[a] & nearest[b]) / 5 for a, b in ((0, 1), (0, 2), (1, 2))]
    overlap = found.words[0].by["seeds"]
    assert overlap.overlap == pytest.approx(np.mean(shares))
    for word, times in overlap.neighbours:
        assert times == sum(word in words for words in nearest)
    whole = GloVe(**SMALL, seed=4).fit(TEXT).vectors_
    assert found.pairs[0].cosine == pytest.approx(whole.similarity("w1", "w2"), abs=1e-6)


def test_documents_that_are_all_the_same_leave_nothing_to_vary():
    found = measured(["a", "b"], ["a b c d e f g h i j k l"] * 9, vary=["documents"])
    assert found.words[0].by["documents"].overlap == 1
    assert found.pairs[0].by["documents"].deviation == 0
    assert (found.words[0].count, found.words[0].documents) == (9, 9)


def test_a_word_of_one_document_is_not_in_every_bootstrap():
    corpus = [f"the rare thing {n} stands here" if n == 3 else f"the {n} stands" for n in range(9)]
    found = measured(["the", "rare"], corpus, replicates=12, vary=["documents"])
    assert found.words[0].by["documents"].replicates == 12
    rare = found.words[1].by["documents"]
    assert 2 <= rare.replicates < 12
    assert found.pairs[0].by["documents"].replicates == rare.replicates
    assert max(times for _, times in rare.neighbours) <= rare.replicates


def test_words_that_a_bootstrap_lacks_are_nobodys_neighbours_there():
    corpus = [*["a b c d e"] * 12, "a b rare"]
    found = measured(["a", "rare"], corpus, replicates=8, vary=["documents"])
    replicates = found.words[1].by["documents"].replicates
    assert replicates < 8
    common = found.words[0].by["documents"]
    times = dict(common.neighbours)
    assert times == {**dict.fromkeys("bcde", 8), "rare": replicates}
    without = (8 - replicates) * replicates  # twos of which one has the word
    assert common.overlap == pytest.approx(1 - without / 28 / 5)


def test_one_word_and_an_iterator_are_words():
    (one,) = measured("w1", vary="seeds", replicates=2).words
    assert (one.word, set(one.by)) == ("w1", {"seeds"})
    words = np.array(["w1", "w2"])
    (pair,) = measured(words, vary=["seeds"], replicates=2).pairs
    assert measured(iter(words), vary=["seeds"], replicates=2).pairs == [pair]


def test_what_varies_is_varied_once():
    found = measured(vary=["seeds", "seeds"])
    assert found.words[0].by["seeds"].replicates == 3


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"corpus": ["one document only of w1 w2 w7"]}, "draws documents and the corpus has one"),
        ({"words": ["w1", "w2x"]}, r"'w2x' is not among the \d+ words \(nearest spellings: 'w2'"),
        ({"vary": ["documents", "seed"]}, "what varies is documents or seeds, or both, not"),
        ({"vary": []}, "what varies is"),
        ({"words": ["w1", None]}, "words are strings, not"),
        ({"words": [["w1"]]}, "words are strings, not"),
        ({"replicates": 1}, "--replicates is 1; it takes a whole number, 2 to 100,000"),
        ({"words": ["w1", "w1"]}, "--words names one word or more, each once"),
    ],
)
def test_what_cannot_be_measured_is_refused(given, sentence):
    with pytest.raises(GloveError, match=sentence):
        measured(**given)


def test_the_command(tmp_path, capsys):
    (tmp_path / "corpus.txt").write_text("\n".join(TEXT) + "\n")
    command = [str(tmp_path / "corpus.txt"), "--vector-size", "8", "--min-count", "1", "--epochs"]
    command += ["2", "--window-size", "5", "--replicates", "2", "--words", "w1", "w2"]
    assert main([*command, "--quiet"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("2 bootstraps of the documents, of 200\n")
    assert "\n2 other seeds\n" in printed
    assert main([*command, "--json", "--vary", "seeds"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [word["word"] for word in found["words"]] == ["w1", "w2"]
    assert set(found["pairs"][0]["by"]) == {"seeds"}
    assert main([*command, "--words", "nobody"]) == 2
    assert capsys.readouterr().err.count("\n") >= 1
