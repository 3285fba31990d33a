"""What gensim's `KeyedVectors` has: there, or accounted for in docs/gensim.md."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest
from support import DATA

from glove_ada import WordVectors

PAGE = (DATA.parent / "docs" / "gensim.md").read_text()
TABLE = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE))
WORDS = [f"word{i}" for i in range(60)]


@pytest.fixture(scope="module")
def vectors():
    matrix = np.random.default_rng(5).normal(size=(len(WORDS), 8)).astype(np.float32)
    return WordVectors(WORDS, matrix, counts=np.arange(len(WORDS), 0, -1))


@pytest.fixture(scope="module")
def peer(vectors):
    pytest.importorskip("gensim.models")
    return vectors.to_gensim()


def test_every_public_name_is_accounted_for(peer):
    names = {name for name in dir(peer) if not name.startswith("_")}
    assert names - set(TABLE) == set()
    assert list(TABLE) == sorted(TABLE)


def test_the_page_says_what_is_so(vectors):
    for name, where in TABLE.items():
        kind = re.match(r"there|under another name|left out", where)[0]
        assert hasattr(vectors, name) == (kind == "there"), name
        if kind == "under another name":
            other = re.search(r"`(\w+)`", where)[1]
            assert hasattr(vectors, other), name


def test_words_are_gone_through_and_looked_up(vectors):
    assert list(vectors) == list(vectors.keys()) == WORDS
    assert dict(vectors).keys() == vectors.keys()
    assert "word3" in vectors.keys()  # noqa: SIM118
    np.testing.assert_array_equal(vectors.get("word3"), vectors["word3"])
    assert vectors.get("unheard") is None
    assert vectors.get("unheard", 0) == 0
    assert vectors.has_index_for("word3")
    assert not vectors.has_index_for("unheard")


def test_slices_are_rows_that_cannot_be_changed(vectors):
    np.testing.assert_array_equal(vectors[2:5], vectors[["word2", "word3", "word4"]])
    assert vectors[:].shape == (60, 8)
    assert vectors[-1:].shape == (1, 8)
    with pytest.raises(ValueError, match="read-only"):
        vectors[:3][0] = 0
    vectors.vectors[0] = vectors.vectors[0]  # the matrix itself stays as it was


@pytest.mark.parametrize(
    "query",
    [
        {"clip_start": 10},
        {"clip_start": 3, "clip_end": 20},
        {"clip_end": 20, "negative": ["word30"]},
        {"clip_start": 30, "restrict_vocab": 9},
        {"clip_start": 10, "topn": None},
    ],
)
def test_a_part_of_the_words_is_searched(vectors, peer, query):
    ours, theirs = (each.most_similar(["word7", "word12"], **query) for each in (vectors, peer))
    if query.get("topn", 10) is None:
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    else:
        assert [word for word, _ in ours] == [word for word, _ in theirs]


def test_places_of_arguments_are_gensim_s(vectors, peer):
    arguments = (["word7"], ["word3"], 4, 5, 40)
    ours, theirs = vectors.most_similar(*arguments), peer.most_similar(*arguments)
    assert [word for word, _ in ours] == [word for word, _ in theirs]


def test_the_rest_equals_gensim_s(vectors, peer):
    for a, b in (("word1", "word2"), ("word7", "word40")):
        for topn in (1, 10):
            ours = vectors.relative_cosine_similarity(a, b, topn)
            assert ours == pytest.approx(peer.relative_cosine_similarity(a, b, topn), abs=1e-5)
    given = WORDS[20:40]
    assert vectors.most_similar_to_given("word1", given) == peer.most_similar_to_given(
        "word1", given
    )
    for (ours, word), (theirs, other) in zip(
        vectors.rank_by_centrality(given), peer.rank_by_centrality(given), strict=True
    ):
        assert word == other
        assert ours == pytest.approx(theirs, abs=1e-6)
    np.testing.assert_allclose(
        vectors.cosine_similarities(vectors["word1"], vectors[:9]),
        peer.cosine_similarities(peer["word1"], peer.vectors[:9]),
        atol=1e-6,
    )
    assert vectors.similar_by_key("word4", 3) == vectors.similar_by_word("word4", 3)
    with pytest.raises(ValueError, match="topn is 0; it takes a whole number, 1 or more"):
        vectors.relative_cosine_similarity("word1", "word2", 0)


def test_some_words_make_vectors_of_their_own(vectors, peer):
    keys = ["word9", "unheard", "word2", "word9"]
    ours, theirs = (
        each.vectors_for_all(iter(keys), copy_vecattrs=True) for each in (vectors, peer)
    )
    assert ours.index_to_key == theirs.index_to_key == ["word9", "word2"]
    np.testing.assert_array_equal(ours.vectors, theirs.vectors)
    assert ours.get_vecattr("word2", "count") == theirs.get_vecattr("word2", "count")
    assert vectors.vectors_for_all(keys).counts is None


@pytest.mark.parametrize(
    "ask",
    [
        lambda kv, words: kv.doesnt_match(words),
        lambda kv, words: kv.rank_by_centrality(words)[0][1],
        lambda kv, words: kv.n_similarity(words, ["word30"]),
        lambda kv, words: kv.n_similarity(["word30"], words),
    ],
)
def test_unknown_words_are_treated_alike(vectors, peer, ask):
    words = ["word1", "unheard", "word5", "word7", "word9", "unseen"]
    with pytest.warns(UserWarning, match="left out: 'unheard', 'unseen'$") as caught:
        found = ask(vectors, words)
    assert caught[0].filename == __file__, "it points to who asked"
    assert found == pytest.approx(ask(peer, words), abs=1e-6)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ask(vectors, [word for word in words if word in vectors]) == found
    with pytest.raises(KeyError, match=r"'wrod1' is not among the 60 words .*'word1'"):
        ask(vectors, ["wrod1", "unheard"])
    with pytest.raises(ValueError, match="no words"):
        ask(vectors, [])
    with pytest.raises(ValueError, match="is one word"):
        ask(vectors, "word1")
