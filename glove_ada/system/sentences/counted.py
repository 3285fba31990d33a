"""How many there are of something."""

from __future__ import annotations


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return a count with what is counted: "1 word", "3,000 words".

    Parameters
    ----------
    count : int
    one : str
        What there is one of, and what follows: "row repeats".
    many : str, optional
        The same of several, if it is not `one` with an s: "rows repeat".
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
