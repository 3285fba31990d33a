from __future__ import annotations

import sys
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import DATA

from glove_ada import GloVe
from glove_ada.errors import OptionError
from glove_ada.pictures import plot_costs, plot_pairs, plot_words
from glove_ada.pictures.label_placement import contains, overlaps, place_boxes
from glove_ada.pictures.pair_arrows import project_pairs
from glove_ada.pictures.projection import pca_map, principal_axes
from glove_ada.vectors.word_vectors import WordVectors

pytest.importorskip("matplotlib")
from matplotlib.figure import Figure
from matplotlib.text import Text

SAMPLE = DATA / "sample.txt"
# fmt: off
WORDS = [
    "france", "paris", "germany", "berlin", "italy", "rome", "spain", "madrid", "japan",
    "tokyo", "egypt", "cairo", "canada", "ottawa", "euro", "yen", "pound", "franc", "krone",
    "king", "queen", "prince", "princess", "man", "woman", "boy", "girl", "father", "mother",
    "brother", "sister", "son", "daughter", "dog", "puppy", "cat", "kitten", "cow", "calf",
    "sheep", "lamb", "baker", "bakery", "doctor", "hospital", "teacher", "school", "soldier",
    "barracks", "astronomer", "observatory", "big", "bigger", "biggest", "fast", "faster",
    "fastest", "loud", "louder", "loudest",
]
# fmt: on
NOTHING = np.empty((0, 2))
PAIRS = [
    ("man", "woman"),
    ("king", "queen"),
    ("boy", "girl"),
    ("father", "mother"),
    ("brother", "sister"),
]


@pytest.fixture(scope="module")
def vectors() -> WordVectors:
    return GloVe(vector_size=50, window_size=10).fit(SAMPLE).vectors_


@pytest.fixture
def axes():
    return Figure(figsize=(7, 6), dpi=150, layout="constrained").add_subplot()


def label_boxes(axes):
    """Measure the text of each label, without the line to its point."""
    axes.figure.draw_without_rendering()
    return np.array([Text.get_window_extent(text).extents for text in axes.texts])


def points_of(axes):
    return np.concatenate([line.get_xydata() for line in axes.lines])


def assert_no_overlap(axes):
    boxes = label_boxes(axes)
    shared = overlaps(boxes, boxes)
    np.fill_diagonal(shared, False)
    assert not shared.any()
    bounds = np.array(axes.bbox.extents)
    assert np.all(boxes[:, :2] >= bounds[:2])
    assert np.all(boxes[:, 2:] <= bounds[2:])


def test_sixty_words_have_points_and_labels_that_do_not_overlap(axes, vectors):
    assert len(WORDS) == 60
    plot_words(axes, vectors, WORDS)
    assert [text.get_text() for text in axes.texts] == WORDS
    assert_no_overlap(axes)
    points = points_of(axes)
    np.testing.assert_array_equal(points, pca_map(vectors[WORDS])[0])
    np.testing.assert_array_equal([text.xy for text in axes.texts], points)
    assert not contains(label_boxes(axes), axes.transData.transform(points)).any()
    assert "60 words" in axes.get_title()
    assert "% of variance" in axes.get_xlabel()
    assert "% of variance" in axes.get_ylabel()


@pytest.mark.parametrize("dpi", [72, 300])
def test_labels_do_not_overlap_when_saved_at_any_resolution(axes, vectors, dpi):
    plot_words(axes, vectors, WORDS)
    axes.figure.set_dpi(dpi)
    assert_no_overlap(axes)


def test_a_label_that_is_not_beside_its_point_has_a_line_to_it(axes, vectors):
    axes.figure.set_size_inches(3, 3)
    with pytest.warns(UserWarning, match="no room to label"):
        plot_words(axes, vectors, WORDS)
    assert_no_overlap(axes)
    boxes, anchors = label_boxes(axes), axes.transData.transform([t.xy for t in axes.texts])
    nearest = np.clip(anchors, boxes[:, :2], boxes[:, 2:])
    far = np.hypot(*(nearest - anchors).T) > 8 * axes.figure.dpi / 72
    assert far.any()
    assert not contains(boxes, axes.transData.transform(points_of(axes))).any()
    assert all(axes.texts[i].arrow_patch is not None for i in np.flatnonzero(far))


def test_the_same_words_give_the_same_picture(vectors):
    def places():
        axes = Figure(figsize=(7, 6)).add_subplot()
        plot_words(axes, vectors, WORDS)
        return [text.get_position() for text in axes.texts], points_of(axes).tolist()

    assert places() == places()


