"""Find places for labels beside their points so that no label covers another.

Plain geometry in one unit of length, with y upwards. A box is (left, bottom, right, top).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Directions from the point to the middle of its label, on the outline of a square, in the order of
# preference: beside reads best, then above and below, then the corners, then what is between.
DIRECTIONS = np.array(
    [
        *[(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)],
        *[(1, 0.5), (-1, 0.5), (1, -0.5), (-1, -0.5), (0.5, 1), (-0.5, 1), (0.5, -1), (-0.5, -1)],
    ]
)
# What one place in that order, and each thing that is covered or crossed, costs: in heights of a
# label, as the distance from the point.
ORDER_COST = 0.05
COVERING_COST = 1.5
# Distances tried, in heights of a label: longer lines to the points would be a thicket.
DISTANCES = np.arange(0, 5, 0.5)
# Points along the line from a label to its point that are looked at.
LINE_SAMPLES = np.linspace(0.1, 0.9, 9)[:, np.newaxis]
# So much of a marker's width must stay free: rounding must not let a box touch its own.
MARKER_PART = 0.9
SWEEPS = 8


def place_boxes(
    anchors: Floats, sizes: Floats, bounds: Floats, obstacles: Floats, gap: float
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Choose a place for a box beside each of some points.

    Boxes take the cheapest free place one by one, then again, knowing where the others are, until
    nothing moves. No chance is involved.

    Parameters
    ----------
    anchors : ndarray of float64, shape (boxes, 2)
        The points that the boxes belong to.
    sizes : ndarray of float64, shape (boxes, 2)
        Width and height of each box, with the space around it that should stay free.
    bounds : ndarray of float64, shape (4,)
        The box that all boxes must be within.
    obstacles : ndarray of float64, shape (obstacles, 2)
        Other points that boxes should not cover, though they may if there is no better place.
    gap : float
        Least distance between a point and its box: half the width of the points' markers.

    Returns
    -------
    boxes : ndarray of float64, shape (boxes, 4)
        Boxes that overlap no other, and no marker.
    placed : ndarray of bool, shape (boxes,)
        Whether there was room for the box; the others' rows are NaN.
    """
    # A label over the marker of another word would seem to be that word's.
    markers = np.hstack([anchors - MARKER_PART * gap, anchors + MARKER_PART * gap])
    boxes = np.full((len(anchors), 4), np.nan)
    for _ in range(SWEEPS):
        before = boxes.copy()
        for i, (anchor, size) in enumerate(zip(anchors, sizes, strict=True)):
            boxes[i] = np.nan
            taken = np.concatenate([boxes, np.delete(markers, i, axis=0)])
            covered = np.concatenate([obstacles, line_points(anchors, boxes).reshape(-1, 2)])
            # What is out of reach need not be looked at, nor rows of NaN, which touch nothing.
            reach = size + gap + DISTANCES[-1] * size[1]
            around = np.concatenate([anchor - reach, anchor + reach])[np.newaxis]
            taken = taken[overlaps(around, taken)[0]]
            covered = covered[contains(around, covered)[0]]
            boxes[i] = _cheapest(anchor, size, bounds, taken, covered, gap)
        if np.array_equal(before, boxes, equal_nan=True):
            break
    return boxes, ~np.isnan(boxes[:, 0])


def _cheapest(
    anchor: Floats, size: Floats, bounds: Floats, taken: Floats, covered: Floats, gap: float
) -> Floats:
    """Choose the cheapest box for a point, shape (4,); NaN if none is free."""
    boxes, costs = _candidates(anchor, size, gap)
    inside = np.all(boxes[:, :2] >= bounds[:2], axis=1) & np.all(boxes[:, 2:] <= bounds[2:], axis=1)
    free = inside & ~np.any(overlaps(boxes, taken), axis=1)
    boxes, costs = boxes[free], costs[free]
    if len(boxes) == 0:
        return np.full(4, np.nan)
    crossed = np.any(contains(taken, line_points(anchor, boxes).reshape(-1, 2)), axis=0)
    crossings = np.sum(crossed.reshape(len(boxes), -1), axis=1)
    coverings = np.sum(contains(boxes, covered), axis=1)
    best: Floats = boxes[np.argmin(costs + COVERING_COST * (coverings + crossings))]
    return best


def _candidates(anchor: Floats, size: Floats, gap: float) -> tuple[Floats, Floats]:
    """List the places around a point, shape (places, 4), and what they cost, shape (places,)."""
    height = size[1]
    away = gap + DISTANCES[:, np.newaxis, np.newaxis] * height
    middles = (anchor + DIRECTIONS * (size / 2 + away)).reshape(-1, 2)
    boxes = np.hstack([middles - size / 2, middles + size / 2])
    order = np.tile(np.arange(len(DIRECTIONS)), len(DISTANCES))
    distances = np.hypot(*(nearest_points(anchor, boxes) - anchor).T) / height
    return boxes, distances + ORDER_COST * order


def nearest_points(anchors: Floats, boxes: Floats) -> Floats:
    """Find the point of each box that is nearest to its anchor, shape (boxes, 2)."""
    return np.clip(anchors, boxes[:, :2], boxes[:, 2:])


def line_points(anchors: Floats, boxes: Floats) -> Floats:
    """Sample the lines between boxes and their anchors, shape (boxes, samples, 2)."""
    ends = nearest_points(anchors, boxes)[:, np.newaxis]
    starts = np.broadcast_to(anchors, (len(boxes), 2))[:, np.newaxis]
    return starts + LINE_SAMPLES * (ends - starts)


def overlaps(boxes: Floats, others: Floats) -> npt.NDArray[np.bool_]:
    """Tell which boxes share an area, shape (boxes, others)."""
    boxes = boxes[:, np.newaxis]
    below = np.all(boxes[..., :2] < others[:, 2:], axis=-1)
    above = np.all(boxes[..., 2:] > others[:, :2], axis=-1)
    shared: npt.NDArray[np.bool_] = below & above
    return shared


def contains(boxes: Floats, points: Floats) -> npt.NDArray[np.bool_]:
    """Tell which boxes hold which points, shape (boxes, points)."""
    boxes = boxes[:, np.newaxis]
    held: npt.NDArray[np.bool_] = np.all(
        (points > boxes[..., :2]) & (points < boxes[..., 2:]), axis=-1
    )
    return held
