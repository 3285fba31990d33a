"""Arrays on the disk read as those in memory do, and leave nothing behind."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glove_ada.errors import OutputError
from glove_ada.system import spilled_array
from glove_ada.system.spilled_array import (
    UNLIMITED,
    DiskArray,
    GrowingArray,
    check_space,
    megabytes,
    on_disk,
    pieces,
)

PARTS = st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=9), max_size=6)


def on_a_disk(items, folder, dtype=np.uint32):
    array = DiskArray.temporary(dtype, folder)
    array.append(np.array(items, dtype))
    return array


@given(parts=PARTS, most=st.integers(0, 30), first=st.integers(-3, 30), end=st.integers(-3, 30))
def test_a_growing_array_holds_what_was_appended(tmp_path_factory, parts, most, first, end):
    growing = GrowingArray(np.uint32, most, tmp_path_factory.getbasetemp())
    for part in parts:
        growing.append(np.array(part, np.uint32))
    expected = np.array([item for part in parts for item in part], np.uint32)
    array = growing.finish()
    assert on_disk(array) == (len(expected) > most)
    assert (len(array), array.dtype) == (len(expected), expected.dtype)
    assert array[first:end].tolist() == expected[first:end].tolist()
    assert array[:].tolist() == expected.tolist()


def test_without_a_folder_all_stays_in_memory():
    growing = GrowingArray(np.float64, 1, None)
    growing.append(np.arange(5.0))
    assert not on_disk(growing.finish())


def test_slices_are_written_where_they_stand(tmp_path):
    array = on_a_disk(range(10), tmp_path)
    array[3:5] = np.array([33, 44], np.uint32)
    assert array[:].tolist() == [0, 1, 2, 33, 44, 5, 6, 7, 8, 9]
    with pytest.raises(ValueError, match="3 items do not fill 2"):
        array[3:5] = np.zeros(3, np.uint32)
    array.resize(4)
    assert array[:].tolist() == [0, 1, 2, 33]
    with pytest.raises(IndexError):
        array.read(3, np.empty(2, np.uint32))


def test_pieces_are_all_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr(spilled_array, "PIECE_BYTES", 12)
    array = on_a_disk(range(10), tmp_path)
    assert [piece.tolist() for piece in pieces(array)] == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]]


def test_the_file_has_no_name(tmp_path):
    array = on_a_disk(range(100_000), tmp_path)
    assert os.name == "nt" or os.listdir(tmp_path) == []
    assert array.nbytes == 400_000


def test_a_file_that_is_cut_is_one_sentence(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(bytes(8))
    array = DiskArray(open(path, "rb", buffering=0), np.uint32, start=4, size=3)  # noqa: SIM115
    with pytest.raises(OutputError, match="could not be read: it is shorter than it was"):
        array[:]


def test_a_folder_that_is_gone_is_one_sentence(tmp_path):
    with pytest.raises(OutputError, match="could not be written: No such file"):
        DiskArray.temporary(np.uint32, tmp_path / "gone")


def test_space_is_checked(tmp_path):
    check_space("nothing", 0, tmp_path)
    with pytest.raises(OutputError, match=r"everything takes about .* GB on the disk"):
        check_space("everything", UNLIMITED, tmp_path)


def test_sizes_as_people_read_them():
    assert [megabytes(size) for size in (0, 1_499_999, 10**9)] == ["0 MB", "1 MB", "1.00 GB"]
