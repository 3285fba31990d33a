"""The folder of NumPy arrays: all of a table, on the disk until it is used."""

from __future__ import annotations

import mmap

import numpy as np
import pytest
from tables import assert_same, table_of

from glove_ada.errors import OutputError
from glove_ada.formats import read_vectors, write_vectors
from glove_ada.formats.numpy_folder import read_numpy_folder
from glove_ada.formats.table import OPTIONAL_ARRAYS


def full_table():
    table = table_of("abcd", dtype=np.float64)
    table.counts = np.arange(4, 0, -1)
    table.word_vectors, table.context_vectors = table.vectors / 3, table.vectors / 7
    table.word_biases, table.context_biases = table.vectors[:, 0] / 11, table.vectors[:, 1] / 13
    table.left_context_vectors, table.left_context_biases = table.vectors / 17, table.vectors[:, 2]
    return table


def is_mapped(array):
    while isinstance(array, np.ndarray):
        array = array.base
    return isinstance(array, mmap.mmap)


def test_everything_comes_back_and_stays_on_the_disk(tmp_path):
    table = full_table()
    write_vectors(tmp_path / "v", table)
    read = read_numpy_folder(tmp_path / "v")
    assert_same(read, table)
    assert is_mapped(read.vectors)
    for name in OPTIONAL_ARRAYS:
        assert np.array_equal(getattr(read, name), getattr(table, name))
        assert getattr(read, name).dtype == getattr(table, name).dtype
    assert is_mapped(read_vectors(tmp_path / "v", limit=2, dtype=np.float64).vectors)
    assert is_mapped(read_vectors(tmp_path / "v", dtype=None).vectors)


def test_choices_go_for_every_array(tmp_path):
    table = full_table()
    write_vectors(tmp_path / "v", table)
    read = read_numpy_folder(tmp_path / "v", limit=3, keep={"d", "c", "a"}, dtype=np.float32)
    assert read.words == ["a", "c"]
    assert read.counts.tolist() == [4, 2]
    assert np.array_equal(read.context_biases, table.context_biases[[0, 2]].astype(np.float32))


def test_repeated_words_of_a_strange_folder(tmp_path):
    write_vectors(tmp_path / "v", table_of("abc"))
    words = b"a\nb\na\n"
    description = (tmp_path / "v" / "table.json").read_text()
    import zlib

    old = zlib.crc32(b"a\nb\nc\n")
    (tmp_path / "v" / "words.txt").write_bytes(words)
    (tmp_path / "v" / "table.json").write_text(
        description.replace(str(old), str(zlib.crc32(words)))
    )
    with pytest.warns(UserWarning, match="1 row repeats"):
        assert read_vectors(tmp_path / "v").words == ["a", "b"]


def test_a_folder_is_replaced_but_nothing_else_is(tmp_path):
    write_vectors(tmp_path / "v", table_of("abc"))
    write_vectors(tmp_path / "v", table_of("de"))
    assert read_vectors(tmp_path / "v").words == ["d", "e"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis").write_text("years of work")
    (tmp_path / "file").write_text("")
    for name in ("mine", "file"):
        with pytest.raises(OutputError, match="no folder that glove_ada would replace"):
            write_vectors(tmp_path / name, table_of("abc"), "numpy")
    assert (tmp_path / "mine" / "thesis").read_text() == "years of work"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "mine", "v"]


def add_thesis(folder):
    (folder / "thesis").write_text("years of work")
    return "thesis"


def add_folder(folder):
    (folder / "counts.npy").mkdir()
    return "counts.npy"


def edit_words(folder):
    """As many bytes as before."""
    (folder / "words.txt").write_text("a\nb\nx\n")
    return "words.txt"


def make_marker_of_others(folder):
    (folder / "table.json").write_text("{}")
    for name in ("vectors.npy", "words.txt"):
        (folder / name).unlink()
    return "table.json"


def make_newer(folder):
    marker = folder / "table.json"
    marker.write_text(marker.read_text().replace('"version": 1', '"version": 2'))
    return "vectors.npy"


@pytest.mark.parametrize(
    "change", [add_thesis, add_folder, edit_words, make_marker_of_others, make_newer]
)
def test_a_folder_with_anything_of_others_is_not_replaced(tmp_path, change):
    folder = tmp_path / "v"
    write_vectors(folder, table_of("abc"))
    foreign = change(folder)
    before = {path: path.is_file() and path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(OutputError, match=f"{foreign} in it is not as glove_ada wrote it"):
        write_vectors(folder, table_of("de"))
    assert {path: path.is_file() and path.read_bytes() for path in folder.iterdir()} == before
