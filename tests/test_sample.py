"""The sample corpus: a few seconds of training show the structure that was put into it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support import DATA

from glove_ada import GloVe
from glove_ada.run.options import RULES

FILES = ["sample.txt", "sample-analogies.txt", "sample-similarity.tsv"]


@pytest.fixture(scope="module")
def vectors():
    return GloVe(window_size=10).fit(DATA / "sample.txt").vectors_


def test_analogies(vectors):
    accuracy, sections = vectors.evaluate_word_analogies(DATA / "sample-analogies.txt")
    assert accuracy >= 0.8
    total = sections[-1]
    assert len(total["correct"]) + len(total["incorrect"]) > 1500


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_every_rule_learns(rule):
    # The reference program's x_max is for corpora of billions of words.
    settings = {"x_max": 10} if rule == "stanford" else {}
    vectors = GloVe(rule=rule, **settings).fit(DATA / "sample.txt").vectors_
    accuracy, _ = vectors.evaluate_word_analogies(DATA / "sample-analogies.txt")
    assert accuracy >= 0.8


def test_similarity(vectors):
    _, spearman, unknown = vectors.evaluate_word_pairs(DATA / "sample-similarity.tsv")
    assert spearman[0] >= 0.75
    assert unknown == 0


def test_neighbours(vectors):
    assert vectors.most_similar(positive=["paris", "italy"], negative=["france"])[0][0] == "rome"
    assert "queen" in [word for word, _ in vectors.most_similar("king", topn=10)]


def test_the_script_makes_the_same_files_again(tmp_path):
    script = DATA.parent / "scripts" / "make_sample.py"
    subprocess.run([sys.executable, script, tmp_path], check=True)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes(), name


def test_its_size_is_a_sample_s():
    assert 1e6 <= (DATA / "sample.txt").stat().st_size <= 3e6
