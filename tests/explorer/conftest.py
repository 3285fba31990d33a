from __future__ import annotations

import threading

import numpy as np
import pytest

from glove_ada.explorer.answers import Answers
from glove_ada.explorer.models.opened_model import open_model
from glove_ada.explorer.server import ExplorerServer
from glove_ada.vectors.word_vectors import WordVectors

ODD = ["<script>alert(1)</script>", "quo\"te's", "שלום", "b\udcffyte", "a&amp;b", "</script>"]
"""Words that are shown as they are, whatever a browser would make of them."""


@pytest.fixture(scope="session")
def words():
    return [f"w{number}" for number in range(300)] + ["king", "queen", "man", "woman", *ODD]


@pytest.fixture(scope="session")
def matrix(words):
    return np.random.default_rng(3).normal(size=(len(words), 12)).astype(np.float32)


@pytest.fixture(scope="session")
def folder(tmp_path_factory, words, matrix):
    """A folder with vectors: `v` with counts, `v.txt` without, and `other.txt` of other vectors."""
    folder = tmp_path_factory.mktemp("explorer")
    counts = np.arange(len(words) + 1, 1, -1)
    WordVectors(words, matrix, counts=counts).save(folder / "v")
    WordVectors(words, matrix).save(folder / "v.txt")
    changed = matrix.copy()
    changed[5] = -changed[7]
    WordVectors([*words[1:], "new"], np.roll(changed, -1, axis=0)).save(folder / "other.txt")
    return folder


@pytest.fixture
def answers(folder):
    model = open_model(str(folder / "v"))
    answers = Answers([model], words=200, groups={"king": "royal", "queen": "royal"}, reports=[])
    yield answers
    answers.stop()


@pytest.fixture
def server(answers):
    with ExplorerServer(answers, 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
