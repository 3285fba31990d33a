"""A small corpus, and what one machine makes of it."""

from __future__ import annotations

import pytest
from cluster_problems import OPTIONS, bytes_of
from support import DATA

from glove_ada import GloVe


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "corpus.txt"
    path.write_bytes(b"".join((DATA / "sample.txt").read_bytes().splitlines(keepends=True)[:200]))
    return path


@pytest.fixture(scope="session")
def expected(corpus):
    return bytes_of(GloVe(**OPTIONS).fit(corpus))
