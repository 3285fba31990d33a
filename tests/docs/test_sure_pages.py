"""The pages on uncertainty and on groups: every command of theirs, on the sample."""

from __future__ import annotations

import shutil

import pytest
from docs.recipe_pages import RECIPES, blocks_of, run_block
from support import DATA

DECADES = ("1950", "1970", "1990", "2010")


def make_decades(folder):
    """The sample as speeches of four decades: from one to the next, more dogs are violins."""
    lines = []
    for number, line in enumerate((DATA / "sample.txt").read_text(encoding="utf-8").splitlines()):
        decade, turn = number % len(DECADES), number // len(DECADES) % (len(DECADES) - 1)
        text = line.replace(" dog ", " violin ") if turn < decade else line
        lines.append(f"{DECADES[decade]}\t{text}\n")
    (folder / "speeches.tsv").write_text("".join(lines), encoding="utf-8")


@pytest.mark.parametrize("name", ["uncertainty", "social-science"])
def test_a_page(name, tmp_path, monkeypatch):
    page = (RECIPES.parent / f"{name}.md").read_text(encoding="utf-8")
    if "--picture" in page:
        pytest.importorskip("matplotlib")
    shutil.copytree(DATA, tmp_path / "data")
    make_decades(tmp_path)
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "__main__"}
    blocks = blocks_of(page)
    assert sum(block.printed is not None for block in blocks) >= 3
    for block in blocks:
        printed = run_block(block, namespace, f"{name}.md")
        if block.printed is not None:
            shown = [line.rstrip() for line in printed.splitlines()]
            assert shown == block.printed.splitlines(), f"{name}.md, line {block.line}"
