"""Small things that several tests share."""

from __future__ import annotations

import itertools
import os
import threading
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from glove_ada.corpus.sources import TextSource
from glove_ada.kernels.definitions import BREAK
from glove_ada.run.options import DEFAULT_RULE
from glove_ada.run.options.kinds import StopWords, WindowWeights
from glove_ada.system.sentences.kinds import Choice, Switch, Whole

DATA = Path(__file__).parent.parent / "data"


class ChunkSource(TextSource):
    """A text in given pieces."""

    def __init__(self, *pieces):
        self.pieces = pieces
        self.size = sum(map(len, pieces))

    def chunks(self):
        for piece in self.pieces:
            self.position += len(piece)
            yield piece


def documents_of(encoded):
    """Return the ids between breaks of an encoded corpus, without empty documents."""
    ids = encoded.ids[:]
    edges = np.flatnonzero(ids == BREAK)
    assert (edges[0], edges[-1]) == (0, len(ids) - 1)
    return [piece[1:].tolist() for piece in np.split(ids, edges) if len(piece) > 1]


def cut(text, places):
    """Cut a text at some places."""
    edges = [0, *sorted(min(place, len(text)) for place in places), len(text)]
    return [text[first:end] for first, end in itertools.pairwise(edges)]


def changed(option):
    """Return such a value by name, with the options that it needs."""
    needed = {"phrases": True} if option.name.startswith("phrase_") else {}
    if option.name == "anchor":
        needed = {"start_from": "vectors.txt"}
    return {**needed, option.name: another_value(option)}


def another_value(option):
    """Return a value of an option that is not its default with the default rule."""
    default = option.default_for(DEFAULT_RULE, zeros=True)
    if isinstance(option.kind, Switch):
        return not default
    if isinstance(option.kind, WindowWeights):
        return "linear"
    if isinstance(option.kind, StopWords):
        return ["the"]
    if isinstance(option.kind, Choice):
        return next(name for name in option.kind.names if name != default)
    return (default or 6) - 1 if isinstance(option.kind, Whole) else (default or 1) / 2


@contextmanager
def piped(content):
    """Give the path of a pipe that holds some bytes once, as the shell's `<(cat file)` does."""
    reader, writer = os.pipe()

    def write():
        with open(writer, "wb") as file:
            file.write(content)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield f"/dev/fd/{reader}"
    finally:
        os.close(reader)
        thread.join()
