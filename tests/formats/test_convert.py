"""`python -m glove_ada.convert`."""

from __future__ import annotations

import itertools
import subprocess
import sys

import numpy as np
import pytest
from tables import AWKWARD_WORDS, assert_same, table_of

from glove_ada.convert import main
from glove_ada.formats import read_vectors, write_vectors


def test_round_through_every_format(tmp_path):
    table = table_of(AWKWARD_WORDS)
    write_vectors(tmp_path / "0.txt", table)
    names = ["0.txt", "1.vec", "2.bin.gz", "3", "4.txt.gz", "5.bin", "6.vec"]
    for before, after in itertools.pairwise(names):
        assert main([str(tmp_path / before), str(tmp_path / after)]) == 0
        assert_same(read_vectors(tmp_path / after), table)


def test_format_and_limit(tmp_path, capsys):
    write_vectors(tmp_path / "v.txt", table_of("abc"))
    out = str(tmp_path / "out.txt")
    assert main([str(tmp_path / "v.txt"), out, "--format", "word2vec", "--limit", "2"]) == 0
    assert (tmp_path / "out.txt").read_bytes().startswith(b"2 5\na ")
    assert capsys.readouterr().out == f"{out}: 2 vectors of 5 numbers\n"


@pytest.mark.parametrize("name", ["w", "w.npz"])
def test_folder_keeps_its_precision(tmp_path, name):
    table = table_of("abc", dtype=np.float64)
    write_vectors(tmp_path / "v", table)
    assert main([str(tmp_path / "v"), str(tmp_path / name)]) == 0
    assert_same(read_vectors(tmp_path / name, dtype=None), table)


def test_what_is_there_is_replaced_only_when_asked_to(tmp_path, capsys):
    write_vectors(tmp_path / "v.txt", table_of("abc"))
    for name in ("w.vec", "w"):
        arguments = [str(tmp_path / "v.txt"), str(tmp_path / name)]
        assert main(arguments) == 0
        assert main([*arguments, "--limit", "1"]) == 2
        assert capsys.readouterr().err == (
            f"error: {tmp_path / name} is there: --overwrite replaces it, another name keeps it\n"
        )
        assert len(read_vectors(tmp_path / name).words) == 3
        assert main([*arguments, "--limit", "1", "--overwrite"]) == 0
        assert read_vectors(tmp_path / name).words == ["a"]


def test_damaged_folder_is_not_converted(tmp_path, capsys):
    write_vectors(tmp_path / "v", table_of("abc"))
    data = (tmp_path / "v" / "vectors.npy").read_bytes()
    (tmp_path / "v" / "vectors.npy").write_bytes(data[:-1] + b"\0")
    assert main([str(tmp_path / "v"), str(tmp_path / "v.txt")]) == 2
    assert "not what was written" in capsys.readouterr().err
    assert not (tmp_path / "v.txt").exists()


def test_reference_vectors(tmp_path):
    (tmp_path / "vocab.txt").write_text("a 2\nb 1\n")
    parameters = np.arange(16, dtype="<f8")
    (tmp_path / "vectors.bin").write_bytes(parameters.tobytes())
    arguments = ["--vocab-file", str(tmp_path / "vocab.txt"), "--limit", "1"]
    assert main([str(tmp_path / "vectors.bin"), str(tmp_path / "v"), *arguments]) == 0
    table = read_vectors(tmp_path / "v", dtype=None)
    assert table.words == ["a"]
    assert table.vectors.tolist() == [[8, 10, 12]]
    assert table.context_biases.tolist() == [11]


def test_repeated_words_are_told_of(tmp_path, capsys):
    (tmp_path / "v.txt").write_text("a 1 2\na 3 4\n")
    assert main([str(tmp_path / "v.txt"), str(tmp_path / "w.vec")]) == 0
    assert capsys.readouterr().err.startswith("warning: ")


@pytest.mark.parametrize(
    "arguments", [["missing.txt", "out.txt"], ["v.txt", "out.h5"], ["v.txt", "no/out.txt"]]
)
def test_mistakes_give_one_line_and_status_2(tmp_path, arguments):
    write_vectors(tmp_path / "v.txt", table_of("abc"))
    done = subprocess.run(
        [sys.executable, "-m", "glove_ada.convert", *(str(tmp_path / name) for name in arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
