"""The reference program's vocab.txt, cooccurrence.bin and vectors.bin."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from glove_ada.errors import FormatError
from glove_ada.formats.reference_files import (
    BLOCK_RECORDS,
    Cooccurrences,
    read_reference_cooccurrence,
    read_reference_vectors,
    read_reference_vocabulary,
    write_reference_cooccurrence,
    write_reference_vocabulary,
)

WORDS = ["the", "caf\udce9", "new\u00a0york"]


def write_vocabulary(path):
    write_reference_vocabulary(path, WORDS, np.array([2**40, 7, 1]))
    return path


def test_vocabulary_goes_round(tmp_path):
    path = write_vocabulary(tmp_path / "vocab.txt")
    assert path.read_bytes() == b"the 1099511627776\ncaf\xe9 7\nnew\xc2\xa0york 1\n"
    words, counts = read_reference_vocabulary(path)
    assert words == WORDS
    assert counts.tolist() == [2**40, 7, 1]
    assert counts.dtype == np.int64


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a 2\nb\n", "line 2: 'b' is not `word count`"),
        (b"a 2\nb -1\n", "line 2"),
        (b"a 2\n\n", "line 2"),
        (b"a 2\n 3\n", "line 2"),
        (b"a 2\nb 99999999999999999999\n", "line 2"),
        (b"a 2\na 1\n", "line 2: 'a' occurs a second time"),
        (b"", "is empty"),
    ],
)
def test_broken_vocabulary(tmp_path, content, sentence):
    (tmp_path / "vocab.txt").write_bytes(content)
    with pytest.raises(FormatError, match=sentence):
        read_reference_vocabulary(tmp_path / "vocab.txt")


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


def test_vectors_with_both_sides_and_biases(tmp_path):
    vocabulary = write_vocabulary(tmp_path / "vocab.txt")
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
def test_vectors_of_another_vocabulary(tmp_path, content):
    vocabulary = write_vocabulary(tmp_path / "vocab.txt")
    (tmp_path / "vectors.bin").write_bytes(content)
    with pytest.raises(FormatError, match="3 words"):
        read_reference_vectors(tmp_path / "vectors.bin", vocabulary)


@pytest.mark.parametrize("place", [0, 4, 29])
def test_diverged_vectors(tmp_path, place):
    vocabulary = write_vocabulary(tmp_path / "vocab.txt")
    parameters = np.zeros(30)
    parameters[place] = np.nan
    (tmp_path / "vectors.bin").write_bytes(parameters.tobytes())
    with pytest.raises(FormatError, match="not finite"):
        read_reference_vectors(tmp_path / "vectors.bin", vocabulary)
