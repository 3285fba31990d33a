"""Matrices in files, whose memory is given back."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from glove_ada.explorer.models import mapped_matrix
from glove_ada.explorer.models.mapped_matrix import MappedMatrix

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
    def full():
        raise OSError("No space left on device")

    monkeypatch.setattr(mapped_matrix.tempfile, "TemporaryFile", full)
    mapped = MappedMatrix(large)
    assert not mapped.is_mapped
    assert mapped.matrix is large
