"""A small corpus, and what a training that is never cut learns from it."""

from __future__ import annotations

import pytest
from run.kept.checkpoint.cut_trainings import everything, options

from glove_ada import GloVe


@pytest.fixture(scope="session")
def corpus(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("corpus") / "corpus.txt"
    path.write_bytes(text)
    return path


@pytest.fixture(scope="session")
def uncut(corpus):
    """What a training without a checkpoint learns in 4 epochs of 8 rounds."""
    return everything(GloVe(**options()).fit(corpus))
