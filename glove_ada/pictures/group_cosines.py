"""Cosines by group with their intervals: dots side by side, or a line over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from glove_ada.errors import OptionError
from glove_ada.pictures.style import COLOURS, LEADER, printable, set_background

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKERS = ("o", "s", "^", "D", "v")
Points = Mapping[str, tuple[float, float, float]]
"""By group: a number and the ends of its interval, which are NaN where they are not known."""


def plot_groups(
    axes: Axes, groups: Sequence[str], series: Mapping[str, Points], *, line: bool = False
) -> None:
    """Draw a number for each group, with its interval.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    groups : sequence of str
        From left to right.
    series : mapping of str to mapping
        By the name that the legend gives it; a group may be missing.
    line : bool
        Join the points of a series, as over time; where all groups are numbers, such as years,
        they then stand as far apart as these say.

    Raises
    ------
    OptionError
        If there is nothing to draw.
    """
    if not any(len(points) for points in series.values()):
        raise OptionError("there is no cosine to draw: name words that the groups have")
    places = _places(groups, line)
    gap = float(np.diff(np.sort(list(places.values()))).min()) if len(groups) > 1 else 1.0
    shift = 0.0 if line else min(0.12 * gap, 0.6 * gap / max(len(series), 1))
    looks = zip(cycle(COLOURS), cycle(MARKERS), strict=False)
    for number, ((name, points), (colour, marker)) in enumerate(
        zip(series.items(), looks, strict=False)
    ):
        known = [group for group in groups if group in points]
        across = [places[group] + shift * (number - (len(series) - 1) / 2) for group in known]
        values, low, high = np.array([points[group] for group in known]).reshape(-1, 3).T
        axes.errorbar(
            across,
            values,
            yerr=np.vstack([values - low, high - values]),
            color=colour,
            marker=marker,
            markersize=4,
            linewidth=1.2,
            linestyle="-" if line else "",
            capsize=2.5,
            label=printable(name),
        )
    axes.axhline(0, color=LEADER, linewidth=0.8)
    axes.set_xticks(list(places.values()), [printable(group) for group in groups])
    axes.set(ylabel="cosine, with 95 % interval")
    set_background(axes)
    for text in axes.get_xticklabels():
        text.set_parse_math(False)
    legend = axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    for text in legend.get_texts():
        text.set_parse_math(False)


def _places(groups: Sequence[str], line: bool) -> dict[str, float]:
    """Return where each group stands from left to right."""
    try:
        numbers = [float(group) for group in groups]
    except ValueError:
        numbers = []
    if line and len(set(numbers)) == len(groups) and np.isfinite(numbers).all():
        return dict(zip(groups, numbers, strict=True))
    return {group: float(place) for place, group in enumerate(groups)}
