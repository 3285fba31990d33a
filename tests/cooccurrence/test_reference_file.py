"""The reference program's counts in place of counting: the same matrix, the same vectors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import DATA

from glove_ada.cooccurrence.matrix import Cooccurrence
from glove_ada.cooccurrence.reference_file import RECORD, read_counts, write_counts
from glove_ada.errors import FormatError
from glove_ada.train import main

QUICK = ["--vector-size", "10", "--epochs", "2", "--min-count", "20", "--quiet"]


def matrix_of(dense, symmetric):
    """Return the matrix of a dense array, as counting would leave it."""
    kept = np.triu(dense) if symmetric else dense
    rows, columns = np.nonzero(kept)
    starts = np.searchsorted(rows, np.arange(len(dense) + 1))
    return Cooccurrence(
        len(dense), symmetric, starts, columns.astype(np.uint32), kept[rows, columns]
    )


def same(a, b):
    return (
        a.symmetric == b.symmetric
        and a.row_starts.tolist() == b.row_starts.tolist()
        and a.columns.tolist() == b.columns.tolist()
        and a.counts.tolist() == b.counts.tolist()
    )


dense_matrices = st.integers(1, 6).flatmap(
    lambda words: st.lists(
        st.sampled_from([0.0, 0.0, 1.0, 0.5, 3.25]), min_size=words**2, max_size=words**2
    ).map(lambda values: np.array(values).reshape(words, words))
).filter(np.any)  # fmt: skip


@settings(max_examples=60)
@given(dense_matrices, st.booleans(), st.randoms(use_true_random=False))
def test_what_is_read_is_what_was_written_even_shuffled(tmp_path_factory, dense, symmetric, random):
    if symmetric:
        dense = dense + dense.T
    path = tmp_path_factory.mktemp("counts") / "cooccurrence.bin"
    symmetric = symmetric or np.array_equal(dense, dense.T)
    matrix = matrix_of(dense, symmetric)
    write_counts(path, matrix)
    records = np.fromfile(path, RECORD)
    order = list(range(len(records)))
    random.shuffle(order)
    records[order].tofile(path)
    assert same(read_counts(path, len(dense)), matrix)


def test_a_cell_that_comes_twice_is_summed(tmp_path):
    path = tmp_path / "counts.bin"
    np.array([(1, 2, 0.5), (1, 2, 1.0), (2, 1, 1.5)], RECORD).tofile(path)
    matrix = read_counts(path, 2)
    assert matrix.symmetric
    assert matrix.columns.tolist() == [1]
    assert matrix.counts.tolist() == [1.5]


def test_sums_do_not_depend_on_the_order_of_records(tmp_path):
    parts = [0.1, 0.2, 0.3, 0.7, 1e9]
    sums = set()
    for turn in range(len(parts)):
        path = tmp_path / "counts.bin"
        there = [(1, 2, count) for count in parts[turn:] + parts[:turn]]
        back = [(2, 1, count) for count in parts]
        np.array(there + back, RECORD).tofile(path)
        matrix = read_counts(path, 2)
        assert matrix.symmetric
        sums.add(float(matrix.counts[0]))
    assert len(sums) == 1


@pytest.mark.parametrize(
    "count", [4e-7, 2.0**-1060, 5e-324, 1e13, 1e308, 0.0, -1.0, np.nan, np.inf]
)
def test_a_count_that_cannot_be_added_exactly_is_refused(tmp_path, count):
    path = tmp_path / "counts.bin"
    np.array([(1, 2, 1.0), (2, 1, count)], RECORD).tofile(path)
    with pytest.raises(FormatError, match=r"counts.bin, record 2: the count \S+ is not between"):
        read_counts(path, 2)


def test_counts_whose_sum_is_too_large_are_refused(tmp_path):
    path = tmp_path / "counts.bin"
    np.array([(1, 2, 8e12), (1, 2, 8e12)], RECORD).tofile(path)
    with pytest.raises(FormatError, match=r"counts.bin: the counts add up to 1.6e\+13"):
        read_counts(path, 2)


def test_the_least_and_a_large_count_are_read(tmp_path):
    path = tmp_path / "counts.bin"
    np.array([(1, 2, 2.0**-20), (2, 2, 2.0**42)], RECORD).tofile(path)
    assert read_counts(path, 2).counts.tolist() == [2.0**-20, 2.0**42]


def test_an_empty_file_is_refused(tmp_path):
    path = tmp_path / "counts.bin"
    path.write_bytes(b"")
    with pytest.raises(FormatError):
        read_counts(path, 2)


@pytest.mark.parametrize("sides", ["--symmetric", "--no-symmetric"])
def test_training_on_saved_counts_gives_the_same_vectors(tmp_path, sides):
    vectors, again = tmp_path / "vectors.txt", tmp_path / "again.txt"
    counts, vocabulary = str(tmp_path / "counts.bin"), str(tmp_path / "vocabulary.txt")
    corpus = str(DATA / "sample.txt")
    saved = ["--save-cooccurrence", counts, "--save-vocab", vocabulary, "--save-file", str(vectors)]
    assert main([corpus, *QUICK, sides, *saved]) == 0
    given_files = ["--cooccurrence-file", counts, "--vocab-file", vocabulary]
    assert main([*QUICK, *given_files, "--save-file", str(again)]) == 0
    assert again.read_bytes() == vectors.read_bytes()


def test_counts_need_their_vocabulary_and_no_corpus(tmp_path, capsys):
    counts = tmp_path / "counts.bin"
    np.array([(1, 2, 0.5)], RECORD).tofile(counts)
    out = ["--save-file", str(tmp_path / "v.txt")]
    assert main(["--cooccurrence-file", str(counts), *out]) == 2
    assert "--vocab-file" in capsys.readouterr().err
    assert main([str(DATA / "sample.txt"), "--cooccurrence-file", str(counts), *out]) == 2
    assert "in place of" in capsys.readouterr().err
