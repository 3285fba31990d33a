"""The cost of each epoch, one line a run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import cycle
from numbers import Real
from typing import TYPE_CHECKING

from glove_ada.errors import OptionError
from glove_ada.pictures.style import COLOURS, printable, set_background

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINE_STYLES = ("-", "--", ":", "-.")
MARKERS = ("o", "s", "^", "D", "v")
# With more epochs, markers would run into one another.
MOST_MARKERS = 60
STEPS = (1, 2, 5, 10)


def plot_costs(axes: Axes, runs: Mapping[str, Sequence[float]]) -> None:
    """Draw the mean cost of a nonzero over the epochs, on a logarithmic scale.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    runs : mapping of str to sequence of float
        The costs of each run, `GloVe.costs_`, by the name that the legend to the right of the
        Axes gives it. One run has no legend.

    Raises
    ------
    OptionError
        If there is no run, or a run without an epoch.

    Notes
    -----
    The cost is half of f(x) (w.c + b + b' - log x)^2, averaged over the nonzeros (Pennington,
    Socher and Manning 2014, equation 8): with another matrix or another f it is no measure of
    which run is better.
    """
    from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator, StrMethodFormatter

    if not isinstance(runs, Mapping):
        raise OptionError("runs are costs by the name of a run: {'a run': model.costs_}")
    if not runs or not all(map(_has_epochs, runs.values())):
        raise OptionError("a picture of costs needs runs of at least one epoch each")
    lines = []
    # As many markers as are not a divisor of as many colours: thirty looks before one comes again.
    looks = zip(cycle(COLOURS), cycle(MARKERS), cycle(LINE_STYLES), strict=False)
    for costs, (colour, marker, style) in zip(runs.values(), looks, strict=False):
        (line,) = axes.plot(
            range(1, len(costs) + 1),
            costs,
            color=colour,
            linestyle=style,
            linewidth=1.4,
            marker=marker if len(costs) <= MOST_MARKERS else "",
            markersize=3,
        )
        lines.append(line)
    lowest = min(map(min, runs.values()))
    highest = max(map(max, runs.values()))
    axes.set_yscale("log")
    # Within a decade, powers of ten and their like are too few.
    far = highest >= 10 * lowest
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)) if far else MaxNLocator(7, steps=STEPS))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_locator(MaxNLocator(steps=STEPS, integer=True))
    axes.set(title="Cost of training", xlabel="epoch", ylabel="mean cost of a nonzero")
    set_background(axes)
    if len(runs) > 1:
        # Beside the lines: among many of them there is no free place.
        legend = axes.legend(
            lines,
            [printable(name) for name in runs],
            frameon=False,
            loc="upper left",
            bbox_to_anchor=(1, 1),
        )
        for text in legend.get_texts():
            text.set_parse_math(False)


def _has_epochs(costs: Sequence[float]) -> bool:
    """Return whether these are the costs of at least one epoch."""
    some = isinstance(costs, Collection) and len(costs) > 0
    return some and all(isinstance(cost, Real) for cost in costs)
