"""Broken and hostile files: each is refused with one sentence, in little memory."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import struct
import subprocess
import sys
import zlib
from contextlib import nullcontext
from unittest import mock

import numpy as np
import pytest
from tables import table_of

from glove_ada import kernels
from glove_ada.errors import FormatError
from glove_ada.formats import read_vectors, write_vectors
from glove_ada.formats.numpy_folder import verify_numpy_folder
from glove_ada.formats.table import OPTIONAL_ARRAYS
from glove_ada.system import gzip_files

ROW = np.array([1, 2, 3], dtype="<f4").tobytes()
INFINITE = np.array([1, np.inf, 3], dtype="<f4").tobytes()
MANY_ROWS = b"".join(b"word%d 1.5 2.5 3.5\n" % row for row in range(5000))

HOSTILE_FILES = {
    # nothing, or something else
    "empty": (b"", "is empty"),
    "empty gzip": (gzip.compress(b""), "line 1"),
    "one newline": (b"\n", "line 1"),
    "one word": (b"hello\n", "line 1"),
    "prose": (b"The quick brown fox\njumps over\n", "line 1: 'quick' is not a finite number"),
    "html": (b"<!DOCTYPE html>\n<html>\n", "line 1"),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "line 1"),
    "pickle": (pickle.dumps({"a": [1.0]}), "pickle"),
    "zip": (b"PK\x03\x04rest", "zip"),
    "lone array": (b"\x93NUMPY\x01\x00rest", "without its words"),
    "lone safetensors": (struct.pack("<Q", 2) + b"{}", "safetensors"),
    "endless line": (b"a " * (1 << 23) + b"a", "line of over 16 MiB"),
    "endless line later": (b"a 1 2\n" + b"1" * (1 << 25), "line of over 16 MiB"),
    "UTF-16": ("a 1 2 3\nb 1 2 3\n".encode("utf-16"), "holds NUL bytes, as UTF-16.*UTF-8$"),
    "UTF-16, other order": ("a 1 2 3\n".encode("utf-16-be"), "holds NUL bytes, as UTF-16"),
    "UTF-16 with a header": ("1 3\na 1 2 3\n".encode("utf-16"), "holds NUL bytes, as UTF-16"),
    # rows of text
    "short row": (b"a 1 2 3\nb 1 2\n", "line 2: 2 numbers where 3 should be"),
    "long row": (b"a 1 2 3\nb 1 2 3 4\n", "line 2: 4 numbers where 3 should be"),
    "blank line": (b"a 1 2 3\n\nb 1 2 3\n", "line 2: 0 numbers"),
    "cut off in a row": (MANY_ROWS[:-9], "line 5000: 1 number where"),
    "no number at first": (b"a 1 x 3\n", "line 1: 'x' is not a finite number"),
    "no number": (MANY_ROWS + b"b 1 x 3\n", "line 5001: 'x' is not a finite number"),
    "infinite": (b"a 1 2 3\nb 1 inf 3\n", "line 2: 'inf' is not a finite number"),
    "nan": (b"a 1 2 3\nb nan 2 3\n", "line 2: 'nan' is not a finite number"),
    "too large": (b"a 1 2 3\nb 1 2 1e39\n", "line 2: '1e39' is not a finite number"),
    "two spaces": (b"a 1 2 3\nb 1  2 3\n", "line 2: '' is not a finite number"),
    "tabs": (b"a\t1\t2\t3\n", "line 1"),
    "decimal commas": (b"a 1,5 2,5\n", "line 1: '1,5' is not a finite number"),
    "hexadecimal": (b"a 0x10 1\n", "line 1: '0x10'"),
    "underscores": (b"a 1_0 1\n", "line 1: '1_0'"),
    "only newlines": (b"a 1 2\n" + b"\n" * 100_000, "line 2: 0 numbers"),
    # headers of text
    "fewer rows than promised": (b"3 2\na 1 2\nb 1 2\n", "promises 3 vectors, but 2 follow"),
    "more rows than promised": (b"1 2\na 1 2\nb 1 2\n", "promises 1 vector, but 2 follow"),
    "a row too many": (b"1 2\na 1 2\nunk 1 2\n", "promises 1 vector, but 2 follow"),
    "wrong dimension": (b"1 3\na 1 2\n", "line 2: 2 numbers where 3 should be"),
    "billions of rows": (b"999999999999999 2\na 1 2\n", "but 1 follow"),
    "billions of numbers": (b"1 999999999999999\na 1 2\n", "too many"),
    "no rows": (b"0 5\n", "promises 0 vectors"),
    "no numbers": (b"5 0\na\n", "promises 5 vectors of 0 numbers"),
    "header alone": (b"1 2\n", "holds no vectors"),
    # binary
    "binary cut off": (b"2 3\na " + ROW + b"\nb " + ROW[:-1], "cut off in row 2 of 2"),
    "binary goes on": (b"1 3\na " + ROW + b"\nb " + ROW, "goes on after the 1 vector that"),
    "binary infinite": (b"1 3\na " + INFINITE + b"\n", "row 1.*not finite"),
    "binary billions of rows": (b"999999999999 3\na " + ROW, "cut off in row 2"),
    "binary huge rows": (b"1 4000000\na " + ROW, "cut off in row 1"),
    "binary wrong dimension": (b"2 2\na " + ROW + b"\nb " + ROW, "damaged|cut off|goes on"),
    "binary endless word": (b"1 3\n\xff" + b"a" * (1 << 25), "line of over|without end"),
    # gzip
    "gzip cut off": (gzip.compress(MANY_ROWS)[:-200], "damaged"),
    "gzip without its end": (gzip.compress(MANY_ROWS)[:-8], "damaged"),
    "gzip garbled": (gzip.compress(MANY_ROWS)[:30] + b"\xff" * 300, "damaged"),
    "gzip header only": (b"\x1f\x8b\x08", "damaged"),
    "gzip bomb": (gzip.compress(bytes(1 << 25)), "line of over 16 MiB"),
    "gzip of 500 million rows": (
        gzip.compress(b"500000000 1\n" + b"a 1\n" * 5000),
        r"promises 500,000,000 vectors, which a file of \d+ bytes does not hold",
    ),
    "gzip of 500 million binary rows": (
        gzip.compress(b"500000000 1\n" + b"a \0\0\0\0" * 5000),
        r"promises 500,000,000 vectors, which a file of \d+ bytes does not hold",
    ),
}


@pytest.mark.parametrize("name", HOSTILE_FILES)
def test_hostile_file(tmp_path, name):
    content, sentence = HOSTILE_FILES[name]
    path = tmp_path / "vectors"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=sentence) as caught:
        read_vectors(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    assert len(message) < len(str(path)) + 200


def test_a_gzip_that_unpacks_to_far_more_than_vectors_do(tmp_path, monkeypatch):
    monkeypatch.setattr(gzip_files, "MOST_UNPACKED", 1 << 16)
    path = tmp_path / "vectors"
    path.write_bytes(gzip.compress(b"a 1\n" * (1 << 20)))
    with pytest.raises(FormatError, match=r"vectors unpacks to over 20 times its size.*unpack it"):
        read_vectors(path)
    path.write_bytes(gzip.compress(b"a 1\n" * (1 << 13)))
    with pytest.warns(UserWarning, match="repeat"):
        assert read_vectors(path).words == ["a"]


@pytest.mark.parametrize(("header", "end"), [(b"", b"1"), (b"", b"x"), (b"1 5000\n", b"x")])
def test_a_long_line_is_parsed_a_few_times_not_number_by_number(tmp_path, header, end):
    path = tmp_path / "vectors"
    path.write_bytes(header + b"a" + b" 1" * 4999 + b" " + end + b"\n")
    refused = pytest.raises(FormatError, match="'x' is not a finite number")
    with (
        mock.patch.object(kernels, "parse_rows", wraps=kernels.parse_rows) as parse,
        refused if end == b"x" else nullcontext(),
    ):
        read_vectors(path)
    assert parse.call_count < 40


@pytest.mark.parametrize("header", [b"", b"2 3\n"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path, header, pack):
    mark = "\ufeff".encode()
    path = tmp_path / "vectors"
    path.write_bytes(pack(mark + header + b"the 1 2 3\n" + mark + b"the 4 5 6\n"))
    assert read_vectors(path).words == ["the", "\ufeffthe"]


def test_no_such_file(tmp_path):
    with pytest.raises(FormatError, match="No such file"):
        read_vectors(tmp_path / "missing.txt")


def test_device():
    with pytest.raises(FormatError, match="not a regular file"):
        read_vectors("/dev/null")


def test_faults_behind_the_limit_are_not_looked_for(tmp_path):
    (tmp_path / "v.txt").write_bytes(MANY_ROWS + b"broken\n")
    assert len(read_vectors(tmp_path / "v.txt", limit=5000).words) == 5000


@pytest.mark.parametrize("header", [b"", b"4 2\n"])
def test_first_of_repeated_words_is_kept_and_one_warning_counts_the_others(tmp_path, header):
    (tmp_path / "v.txt").write_bytes(header + b"a 1 2\nb 3 4\na 5 6\na 7 8\n")
    with pytest.warns(UserWarning, match="2 rows repeat an earlier word") as caught:
        table = read_vectors(tmp_path / "v.txt")
    assert len(caught) == 1
    assert table.words == ["a", "b"]
    assert table.vectors.tolist() == [[1, 2], [3, 4]]


def test_the_reference_program_does_not_count_its_unknown_word(tmp_path):
    (tmp_path / "v.txt").write_bytes(b"2 2\na 1 2\nb 3 4\n<unk> 5 6\n")
    assert read_vectors(tmp_path / "v.txt").words == ["a", "b", "<unk>"]


def drop(name):
    return lambda folder: (folder / name).unlink()


def cut(name):
    def damage(folder):
        (folder / name).write_bytes((folder / name).read_bytes()[:-1])

    return damage


def overwrite(name, content):
    return lambda folder: (folder / name).write_bytes(content)


def replace_array(array, name="vectors.npy"):
    """Put another array in the folder, with a description that fits it."""

    def damage(folder):
        np.save(folder / name, array, allow_pickle=array.dtype == object)
        describe(folder, name)

    return damage


def with_one(value, dtype=np.float32):
    """Return vectors, the second of which holds a value at its end."""
    array = np.ones((3, 5), dtype)
    array[1, 4] = value
    return array


def header_says(**changes):
    """Put a header before 60 bytes that NumPy itself would never write."""

    def damage(folder):
        header = {"descr": "<f4", "fortran_order": False, "shape": (3, 5)} | changes
        with open(folder / "vectors.npy", "wb") as file:
            np.lib.format.write_array_header_1_0(file, header)
            file.write(bytes(60))
        describe(folder, "vectors.npy")

    return damage


def pipe(name):
    """Put a pipe in a file's place: who opens it waits for a writer."""

    def damage(folder):
        if not hasattr(os, "mkfifo"):
            pytest.skip("no pipes with names")
        (folder / name).unlink()
        os.mkfifo(folder / name)

    return damage


