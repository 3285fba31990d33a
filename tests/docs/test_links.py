"""Links between the pages lead somewhere, where the repository is read as where the site is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
MADE_FROM = ROOT / "docs" / "optimizers" / "text.md"  # a part of another page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_that_are_there(page):
    if page == MADE_FROM:
        return
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert missing == []


def test_the_readme_leads_to_every_recipe():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    recipes = [path.name for path in (ROOT / "docs" / "recipes").glob("*.md")]
    assert [name for name in recipes if f"docs/recipes/{name}" not in readme] == []
