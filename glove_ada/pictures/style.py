"""What all pictures have in common: colours, sizes, axes that stay in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The palette of Okabe and Ito (2008), which people with any kind of colour blindness can tell
# apart, without its yellow and its light blue, which are too pale for thin lines on white.
BLUE, VERMILION, GREEN, PURPLE, ORANGE, BLACK = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#000000",
)
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, BLACK)
INK, LEADER, GRID = "#222222", "#999999", "#E5E5E5"

# In points.
LABEL_SIZE = 8.0
MARKER_DIAMETER = 4.0

#: Settings of matplotlib for a figure of these pictures alone.
SETTINGS: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9.0,
    "axes.titlesize": 10.0,
    # Text stays text in PDF and SVG, and an SVG has the same bytes each time.
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "glove_ada",
}


def set_background(axes: Axes) -> None:
    """Draw a light grid behind the contents, and only the spines that bear a scale."""
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(LEADER)
    axes.tick_params(color=LEADER, labelcolor=INK)


def draw_points(axes: Axes, points: npt.NDArray[np.float64], colour: str, marker: str) -> None:
    """Draw words as markers, shape (words, 2)."""
    axes.plot(
        *points.T,
        linestyle="",
        marker=marker,
        markersize=MARKER_DIAMETER,
        markeredgewidth=0,
        color=colour,
    )


def printable(word: str) -> str:
    """Replace what stands for bytes that are not UTF-8, which fonts cannot draw, by U+FFFD."""
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
