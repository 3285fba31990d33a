"""The report of a run: all that is needed to repeat it, and what it took."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from glove_ada import kernels
from glove_ada.system.atomic_files import atomic_write
from glove_ada.system.memory import measured_peak
from glove_ada.system.version import ARITHMETIC_VERSION, __version__

FORMAT_VERSION = 1


class Report:
    """Facts about a run, collected on the way.

    Attributes
    ----------
    facts : dict
        Plain values, ready for JSON.
    """

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {
            "format": FORMAT_VERSION,
            "versions": {
                "glove_ada": __version__,
                "arithmetic": ARITHMETIC_VERSION,
                "python": platform.python_version(),
                "numpy": np.__version__,
                "machine": platform.machine(),
                "backend": kernels.BACKEND,
                "instruction_set": kernels.INSTRUCTION_SET,
            },
            "stages": [],
        }

    def add(self, section: str, **facts: Any) -> None:
        """Add facts to a section."""
        self.facts.setdefault(section, {}).update(facts)

    def append(self, section: str, fact: Any) -> None:
        """Add a fact to a section that is a list."""
        self.facts.setdefault(section, []).append(fact)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Record how long a stage took, in seconds, and its peak memory, in bytes."""
        start = time.perf_counter()
        with measured_peak() as peak:
            yield
        seconds = round(time.perf_counter() - start, 3)
        self.append("stages", {"name": name, "seconds": seconds, "peak_memory_bytes": peak.bytes})


def report_path(vectors_path: str | os.PathLike[str]) -> str:
    """Return where the report of a file of vectors lies: beside it."""
    return path_beside(vectors_path, ".report.json")


def path_beside(vectors_path: str | os.PathLike[str], suffix: str) -> str:
    """Return the path of what belongs to a file of vectors: `vectors.txt` has `vectors.SUFFIX`."""
    stem, own_suffix = os.path.splitext(os.fspath(vectors_path))
    return f"{stem if own_suffix == '.txt' else os.fspath(vectors_path)}{suffix}"


def write_report(path: str | os.PathLike[str], report: Report) -> None:
    """Write the report as JSON, whole or not at all."""
    with atomic_write(path) as file:
        file.write(json.dumps(report.facts, indent=2).encode() + b"\n")