def test_words_are_found_once_whatever_their_case_and_order(axes, vectors):
    plot_words(axes, vectors, ["Paris", "rome", "paris", "BERLIN"])
    assert [text.get_text() for text in axes.texts] == ["paris", "rome", "berlin"]


def test_words_without_vectors_are_named_in_one_warning(axes, vectors):
    with pytest.warns(
        UserWarning, match="left out, as they have no vector: 'xyzzy', 'plugh'$"
    ) as caught:
        plot_words(axes, vectors, ["paris", "xyzzy", "rome", "plugh", "berlin", "xyzzy"])
    assert len(caught) == 1
    assert len(axes.texts) == 3


def test_too_few_words_or_an_unknown_method_are_refused(axes, vectors):
    with pytest.raises(OptionError, match="3 different words that have a vector, not 2"):
        plot_words(axes, vectors, ["paris", "rome", "rome"])
    with pytest.raises(OptionError, match="pca, tsne"):
        plot_words(axes, vectors, WORDS, "umap")


def test_words_that_look_like_formulas_or_are_not_utf8_are_drawn_as_text(axes):
    words = ["$x$", "$", "_a_", "a\udcffb", "\\frac", "two"]
    vectors = WordVectors(words, np.random.default_rng(3).normal(size=(6, 4)))
    plot_words(axes, vectors, words)
    assert [t.get_text() for t in axes.texts] == ["$x$", "$", "_a_", "a\ufffdb", "\\frac", "two"]
    assert not any(text.get_parse_math() for text in axes.texts)
    axes.figure.canvas.draw()


@pytest.mark.parametrize("matrix", [np.zeros((3, 5)), np.ones((3, 1)), np.eye(3)[:, :2]])
def test_degenerate_vectors_do_not_fail(axes, matrix):
    vectors = WordVectors(["a", "b", "c"], matrix)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        plot_words(axes, vectors, ["a", "b", "c"])
    assert np.isfinite(points_of(axes)).all()


def test_tsne_puts_groups_together(axes, vectors):
    pytest.importorskip("sklearn")
    plot_words(axes, vectors, WORDS, "tsne")
    assert "t-SNE" in axes.get_title()
    assert len(axes.get_xticks()) == 0
    assert_no_overlap(axes)
    points = dict(zip(WORDS, points_of(axes), strict=True))
    near = np.linalg.norm(points["kitten"] - points["cat"])
    assert near < np.linalg.norm(points["kitten"] - points["france"]) / 3
    again = Figure(figsize=(7, 6)).add_subplot()
    plot_words(again, vectors, WORDS, "tsne")
    np.testing.assert_array_equal(points_of(again), points_of(axes))


@pytest.mark.parametrize("count", [3, 4])
def test_tsne_takes_few_words(axes, vectors, count):
    pytest.importorskip("sklearn")
    plot_words(axes, vectors, WORDS[:count], "tsne")
    assert np.isfinite(points_of(axes)).all()


