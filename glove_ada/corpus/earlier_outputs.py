"""What earlier runs have written into a directory of text, known by the lists that go with it.

The report of a run and the descriptions of folders of vectors name the files beside them, with
size and CRC-32. A file that still has both is as it was written, and no text.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Iterable
from typing import Any

REPORT_SUFFIX = ".report.json"
OUTPUTS = "outputs"
"""In a report: the run's other files by path relative to the report, as `describe_file` does."""

_LARGEST_LIST = 1 << 26
_PIECE = 1 << 20


def find_earlier_outputs(files: Iterable[str]) -> set[str]:
    """Return the real paths of the lists among some files, and of what they name."""
    found: set[str] = set()
    for path in files:
        named = files_named_by(path)
        if named is not None:
            found.update(map(os.path.realpath, (path, *named)))
    return found


def files_named_by(path: str) -> list[str] | None:
    """Return what a list names and is as it was; None if a file is no list of ours."""
    folder, name = os.path.split(os.path.realpath(path))
    find_files = _LISTS.get(name, _of_report if name.endswith(REPORT_SUFFIX) else None)
    if find_files is None:
        return None
    try:
        with open(path, "rb") as file:
            described = dict(find_files(json.loads(file.read(_LARGEST_LIST))))
        files = {os.path.join(folder, name): about for name, about in described.items()}
        return [file for file, about in files.items() if _is_as_described(file, about)]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def describe_file(path: str) -> dict[str, int]:
    """Return a file's size and the CRC-32 of its content, `{"bytes": 9, "crc32": 1}`."""
    crc32 = 0
    with open(path, "rb") as file:
        while piece := file.read(_PIECE):
            crc32 = zlib.crc32(piece, crc32)
    return {"bytes": os.path.getsize(path), "crc32": crc32}


def _is_as_described(path: str, about: dict[str, int]) -> bool:
    there = os.path.isfile(path) and os.path.getsize(path) == about["bytes"]
    return there and describe_file(path) == about


def _of_report(report: Any) -> Any:
    return report.get(OUTPUTS, {}) if report["versions"]["glove_ada"] else {}


def _of_arrays(table: Any) -> Any:
    if table["format"] != "glove_ada vectors":
        raise ValueError("a table of another program")
    return table["files"]


def _of_counted(description: Any) -> Any:
    if description["format"] not in ("glove_ada counts", "glove_ada words"):
        raise ValueError("a description of another program's")
    return description["files"]


def _of_model(config: Any) -> Any:
    return config["written_by_glove_ada"]


_LISTS: dict[str, Callable[[Any], Any]] = {
    "table.json": _of_arrays,
    "config.json": _of_model,
    "description.json": _of_counted,
}
