"""Exact counts, whatever the blocks and threads."""

from __future__ import annotations

from fractions import Fraction
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.counting import UNIT, count_cells, distance_weight
from small_problems import DOCUMENTS, encode, random_documents

from glove_ada.cooccurrence import rows, segments
from glove_ada.cooccurrence.distance_weights import distance_weights
from glove_ada.cooccurrence.matrix import Cooccurrence
from glove_ada.cooccurrence.segments import (
    CountingRoom,
    count_cooccurrences,
)
from glove_ada.errors import CorpusError
from glove_ada.system.threads import Workers


def cells_of(matrix, words):
    """Return {(word, word): count} of the stored cells."""
    rows = np.repeat(np.arange(matrix.words), np.diff(matrix.row_starts)).tolist()
    triples = zip(rows, matrix.columns.tolist(), matrix.counts.tolist(), strict=True)
    return {(int(words[row]), int(words[column])): Fraction(x) for row, column, x in triples}


@pytest.mark.parametrize("weights", ["power:1", "power:2", "uniform", "linear"])
@pytest.mark.parametrize("symmetric", [True, False])
@given(documents=DOCUMENTS, window_size=st.integers(1, 15), block=st.integers(1, 20))
def test_against_all_pairs(workers, documents, window_size, block, symmetric, weights):
    expected = count_cells(documents, window_size, symmetric, weights)
    options = {"window_size": window_size, "symmetric": symmetric, "window_weights": weights}
    if not expected:
        return
    encoded = encode(documents, workers)
    with mock.patch.object(rows, "BLOCK_OCCURRENCES", block):
        matrix = count_cooccurrences(encoded, workers, **options)
    stored = cells_of(matrix, encoded.vocabulary.encoded)
    mirrored = {(column, row): count for (row, column), count in stored.items()}
    assert (stored | mirrored if symmetric else stored) == expected
    assert matrix.nonzeros == len(expected)
    assert matrix.diagonal_cells() == sum(row == column for row, column in expected)
    if symmetric:
        assert not any(a != b and (b, a) in stored for a, b in stored), "a mirror is stored"


def test_every_sum_is_exact(workers):
    documents = random_documents(0)
    expected = count_cells(documents, 15, True)
    matrix = count_cooccurrences(encode(documents, workers), workers)
    units = matrix.counts * 2**20
    assert (units == np.rint(units)).all(), "a count is no multiple of 2^-20"
    diagonal = sum(count for (row, column), count in expected.items() if row == column)
    total = sum(map(Fraction, matrix.counts.tolist()))
    assert 2 * total - diagonal == sum(expected.values())
    assert Fraction(float(matrix.counts.sum())) == total, "a float64 sum of counts is exact"


def test_sums_do_not_depend_on_the_order_of_documents(workers):
    documents = random_documents(1)
    matrices = []
    for order in (documents, documents[::-1], sorted(documents)):
        matrices.append(count_cooccurrences(encode(order, workers), workers))
    for matrix in matrices[1:]:
        assert matrix.columns.tobytes() == matrices[0].columns.tobytes()
        assert matrix.counts.tobytes() == matrices[0].counts.tobytes()


def test_threads_and_blocks_change_nothing(workers):
    encoded = encode(random_documents(2), workers)
    whole = count_cooccurrences(encoded, workers)
    for threads in (1, 2, 3, 8):
        for block in (1, 7, 100, 10_000):
            with (
                mock.patch.object(rows, "BLOCK_OCCURRENCES", block),
                Workers(threads) as others,
            ):
                matrix = count_cooccurrences(encoded, others)
            for name in ("row_starts", "columns", "counts"):
                assert getattr(matrix, name).tobytes() == getattr(whole, name).tobytes(), name


def test_no_window_crosses_a_newline(workers):
    matrix = count_cooccurrences(encode([[1, 2], [3, 4]], workers), workers)
    assert matrix.nonzeros == 4


def test_rare_words_use_up_no_distance(workers):
    encoded = encode([[1, 7, 8, 9, 2], [1], [2]], workers, min_count=2)
    matrix = count_cooccurrences(encoded, workers, window_size=1)
    assert cells_of(matrix, encoded.vocabulary.encoded) == {(1, 2): 1}


def test_rows_lie_one_behind_the_other(workers):
    matrix = count_cooccurrences(encode(random_documents(3), workers), workers)
    assert matrix.row_starts[0] == 0
    assert matrix.row_starts[-1] == len(matrix.columns) == len(matrix.counts)
    assert (matrix.row_starts.dtype, matrix.columns.dtype) == (np.int64, np.uint32)
    for row, (first, end) in enumerate(zip(matrix.row_starts, matrix.row_starts[1:], strict=False)):
        columns = matrix.columns[first:end].tolist()
        assert columns == sorted(set(columns))
        assert all(column >= row for column in columns)


