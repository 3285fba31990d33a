"""The pages on uncertainty and on groups: every command of theirs, on the sample."""

from __future__ import annotations

import shutil

import pytest
from docs.recipe_pages import RECIPES, blocks_of, run_block
from support import DATA


@pytest.mark.parametrize("name", ["uncertainty", "social-science"])
def test_a_page(name, tmp_path, monkeypatch):
    page = (RECIPES.parent / f"{name}.md").read_text(encoding="utf-8")
    if "--picture" in page:
        pytest.importorskip("matplotlib")
    shutil.copytree(DATA, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "__main__"}
    blocks = blocks_of(page)
    assert sum(block.printed is not None for block in blocks) >= 3
    for block in blocks:
        printed = run_block(block, namespace, f"{name}.md")
        if block.printed is not None:
            shown = [line.rstrip() for line in printed.splitlines()]
            assert shown == block.printed.splitlines(), f"{name}.md, line {block.line}"
