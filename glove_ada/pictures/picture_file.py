"""A picture as a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from glove_ada.errors import OptionError
from glove_ada.pictures.style import SETTINGS
from glove_ada.system.atomic_files import atomic_write

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KINDS = ("png", "pdf", "svg")
# For PNG: what journals ask for.
DOTS_PER_INCH = 300
# Without it, the same picture would have other bytes each time.
NO_DATE = {"png": {}, "pdf": {"CreationDate": None}, "svg": {"Date": None}}


def kind_of_picture(path: str) -> str:
    """Return the kind that a picture's name says.

    Raises
    ------
    OptionError
        If there is none of that name.
    """
    kind = os.path.splitext(path)[1].lower().removeprefix(".")
    if kind not in KINDS:
        raise OptionError(f"{path} is no kind of picture: name it .png, .pdf or .svg")
    return kind


def check_installed() -> None:
    """Find out before long work whether a picture can be drawn.

    Raises
    ------
    OptionError
        If matplotlib is not installed.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise OptionError("pictures need matplotlib: pip install 'glove-ada[plot]'") from None


def write_picture(path: str, size: tuple[float, float], draw: Callable[[Axes], object]) -> None:
    """Draw a picture and write it, whole or not at all.

    Parameters
    ----------
    path : str
        Its suffix says the kind.
    size : (float, float)
        In inches.
    draw : callable
        Is given the Axes to draw into.

    Raises
    ------
    OptionError
        If the name says no kind, or matplotlib is not installed.
    OutputError
        If the file cannot be written.
    """
    kind = kind_of_picture(path)
    check_installed()
    from matplotlib import style
    from matplotlib.figure import Figure

    # As matplotlib comes, whatever the user's own settings are.
    with style.context(["default", SETTINGS]):
        figure = Figure(figsize=size, dpi=DOTS_PER_INCH, layout="constrained")
        draw(figure.add_subplot())
        with atomic_write(path) as file:
            figure.savefig(file, format=kind, metadata=NO_DATE[kind])
