"""What is read is what was written, in every format, to the bit."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from tables import AWKWARD_WORDS, INVALID_UTF8, assert_same, table_of, tables

from glove_ada.errors import OptionError, OutputError
from glove_ada.formats import FORMATS, VectorTable, read_vectors, write_vectors
from glove_ada.formats.glove_text import read_glove_text, write_glove_text
from glove_ada.formats.word2vec import (
    read_word2vec_binary,
    read_word2vec_text,
    write_word2vec_binary,
)

PATHS = ["v.txt", "v.vec", "v.bin", "v.txt.gz", "v.vec.gz", "v.bin.gz", "v"]


@pytest.mark.parametrize("name", PATHS)
def test_awkward_words(tmp_path, name):
    table = table_of(AWKWARD_WORDS + INVALID_UTF8)
    write_vectors(tmp_path / name, table)
    assert_same(read_vectors(tmp_path / name), table)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_awkward_words_in_safetensors(tmp_path):
    pytest.importorskip("safetensors")
    table = table_of(AWKWARD_WORDS)
    write_vectors(tmp_path / "model", table, "safetensors")
    assert_same(read_vectors(tmp_path / "model"), table)


@pytest.mark.parametrize("name", ["v.txt", "v.vec", "v.txt.gz"])
@pytest.mark.parametrize("first", ["\ufeff", "\ufeffthe"])
def test_a_first_word_that_begins_with_a_byte_order_mark_keeps_it(tmp_path, name, first):
    table = table_of([first, "the"])
    write_vectors(tmp_path / name, table)
    assert_same(read_vectors(tmp_path / name), table)


def starts_like_gzip(table):
    return table.words[0].encode("utf-8", "surrogateescape").startswith(b"\x1f\x8b\x08")


@given(table=tables())
@settings(deadline=None)
def test_any_table_as_text(table):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "v.txt")
        try:
            write_glove_text(path, table)
        except OutputError:
            assume(False)
        assume(not starts_like_gzip(table))
        assert_same(read_glove_text(path), table)
        write_glove_text(path, table, header=True)
        assert_same(read_word2vec_text(path), table)
        assert_same(read_vectors(path), table)


@given(table=tables(without=b"\n "))
@settings(deadline=None)
def test_any_table_as_word2vec_binary(table):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "v.bin")
        write_word2vec_binary(path, table)
        assert_same(read_word2vec_binary(path), table)
        path.write_bytes(without_newlines(path.read_bytes(), table))
        assert_same(read_word2vec_binary(path), table)


def without_newlines(data, table):
    """Make the variant of word2vec binary that gensim writes."""
    header, _, _ = data.partition(b"\n")
    rows = [
        word.encode("utf-8", "surrogateescape") + b" " + row.astype("<f4").tobytes()
        for word, row in zip(table.words, table.vectors, strict=True)
    ]
    return header + b"\n" + b"".join(rows)


@given(table=tables())
@settings(max_examples=30, deadline=None)
def test_any_table_as_numpy_folder(table):
    with tempfile.TemporaryDirectory() as folder:
        write_vectors(Path(folder, "v"), table)
        assert_same(read_vectors(Path(folder, "v")), table)


def test_many_blocks_and_threads_write_the_same(tmp_path):
    table = table_of([f"word{i}" for i in range(30_000)], vector_size=20)
    counted = []
    for threads in (1, 3):
        write_glove_text(tmp_path / "v.txt", table, threads=threads, progress=counted.append)
        assert_same(read_vectors(tmp_path / "v.txt"), table)
        (tmp_path / "v.txt").rename(tmp_path / f"{threads}.txt")
    assert sum(counted) == 2 * 30_000
    assert (tmp_path / "1.txt").read_bytes() == (tmp_path / "3.txt").read_bytes()
    for name in ("v.vec.gz", "v.bin", "v.bin.gz"):
        write_vectors(tmp_path / name, table)
        assert_same(read_vectors(tmp_path / name), table)


def test_binary_without_a_newline_in_megabytes_is_no_endless_line(tmp_path):
    table = VectorTable([f"word{row}" for row in range(5000)], np.zeros((5000, 1000), np.float32))
    write_word2vec_binary(tmp_path / "v.bin", table)
    (tmp_path / "v.bin").write_bytes(without_newlines((tmp_path / "v.bin").read_bytes(), table))
    assert_same(read_vectors(tmp_path / "v.bin"), table)


def test_lines_may_end_as_on_windows(tmp_path):
    table = table_of(AWKWARD_WORDS)
    for name in ("v.txt", "v.vec"):
        write_vectors(tmp_path / name, table)
        content = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(content.replace(b"\n", b" \r\n"))
        assert_same(read_vectors(tmp_path / name), table)


def test_gzip_holds_the_plain_file(tmp_path):
    table = table_of("abc")
    write_glove_text(tmp_path / "v.txt", table, header=True)
    write_glove_text(tmp_path / "v.gz", table, header=True)
    unpacked = gzip.decompress((tmp_path / "v.gz").read_bytes())
    assert unpacked == (tmp_path / "v.txt").read_bytes()


@pytest.mark.parametrize("name", PATHS)
def test_limit_dtype_and_keep(tmp_path, name):
    table = table_of([f"word{i}" for i in range(20_000)], vector_size=10)
    write_vectors(tmp_path / name, table)
    read = read_vectors(
        tmp_path / name, limit=15_000, keep={"word7", "word14999", "word15000", "x"}
    )
    assert read.words == ["word7", "word14999"]
    assert np.array_equal(read.vectors, table.vectors[[7, 14999]])
    for dtype in (np.float16, np.float32):
        read = read_vectors(tmp_path / name, limit=3, dtype=dtype)
        assert read.vectors.dtype == dtype
        assert np.array_equal(read.vectors, table.vectors[:3].astype(dtype))


@pytest.mark.parametrize("name", ["v.bin", "v"])
def test_float64_of_float32_is_exact(tmp_path, name):
    table = table_of("abc")
    write_vectors(tmp_path / name, table)
    read = read_vectors(tmp_path / name, dtype=np.float64)
    assert read.vectors.dtype == np.float64
    assert np.array_equal(read.vectors, table.vectors)


def test_text_is_read_as_float64_where_asked(tmp_path):
    (tmp_path / "v.txt").write_text("a 0.12345678901234567 1e-300\n")
    assert read_vectors(tmp_path / "v.txt", dtype=np.float64).vectors.tolist() == [
        [0.12345678901234567, 1e-300]
    ]


@pytest.mark.parametrize("name", ["v.txt", "v.vec", "v.bin", "v.txt.gz", "v"])
def test_no_word_to_keep_gives_an_empty_table(tmp_path, name):
    write_vectors(tmp_path / name, table_of("abc"))
    assert read_vectors(tmp_path / name, keep=["x"]).vectors.shape == (0, 5)


@pytest.mark.parametrize("choice", [{"limit": 0}, {"dtype": np.int32}])
@pytest.mark.parametrize("name", ["v.txt", "v.bin", "v"])
def test_senseless_choices_are_refused(tmp_path, name, choice):
    write_vectors(tmp_path / name, table_of("abc"))
    with pytest.raises(OptionError):
        read_vectors(tmp_path / name, **choice)


UNWRITABLE = {
    "newline": (table_of(["a", "b\nc"]), FORMATS[:5]),
    "half a pair": (table_of(["a", "\ud800"]), FORMATS),
    "nan": (VectorTable(["a"], np.array([[np.nan]], np.float32)), FORMATS),
    "infinite": (VectorTable(["a"], np.array([[np.inf]])), FORMATS),
    "too large": (VectorTable(["a"], np.array([[1e39]])), FORMATS[:3]),
    "repeated": (table_of(["a", "b", "a"]), FORMATS),
    "too few words": (VectorTable(["a"], np.zeros((2, 3))), FORMATS),
    "empty": (VectorTable([], np.zeros((0, 3))), FORMATS),
    "no columns": (VectorTable(["a"], np.zeros((1, 0))), FORMATS),
    "space and number": (table_of(["a", "route 66"]), FORMATS[:3]),
    "space in the first": (table_of(["new york"]), ("glove", "word2vec-binary")),
    "counts": (VectorTable(["a"], np.zeros((1, 3)), counts=np.zeros(2, np.int64)), FORMATS),
}


@pytest.mark.parametrize(
    ("case", "name"), [(case, name) for case, (_, names) in UNWRITABLE.items() for name in names]
)
def test_what_a_format_cannot_hold_is_refused_and_nothing_is_left(tmp_path, case, name):
    if name == "safetensors":
        pytest.importorskip("safetensors")
    with pytest.raises(OutputError):
        write_vectors(tmp_path / "v", UNWRITABLE[case][0], name)
    assert list(tmp_path.iterdir()) == []


def test_words_with_spaces_are_read_from_the_right(tmp_path):
    table = table_of(["the", "new york", ". . .", "at name@domain.com"])
    for name in ("v.txt", "v.vec", "v"):
        write_vectors(tmp_path / name, table)
        assert_same(read_vectors(tmp_path / name), table)


def test_suffix_or_name_must_say_the_format(tmp_path):
    with pytest.raises(OptionError, match="suffix"):
        write_vectors(tmp_path / "v.h5", table_of("a"))
    with pytest.raises(OptionError, match="no format"):
        write_vectors(tmp_path / "v.txt", table_of("a"), "hdf5")
