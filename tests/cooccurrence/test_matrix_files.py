"""Counts in the formats of R and SciPy."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from small_problems import random_matrix

from glove_ada import GloVe
from glove_ada.cooccurrence.matrix_files import check_matrix_writable, is_matrix, write_matrix
from glove_ada.errors import OptionError
from glove_ada.run.outputs import is_counts
from glove_ada.train import main


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("suffix", [".mtx", ".npz"])
def test_scipy_reads_what_is_written(tmp_path, symmetric, suffix):
    io, sparse = pytest.importorskip("scipy.io"), pytest.importorskip("scipy.sparse")
    matrix = random_matrix(30, symmetric)
    path = tmp_path / f"counts{suffix}"
    write_matrix(path, matrix)
    read = sparse.load_npz(path) if suffix == ".npz" else io.mmread(path)
    np.testing.assert_array_equal(read.toarray(), matrix.to_scipy().toarray())
    assert is_counts(str(path))


def test_the_text_of_a_matrix(tmp_path):
    """As the format's own description has it: from 1, and a symmetric one's lower half."""
    matrix = GloVe(min_count=1, window_size=2).count(["a b c", "a b"])
    write_matrix(tmp_path / "counts.mtx", matrix)
    assert (tmp_path / "counts.mtx").read_text() == (
        "%%MatrixMarket matrix coordinate real symmetric\n3 3 3\n2 1 2.0\n3 1 0.5\n3 2 1.0\n"
    )


@pytest.mark.parametrize("suffix", [".mtx", ".npz"])
def test_what_is_something_else_is_not_replaced(corpus, tmp_path, suffix):
    path = tmp_path / f"precious{suffix}"
    path.write_bytes(b"not counts\n")
    assert is_matrix(path) is False
    command = [str(corpus), "--epochs", "1", "--vector-size", "4", "--quiet"]
    command += ["--save-file", str(tmp_path / "v.txt"), "--save-cooccurrence", str(path)]
    assert main(command) == 2
    assert path.read_bytes() == b"not counts\n"


def test_a_file_of_scipy_s_needs_scipy(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(OptionError, match="is a file of SciPy's: pip install scipy"):
        check_matrix_writable(tmp_path / "counts.npz")
    check_matrix_writable(tmp_path / "counts.mtx")
