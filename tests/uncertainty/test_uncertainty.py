"""Standard errors: against leaving documents out, finite differences and draws."""

from __future__ import annotations

import math

import numpy as np
import pytest

from glove_ada.errors import OptionError
from glove_ada.run.uncertainty.influences import Influences
from glove_ada.run.uncertainty.uncertainty import LEAST_BLOCKS, Uncertainty

BLOCKS, SIZE = 60, 4
WORDS = ["a", "b", "c", "d", "e", "f", "g", "h", "rare"]


@pytest.fixture(scope="module")
def made_up():
    """Vectors that the blocks sway, some of them together, and a word in too few of them."""
    random = np.random.default_rng(0)
    influences = []
    for word in WORDS:
        held = LEAST_BLOCKS - 1 if word == "rare" else 40
        blocks = np.sort(random.choice(BLOCKS, held, replace=False))
        influences.append(Influences(blocks, 0.02 * random.normal(size=(held, SIZE))))
    return Uncertainty(WORDS, random.normal(size=(len(WORDS), SIZE)), influences, BLOCKS)


def cosine(one, other):
    return one @ other / np.linalg.norm(one) / np.linalg.norm(other)


def effect(vectors):
    v = dict(zip(WORDS, vectors, strict=True))
    values = [
        np.mean([cosine(v[t], v[x]) for x in "ef"]) - np.mean([cosine(v[t], v[x]) for x in "gh"])
        for t in "abcd"
    ]
    return (np.mean(values[:2]) - np.mean(values[2:])) / np.std(values)


def units(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


STATISTICS = {
    "cosine": (lambda u: u.cosine("a", "b"), lambda v: cosine(v[0], v[1])),
    "difference": (
        lambda u: u.difference("a", "b", "a", "c"),
        lambda v: cosine(v[0], v[1]) - cosine(v[0], v[2]),
    ),
    "sum": (
        lambda u: u.sum_cosine({"a": 1, "b": -1, "c": 1}, "d"),
        lambda v: cosine(units(v)[0] - units(v)[1] + units(v)[2], v[3]),
    ),
    "effect": (lambda u: u.effect((["a", "b"], ["c", "d"]), (["e", "f"], ["g", "h"])), effect),
}


@pytest.mark.parametrize(("ours", "of_vectors"), STATISTICS.values(), ids=STATISTICS)
def test_standard_errors_are_the_jackknife_of_small_influences(made_up, ours, of_vectors):
    """Each statistic of the vectors, without a block and with it: finite differences."""
    scale, sway = 1e-4, np.zeros(BLOCKS)
    for block in range(BLOCKS):
        moved = made_up.means.copy()
        for place, influences in enumerate(made_up.influences):
            for change in influences.changes[influences.blocks == block]:
                moved[place] += scale * change
        sway[block] = (of_vectors(moved) - of_vectors(made_up.means)) / scale
    variance = ((sway - sway.mean()) ** 2).sum() * (BLOCKS - 1) / BLOCKS
    found = ours(made_up)
    assert found.value == pytest.approx(of_vectors(made_up.means))
    assert found.standard_error == pytest.approx(math.sqrt(variance), rel=1e-3)
    assert found.high - found.low == pytest.approx(2 * 1.959964 * found.standard_error)


def test_covariances_are_those_of_the_influences(made_up):
    influences = made_up.influences[1]
    changes = np.zeros((BLOCKS, SIZE))
    changes[influences.blocks] = influences.changes
    centred = changes - changes.mean(axis=0)
    expected = centred.T @ centred * (BLOCKS - 1) / BLOCKS
    np.testing.assert_allclose(made_up.covariance("b"), expected, rtol=1e-5, atol=1e-9)
    assert made_up.covariances.shape == (len(WORDS), SIZE, SIZE)
    assert np.isnan(made_up.covariance("rare")).all()


def test_draws_vary_as_the_covariances_say(made_up):
    drawn = made_up.draws(4000, seed=3)
    assert drawn.shape == (4000, len(WORDS), SIZE)
    assert np.array_equal(drawn, made_up.draws(4000, seed=3), equal_nan=True)
    covariance = made_up.covariance("b")
    deviations = np.sqrt(np.diagonal(covariance))
    np.testing.assert_allclose(
        drawn[:, 1].mean(axis=0), made_up.means[1], atol=0.1 * deviations.max()
    )
    np.testing.assert_allclose(np.std(drawn[:, 1], axis=0), deviations, rtol=0.06)
    cosines = [cosine(vectors[0], vectors[1]) for vectors in drawn]
    assert np.std(cosines) == pytest.approx(made_up.cosine("a", "b").standard_error, rel=0.1)
    assert np.isnan(drawn[:, -1]).all()


def test_words_in_too_few_documents_have_no_standard_error(made_up):
    found = made_up.cosine("a", "rare")
    assert found.value == pytest.approx(cosine(made_up.means[0], made_up.means[-1]))
    assert math.isnan(found.standard_error)
    assert not found.known
    assert made_up.documents("rare") == LEAST_BLOCKS - 1


def test_a_word_and_itself_leave_no_doubt(made_up):
    assert (made_up.cosine("a", "a").value, made_up.cosine("a", "a").standard_error) == (1, 0)


def test_no_interval_goes_beyond_what_a_number_can_be(made_up):
    swayed = [Influences(each.blocks, 100 * each.changes) for each in made_up.influences]
    unsure = Uncertainty(WORDS, made_up.means, swayed, BLOCKS)
    for statistic, (ours, _) in STATISTICS.items():
        found, largest = ours(unsure), 1 if statistic in ("cosine", "sum") else 2
        assert found.standard_error > 2
        assert (found.low, found.high) == (-largest, largest)
    uneven = unsure.effect((["a"], ["b", "c", "d"]), (["e", "f"], ["g", "h"]))
    assert uneven.high == -uneven.low == pytest.approx(4 / math.sqrt(3))
    certain = unsure.cosine_to("a", made_up.means[1])
    assert (certain.low, certain.high) == (-1, 1)


def test_what_makes_no_sense_is_said(made_up):
    with pytest.raises(OptionError, match="'z' is not among the words"):
        made_up.cosine("a", "z")
    with pytest.raises(OptionError, match="the sum of these words is 0"):
        made_up.sum_cosine({"a": 0.0}, "b")
    with pytest.raises(OptionError, match="at least a word in each"):
        made_up.effect((["a"], []), (["b"], ["c"]))
    with pytest.raises(OptionError, match="no effect"):
        made_up.effect((["a"], ["a"]), (["b"], ["c"]))
    with pytest.raises(OptionError, match="two sets of targets"):
        made_up.effect((["a"], ["b"], ["c"]), (["d"], ["e"]))
    with pytest.raises(OptionError, match="at least a word"):
        made_up.sum_cosine({}, "b")
    with pytest.raises(OptionError, match=r"\['a'\] is not among the words"):
        made_up.cosine("a", ["a"])
    for vector in (np.ones(SIZE + 1), np.full(SIZE, np.nan)):
        with pytest.raises(OptionError, match="4 finite numbers"):
            made_up.cosine_to("a", vector)
    assert made_up.cosine_to("a", [1.0] * SIZE) == made_up.cosine_to("a", np.ones(SIZE))
    for number in (0, -1, 2.5, None):
        with pytest.raises(OptionError, match=r"number is .*; it takes a whole number, 1 to"):
            made_up.draws(number)
    for seed in (-1, 2**64, "x"):
        with pytest.raises(OptionError, match=r"seed is .*; it takes a whole number, 0 to 18,4"):
            made_up.draws(2, seed=seed)
