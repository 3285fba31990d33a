"""Files of arrays: what was written comes back, and nothing else is believed."""

from __future__ import annotations

import json
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from glove_ada.errors import FormatError, OutputError
from glove_ada.run.kept import array_container
from glove_ada.run.kept.array_container import FileKind, read_arrays, read_description, write_arrays
from glove_ada.system.version import ARITHMETIC_VERSION

KIND = FileKind("test file", 3)
FACTS = {"seed": 7, "cost": 0.1, "word": "é\udce9", "list": [1, None]}
ARRAYS = {
    "words": np.arange(12, dtype=np.float32).reshape(4, 3),
    "ids": np.array([1, 2**32 - 1], np.uint32),
    "empty": np.empty((0, 5), np.int64),
}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "file"
    write_arrays(path, KIND, FACTS, ARRAYS)
    return path


def same(read, written):
    return read.keys() == written.keys() and all(
        np.array_equal(read[name], written[name]) and read[name].dtype == written[name].dtype
        for name in written
    )


def test_facts_and_arrays_come_back(path):
    facts, arrays = read_arrays(path, KIND)
    assert facts == FACTS == read_description(path, KIND).facts
    assert same(arrays, ARRAYS)


@given(
    arrays_of.arrays(
        st.sampled_from([np.uint8, np.uint32, np.int64, np.float32, np.float64]),
        arrays_of.array_shapes(min_dims=0, min_side=0),
    )
)
def test_any_array_comes_back_to_the_bit(tmp_path_factory, array):
    path = tmp_path_factory.mktemp("arrays") / "file"
    write_arrays(path, KIND, {}, {"array": array})
    _, arrays = read_arrays(path, KIND)
    assert arrays["array"].tobytes() == array.tobytes()
    assert arrays["array"].shape == array.shape


def test_arrays_are_filled_in_place(path):
    words = np.zeros((4, 3), np.float32)
    _, arrays = read_arrays(path, KIND, into={"words": words})
    assert arrays["words"] is words
    assert np.array_equal(words, ARRAYS["words"])


def test_another_shape_is_not_filled(path):
    with pytest.raises(FormatError, match="words of another shape"):
        read_arrays(path, KIND, into={"words": np.zeros((3, 4), np.float32)})


def test_every_changed_byte_is_noticed(path):
    data = path.read_bytes()
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :])
        with pytest.raises(FormatError):
            read_arrays(path, KIND)


def test_every_truncation_is_noticed_before_memory_is_taken(path):
    data = path.read_bytes()
    for changed in [*(data[:size] for size in range(len(data))), data + b"\0"]:
        path.write_bytes(changed)
        with pytest.raises(FormatError):
            read_description(path, KIND)


@pytest.mark.parametrize(
    "description",
    [
        {"facts": {}, "arrays": [["a", "<f4", [1 << 60]]]},
        {"facts": {}, "arrays": [["a", "<f4", [-1]]]},
        {"facts": {}, "arrays": [["a", "<f4", [True]]]},
        {"facts": {}, "arrays": [["a", "|O", [0]]]},
        {"facts": {}, "arrays": [["a", ["<f4"], [0]]]},
        {"facts": {}, "arrays": [["a", "<f4"]]},
        {"facts": [], "arrays": []},
        {"facts": {}},
        [],
    ],
)
def test_a_description_that_lies_is_refused(tmp_path, description):
    if description:
        description = {"arithmetic": ARITHMETIC_VERSION, **description}
    encoded = json.dumps(description).encode()
    head = b"test file 3\n" + struct.pack("<QI", len(encoded), zlib.crc32(encoded)) + encoded
    (tmp_path / "file").write_bytes(head + struct.pack("<I", zlib.crc32(head)))
    with pytest.raises(FormatError, match="is damaged"):
        read_arrays(tmp_path / "file", KIND)


@given(st.binary(max_size=200))
def test_any_bytes_get_a_sentence(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("bytes") / "file"
    path.write_bytes(data)
    with pytest.raises(FormatError):
        read_arrays(path, KIND)
    path.write_bytes(b"test file 3\n" + data)
    with pytest.raises(FormatError):
        read_arrays(path, KIND)


def test_other_kinds_and_newer_versions_are_named(path):
    with pytest.raises(FormatError, match="is no other file"):
        read_arrays(path, FileKind("other file", 3))
    with pytest.raises(FormatError, match="is a test file of version 3, this program knows 2"):
        read_arrays(path, FileKind("test file", 2))
    with pytest.raises(FormatError, match=r"cannot read .*missing"):
        read_arrays(path.with_name("missing"), KIND)


@pytest.mark.parametrize("difference", [-1, 1])
def test_what_other_arithmetic_made_is_refused(path, monkeypatch, difference):
    monkeypatch.setattr(array_container, "ARITHMETIC_VERSION", ARITHMETIC_VERSION + difference)
    with pytest.raises(FormatError, match="made by a version of glove_ada whose arithmetic differ"):
        read_arrays(path, KIND)


def test_a_failed_write_leaves_the_old_file(path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("glove_ada.system.atomic_files.os.fsync", fail)
    with pytest.raises(OutputError, match="No space left"):
        write_arrays(path, KIND, {}, {})
    monkeypatch.undo()
    assert same(read_arrays(path, KIND)[1], ARRAYS)
    assert len(list(path.parent.iterdir())) == 1
