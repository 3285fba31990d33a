"""Labels of points in a picture, none over another."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from glove_ada.pictures.label_placement import Floats, nearest_points, place_boxes
from glove_ada.pictures.style import INK, LABEL_SIZE, LEADER, MARKER_DIAMETER, printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

# In points: the space around a label; where a line begins to be needed from it to its point.
PADDING = 0.8
LEADER_FROM = 5.0
POINTS_PER_INCH = 72.0


def add_labels(
    axes: Axes, points: Floats, labels: Sequence[str], obstacles: Floats | None = None
) -> None:
    """Write a label beside each point of a picture, with a thin line if it is not next to it.

    Limits and size of the Axes must be final. Text is taken as it stands: `$` begins no formula.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    points : ndarray of float64, shape (points, 2)
        In the coordinates of the data; no label covers any of them.
    labels : sequence of str
    obstacles : ndarray of float64, shape (obstacles, 2), optional
        Places to keep off if possible, in the coordinates of the data.

    Warns
    -----
    UserWarning
        If there is no room for some labels; they are left out.
    """
    # Automatic limits and layouts take effect when a figure is drawn.
    axes.figure.canvas.figure.draw_without_rendering()
    pixels = axes.figure.dpi / POINTS_PER_INCH
    anchors = axes.transData.transform(points)
    extents = np.array([_extent(axes, *pair) for pair in zip(labels, points, strict=True)])
    padding = PADDING * pixels
    boxes, placed = place_boxes(
        anchors,
        extents[:, 2:] - extents[:, :2] + 2 * padding,
        np.asarray(axes.bbox.extents),
        axes.transData.transform(np.empty((0, 2)) if obstacles is None else obstacles),
        gap=MARKER_DIAMETER / 2 * pixels,
    )
    offsets = (boxes[:, :2] + padding - extents[:, :2]) / pixels
    lines = (nearest_points(anchors, boxes) - anchors) / pixels
    for i in np.flatnonzero(placed).tolist():
        far = np.hypot(*lines[i]) > LEADER_FROM
        where = (anchors[i] - boxes[i, :2]) / (boxes[i, 2:] - boxes[i, :2])
        leader = _leader(np.clip(where, 0, 1)) if far else None
        _annotate(axes, labels[i], points[i], offsets[i], leader)
    _warn_left_out([printable(labels[i]) for i in np.flatnonzero(~placed).tolist()])


def _extent(axes: Axes, label: str, point: Floats) -> Floats:
    """Measure the box, in pixels, of a label written right at its point, shape (4,)."""
    text = _annotate(axes, label, point, np.zeros(2), None)
    extent = np.array(text.get_window_extent().extents)
    text.remove()
    return extent


def _annotate(
    axes: Axes, label: str, point: Floats, offset: Floats, leader: dict[str, Any] | None
) -> Annotation:
    """Write a label at an offset, in points, from its point."""
    return axes.annotate(
        printable(label),
        (point[0], point[1]),
        xytext=(offset[0], offset[1]),
        textcoords="offset points",
        arrowprops=leader,
        fontsize=LABEL_SIZE,
        color=INK,
        parse_math=False,
    )


def _leader(start: Floats) -> dict[str, Any]:
    """Describe a thin line from a place in the label's box, 0 to 1 both ways, to its point."""
    return {
        "arrowstyle": "-",
        "color": LEADER,
        "linewidth": 0.6,
        "relpos": (start[0], start[1]),
        "shrinkA": 0,
        "shrinkB": MARKER_DIAMETER / 2,
        "patchA": None,
    }


def _warn_left_out(labels: Sequence[str]) -> None:
    """Name the labels that had no room, if there are any."""
    if labels:
        warnings.warn(
            f"there is no room to label {', '.join(map(repr, labels))}: make the picture larger, "
            f"or choose fewer words",
            stacklevel=4,
        )
