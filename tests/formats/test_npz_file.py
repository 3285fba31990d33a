"""One file of NumPy's, written by us or by others."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from tables import AWKWARD_WORDS, INVALID_UTF8, assert_same, table_of

from glove_ada.errors import FormatError, OutputError
from glove_ada.formats import npz_file, read_vectors, write_vectors


def test_whatever_a_word_holds(tmp_path):
    table = table_of([word for word in [*AWKWARD_WORDS, *INVALID_UTF8] if word != "\0"])
    for _ in range(2):
        write_vectors(tmp_path / "v.npz", table)
        assert_same(read_vectors(tmp_path / "v.npz"), table)


def test_the_same_table_gives_the_same_bytes(tmp_path):
    for name in ("v.npz", "w.npz"):
        write_vectors(tmp_path / name, table_of("abc"))
    assert (tmp_path / "v.npz").read_bytes() == (tmp_path / "w.npz").read_bytes()


def test_what_others_save_is_read(tmp_path):
    vectors = np.eye(3, dtype=np.float16)
    np.savez_compressed(tmp_path / "v.npz", vectors=vectors, words=list("abc"), more=[1])
    table = read_vectors(tmp_path / "v.npz", keep=["b"], dtype=None)
    assert table.words == ["b"]
    assert table.vectors.tolist() == [[0, 1, 0]]
    assert table.vectors.dtype == np.float16


@pytest.mark.parametrize(
    ("words", "said"),
    [(["a", "b\0"], "ends in a NUL"), (["a" * 20, "b"], "the room of 'aaaa")],
)
def test_words_that_numpy_cannot_hold(tmp_path, words, said, monkeypatch):
    monkeypatch.setattr(npz_file, "MOST_WORD_BYTES", 100)
    with pytest.raises(OutputError, match=said):
        write_vectors(tmp_path / "v.npz", table_of(words))
    assert list(tmp_path.iterdir()) == []


ONE = np.ones((1, 2), np.float32)
HOSTILE = {
    "objects": {"words": np.array(["a"], object), "vectors": ONE},
    "words that are numbers": {"words": [1], "vectors": ONE},
    "no words": {"words": np.zeros(0, "U1"), "vectors": np.zeros((0, 2))},
    "words in a table": {"words": [["a"]], "vectors": ONE},
    "too few words": {"words": ["a"], "vectors": np.ones((2, 2))},
    "whole numbers": {"words": ["a"], "vectors": [[1, 2]]},
    "a row": {"words": ["a"], "vectors": [1.0]},
    "not finite": {"words": ["a"], "vectors": [[np.nan]]},
    "counts below 0": {"words": ["a"], "vectors": ONE, "counts": [-1]},
    "no column": {"words": ["a"], "vectors": np.ones((1, 0))},
}


@pytest.mark.parametrize("case", HOSTILE)
def test_arrays_that_are_no_table(tmp_path, case):
    np.savez(tmp_path / "v.npz", **HOSTILE[case])
    with pytest.raises(FormatError, match=r"v\.npz"):
        read_vectors(tmp_path / "v.npz")


def header(shape):
    """Return the beginning of an array that claims a shape."""
    stream = io.BytesIO()
    description = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, description)
    return stream.getvalue()


@pytest.mark.parametrize("vectors", [header((10**15, 10)), header((9, 9)) + b"few", b"", b"x" * 99])
def test_arrays_that_are_not_what_they_say(tmp_path, vectors):
    write_vectors(tmp_path / "good.npz", table_of("abc"))
    with zipfile.ZipFile(tmp_path / "v.npz", "w") as archive:
        words = zipfile.ZipFile(tmp_path / "good.npz").read("words.npy")
        archive.writestr("words.npy", words)
        archive.writestr("vectors.npy", vectors)
    with pytest.raises(FormatError, match="damaged"):
        read_vectors(tmp_path / "v.npz")


def test_a_damaged_file_is_told(tmp_path):
    write_vectors(tmp_path / "v.npz", table_of("abc"))
    data = bytearray((tmp_path / "v.npz").read_bytes())
    data[data.index(b"vectors.npy") + 200] ^= 1  # its checksum tells
    (tmp_path / "v.npz").write_bytes(data)
    with pytest.raises(FormatError, match="damaged"):
        read_vectors(tmp_path / "v.npz")
    (tmp_path / "v.npz").write_bytes(data[:-30])
    with pytest.raises(FormatError, match="a zip archive"):
        read_vectors(tmp_path / "v.npz")
