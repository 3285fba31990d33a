"""The page of the rules is what its script makes of what was measured, and tells of every rule."""

from __future__ import annotations

from support import DATA

from glove_ada.training.rules import DEFAULTS

ROOT = DATA.parent


def test_the_page_is_what_was_measured(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scripts")
    from write_optimizers_page import RESULTS, Results, page

    assert (ROOT / "docs" / "optimizers.md").read_text("utf-8") == page(Results(RESULTS))


def test_every_rule_is_timed():
    page = (ROOT / "docs" / "optimizers.md").read_text("utf-8")
    assert all(f"| `{rule}` | " in page for rule in DEFAULTS)
