"""A real corpus: set GLOVE_ADA_CORPORA to the directory that holds wiki17m.txt, and `-m slow`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from glove_ada.cooccurrence.segments import count_cooccurrences
from glove_ada.corpus.encoding import encode_corpus
from glove_ada.corpus.sources import FileSource

CORPUS = Path(os.environ.get("GLOVE_ADA_CORPORA", "nowhere")) / "wiki17m.txt"


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.exists(), reason="GLOVE_ADA_CORPORA names no wiki17m.txt")
def test_counts_of_wiki17m(workers):
    encoded = encode_corpus(FileSource([CORPUS]), workers)
    assert len(encoded.vocabulary) == 69_924
    matrix = count_cooccurrences(encoded, workers, window_size=15)
    assert matrix.nonzeros == 61_434_329
