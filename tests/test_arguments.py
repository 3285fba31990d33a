"""What Python's functions say of an argument of the wrong kind: one sentence that names it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from glove_ada import GloVe, WordVectors
from glove_ada.cooccurrence.matrix import Cooccurrence
from glove_ada.cooccurrence.matrix_files import write_matrix
from glove_ada.cooccurrence.reference_file import read_counts
from glove_ada.errors import OptionError
from glove_ada.evaluation.analogies import evaluate_analogies
from glove_ada.evaluation.analogy_files import AnalogySet, Question, Section
from glove_ada.evaluation.comparison import compare_analogies, compare_similarity
from glove_ada.evaluation.pair_files import PairLayout, PairSet, WordPair
from glove_ada.evaluation.similarity import evaluate_similarity
from glove_ada.formats import read_vectors, write_vectors
from glove_ada.model.stability import measure_stability
from glove_ada.model.uncertainty import measure_uncertainty
from glove_ada.pictures.cost_curves import plot_costs
from glove_ada.pictures.pair_arrows import plot_pairs
from glove_ada.pictures.word_map import plot_words
from glove_ada.run.uncertainty.uncertainty import Uncertainty
from glove_ada.system.threads import Workers

WORDS = ["a", "b", "c", "d"]
VECTORS = WordVectors(WORDS, np.eye(4, dtype=np.float32))
QUESTIONS = AnalogySet("q", [Section("s", None, [Question("a", "b", "c", ("d",))])], [])
PAIRS = PairSet("p", tuple(WordPair("a", word, 1.0) for word in "bcd"), PairLayout(), ())
ANSWERED = evaluate_analogies(VECTORS, QUESTIONS)
JUDGED = evaluate_similarity(VECTORS, PAIRS, resamples=2)
COUNTS = Cooccurrence(
    1, False, np.array([0, 1]), np.zeros(1, np.uint32), np.ones(1)
)  # of a word beside itself
SURE = Uncertainty([], np.zeros((0, 2)), [], 20)

STRANGE = ["", -1, 1.5, True, math.nan, object(), b"x", [1], {}]
NO_NUMBER = [*STRANGE, "x", "3", None]
NO_COUNT = [*NO_NUMBER, 0]
NO_PATH = [*STRANGE, 0, None, "a\0b"]
NO_WORDS = [None, -1, 1.5, True, math.nan, object(), "king"]
NO_NAME = [*NO_NUMBER, 0]

FUNCTIONS = {
    "path": (NO_PATH, [
        WordVectors.load,
        VECTORS.save,
        read_vectors,
        lambda path: write_vectors(path, VECTORS.to_table()),
        lambda path: read_counts(path, 3),
        lambda path: write_matrix(path, COUNTS),
        lambda path: measure_uncertainty(path, "king"),
        GloVe().fit_cooccurrence,
    ]),
    "filename": ([bad for bad in NO_NAME if bad not in (None, "x", "3")], [
        lambda name: WordVectors.from_pretrained("user/frogs", filename=name),
    ]),
    "private": (["no", 2, None, []], [
        lambda private: VECTORS.push_to_hub("user/frogs", private=private),
    ]),
    "folder": (NO_PATH, [GloVe().fit_counts]),
    "save_cooccurrence": (
        [bad for bad in NO_PATH if bad is not None],
        [lambda path: GloVe().fit(["a b"], save_cooccurrence=path)],
    ),
    "the file of analogies": (NO_PATH, [lambda path: evaluate_analogies(VECTORS, path)]),
    "the file of word pairs": (NO_PATH, [lambda path: evaluate_similarity(VECTORS, path)]),
    "limit": ([bad for bad in NO_COUNT if bad is not None], [
        lambda limit: WordVectors.load("none.npz", limit=limit),
    ]),
    "dtype": (["x", -1, [1], object(), "int32"], [
        lambda dtype: WordVectors.load("none.txt", dtype=dtype),
    ]),
    "keep": ([bad for bad in NO_WORDS if bad is not None], [
        lambda keep: read_vectors("none.txt", keep=keep),
    ]),
    "words": (NO_WORDS, [
        VECTORS.doesnt_match,
        VECTORS.rank_by_centrality,
        lambda words: VECTORS.n_similarity(words, ["a"]),
        lambda words: VECTORS.most_similar_to_given("a", words),
        lambda words: plot_words(None, VECTORS, words),
    ]),
    "keys": (NO_WORDS, [VECTORS.get_mean_vector, VECTORS.vectors_for_all]),
    "pair": ([*NO_WORDS, ["ab"], [("a",)], [3]], [
        lambda pairs: plot_pairs(None, VECTORS, pairs),
    ]),
    "runs": ([*NO_WORDS, [1.0], {}, {"a": []}, {"a": 3}, {"a": "xy"}], [
        lambda runs: plot_costs(None, runs),
    ]),
    "topn": ([bad for bad in NO_NUMBER if bad is not None], [
        lambda topn: VECTORS.most_similar("a", topn=topn),
        lambda topn: VECTORS.most_similar_cosmul("a", topn=topn),
        lambda topn: VECTORS.relative_cosine_similarity("a", "b", topn),
        lambda topn: measure_stability(GloVe(), ["a b"], "a", topn=topn),
    ]),
    "restrict_vocab": ([bad for bad in NO_COUNT if bad is not None], [
        lambda most: VECTORS.similar_by_vector(np.ones(4), restrict_vocab=most),
        lambda most: evaluate_analogies(VECTORS, QUESTIONS, restrict_vocab=most),
        lambda most: evaluate_similarity(VECTORS, PAIRS, restrict_vocab=most),
    ]),
    "clip_start": ([bad for bad in NO_NUMBER if bad != -1], [
        lambda place: VECTORS.most_similar("a", clip_start=place),
    ]),
    "rarest": (NO_COUNT, [lambda rarest: VECTORS.with_unknown_word("<unk>", rarest)]),
    "weights": (["x", [1.0], ["x", "y"], 3, {}], [
        lambda weights: VECTORS.get_mean_vector(["a", "b"], weights),
    ]),
    "resamples": ([*NO_COUNT, 10**9], [
        lambda number: evaluate_analogies(VECTORS, QUESTIONS, resamples=number),
        lambda number: evaluate_similarity(VECTORS, PAIRS, resamples=number),
        lambda number: compare_analogies(ANSWERED, ANSWERED, resamples=number),
        lambda number: compare_similarity(JUDGED, JUDGED, resamples=number),
    ]),
    "seed": (NO_NUMBER, [
        lambda seed: evaluate_analogies(VECTORS, QUESTIONS, seed=seed),
        lambda seed: evaluate_similarity(VECTORS, PAIRS, seed=seed),
        lambda seed: SURE.draws(1, seed),
    ]),
    "method": (NO_NAME, [
        lambda method: evaluate_analogies(VECTORS, QUESTIONS, method=method),
        lambda method: plot_words(None, VECTORS, WORDS, method),
    ]),
    "missing": (NO_NAME, [lambda missing: evaluate_similarity(VECTORS, PAIRS, missing=missing)]),
    "format": ([bad for bad in NO_NAME if bad is not None], [
        lambda name: VECTORS.save("none", name),
    ]),
    "number": ([*NO_COUNT, 10**9], [SURE.draws]),
    "replicates": ([*NO_COUNT, 1], [
        lambda number: measure_stability(GloVe(), ["a b"], "a", replicates=number),
    ]),
    "varies": ([*NO_NAME, ["documents", 3]], [
        lambda vary: measure_stability(GloVe(), ["a b"], "a", vary=vary),
    ]),
    "threads": ([bad for bad in NO_COUNT if bad is not None], [Workers]),
}  # fmt: skip
CASES = [
    pytest.param(name, function, values, id=f"{name} {place}")
    for name, (values, functions) in FUNCTIONS.items()
    for place, function in enumerate(functions)
]


@pytest.mark.parametrize(("name", "function", "values"), CASES)
def test_an_argument_of_the_wrong_kind_is_named(name, function, values, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for value in values:
        with pytest.raises(OptionError) as raised:
            function(value)
        sentence = str(raised.value)
        assert name in sentence or "is one word; give a list" in sentence
        assert "\n" not in sentence
        assert len(sentence) < 300
    assert not list(tmp_path.iterdir())


def test_words_are_not_taken_for_their_letters():
    assert VECTORS.get_mean_vector(["a", "b"]).tolist() == [0.5, 0.5, 0, 0]
    for ask in (VECTORS.get_mean_vector, VECTORS.vectors_for_all, VECTORS.doesnt_match):
        with pytest.raises(OptionError, match="'ab' is one word; give a list of words"):
            ask("ab")


@pytest.mark.parametrize("vector", [np.ones(3), np.ones((4, 1)), np.array(["x"] * 4)])
def test_a_vector_of_another_size_is_refused(vector):
    for ask in (VECTORS.similar_by_vector, VECTORS.distances, VECTORS.most_similar_cosmul):
        with pytest.raises(
            (OptionError, KeyError), match=r"is an array of 4 numbers, not|not among"
        ):
            ask(vector)
