"""The page in one file, with the vectors of its words: it works from a disk, without a server."""

from __future__ import annotations

import base64
import json
import os
import re
import time
from typing import Any

import numpy as np

from glove_ada.explorer.answers import Answers
from glove_ada.explorer.page_files import PAGE, PLOTLY, STYLE, PageFiles, read_own
from glove_ada.explorer.word_maps import PCA
from glove_ada.system.atomic_files import atomic_write
from glove_ada.vectors.cosine import unit_rows

FINEST = np.iinfo(np.int16).max
OFFLINE = "asking_offline.js"


def save_page(path: str | os.PathLike[str], answers: Answers, files: PageFiles) -> None:
    """Write the page with the most frequent words, as many as `answers` shows.

    Parameters
    ----------
    path : path
        Replaced whole or not at all.
    answers : Answers
    files : PageFiles

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    page = read_own(PAGE).decode()
    script = PageFiles.get(files, PLOTLY)
    assert script is not None
    data = json.dumps(_data(answers), separators=(",", ":")).replace("<", "\\u003c")
    parts = re.split(r'(<link rel="stylesheet"[^>]*>|<script src="[^"]*"[^>]*></script>)', page)
    with atomic_write(path) as file:
        for part in parts:
            source = re.match(r'<script src="([^"]*)"', part)
            if part.startswith('<link rel="stylesheet"'):
                file.write(b"<style>\n" + read_own(STYLE) + b"</style>")
            elif source and source[1] == PLOTLY:
                continue
            elif source and source[1] == "asking.js":
                file.write(f"<script>Explorer.saved = {data};</script>\n".encode())
                file.write(_inline(read_own(OFFLINE)))
            elif source:
                file.write(_inline(read_own(source[1])))
            else:
                file.write(part.encode())
        del parts
        file.write(_inline(script.content))


def _inline(script: bytes) -> bytes:
    """Put a script into the page; what would end its element is written otherwise."""
    return b"<script>" + script.replace(b"</script", b"<\\/script") + b"</script>"


def _data(answers: Answers) -> dict[str, Any]:
    raise NotImplementedError(base64, time, PCA, unit_rows)