@given(st.integers(1, 3000))
def test_weights_are_multiples_of_the_unit(window_size):
    weights = distance_weights(window_size)
    assert len(weights) == window_size + 1
    distance = window_size
    assert weights[distance] * UNIT == distance_weight(distance, window_size)
    assert abs(weights[distance] * UNIT - Fraction(1, distance)) <= UNIT / 2
    assert (distance_weights(window_size, "uniform")[1:] * UNIT == 1).all()


@pytest.mark.parametrize("weights", ["power:1", "power:3.5", "power:1000", "linear"])
def test_no_weight_of_a_name_is_zero(weights):
    assert distance_weights(1_000_000, weights)[1:].min() == 1


@pytest.mark.parametrize("exponent", [0, 0.5, 0.75, 1.5, 2])
def test_powers_of_the_distance(exponent):
    weights = distance_weights(40, f"power:{exponent}")[1:] * float(UNIT)
    np.testing.assert_allclose(weights, np.arange(1, 41) ** -float(exponent), atol=float(UNIT))


@pytest.mark.parametrize(
    ("weights", "fault"),
    [
        ("1,2", "has 2 weights for a window of 3"),
        ("0,0,0", "has no weight above 0"),
        ("1,-1,0", "the number -1"),
        ("1,nan,0", "the number nan"),
        ("power:-1", "the number -1"),
        ("harmonic", "could not convert"),
    ],
)
def test_weights_that_make_no_sense(weights, fault):
    with pytest.raises(ValueError, match=fault):
        distance_weights(3, weights)


@pytest.mark.parametrize("segments_wanted", [1, 4])
def test_counts_beyond_what_float64_adds_exactly(workers, tmp_path, segments_wanted):
    """As in a corpus of 10^11 tokens: a cell of 2^33 and more, rounded once, at its end."""
    encoded = encode([[1, 2, 1, 2, 2]] * 40, workers)
    weight = 2**53 + 1
    room = CountingRoom(segment_ids=-(-len(encoded.ids) // segments_wanted), folder=tmp_path)
    with mock.patch.object(segments, "distance_weights", return_value=np.array([0, weight])):
        matrix = count_cooccurrences(encoded, workers, room=room)
    exact = {(1, 2): 120 * weight * UNIT, (2, 2): 80 * weight * UNIT}
    cells = cells_of(matrix, encoded.vocabulary.encoded)
    expected = {places: Fraction(float(count)) for places, count in exact.items()}
    assert {tuple(sorted(places)): count for places, count in cells.items()} == expected


@pytest.mark.parametrize("segments_wanted", [1, 4])
def test_counts_that_could_outgrow_64_bits_are_refused(workers, tmp_path, segments_wanted):
    encoded = encode([[1, 2]] * 40, workers)
    room = CountingRoom(segment_ids=-(-len(encoded.ids) // segments_wanted), folder=tmp_path)
    with (
        mock.patch.object(segments, "distance_weights", return_value=np.array([0, 2**57])),
        pytest.raises(CorpusError, match=r"occurs [34]\d times.*would not be exact.*--window-size"),
    ):
        count_cooccurrences(encoded, workers, room=room)


@pytest.mark.parametrize("symmetric", [True, False])
def test_row_sums_do_not_depend_on_an_order(symmetric):
    """Not even where a float64 sum would: each is the exact sum, rounded once."""
    random = np.random.default_rng(3)
    words = 40
    units = random.integers(1, 2 ** random.integers(1, 55, size=(words, words)), dtype=np.int64)
    kept = np.triu(units) if symmetric else units
    rows, columns = np.nonzero(kept)
    starts = np.searchsorted(rows, np.arange(words + 1))
    counts = kept[rows, columns].astype(np.float64) * 2.0**-20
    matrix = Cooccurrence(words, symmetric, starts, columns.astype(np.uint32), counts)
    whole = np.triu(units) + np.triu(units, 1).T if symmetric else units
    exact = [sum(map(Fraction, row.astype(np.float64).tolist())) for row in whole]
    assert matrix.row_sums().tolist() == [float(total * UNIT) for total in exact]


def test_words_that_are_all_alone_are_refused(workers):
    with pytest.raises(CorpusError, match="stand together"):
        count_cooccurrences(encode([[1], [2], [1]], workers), workers)


def test_progress_counts_every_row(workers):
    encoded, steps = encode(random_documents(4), workers), []
    with mock.patch.object(rows, "BLOCK_OCCURRENCES", 50):
        count_cooccurrences(encoded, workers, progress=steps.append)
    assert sum(steps) == len(encoded.vocabulary)
    assert len(steps) > 3
