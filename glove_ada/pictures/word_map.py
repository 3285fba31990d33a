"""A map of chosen words: near neighbours stand near each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from glove_ada.errors import OptionError
from glove_ada.pictures.labels import add_labels
from glove_ada.pictures.projection import pca_map, tsne_map
from glove_ada.pictures.style import BLUE, draw_points, set_background
from glove_ada.pictures.unknown_words import warn_unknown
from glove_ada.system.sentences.kinds import Choice, check
from glove_ada.vectors.casing import WordFinder
from glove_ada.vectors.word_index import list_of_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from glove_ada.vectors.word_index import WordLookup

METHODS = ("pca", "tsne")
# Fewer lie on a line whatever their vectors are.
FEWEST_WORDS = 3


def plot_words(
    axes: Axes,
    vectors: WordLookup,
    words: Iterable[str],
    method: Literal["pca", "tsne"] = "pca",
) -> None:
    """Draw words as labelled points in a plane; no label covers another.

    Vectors are scaled to length 1 first, since the cosine is what compares words, and the length
    of a vector mostly tells how frequent a word is.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        In its final size: there the labels find their places.
    vectors : WordVectors
    words : iterable of str
        Folded to lower case if the vocabulary is lower-case; a repeated one is drawn once.
    method : {"pca", "tsne"}
        The first two principal components, or t-SNE, which needs scikit-learn.

    Raises
    ------
    OptionError
        If fewer than three words have a vector, the method is unknown, or scikit-learn is missing.

    Warns
    -----
    UserWarning
        If words have no vector, or labels no room; both are named, and left out.
    """
    check("method", method, Choice(METHODS))
    rows = _known_rows(vectors, list_of_words("words", words))
    chosen = vectors.vectors[rows]
    if method == "pca":
        points, shares = pca_map(chosen)
        first, second = (f"{100 * share:.0f} % of variance" for share in shares)
        axes.set(
            title=f"{len(rows)} words by principal components",
            xlabel=f"component 1 ({first})",
            ylabel=f"component 2 ({second})",
        )
    else:
        points = tsne_map(chosen)
        # Its coordinates have no unit and no direction, so that numbers would say nothing.
        axes.set(
            title=f"{len(rows)} words by t-SNE",
            xlabel="dimension 1 (no unit)",
            ylabel="dimension 2 (no unit)",
            xticks=[],
            yticks=[],
        )
    draw_points(axes, points, BLUE, "o")
    axes.margins(0.08)
    axes.set_aspect("equal", adjustable="datalim")
    set_background(axes)
    add_labels(axes, points, [vectors.index_to_key[row] for row in rows])


def _known_rows(vectors: WordLookup, words: Sequence[str]) -> list[int]:
    """Find the rows of words, in their order, each once; name those that have none."""
    found = WordFinder(vectors).rows(words)
    warn_unknown(word for word, row in zip(words, found, strict=True) if row < 0)
    rows = list(dict.fromkeys(row for row in found if row >= 0))
    if len(rows) < FEWEST_WORDS:
        raise OptionError(
            f"a map needs {FEWEST_WORDS} different words that have a vector, not {len(rows)}: "
            f"give more"
        )
    return rows
