"""What of the safetensors layout no peer's program shows."""

from __future__ import annotations

import os
import sys

import pytest
from tables import INVALID_UTF8, assert_same, table_of

from glove_ada.errors import OptionError, OutputError
from glove_ada.formats import read_vectors, write_vectors


def test_bytes_that_are_not_utf8_are_refused(tmp_path):
    pytest.importorskip("safetensors")
    with pytest.raises(OutputError, match="not UTF-8"):
        write_vectors(tmp_path / "model", table_of(INVALID_UTF8), "safetensors")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["a", "<unk>"], ["a", "[UNK]"], ["a", "b"]])
def test_no_unknown_word_comes_or_goes(tmp_path, words):
    pytest.importorskip("safetensors")
    table = table_of(words)
    write_vectors(tmp_path / "model", table, "safetensors")
    write_vectors(tmp_path / "model", table, "safetensors")
    assert_same(read_vectors(tmp_path / "model"), table)
    assert read_vectors(tmp_path / "model", limit=1).words == ["a"]


def add_thesis(folder):
    (folder / "thesis").write_text("years of work")
    return "thesis"


def edit_tokenizer(folder):
    path = folder / "tokenizer.json"
    path.write_text(path.read_text().replace('"a"', '"x"'))
    return "tokenizer.json"


def edit_config(folder):
    path = folder / "config.json"
    path.write_text(path.read_text().replace('"normalize": false', '"normalize": true'))
    return "config.json"


def make_model_of_others(folder):
    (folder / "config.json").write_text('{"model_type": "model2vec", "normalize": true}')
    return "model.safetensors"


@pytest.mark.parametrize("change", [add_thesis, edit_tokenizer, edit_config, make_model_of_others])
def test_a_folder_with_anything_of_others_is_not_replaced(tmp_path, change):
    pytest.importorskip("safetensors")
    folder = tmp_path / "model"
    write_vectors(folder, table_of("abc"), "safetensors")
    foreign = change(folder)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(OutputError, match=f"{foreign} in it is not as glove_ada wrote it"):
        write_vectors(folder, table_of("de"), "safetensors")
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_the_extra_is_named_where_it_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    with pytest.raises(OptionError, match=r"glove-ada\[safetensors\]"):
        write_vectors(tmp_path / "model", table_of("a"), "safetensors")


@pytest.mark.skipif(os.name != "posix", reason="permissions")
def test_the_files_have_the_permissions_that_the_umask_leaves(tmp_path):
    pytest.importorskip("safetensors")
    write_vectors(tmp_path / "model", table_of(["a", "b"]), "safetensors")
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "model").iterdir()}
    umask = os.umask(0)
    os.umask(umask)
    assert modes == {0o666 & ~umask}
