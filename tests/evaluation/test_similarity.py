from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from glove_ada.evaluation.correlation import spearman
from glove_ada.evaluation.pair_files import read_pairs
from glove_ada.evaluation.similarity import evaluate_similarity
from glove_ada.vectors.word_vectors import WordVectors

pytest.importorskip("gensim.models")
stats = pytest.importorskip("scipy.stats")

SETS = Path(__file__).parents[3] / "shared/data/eval"


@pytest.fixture
def pairs(write, vectors):
    random = np.random.default_rng(6)
    lines = []
    for _ in range(300):
        a, b = (f"W{i}" for i in random.integers(6200, size=2))
        known = a.lower() in vectors and b.lower() in vectors
        truth = vectors.similarity(a.lower(), b.lower()) if known else 0.3
        lines.append(f"{a}\t{b}\t{5 + 2 * truth + random.normal():.1f}")
    return write("pairs.tsv", "\n".join([*lines, lines[0], "w5\tw5\t10.0"]))


@pytest.mark.parametrize("dummy4unknown", [False, True])
@pytest.mark.parametrize("restrict_vocab", [None, 2000])
def test_correlations_equal_gensims(vectors, pairs, dummy4unknown, restrict_vocab):
    options = {"dummy4unknown": dummy4unknown, "restrict_vocab": restrict_vocab}
    ours = vectors.evaluate_word_pairs(pairs, **options)
    theirs = vectors.to_gensim().evaluate_word_pairs(str(pairs), **options)
    for our, their in zip(ours[:2], theirs[:2], strict=True):
        assert our == pytest.approx(tuple(their), abs=1e-6)
    assert ours[2] == pytest.approx(theirs[2])


def test_missing_words_are_left_out_or_zero_or_the_mean(write):
    matrix = np.array([[1, 0], [0, 1], [1, 1], [1, -1]], dtype=np.float32)
    vectors = WordVectors(["a", "b", "c", "d"], matrix)
    path = write("pairs.txt", "a\tb\t1\na\tc\t2\nb\tnone\t3\nnone\tnowhere\t4\n")
    by_policy = {
        missing: evaluate_similarity(vectors, path, missing=missing)
        for missing in ("skip", "zero", "mean")
    }
    mean = np.array([0.75, 0.25]) / np.hypot(0.75, 0.25)
    half = 2**-0.5
    np.testing.assert_allclose(by_policy["skip"].cosines, [0, half, np.nan, np.nan])
    np.testing.assert_allclose(by_policy["zero"].cosines, [0, half, 0, 0])
    np.testing.assert_allclose(by_policy["mean"].cosines, [0, half, mean[1], 1])
    for missing, result in by_policy.items():
        assert (result.missing, result.pairs, result.known) == (missing, 4, 2)


def test_the_interval_is_that_of_pairs_drawn_anew(vectors, pairs):
    result = evaluate_similarity(vectors, pairs, resamples=2000)
    counted = ~np.isnan(result.cosines)
    judged, cosines = result.judged[counted], result.cosines[counted]
    random = np.random.default_rng(8)
    drawn = []
    for _ in range(2000):
        items = random.integers(len(judged), size=len(judged))
        drawn.append(stats.spearmanr(judged[items], cosines[items])[0])
    expected = np.quantile(drawn, [0.025, 0.975])
    assert (result.spearman.low, result.spearman.high) == pytest.approx(expected, abs=0.015)
    assert result.spearman.value == spearman(judged, cosines)


@pytest.mark.parametrize("content", ["w1\tw2\t3\n", "x\ty\t3\n", "w1\tw2\t3\nw3\tw4\t3\n"])
def test_too_few_known_or_equal_judgements_have_no_score(vectors, write, content):
    result = evaluate_similarity(vectors, write("pairs.txt", content))
    assert result.spearman is None
    assert result.pearson is None


def test_oddities_are_noted(vectors, write):
    result = evaluate_similarity(vectors, write("p.txt", "w1\tw2\t3\nw2\tw1\t4\nw3\tw3\t9\n"))
    assert result.notes == ("p.txt: 1 pair is repeated and counts each time",)
    result = evaluate_similarity(vectors, write("p.txt", "x\ty\t3\n"))
    assert result.notes == ("p.txt: these vectors know no pair of it",)


@pytest.mark.skipif(not SETS.exists(), reason="evaluation sets are not at hand")
@pytest.mark.parametrize(
    ("name", "pairs", "first"),
    [
        ("wordsim353.csv", 353, ("love", "sex", 6.77)),
        ("EN-WS-353-ALL.txt", 353, ("love", "sex", 6.77)),
        ("SimLex-999.txt", 999, ("old", "new", 1.58)),
        ("MEN_dataset_natural_form_full", 3000, ("sun", "sunlight", 50.0)),
        ("rw.txt", 2034, ("squishing", "squirt", 5.88)),
        ("rg65.txt", 65, ("gem", "jewel", 3.94)),
    ],
)
def test_all_pairs_of_the_fields_sets_are_read(name, pairs, first):
    found = read_pairs(SETS / name)
    assert (len(found.pairs), found.pairs[0], found.notes) == (pairs, first, ())
