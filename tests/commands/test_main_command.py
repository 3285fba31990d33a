"""`glove-ada`: every command under one name."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

import glove_ada
from glove_ada.__main__ import COMMANDS, main
from glove_ada.system.version import __version__


def test_it_lists_every_command(capsys):
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert all(f"glove-ada {name} " in shown for name in COMMANDS)


def test_every_module_with_a_main_is_a_command():
    folder = Path(glove_ada.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "__main__"}
    with_main = {m for m in modules if hasattr(importlib.import_module(f"glove_ada.{m}"), "main")}
    assert with_main == set(COMMANDS)


def test_it_runs_a_command_and_gives_its_status(capsys, tmp_path):
    assert main(["query", str(tmp_path / "missing.txt"), "frog"]) == 2
    assert "missing.txt" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["trian", "--frobnicate"])
def test_an_unknown_command_is_one_sentence(capsys, name):
    assert main([name]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: there is no command")
    assert error.count("\n") == 1


def test_a_misspelt_command_is_told_with_the_nearest(capsys):
    assert main(["trian", "corpus"]) == 2
    assert capsys.readouterr().err.startswith(
        "error: there is no command 'trian'; the nearest is train; there are train, count, "
    )


def test_options_pass_through_anywhere(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus").write_text("a b c d\n" * 9)
    small = ["--quiet", "--vector_size=3", "--epochs=1"]
    assert main(["train", *small, "corpus", "--save-file", "v.bin"]) == 0
    assert main(["query", "v.bin", "--topn", "1", "a"]) == 0
    assert "a (nearest)" in capsys.readouterr().out


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"glove_ada {__version__}\n"