def test_tsne_without_scikit_learn_says_what_to_install(axes, vectors, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.manifold", None)
    with pytest.raises(OptionError, match="pip install scikit-learn"):
        plot_words(axes, vectors, WORDS, "tsne")


def test_principal_axes_are_those_of_the_covariance_with_fixed_signs():
    rows = np.random.default_rng(1).normal(size=(40, 6)) * [5, 3, 2, 1, 1, 1]
    rows -= rows.mean(axis=0)
    axes, shares = principal_axes(rows, 2)
    values, directions = np.linalg.eigh(rows.T @ rows)
    np.testing.assert_allclose(shares, values[::-1][:2] / values.sum())
    for axis, expected in zip(axes, directions.T[::-1], strict=False):
        assert abs(axis @ expected) == pytest.approx(1)
        assert axis[np.argmax(np.abs(axis))] > 0
    np.testing.assert_allclose(principal_axes(-rows, 2)[0], axes)


def test_pairs_are_arrows_from_first_to_second(axes, vectors):
    plot_pairs(axes, vectors, PAIRS)
    assert len(axes.patches) == len(PAIRS)
    points = {text.get_text(): text.xy for text in axes.texts}
    assert set(points) == {word for pair in PAIRS for word in pair}
    for arrow, (first, second) in zip(axes.patches, PAIRS, strict=True):
        assert arrow._posA_posB == [points[first], points[second]]
        # The first axis is the direction that these differences share.
        assert points[first][0] < points[second][0]
    assert_no_overlap(axes)
    assert "5 pairs" in axes.get_title()


def test_parallel_differences_are_parallel_arrows():
    random = np.random.default_rng(2)
    # Starts that differ across the common difference only, so that all keep the same length.
    starts = np.hstack([np.full((6, 1), -0.5), random.normal(size=(6, 7))])
    starts[:, 1:] /= np.linalg.norm(starts[:, 1:], axis=1, keepdims=True)
    ends = starts * np.array([-1] + [1] * 7)
    first, second, shares = project_pairs(starts, ends)
    np.testing.assert_allclose(second - first, [[2 * 0.5 / np.hypot(0.5, 1), 0]] * 6, atol=1e-12)
    assert shares[0] == pytest.approx(1)
    np.testing.assert_allclose(np.concatenate([first, second]).mean(axis=0), 0, atol=1e-12)


def test_a_word_of_two_pairs_has_one_label(axes, vectors):
    plot_pairs(axes, vectors, [("big", "bigger"), ("bigger", "biggest"), ("big", "bigger")])
    assert sorted(text.get_text() for text in axes.texts) == ["big", "bigger", "biggest"]
    assert len(axes.patches) == 2


def test_pairs_that_cannot_be_drawn(axes, vectors):
    with pytest.raises(OptionError, match="'Man' and 'man' are one word"):
        plot_pairs(axes, vectors, [*PAIRS, ("Man", "man")])
    with (
        pytest.warns(UserWarning, match="no vector: 'xyzzy'"),
        pytest.raises(OptionError, match=r"2 different pairs .* not 1"),
    ):
        plot_pairs(axes, vectors, [("man", "woman"), ("king", "xyzzy")])


def test_costs_are_lines_over_the_epochs_from_one(axes):
    plot_costs(axes, {"short": [0.3, 0.2], "$long_": [0.25, 0.15, 0.125]})
    first, second = axes.lines
    assert first.get_xydata().tolist() == [[1, 0.3], [2, 0.2]]
    assert second.get_xydata().tolist() == [[1, 0.25], [2, 0.15], [3, 0.125]]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["short", "$long_"]
    assert (first.get_color(), first.get_marker()) != (second.get_color(), second.get_marker())
    assert axes.get_xlabel() == "epoch"
    assert "cost" in axes.get_ylabel()
    axes.figure.canvas.draw()


@pytest.mark.parametrize("costs", [[0.034, 0.0335], [5.0, 0.9, 0.04], [0.5]])
def test_scales_of_costs_always_have_numbers(axes, costs):
    plot_costs(axes, {"run": costs})
    axes.figure.canvas.draw()
    low, high = axes.get_ylim()
    assert sum(low <= tick <= high for tick in axes.get_yticks()) >= 2
    assert axes.get_legend() is None


@pytest.mark.parametrize("runs", [{}, {"empty": []}])
def test_costs_of_nothing_are_refused(axes, runs):
    with pytest.raises(OptionError, match="at least one epoch"):
        plot_costs(axes, runs)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 100), st.floats(0, 60), st.floats(1, 30), st.floats(4, 8)),
        min_size=1,
        max_size=25,
    )
)
def test_boxes_never_overlap_nor_leave_the_bounds(labels):
    anchors, sizes = np.hsplit(np.array(labels), 2)
    bounds = np.array([0.0, 0.0, 100.0, 60.0])
    boxes, placed = place_boxes(anchors, sizes, bounds, NOTHING, gap=1.0)
    assert np.isnan(boxes[~placed]).all()
    boxes = boxes[placed]
    shared = overlaps(boxes, boxes)
    np.fill_diagonal(shared, False)
    assert not shared.any()
    assert np.all((boxes[:, :2] >= 0) & (boxes[:, 2:] <= bounds[2:]))
    np.testing.assert_allclose(boxes[:, 2:] - boxes[:, :2], sizes[placed])
    assert not contains(boxes, anchors).any()


def test_a_lone_box_stands_to_the_right_and_keeps_off_obstacles():
    anchor, size = np.array([[50.0, 30.0]]), np.array([[20.0, 8.0]])
    bounds = np.array([0.0, 0.0, 100.0, 60.0])
    boxes, _ = place_boxes(anchor, size, bounds, NOTHING, gap=2.0)
    np.testing.assert_allclose(boxes, [[52, 26, 72, 34]])
    boxes, _ = place_boxes(anchor, size, bounds, np.array([[60.0, 30.0]]), gap=2.0)
    np.testing.assert_allclose(boxes, [[28, 26, 48, 34]])
