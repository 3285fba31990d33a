"""A model, its report and its text, as the commands find them."""

from __future__ import annotations

import shutil

import pytest
from commands.sure.small_model import SMALL
from support import DATA

from glove_ada import train

DOCUMENTS = 600


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """A folder with a text in two halves, and a model of both with its report."""
    folder = tmp_path_factory.mktemp("sure")
    lines = (DATA / "sample.txt").read_bytes().splitlines(keepends=True)[:DOCUMENTS]
    (folder / "one.txt").write_bytes(b"".join(lines[0::2]))
    (folder / "two.txt").write_bytes(b"".join(lines[1::2]))
    texts = [str(folder / name) for name in ("one.txt", "two.txt")]
    assert train.main([*texts, "--save-file", str(folder / "model"), *SMALL]) == 0
    return folder


@pytest.fixture
def here(trained, tmp_path, monkeypatch):
    """A copy that a test may spoil; the report names the text where it was."""
    shutil.copytree(trained, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path
