"""Scores as a table for people, and as plain values for JSON and the reports of trainings."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from glove_ada.evaluation.analogies import GUESSES, AnalogyResult
from glove_ada.evaluation.bootstrap import Difference, Estimate
from glove_ada.evaluation.comparison import AccuracyDifference, SimilarityDifference
from glove_ada.evaluation.similarity import SimilarityResult

METHOD_NAMES = {"3cosadd": "3CosAdd", "3cosmul": "3CosMul"}

Row = Sequence[str]


def analogy_rows(result: AnalogyResult) -> list[Row]:
    """Lay out the scores of a set of analogies: a line for each section and sum."""
    title = f"{result.name} ({METHOD_NAMES[result.method]}, percent)"
    rows: list[Row] = [(title, *(f"at {guesses}" for guesses in GUESSES), "known / all")]
    for score in result.scores():
        cells = [_percent(score.accuracy[guesses]) for guesses in GUESSES]
        rows.append((f"  {score.name}", *cells, f"{score.known:,} / {score.questions:,}"))
    return rows


def similarity_rows(results: Sequence[SimilarityResult]) -> list[Row]:
    """Lay out the scores of sets of word pairs: a line for each."""
    title = f"similarity (missing words: {results[0].missing})"
    rows: list[Row] = [(title, "Spearman", "Pearson", "", "known / all")]
    for result in results:
        cells = (_correlation(result.spearman), _correlation(result.pearson), "")
        rows.append((f"  {result.name}", *cells, f"{result.known:,} / {result.pairs:,}"))
    return rows


def analogy_difference_rows(
    result: AnalogyResult, differences: Iterable[AccuracyDifference]
) -> list[Row]:
    """Lay out differences of accuracy: a line for each section and sum."""
    title = f"{result.name} ({METHOD_NAMES[result.method]}, points)"
    rows: list[Row] = [(title, *(f"at {guesses}" for guesses in GUESSES), "known to both")]
    for each in differences:
        cells = [_percent(each.difference[guesses]) for guesses in GUESSES]
        rows.append((f"  {each.name}", *cells, f"{each.shared:,}"))
    return rows


def similarity_difference_rows(differences: Iterable[SimilarityDifference]) -> list[Row]:
    """Lay out differences of correlation: a line for each set of word pairs."""
    rows: list[Row] = [("similarity", "Spearman", "Pearson", "", "counted for both")]
    for each in differences:
        cells = (
            _correlation(each.spearman),
            _correlation(each.pearson),
            "",
        )
        rows.append((f"  {each.name}", *cells, f"{each.shared:,}"))
    return rows


def aligned(groups: Iterable[Sequence[Row]]) -> str:
    """Print groups of rows as one table: the first column to the left, the others to the right."""
    groups = list(groups)
    columns = zip(*(row for group in groups for row in group), strict=True)
    widths = [max(map(len, column)) for column in columns]
    return "\n\n".join(
        "\n".join(
            "  ".join(
                cell.rjust(width) if column else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in group
        )
        for group in groups
    )


def _percent(estimate: Estimate | None) -> str:
    """Print a share with its interval, in percent with one digit."""
    return _cell(estimate, 100, "5.1f")


def _correlation(estimate: Estimate | None) -> str:
    """Print a correlation with its interval, with three digits."""
    return _cell(estimate, 1, "6.3f")


def _cell(estimate: Estimate | None, scale: float, form: str) -> str:
    """Print a score with its interval; a difference with its signs and what to make of it."""
    if estimate is None:
        return "-"
    verdict = ""
    if isinstance(estimate, Difference):
        form = f"+{form}"
        verdict = " noise " if estimate.noise else " better" if estimate.value > 0 else " worse "
    value, low, high = (scale * x for x in (estimate.value, estimate.low, estimate.high))
    return f"{value:{form}} [{low:{form}}, {high:{form}}]{verdict}"


def as_record(result: Any) -> Any:
    """Turn results, and lists and tuples of them, into what `json.dumps` takes.

    What is too long to be printed, the single questions and pairs, is left out.
    """
    if dataclasses.is_dataclass(result):
        names = [field.name for field in dataclasses.fields(result) if field.repr]
        return {name: as_record(getattr(result, name)) for name in names}
    if isinstance(result, dict):
        return {str(key): as_record(value) for key, value in result.items()}
    if isinstance(result, list | tuple):
        return [as_record(value) for value in result]
    return result
