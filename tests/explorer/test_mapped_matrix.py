"""Matrices in files, whose memory is given back."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from glove_ada.explorer.models import mapped_matrix
from glove_ada.explorer.models.mapped_matrix import MappedMatrix, RowsInFile
from glove_ada.explorer.models.opened_model import open_model
from glove_ada.system.memory import mapped_file
from glove_ada.vectors.word_vectors import WordVectors

ROWS, SIZE = 1 << 17, 32  # 16 MiB


@pytest.fixture(scope="module")
def large():
    return np.random.default_rng(1).random((ROWS, SIZE), dtype=np.float32)


def resident():
    lines = Path("/proc/self/status").read_text().splitlines()
    (size,) = [line.split()[1] for line in lines if line.startswith("RssFile:")]
    return int(size) << 10


def test_a_large_matrix_goes_into_a_file(large):
    mapped = MappedMatrix(large)
    assert mapped.is_mapped
    assert np.array_equal(mapped.matrix, large)
    mapped.release()
    assert np.array_equal(mapped.matrix, large)


def test_a_small_one_stays_in_memory(large):
    mapped = MappedMatrix(large[:10])
    assert not mapped.is_mapped
    mapped.release()
    assert mapped.matrix.base is large


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("order", ["C", "F"])
def test_what_was_read_is_given_back(tmp_path, large, order):
    np.save(tmp_path / "vectors.npy", np.asarray(large, order=order))
    mapped = MappedMatrix(np.load(tmp_path / "vectors.npy", mmap_mode="r")[:-1])
    assert mapped.is_mapped
    mapped.matrix.sum()
    before = resident()
    mapped.release()
    assert before - resident() > 0.9 * large.nbytes
    assert np.array_equal(mapped.matrix, large[:-1])


def test_without_room_on_the_disk_a_matrix_stays_in_memory(monkeypatch, large):
    def full(**_):
        raise OSError("No space left on device")

    monkeypatch.setattr(mapped_matrix.tempfile, "TemporaryFile", full)
    mapped = MappedMatrix(large)
    assert not mapped.is_mapped
    assert mapped.matrix is large


class FillingDisk:
    """A file that takes part of its second block and then nothing."""

    def __init__(self, path, taken):
        self.path, self.taken = path.open("w+b", buffering=0), taken

    def __getattr__(self, name):
        return getattr(self.path, name)

    def __enter__(self):
        return self.path.__enter__()

    def __exit__(self, *error):
        return self.path.__exit__(*error)

    def write(self, data):
        rest = bytes(data)[: self.taken]
        if not rest:
            raise OSError("No space left on device")
        self.taken -= len(rest)
        return self.path.write(rest)


def test_a_disk_that_fills_up_meanwhile_loses_no_row(monkeypatch, tmp_path, large):
    rows = large[:30]
    full = FillingDisk(tmp_path / "rows", rows[:15].nbytes)
    monkeypatch.setattr(mapped_matrix.tempfile, "TemporaryFile", lambda **_: full)
    store = RowsInFile()
    for start in (0, 10, 20):
        store.append(rows[start : start + 10])
    assert not store.is_in_file
    assert np.array_equal(store.finish(), rows)


@pytest.mark.parametrize("suffix", [".txt", ".vec", ".bin", ".vec.gz"])
def test_rows_are_read_into_a_file(tmp_path, large, suffix):
    path = tmp_path / f"vectors{suffix}"
    WordVectors(["a", "b", "c"], large[:3]).save(path)
    vectors = open_model(str(path)).vectors
    assert mapped_file(vectors.vectors) is not None
    assert np.array_equal(vectors.vectors, large[:3])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_opening_and_a_search_hold_a_block_of_the_matrix_at_once(tmp_path, monkeypatch, large):
    WordVectors([f"w{row}" for row in range(ROWS)], large).save(tmp_path / "vectors")
    vectors = open_model(str(tmp_path / "vectors")).vectors
    sizes, compute = [], mapped_matrix.MappedMatrix.release

    def release(mapped):
        sizes.append(resident())
        compute(mapped)

    monkeypatch.setattr(mapped_matrix.MappedMatrix, "release", release)
    vectors.release()
    before = resident()
    vectors = open_model(str(tmp_path / "vectors")).vectors
    found = vectors.most_similar("w7", topn=3)
    assert found == WordVectors(vectors.index_to_key, large).most_similar("w7", topn=3)
    assert len(sizes) > 8
    assert max(sizes) - before < large.nbytes / 2
