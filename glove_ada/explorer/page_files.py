"""The files of the page: ours from this package, plotly's from its own."""

from __future__ import annotations

import os
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

SCRIPTS = (
    "words.js",
    "asking.js",
    "map/labels.js",
    "map/points.js",
    "map/colours.js",
    "map/saving.js",
    "map/drawing.js",
    "map/moving.js",
    "map/map.js",
    "search.js",
    "answers.js",
    "comparison.js",
    "training.js",
    "explore.js",
)
"""In the order in which they are loaded."""

PAGE, STYLE, PLOTLY = "index.html", "explore.css", "plotly.js"
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}


class PageFile(NamedTuple):
    """A file as it is sent."""

    kind: str
    content: bytes


def page_file(name: str) -> PageFile | None:
    """Return a file of the page; None if the page has none of that name."""
    if name == PLOTLY:
        script = find_plotly()
        return PageFile(KINDS[".js"], script.read_bytes()) if script else None
    own = name or PAGE
    if own not in (PAGE, STYLE, *SCRIPTS):
        return None
    return PageFile(KINDS[os.path.splitext(own)[1]], read_own(own))


def read_own(name: str) -> bytes:
    """Read a file of the page that is ours."""
    return (resources.files("glove_ada.explorer") / "page" / name).read_bytes()


def find_plotly() -> Path | None:
    """Find plotly's script in its Python package, which need not be imported; None without it."""
    package = find_spec("plotly")
    for folder in (package and package.submodule_search_locations) or ():
        script = Path(folder, "package_data", "plotly.min.js")
        if script.is_file():
            return script
    return None
