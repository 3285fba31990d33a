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
from glove_ada.explorer.maps.word_maps import PCA
from glove_ada.explorer.page_files import PAGE, PLOTLY, SCRIPTS, STYLE, page_file, read_own
from glove_ada.system.atomic_files import atomic_write
from glove_ada.vectors.cosine import unit_rows

LARGEST = np.iinfo(np.int16).max
SERVER, SAVED = "asking.js", ("pair_arrows.js", "asking_saved.js")
"""The scripts that answers come by: from the server, and from what is saved."""

# A browser that reads the file will load nothing from anywhere.
POLICY = (
    b'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    b"script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:\">\n"
)


def save_page(path: str | os.PathLike[str], answers: Answers) -> None:
    """Write the page with the most frequent words of each model, as many as a map shows.

    Parameters
    ----------
    path : path
        Replaced whole or not at all.
    answers : Answers

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    plotly = page_file(PLOTLY) if answers.reports else None
    # A word may be `</script>`; in JSON it is still the same word.
    saved = json.dumps(_saved(answers), separators=(",", ":")).replace("<", "\\u003c")
    page = re.sub(rb"<(script|link)\b[^>]*>(</script>)?\n", b"", read_own(PAGE))
    head, body, end = re.split(rb"(?=</head>)|(?=</body>)", page)
    with atomic_write(path) as file:
        file.write(head + POLICY + b"<style>\n" + read_own(STYLE) + b"</style>\n" + body)
        if plotly:
            file.write(_inline(plotly.content))
        for name in SCRIPTS:
            if name == SERVER:
                file.write(_inline(f"Explorer.saved = {saved};".encode("ascii")))
            for own in SAVED if name == SERVER else (name,):
                file.write(_inline(read_own(own)))
        file.write(end)


def _inline(script: bytes) -> bytes:
    """Make a script a part of the page; what would end its element is written otherwise."""
    return b"<script>" + script.replace(b"</script", b"<\\/script") + b"</script>\n"


def _saved(answers: Answers) -> dict[str, Any]:
    """Collect what the page may ask for, and the vectors that other answers are made of."""
    start = answers.start()
    for number, about in enumerate(start["models"]):
        about["of"], about["sure"] = about["words"], False
        about["words"] = len(answers.maps[number].rows(answers.words))
    compared = None
    if len(answers.models) == 2:
        while not (compared := answers.compare())["done"]:
            time.sleep(0.05)
    methods = {method for maps in answers.maps for method in maps.largest_kept(answers.words)}
    start["methods"] = [each for each in start["methods"] if each["name"] in (PCA, *methods)]
    for each in start["methods"]:
        each["missing"] = ""
    return {
        "start": start,
        "models": [_saved_model(answers, number) for number in range(len(answers.models))],
        "compare": compared,
        "trainings": answers.trainings(),
    }


def _saved_model(answers: Answers, number: int) -> dict[str, Any]:
    model, maps, words = answers.models[number], answers.maps[number], answers.words
    rows = maps.rows(words)
    about = answers.map(number, words)
    places = {PCA: [about["x"], about["y"]]}
    for method, points in maps.largest_kept(words).items():
        rounded = np.round(points.astype(np.float64), 3)
        places[method] = [rounded[:, 0].tolist(), rounded[:, 1].tolist()]
    units = unit_rows(model.vectors.vectors[rows])
    scale = float(np.abs(units).max()) or 1.0
    whole = np.round(units * (LARGEST / scale)).astype("<i2")
    by = ("cluster", "group") if answers.groups else ("cluster",)
    return {
        "words": about["words"],
        "counts": about["counts"],
        "folds": model.folds,
        "places": places,
        "colours": {each: answers.colours(number, words, each) for each in by},
        "scale": scale / LARGEST,
        "vectors": base64.b64encode(whole.tobytes()).decode(),
    }