def describe(folder, name):
    description = json.loads((folder / "table.json").read_text())
    data = (folder / name).read_bytes()
    description["files"][name] = {"bytes": len(data), "crc32": zlib.crc32(data)}
    (folder / "table.json").write_text(json.dumps(description))


def header_is_garbled(folder):
    data = (folder / "vectors.npy").read_bytes()
    (folder / "vectors.npy").write_bytes(data.replace(b"}", b" "))
    describe(folder, "vectors.npy")


def edit(**changes):
    def damage(folder):
        description = json.loads((folder / "table.json").read_text())
        (folder / "table.json").write_text(json.dumps(description | changes))

    return damage


HOSTILE_FOLDERS = {
    "empty": (lambda folder: [file.unlink() for file in folder.iterdir()], "neither"),
    "without words": (drop("words.txt"), "words.txt is missing"),
    "without vectors": (drop("vectors.npy"), "vectors.npy is missing"),
    "words cut off": (cut("words.txt"), "has 5 bytes, not 6"),
    "vectors cut off": (cut("vectors.npy"), "has 187 bytes, not 188"),
    "words changed": (overwrite("words.txt", b"a\nx\nc\n"), "not what was written"),
    "newer version": (edit(version=2), "version 2.*update glove_ada"),
    "another format": (edit(format="other"), "does not describe"),
    "infinite version": (edit(version=float("inf")), "does not describe"),
    "no list of files": (edit(files=None), "does not describe"),
    "a file elsewhere": (edit(files={"../x": {"bytes": 1, "crc32": 1}}), "does not list"),
    "no JSON": (overwrite("table.json", b"{"), "does not describe"),
    "deep JSON": (overwrite("table.json", b"[" * 100_000), "does not describe"),
    "fewer rows": (replace_array(np.zeros((2, 5), np.float32)), "2 rows for 3 words"),
    "one axis": (replace_array(np.zeros(3, np.float32)), "shape"),
    "integers": (replace_array(np.zeros((3, 5), np.int32)), "dtype int32"),
    "pickled objects": (replace_array(np.full((3, 5), None)), "no array that can be mapped"),
    "header lies": (header_says(shape=(3_000_000_000, 5)), "no array that can be mapped"),
    "header of huge numbers": (header_says(shape=(10**60, 5)), "no array that can be mapped"),
    "header of truths": (header_says(shape=(True, 5)), "no array that can be mapped"),
    "negative shape": (header_says(shape=(-3, -5)), "no array that can be mapped"),
    "no columns": (replace_array(np.zeros((3, 0), np.float32)), r"shape \(3, 0\) holds no vectors"),
    "NaN": (replace_array(with_one(np.nan)), "vectors of 'b' holds a value that is not finite"),
    "infinity": (replace_array(with_one(-np.inf)), "vectors of 'b' holds .* not finite"),
    "too large": (replace_array(with_one(1e300, np.float64)), "not finite as float32"),
    "pipe for the description": (pipe("table.json"), "neither table.json"),
    "pipe for the words": (pipe("words.txt"), "words.txt is missing"),
    "pipe for the vectors": (pipe("vectors.npy"), "vectors.npy is missing"),
    "header garbled": (header_is_garbled, "no array that can be mapped"),
}

