"""What the user sees while the work goes on: bars at a terminal, lines elsewhere, or nothing."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tqdm import tqdm


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
    """A tqdm bar for each stage, on standard error."""

    def say(self, message: str) -> None:
        """Write a line above the bars."""
        from tqdm import tqdm  # slow to import, and there may be no terminal

        tqdm.write(message, file=sys.stderr)

    insist = say

    @contextmanager
    def stage(self, name: str, total: int | None, unit: str) -> Iterator[Stage]:
        """Show a bar with rate and time left while the context lasts."""
        from tqdm import tqdm

        spaced = unit if unit == "B" else f" {unit}"
        with tqdm(total=total, desc=name, unit=spaced, unit_scale=True, dynamic_ncols=True) as bar:
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
        self.say(f"{name}: {stage.done:,} {unit} in {seconds:.1f} s, {rate:,.0f} {unit}/s")


class _BarStage(Stage):
    def __init__(self, bar: tqdm[Any]) -> None:
        self.bar = bar
        self.lock = threading.Lock()

    def advance(self, amount: int) -> None:
        with self.lock:
            self.bar.update(amount)

    def note(self, text: str) -> None:
        self.bar.set_postfix_str(text, refresh=False)


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
    return BarDisplay() if sys.stderr.isatty() else LineDisplay()
