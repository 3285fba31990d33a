"""What the user sees while the work goes on: bars at a terminal, lines elsewhere, or nothing."""

from __future__ import annotations

import math
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from glove_ada.system.sentences.counted import counted

if TYPE_CHECKING:
    from tqdm import tqdm


WIDE = 110
"""Columns that hold a bar, how much is done and how fast, and a note. Narrower terminals have the
bar, the note and the time that is left."""


class Stage:
    """A stage of the work that is shown to nobody."""

    def advance(self, amount: int) -> None:
        """Count work just done, in the stage's unit; any thread may call it."""

    def note(self, text: str) -> None:
        """Tell how far the stage has come, in words."""


class Display:
    """Shows nothing; the others show stages and messages in their way."""

    def say(self, message: str) -> None:
        """Show a message."""

    def insist(self, message: str) -> None:
        """Show a message even if nothing else is shown."""
        print(message, file=sys.stderr, flush=True)

    @contextmanager
    def stage(self, name: str, total: int | None, unit: str) -> Iterator[Stage]:
        """Show a stage while the context lasts.

        Parameters
        ----------
        name : str
            What is done.
        total : int or None
            How much there is to do; None if that is not known.
        unit : str
            What is counted: `"B"` for bytes, `"rows"`, `"nonzeros"`.
        """
        yield Stage()


class BarDisplay(Display):
    """A tqdm bar for each stage, on standard error, or where a notebook shows it."""

    def say(self, message: str) -> None:
        """Write a line above the bars."""
        _bars().write(message, file=sys.stderr)

    insist = say

    @contextmanager
    def stage(self, name: str, total: int | None, unit: str) -> Iterator[Stage]:
        """Show a bar with rate and time left while the context lasts."""
        spaced = unit if unit == "B" else f" {unit}"
        with _bars()(
            total=total, desc=name, unit=spaced, unit_scale=True, dynamic_ncols=True
        ) as bar:
            yield _BarStage(bar)


class LineDisplay(Display):
    """A line for each stage and note, on standard error: for log files."""

    def say(self, message: str) -> None:
        """Write the line."""
        print(message, file=sys.stderr, flush=True)

    @contextmanager
    def stage(self, name: str, total: int | None, unit: str) -> Iterator[Stage]:
        """Write a line when the stage ends well."""
        stage = _LineStage(self, name)
        start = time.perf_counter()
        yield stage
        seconds = time.perf_counter() - start
        rate = stage.done / max(seconds, 1e-9)
        done = counted(stage.done, unit.removesuffix("s"), unit)
        self.say(f"{name}: {done} in {seconds:.1f} s, {rate:,.0f} {unit}/s")


class _BarStage(Stage):
    def __init__(self, bar: tqdm[Any]) -> None:
        self.bar = bar
        self.lock = threading.Lock()

    def advance(self, amount: int) -> None:
        with self.lock:
            self.bar.update(amount)

    def note(self, text: str) -> None:
        if _columns() >= WIDE:
            self.bar.bar_format = None
            self.bar.set_postfix_str(text, refresh=False)
        else:
            text = text.replace("{", "{{").replace("}", "}}")
            self.bar.bar_format = f"{{desc}}: {{percentage:3.0f}}%|{{bar}}| {text} <{{remaining}}"


class _LineStage(Stage):
    def __init__(self, display: LineDisplay, name: str) -> None:
        self.display, self.name = display, name
        self.done = 0
        self.lock = threading.Lock()

    def advance(self, amount: int) -> None:
        with self.lock:
            self.done += amount

    def note(self, text: str) -> None:
        self.display.say(f"{self.name}: {text}")


def choose_display(quiet: bool) -> Display:
    """Return bars at a terminal, lines without one, nothing when quiet."""
    if quiet:
        return Display()
    return BarDisplay() if in_notebook() or sys.stderr.isatty() else LineDisplay()


def in_notebook() -> bool:
    """Return whether this is the kernel of a notebook, which shows bars of its own."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell is not None and "IPKernelApp" in shell.config


def _bars() -> Any:
    """Return tqdm's class of bars, for notebooks there; slow to import, hence only when needed."""
    import importlib

    return importlib.import_module("tqdm.auto" if in_notebook() else "tqdm").tqdm


def _columns() -> float:
    """Return how wide the terminal is, which may change; without one, any width will do."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError, AttributeError):
        return math.inf
