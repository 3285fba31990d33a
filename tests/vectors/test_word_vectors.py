from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glove_ada.vectors.cosine import highest, unit_rows
from glove_ada.vectors.spelling import edit_distances, nearest_spellings
from glove_ada.vectors.word_vectors import WordVectors

gensim_models = pytest.importorskip("gensim.models")

WORDS = [f"word{i}" for i in range(200)]


@pytest.fixture(scope="module")
def vectors() -> WordVectors:
    random = np.random.default_rng(5)
    matrix = random.normal(size=(len(WORDS), 20)).astype(np.float32)
    return WordVectors(WORDS, matrix, counts=np.arange(len(WORDS), 0, -1))


@pytest.fixture(scope="module")
def peer(vectors):
    return vectors.to_gensim()


def same_neighbours(ours, theirs):
    assert [word for word, _ in ours] == [word for word, _ in theirs]
    np.testing.assert_allclose([x for _, x in ours], [x for _, x in theirs], atol=1e-6)


QUERIES = [
    {"positive": "word7"},
    {"positive": ["word7", "word9"], "negative": ["word3"]},
    {"positive": [("word7", 0.5), "word9"], "negative": [("word3", -2.0)]},
    {"positive": [3, 5], "negative": "word8"},
    {"positive": ["word7"], "topn": 3, "restrict_vocab": 50},
    {"positive": ["word7"], "topn": 1000},
    {"positive": ["word7"], "topn": 0},
]


@pytest.mark.parametrize("query", QUERIES)
def test_most_similar_equals_gensims(vectors, peer, query):
    same_neighbours(vectors.most_similar(**query), peer.most_similar(**query))


def test_most_similar_takes_vectors_and_gives_all_similarities(vectors, peer):
    query = vectors["word1"] + vectors["word2"]
    same_neighbours(vectors.similar_by_vector(query), peer.similar_by_vector(query))
    same_neighbours(vectors.similar_by_word("word4"), peer.similar_by_word("word4"))
    np.testing.assert_allclose(
        vectors.most_similar("word4", topn=None), peer.most_similar("word4", topn=None), atol=1e-6
    )


@pytest.mark.filterwarnings("ignore:Call to deprecated `init_sims`")
def test_cosmul_equals_gensims(vectors, peer):
    query = {"positive": ["word7", "word9"], "negative": ["word3"]}
    same_neighbours(vectors.most_similar_cosmul(**query), peer.most_similar_cosmul(**query))
    with pytest.raises(ValueError, match="at least one positive word"):
        vectors.most_similar_cosmul(negative=["word3"])


def test_similarities_equal_gensims(vectors, peer):
    assert vectors.similarity("word1", "word2") == pytest.approx(
        peer.similarity("word1", "word2"), abs=1e-6
    )
    assert vectors.distance("word1", "word2") == pytest.approx(
        peer.distance("word1", "word2"), abs=1e-6
    )
    assert vectors.n_similarity(["word1", "word5"], ["word2"]) == pytest.approx(
        peer.n_similarity(["word1", "word5"], ["word2"]), abs=1e-6
    )
    np.testing.assert_allclose(vectors.distances("word1"), peer.distances("word1"), atol=1e-6)
    np.testing.assert_allclose(
        vectors.distances("word1", ["word3", "word4"]),
        peer.distances("word1", ["word3", "word4"]),
        atol=1e-6,
    )
    for other in ("word2", "word60"):
        assert vectors.rank("word1", other) == peer.rank("word1", other)
        assert vectors.closer_than("word1", other) == peer.closer_than("word1", other)
    for start in range(0, 40, 4):
        words = WORDS[start : start + 4]
        assert vectors.doesnt_match(words) == peer.doesnt_match(words)


