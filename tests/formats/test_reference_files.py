"""The reference program's cooccurrence.bin and vectors.bin."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from glove_ada.cooccurrence.reference_file import (
    BLOCK_RECORDS,
    Cooccurrences,
    read_reference_cooccurrence,
    write_reference_cooccurrence,
)
from glove_ada.corpus.vocabulary import Vocabulary, write_vocabulary
from glove_ada.errors import FormatError
from glove_ada.formats.reference_vectors import read_reference_vectors

WORDS = ["the", "caf\udce9", "new\u00a0york"]


@pytest.fixture
def vocabulary(tmp_path):
    encoded = [word.encode("utf-8", "surrogateescape") for word in WORDS]
    write_vocabulary(tmp_path / "vocab.txt", Vocabulary(encoded, np.array([2**40, 7, 1])))
    return tmp_path / "vocab.txt"


def test_cooccurrences_go_round_in_blocks(tmp_path):
    rng = np.random.default_rng(0)
    cells = BLOCK_RECORDS + 17
    rows, columns = rng.integers(0, 50, (2, cells), dtype=np.int32)
    counts = rng.random(cells) + 0.01
    blocks = [Cooccurrences(rows[:9], columns[:9], counts[:9])]
    blocks.append(Cooccurrences(rows[9:], columns[9:], counts[9:]))
    write_reference_cooccurrence(tmp_path / "cooccurrence.bin", blocks)
    read = list(read_reference_cooccurrence(tmp_path / "cooccurrence.bin", 50))
    assert len(read) == 2
    for written, part in zip((rows, columns, counts), zip(*read, strict=True), strict=True):
        assert np.array_equal(np.concatenate(part), written)
        assert part[0].dtype == written.dtype


def test_cooccurrences_as_c_lays_them_out(tmp_path):
    path = tmp_path / "cooccurrence.bin"
    write_reference_cooccurrence(
        path, [Cooccurrences(np.array([4], np.int32), np.array([0], np.int32), np.array([0.5]))]
    )
    assert path.read_bytes() == struct.pack("<iid", 5, 1, 0.5)


@pytest.mark.parametrize(
    "record", [(0, 1, 1.0), (1, 4, 1.0), (-1, 1, 1.0), (1, 1, np.nan), (1, 1, np.inf), (1, 1, 0.0)]
)
def test_impossible_cells(tmp_path, record):
    path = tmp_path / "cooccurrence.bin"
    path.write_bytes(struct.pack("<iid", 3, 3, 1.0) + struct.pack("<iid", *record))
    with pytest.raises(FormatError, match="record 2: "):
        list(read_reference_cooccurrence(path, 3))


def test_cooccurrences_cut_off(tmp_path):
    (tmp_path / "cooccurrence.bin").write_bytes(bytes(17))
    with pytest.raises(FormatError, match="cut off"):
        list(read_reference_cooccurrence(tmp_path / "cooccurrence.bin", 3))


def test_vectors_with_both_sides_and_biases(tmp_path, vocabulary):
    parameters = np.random.default_rng(0).normal(size=(6, 5))
    (tmp_path / "vectors.bin").write_bytes(parameters.astype("<f8").tobytes())
    table = read_reference_vectors(tmp_path / "vectors.bin", vocabulary)
    assert table.words == WORDS
    assert table.counts.tolist() == [2**40, 7, 1]
    assert np.array_equal(table.word_vectors, parameters[:3, :4])
    assert np.array_equal(table.context_vectors, parameters[3:, :4])
    assert np.array_equal(table.word_biases, parameters[:3, 4])
    assert np.array_equal(table.context_biases, parameters[3:, 4])
    assert np.array_equal(table.vectors, parameters[:3, :4] + parameters[3:, :4])


@pytest.mark.parametrize("content", [b"", bytes(6 * 8), bytes(6 * 8 * 5 - 1), bytes(4 * 8 * 5)])
def test_vectors_of_another_vocabulary(tmp_path, vocabulary, content):
    (tmp_path / "vectors.bin").write_bytes(content)
    with pytest.raises(FormatError, match="3 words"):
        read_reference_vectors(tmp_path / "vectors.bin", vocabulary)


@pytest.mark.parametrize("place", [0, 4, 29])
def test_diverged_vectors(tmp_path, vocabulary, place):
    parameters = np.zeros(30)
    parameters[place] = np.nan
    (tmp_path / "vectors.bin").write_bytes(parameters.tobytes())
    with pytest.raises(FormatError, match="not finite"):
        read_reference_vectors(tmp_path / "vectors.bin", vocabulary)
