"""Scores as plain values, for JSON and for the reports of training runs."""

from __future__ import annotations

import dataclasses
from typing import Any


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
