"""The commands of pages that are no recipes, but whose code is run all the same."""

from __future__ import annotations

import re
import shutil

import pytest
from docs.recipe_pages import RECIPES, blocks_of, run_block
from docs.test_recipes import lines
from support import DATA

GUIDES = ["start-from", "stability", "new-words"]


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide(name, tmp_path, monkeypatch):
    page = (RECIPES.parent / f"{name}.md").read_text(encoding="utf-8")
    shutil.copytree(DATA, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "__main__"}
    for block in blocks_of(page):
        printed = run_block(block, namespace, f"{name}.md")
        if block.printed is not None:
            assert lines(printed) == lines(block.printed), f"{name}.md, line {block.line}"


def test_one_directory_serves_all_pages():
    """No model is overwritten, so that two pages with one name would stop a reader of both."""
    saved: dict[str, str] = {}
    for name in [*GUIDES, "uncertainty", "social-science", "r"]:
        page = (RECIPES.parent / f"{name}.md").read_text(encoding="utf-8")
        shown = "\n".join(block.code for block in blocks_of(page))
        for path in set(re.findall(r"--(?:save-file|model) (\S+)", shown)):
            assert saved.setdefault(path, name) == name
    assert len(saved) > 4
