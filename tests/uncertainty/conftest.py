"""A small training on the sample, and the text it was made from."""

from __future__ import annotations

import pytest
from support import DATA

from glove_ada import GloVe
from glove_ada.corpus.sources import FileSource
from glove_ada.run.uncertainty.trained_text import open_trained_text

OPTIONS = {"vector_size": 12, "window_size": 5, "min_count": 20, "threads": 2}
DOCUMENTS = 300  # of the sample


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory):
    lines = (DATA / "sample.txt").read_bytes().splitlines(keepends=True)[:DOCUMENTS]
    path = tmp_path_factory.mktemp("uncertainty") / "corpus.txt"
    path.write_bytes(b"".join(lines))
    return path


@pytest.fixture(scope="session")
def model(small_corpus):
    return GloVe(**OPTIONS).fit(small_corpus)


@pytest.fixture(scope="session")
def trained_text(model, small_corpus, workers):
    return open_trained_text(model.vectors_, model.options_, FileSource([small_corpus]), workers)
