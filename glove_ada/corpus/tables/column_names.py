"""How the columns of a table are listed for a user."""

from __future__ import annotations

from collections.abc import Sequence

_MOST_COLUMNS, _MOST_LETTERS = 20, 40


def listed(names: Sequence[object]) -> str:
    """Return names for a sentence, not all of them if there are many."""
    shown = [str(name) for name in names[:_MOST_COLUMNS]]
    shown = [name if len(name) <= _MOST_LETTERS else name[:_MOST_LETTERS] + "..." for name in shown]
    return (", ".join(shown) or "none") + (", ..." if len(names) > _MOST_COLUMNS else "")