if np.dtype(np.longdouble).itemsize > 8:
    HOSTILE_FOLDERS["wide floats"] = (replace_array(with_one(1, np.longdouble)), "dtype float")


@pytest.mark.parametrize("name", HOSTILE_FOLDERS)
def test_hostile_folder(tmp_path, name):
    damage, sentence = HOSTILE_FOLDERS[name]
    folder = tmp_path / "vectors"
    write_vectors(folder, table_of("abc"))
    damage(folder)
    with pytest.raises(FormatError, match=sentence) as caught:
        read_vectors(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", OPTIONAL_ARRAYS)
def test_whatever_stands_beside_the_vectors_is_looked_at_too(tmp_path, name):
    table = table_of("abc")
    matrix = with_one(np.nan)
    table.counts = np.array([3, 2, 1])
    table.word_vectors, table.context_vectors = table.vectors, table.vectors
    table.word_biases, table.context_biases = table.vectors[:, 0], table.vectors[:, 0]
    write_vectors(tmp_path / "v", table)
    array = {"counts": np.array([3, -2, 1])}.get(
        name, matrix[:, 4] if name.endswith("biases") else matrix
    )
    replace_array(array, f"{name}.npy")(tmp_path / "v")
    with pytest.raises(FormatError, match=f"{name} .*(not finite|-2)"):
        read_vectors(tmp_path / "v", dtype=None)


def test_rows_that_are_not_taken_are_not_looked_at(tmp_path):
    write_vectors(tmp_path / "v", table_of("abc"))
    replace_array(with_one(np.nan))(tmp_path / "v")
    assert read_vectors(tmp_path / "v", limit=1).words == ["a"]
    assert read_vectors(tmp_path / "v", keep={"a", "c"}).words == ["a", "c"]


def test_a_changed_number_is_found_by_its_checksum(tmp_path):
    write_vectors(tmp_path / "v", table_of("abc"))
    verify_numpy_folder(tmp_path / "v")
    data = bytearray((tmp_path / "v" / "vectors.npy").read_bytes())
    data[-1] ^= 1
    (tmp_path / "v" / "vectors.npy").write_bytes(data)
    with pytest.raises(FormatError, match="not what was written"):
        verify_numpy_folder(tmp_path / "v")


HOSTILE_MODELS = {
    "without tokenizer": (drop("tokenizer.json"), "cannot be read"),
    "tokenizer no JSON": (overwrite("tokenizer.json", b"{"), "not JSON"),
    "tokenizer no object": (overwrite("tokenizer.json", b"[]"), "not a JSON object"),
    "tokenizer without model": (overwrite("tokenizer.json", b"{}"), "does not list"),
    "tokenizer with gaps": (
        overwrite("tokenizer.json", b'{"model":{"vocab":{"a":0,"b":7}},"added_tokens":[]}'),
        "does not list",
    ),
    "fewer tokens": (
        overwrite("tokenizer.json", b'{"model":{"vocab":{"a":0}},"added_tokens":[]}'),
        "1 token for 4 vectors",
    ),
    "pipe for the tokenizer": (pipe("tokenizer.json"), "not a regular file"),
    "pipe for the configuration": (pipe("config.json"), "not a regular file"),
    "pipe for the tensors": (pipe("model.safetensors"), "neither"),
    "tensors cut off": (cut("model.safetensors"), "cannot be read"),
    "tensors empty": (overwrite("model.safetensors", b""), "cannot be read"),
    "tensors lie": (overwrite("model.safetensors", struct.pack("<Q", 1 << 60)), "cannot be read"),
}


@pytest.mark.parametrize("name", HOSTILE_MODELS)
def test_hostile_model(tmp_path, name):
    pytest.importorskip("safetensors")
    damage, sentence = HOSTILE_MODELS[name]
    folder = tmp_path / "model"
    write_vectors(folder, table_of("abc"), "safetensors")
    damage(folder)
    with pytest.raises(FormatError, match=sentence) as caught:
        read_vectors(folder)
    assert "\n" not in str(caught.value)


def test_memory_stays_bounded(tmp_path):
    pytest.importorskip("resource")
    paths = []
    for name, (content, _) in HOSTILE_FILES.items():
        paths.append(tmp_path / name.replace(" ", "_"))
        paths[-1].write_bytes(content)
    program = (
        "import resource, sys\n"
        "from glove_ada.errors import FormatError\n"
        "from glove_ada.formats import read_vectors\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for path in sys.argv[1:]:\n"
        "    try:\n"
        "        read_vectors(path)\n"
        "    except FormatError:\n"
        "        pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    grown = subprocess.run(
        [sys.executable, "-c", program, *map(str, paths)],
        capture_output=True,
        text=True,
        check=True,
    )
    kilobytes = int(grown.stdout) // (1024 if sys.platform == "darwin" else 1)
    assert kilobytes < 150_000