@pytest.mark.parametrize("pre", [True, False])
@pytest.mark.parametrize("post", [True, False])
def test_mean_vector_equals_gensims(vectors, peer, pre, post):
    options = {"weights": [0.5, -1.0, 2.0], "pre_normalize": pre, "post_normalize": post}
    keys = ["word1", "unheard", "word3"]
    np.testing.assert_allclose(
        vectors.get_mean_vector(keys, **options), peer.get_mean_vector(keys, **options), atol=1e-6
    )


def test_lookups_equal_gensims(vectors, peer):
    assert len(vectors) == len(peer)
    assert vectors.vector_size == peer.vector_size
    assert vectors.index_to_key == peer.index_to_key
    assert vectors.key_to_index == peer.key_to_index
    for key in ("word3", 3, "unheard", 200, -1):
        assert (key in vectors) == (key in peer)
    np.testing.assert_array_equal(vectors["word3"], peer["word3"])
    np.testing.assert_array_equal(vectors[["word3", "word9"]], peer[["word3", "word9"]])
    np.testing.assert_allclose(
        vectors.get_vector("word3", norm=True), peer.get_vector("word3", norm=True), atol=1e-6
    )
    np.testing.assert_allclose(vectors.get_normed_vectors(), peer.get_normed_vectors(), atol=1e-6)
    assert vectors.get_vecattr("word3", "count") == peer.get_vecattr("word3", "count")
    assert vectors.get_index("unheard", default=7) == 7


def test_gensim_shares_the_matrix_and_nothing_else(vectors):
    peer = vectors.to_gensim()
    assert np.shares_memory(peer.vectors, vectors.vectors)
    peer.add_vectors(["new"], np.ones((1, 20), dtype=np.float32))
    assert "new" not in vectors
    assert len(vectors) == len(WORDS)


def test_vectors_handed_out_cannot_be_changed(vectors):
    with pytest.raises(ValueError, match="read-only"):
        vectors["word1"][0] = 1.0


def test_half_precision_and_zero_vectors_give_finite_answers():
    matrix = np.eye(4, 3, dtype=np.float16)
    vectors = WordVectors(["a", "b", "c", "zero"], matrix)
    assert vectors.similarity("a", "zero") == 0.0
    assert vectors.most_similar("zero", topn=None).tolist() == [0.0] * 4
    assert vectors.most_similar(["a", "b"])[0] == ("c", 0.0)
    assert vectors.get_mean_vector(["a", "b"]).dtype == np.float32


def test_equal_similarities_are_ordered_by_index():
    vectors = WordVectors(list("abcdef"), np.ones((6, 3), dtype=np.float32))
    assert [word for word, _ in vectors.most_similar("c", topn=3)] == ["a", "b", "d"]


@given(st.lists(st.integers(0, 4), min_size=1, max_size=30), st.integers(1, 35))
def test_highest_is_a_stable_sort_cut_short(scores, count):
    scores = np.array(scores, dtype=np.float32)
    expected = np.argsort(-scores, kind="stable")[:count]
    assert highest(scores, count).tolist() == expected.tolist()


def test_arrays_that_do_not_belong_together_are_refused():
    matrix = np.zeros((2, 3), dtype=np.float32)
    with pytest.raises(ValueError, match="3 words need a matrix"):
        WordVectors(["a", "b", "c"], matrix)
    with pytest.raises(ValueError, match="1 of the words are repeated"):
        "a" in WordVectors(["a", "a"], matrix)  # noqa: B015
    with pytest.raises(ValueError, match="as many counts"):
        WordVectors(["a", "b"], matrix, counts=np.array([1]))
    with pytest.raises(ValueError, match="as many context_biases, not 3"):
        WordVectors(["a", "b"], matrix, context_biases=np.zeros(3))


