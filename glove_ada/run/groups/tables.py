"""What a comparison of groups finds, as records and as text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from glove_ada.run.groups.changes import Change
from glove_ada.run.groups.group_rows import GroupRow, WordRows, uncertainty_of_group
from glove_ada.run.groups.grouped_text import GroupedText
from glove_ada.run.uncertainty.estimates import Estimate

BETWEEN = "difference"
"""The name in place of a group's for what the first group has more than the second."""


@dataclass(frozen=True)
class GroupCosine:
    """A cosine of a word's vector for a group.

    Attributes
    ----------
    word, group, other : str
        `other` is a word whose vector is that of the whole model, and certain.
    occurrences, documents : int or None
        Of the word in the group: documents in blocks. None for a difference.
    cosine, standard_error, low, high : float or None
        With the 95 % interval; None if the word has no neighbours in the group, or, all but the
        cosine, is there in too few documents to tell.
    """

    word: str
    group: str
    other: str
    occurrences: int | None
    documents: int | None
    cosine: float | None
    standard_error: float | None = None
    low: float | None = None
    high: float | None = None


def cosines_by_group(
    text: GroupedText,
    words: Sequence[str],
    others: Sequence[str],
    rows: Sequence[WordRows],
) -> list[GroupCosine]:
    """Return the cosine of each word with each other word, for each group.

    Of two groups the difference comes last.

    Parameters
    ----------
    text : GroupedText
    words, others : sequence of str
    rows : sequence
        Of the words; see `rows_by_group`.
    """
    sure = [uncertainty_of_group(text, words, rows, k) for k in range(len(text.names))]
    found = []
    for word, of_word in zip(words, rows, strict=True):
        for other in others:
            vector = text.vectors.get_vector(other).astype(np.float64)
            estimates: list[Estimate | None] = []
            for number, (name, row) in enumerate(zip(text.names, of_word, strict=True)):
                estimate = None if row is None else sure[number].cosine_to(word, vector)
                estimates.append(estimate)
                found.append(_cosine(word, name, other, row, estimate))
            if len(text.names) == 2 and estimates[0] and estimates[1]:
                between = _difference(estimates[0], estimates[1])
                found.append(_cosine(word, BETWEEN, other, None, between))
    return found


def nearest_by_group(
    text: GroupedText,
    words: Sequence[str],
    rows: Sequence[WordRows],
    topn: int,
) -> list[GroupCosine]:
    """Return the words of the whole model that are nearest to each word's vector for a group."""
    sure = [uncertainty_of_group(text, words, rows, k) for k in range(len(text.names))]
    found = []
    for word, of_word in zip(words, rows, strict=True):
        for number, (name, row) in enumerate(zip(text.names, of_word, strict=True)):
            if row is None:
                found.append(_cosine(word, name, "", None, None))
                continue
            near = text.vectors.similar_by_vector(row.vector.astype(np.float32), topn=topn + 1)
            for other, _ in [pair for pair in near if pair[0] != word][:topn]:
                vector = text.vectors.get_vector(other).astype(np.float64)
                estimate = sure[number].cosine_to(word, vector)
                found.append(_cosine(word, name, other, row, estimate))
    return found


def cosine_text(found: Sequence[GroupCosine], *, nearest: bool) -> str:
    """Show cosines as a table, word by word."""
    lines: list[list[str]] = []
    heading = ["word", "group", "occurrences", "documents", "near" if nearest else "to"]
    lines.append([*heading, "cosine", "error", "95 % interval"])
    before: tuple[str, str] | None = None
    for each in found:
        again = before == (each.word, each.group)
        before = (each.word, each.group)
        counts = ["" if number is None or again else f"{number:,}"
                  for number in (each.occurrences, each.documents)]  # fmt: skip
        named = ["", ""] if again else [each.word, each.group]
        lines.append([*named, *counts, each.other, *_shown(each)])
    return _aligned(lines, left={0, 1, 4, 7})


def change_text(changes: Sequence[Change], first: str, second: str) -> str:
    """Show how two groups differ in words as a table."""
    lines = [["word", first, second, "cosine", "times chance", "p"]]
    for each in changes:
        one, other = each.occurrences
        lines.append(
            [
                each.word,
                f"{one:,}",
                f"{other:,}",
                f"{each.cosine:.4f}",
                f"{each.permuted.ratio:.2f}",
                f"{each.permuted.p:.4f}",
            ]
        )
    return _aligned(lines, left={0})


def _cosine(
    word: str, group: str, other: str, row: GroupRow | None, estimate: Estimate | None
) -> GroupCosine:
    occurrences, documents = (None, None)
    if row is not None:
        occurrences, documents = row.occurrences, len(row.influences.blocks)
    if estimate is None:
        return GroupCosine(word, group, other, occurrences, documents, None)
    if not estimate.known:
        return GroupCosine(word, group, other, occurrences, documents, estimate.value)
    return GroupCosine(
        word,
        group,
        other,
        occurrences,
        documents,
        estimate.value,
        estimate.standard_error,
        estimate.low,
        estimate.high,
    )


def _difference(one: Estimate, other: Estimate) -> Estimate:
    """Return what one group has more: their documents are different ones, and so is their noise."""
    error = math.hypot(one.standard_error, other.standard_error)
    return Estimate(one.value - other.value, error, one.largest + other.largest)


def _shown(each: GroupCosine) -> list[str]:
    if each.cosine is None:
        return ["", "", "no neighbours"]
    if each.standard_error is None:
        return [f"{each.cosine:.4f}", "", "too few documents to tell"]
    return [
        f"{each.cosine:.4f}",
        f"{each.standard_error:.4f}",
        f"[{each.low:.4f}, {each.high:.4f}]",
    ]


def _aligned(lines: list[list[str]], left: set[int]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    shown = []
    for line in lines:
        cells = [
            cell.ljust(width) if place in left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        shown.append("  ".join(cells).rstrip())
    return "\n".join(shown)
