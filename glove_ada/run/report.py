"""The report of a run: all that is needed to repeat it, and what it took."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from glove_ada import kernels
from glove_ada.corpus.earlier_outputs import OUTPUTS, REPORT_SUFFIX, describe_file, files_named_by
from glove_ada.system.atomic_files import atomic_write
from glove_ada.system.memory import measured_peak
from glove_ada.system.sentences.counted import counted
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

    def __repr__(self) -> str:
        """Say in a line what run it is of; `facts` has the rest."""
        corpus, training = self.facts.get("corpus", {}), self.facts.get("training", {})
        parts = [counted(corpus["tokens"], "token")] if "tokens" in corpus else []
        if costs := training.get("costs"):
            parts.append(f"{counted(len(costs), 'epoch')} to a cost of {costs[-1]:.4f}")
        seconds = sum(stage["seconds"] for stage in self.facts["stages"])
        return f"Report({', '.join([*parts, f'{seconds:.1f} s'])})"

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
    return path_beside(vectors_path, REPORT_SUFFIX)


def path_beside(vectors_path: str | os.PathLike[str], suffix: str) -> str:
    """Return the path of what belongs to a file of vectors: `vectors.txt` has `vectors.SUFFIX`."""
    path = os.fspath(vectors_path).rstrip("/" + os.sep)  # of a folder
    stem, own_suffix = os.path.splitext(path)
    return f"{stem if own_suffix == '.txt' else path}{suffix}"


def write_report(path: str | os.PathLike[str], report: Report, outputs: Iterable[str] = ()) -> None:
    """Write the report as JSON, whole or not at all.

    Parameters
    ----------
    path : path
    report : Report
    outputs : iterable of str
        The run's other files. Those that are there are described, and what the report before this
        one named and is as it was still is, so that later runs know that none of them is text.
    """
    earlier = files_named_by(os.fspath(path)) or []
    folder = os.path.dirname(os.path.realpath(path))
    report.facts[OUTPUTS] = _described((*earlier, *outputs), folder)
    with atomic_write(path) as file:
        file.write(json.dumps(report.facts, indent=2).encode() + b"\n")


def _described(files: Iterable[str], folder: str) -> dict[str, dict[str, int]]:
    """Describe those files that are there, by path relative to a folder."""
    described = {}
    for file in filter(os.path.isfile, files):
        name = os.path.realpath(file)
        with suppress(ValueError):  # on another drive
            name = os.path.relpath(name, folder)
        with suppress(OSError):  # the vectors are worth more
            described[name] = describe_file(file)
    return described