def test_a_missing_word_names_the_nearest_spellings():
    vectors = WordVectors(["the", "frog", "Paris", "fog"], np.eye(4, dtype=np.float32))
    with pytest.raises(KeyError, match=r"'frgo' is not among the 4 words .*'frog'"):
        vectors["frgo"]
    with pytest.raises(KeyError, match=r"spellings: 'Paris'\)"):
        vectors.most_similar("paris")
    with pytest.raises(KeyError, match=r"\(none is like it\)"):
        vectors.similarity("the", "zzzzz")
    with pytest.raises(KeyError, match="'frgo'"):
        vectors.doesnt_match(["frgo", "fgro"])


def test_near_spellings_come_in_the_order_of_distance_and_index():
    words = ["fog", "frogs", "frg", "toad", "FROG"]
    assert nearest_spellings("frog", words, count=4) == ["FROG", "fog", "frogs", "frg"]
    assert nearest_spellings("", ["", "long"]) == [""]


letters = st.text("abc", max_size=6)


def edit_distance(a, b):
    return edit_distances(a, [b, "of other length"])[0]


@settings(max_examples=200)
@given(letters, letters)
def test_edit_distance_is_a_distance(a, b):
    assert (edit_distance(a, b) == 0) == (a == b)
    assert edit_distance(a, b) == edit_distance(b, a)
    assert abs(len(a) - len(b)) <= edit_distance(a, b) <= max(len(a), len(b))


@settings(max_examples=200)
@given(letters, st.integers(0, 5), st.sampled_from("abc"))
def test_one_edit_has_distance_one(word, place, letter):
    assert edit_distance(word, word[:place] + letter + word[place:]) == 1
    if place + 1 < len(word) and word[place] != word[place + 1]:
        swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        assert edit_distance(word, swapped) == 1


def test_no_words_have_no_distances():
    assert edit_distances("a", []).tolist() == []


def test_vectors_survive_a_file(tmp_path, vectors):
    path = tmp_path / "vectors.txt"
    vectors.save(path)
    again = WordVectors.load(path)
    assert again.index_to_key == vectors.index_to_key
    np.testing.assert_array_equal(again.vectors, vectors.vectors)


SCALES = [(np.float32, 2.0**power) for power in (-146, -100, -59, 0, 59, 100, 126)] + [
    (np.float64, 2.0**power) for power in (-1070, -700, 0, 700, 1022)
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("dtype", "scale"), SCALES)
def test_cosines_do_not_depend_on_how_long_vectors_are(dtype, scale):
    plain = np.array([[1, 2, 3, 2], [3, -1, 1, 3], [0, 0, 0, 0], [-2, -3, 0, 1]], dtype=dtype)
    wanted, found = WordVectors("abcd", plain), WordVectors("abcd", plain * dtype(scale))
    assert np.isfinite(found.vectors).all()

    def same(values, expected):
        np.testing.assert_allclose(values, expected, atol=1e-6)

    same(found.most_similar(["a", "b"], "d", topn=None), wanted.most_similar(["a", "b"], "d", None))
    same(found.distances(found["a"]), wanted.distances("a"))
    same(found.distances("c"), [1, 1, 1, 1])
    same(found.similarity("a", "b"), wanted.similarity("a", "b"))
    same(found.most_similar_cosmul("a", "b", None), wanted.most_similar_cosmul("a", "b", None))
    same(found.get_normed_vectors(), wanted.get_normed_vectors())
    same(unit_rows(found.vectors), wanted.get_normed_vectors())
    with np.errstate(over="ignore"):
        same(found.norms / dtype(scale), (wanted.norms * dtype(scale)) / dtype(scale))
    assert found.norms.dtype == found.get_normed_vectors().dtype == dtype


@pytest.mark.filterwarnings("error")
def test_vectors_of_all_lengths_stand_in_one_matrix():
    ones = np.ones((5, 2))
    scales = np.array([3e38, 1e-45, 0, 1, -3e38])
    vectors = WordVectors("abcde", (ones * scales[:, np.newaxis]).astype(np.float32))
    for word in "abd":
        np.testing.assert_allclose(vectors.distances(word), [0, 0, 1, 0, 2], atol=1e-6)
