"""Pairs of one relation as arrows: man to woman beside king to queen."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from glove_ada.errors import OptionError
from glove_ada.pictures.labels import add_labels
from glove_ada.pictures.projection import Points, principal_axes
from glove_ada.pictures.style import (
    BLUE,
    LEADER,
    MARKER_DIAMETER,
    VERMILION,
    draw_points,
    set_background,
)
from glove_ada.pictures.unknown_words import warn_unknown
from glove_ada.vectors.casing import WordFinder
from glove_ada.vectors.cosine import Matrix, unit_rows
from glove_ada.vectors.word_index import list_of_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from glove_ada.vectors.word_index import WordLookup

# One arrow is parallel to any other.
FEWEST_PAIRS = 2
# Places along an arrow that labels keep off.
ARROW_SAMPLES = np.linspace(0.05, 0.95, 25)[:, np.newaxis, np.newaxis]


def plot_pairs(axes: Axes, vectors: WordLookup, pairs: Iterable[tuple[str, str]]) -> None:
    """Draw an arrow from the first word of each pair to the second; no label covers another.

    The plane is chosen to show whether the differences are parallel, which makes analogies work:
    it lies along the main direction of the differences and, across that, along the main direction
    of the words. Vectors are scaled to length 1 first, as analogies take them. Where the
    differences have little in common, the picture shows it twice: in a small share on the first
    axis, and in arrows that point elsewhere.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        In its final size: there the labels find their places.
    vectors : WordVectors
    pairs : iterable of (str, str)
        Folded to lower case if the vocabulary is lower-case; a repeated one is drawn once.

    Raises
    ------
    OptionError
        If a pair is no two words, or one word twice, or fewer than two pairs have vectors.

    Warns
    -----
    UserWarning
        If words have no vector, or labels no room; both are named, and left out.
    """
    rows = _known_pairs(vectors, [_as_pair(pair) for pair in list_of_words("pairs", pairs)])
    starts, ends, shares = project_pairs(vectors.vectors[rows[:, 0]], vectors.vectors[rows[:, 1]])
    _draw_arrows(axes, starts, ends)
    draw_points(axes, starts, BLUE, "o")
    draw_points(axes, ends, VERMILION, "s")
    parallel, variance = (f"{100 * share:.0f} %" for share in shares)
    axes.set(
        title=f"{len(rows)} pairs of words",
        xlabel=f"main direction of the differences ({parallel} of their squared length)",
        ylabel=f"main direction across it ({variance} of variance)",
    )
    axes.margins(0.12)
    axes.set_aspect("equal", adjustable="datalim")
    set_background(axes)
    # A word of several pairs is one point with one label.
    words, places = np.unique(rows.ravel(), return_index=True)
    points = np.stack([starts, ends], axis=1).reshape(-1, 2)[places]
    along = starts + ARROW_SAMPLES * (ends - starts)
    add_labels(axes, points, [vectors.index_to_key[word] for word in words], along.reshape(-1, 2))


def project_pairs(
    firsts: Matrix, seconds: Matrix
) -> tuple[Points, Points, npt.NDArray[np.float64]]:
    """Project pairs of vectors, scaled to length 1, to the plane that shows their differences.

    Parameters
    ----------
    firsts, seconds : ndarray of float, shape (pairs, vector_size)

    Returns
    -------
    starts, ends : ndarray of float64, shape (pairs, 2)
        The first coordinate is along the first principal axis of the differences, not centred,
        and grows from firsts to seconds on average; the second along the first principal
        component of all words within what is orthogonal to that. Their mean is (0, 0).
    shares : ndarray of float64, shape (2,)
        The part of the differences' sum of squares that lies along the first axis, and of the
        words' variance along the second, 0 to 1.
    """
    words = np.concatenate([unit_rows(firsts), unit_rows(seconds)])
    differences = words[len(firsts) :] - words[: len(firsts)]
    (along,), (parallel,) = principal_axes(differences, 1)
    if differences.sum(axis=0) @ along < 0:
        along = -along
    words -= words.mean(axis=0)
    (across,), _ = principal_axes(words - np.outer(words @ along, along), 1)
    points = words @ np.stack([along, across], axis=1)
    variance = np.sum(points[:, 1] ** 2) / max(float(np.sum(words**2)), np.finfo(float).tiny)
    return points[: len(firsts)], points[len(firsts) :], np.array([parallel, variance])


def _draw_arrows(axes: Axes, starts: Points, ends: Points) -> None:
    """Draw an arrow from each start to its end."""
    from matplotlib.patches import FancyArrowPatch

    for start, end in zip(starts, ends, strict=True):
        arrow = FancyArrowPatch(
            (start[0], start[1]),
            (end[0], end[1]),
            arrowstyle="-|>",
            color=LEADER,
            linewidth=0.9,
            mutation_scale=8,
            shrinkA=MARKER_DIAMETER / 2,
            shrinkB=MARKER_DIAMETER / 2,
        )
        axes.add_patch(arrow)


def _as_pair(pair: Any) -> tuple[str, str]:
    if isinstance(pair, str) or not isinstance(pair, Collection) or len(pair) != 2:
        raise OptionError(f"{pair!r} is no pair: give two words, ('man', 'woman')")
    first, second = pair
    return first, second


def _known_pairs(vectors: WordLookup, pairs: list[tuple[str, str]]) -> npt.NDArray[np.intp]:
    """Find the rows of pairs, shape (pairs, 2), each once; name the words that have none."""
    finder = WordFinder(vectors)
    found = [tuple(finder.rows(pair)) for pair in pairs]
    for (first, second), rows in zip(pairs, found, strict=True):
        if rows[0] == rows[1] >= 0:
            raise OptionError(f"{first!r} and {second!r} are one word: no arrow can be drawn")
    warn_unknown(
        word
        for pair, rows in zip(pairs, found, strict=True)
        for word, row in zip(pair, rows, strict=True)
        if row < 0
    )
    known = list(dict.fromkeys(rows for rows in found if min(rows) >= 0))
    if len(known) < FEWEST_PAIRS:
        raise OptionError(
            f"a picture of pairs needs {FEWEST_PAIRS} different pairs whose words have vectors, "
            f"not {len(known)}: give more"
        )
    return np.array(known)
