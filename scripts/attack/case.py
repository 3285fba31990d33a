"""One case of an attack: a user's directory, commands run in it, and what was wrong."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from attack.materials import Materials
from attack.processes import ALONE, Outcome, Printed, Warm, end, start
from attack.user_files import Owned

MOST_MEMORY = 1 << 30
# A machine that the attack runs on should survive it, too.
ADDRESS_SPACE = 4 << 30
TRACEBACK = re.compile(
    r"Traceback \(most recent|Exception ignored|Fatal Python error|Segmentation fault"
)
# A frame of the program in a traceback.
OURS = "/glove_ada/"
RAW_WARNING = re.compile(r"\.py:\d+: \w*Warning")
# What a library says, and what Python says while it imports, where there is no memory at all.
LIBRARY_STARVED = re.compile(r"^OpenBLAS error: Memory allocation", re.MULTILINE)
IMPORT_STARVED = re.compile(r"^(MemoryError|SystemError: .*compile)", re.MULTILINE)
# Python waits for ever for a thread that found none before it could say that it had started.
THREAD_STARVED = re.compile(r'File ".*/threading\.py", line \d+ in start$', re.MULTILINE)
FRAME_OF_OURS = re.compile(rf'File "(.*{OURS}.*)", line (\d+), in (.*)')
FIRST_LINES = 10
FUNCTION_OF_OURS = re.compile(rf'File ".*{OURS}.*", line \d+, in (?!<module>)')
ERROR = re.compile(r"^error: |^[^\s:]+: error: |^python -m \S+( \w+)?: error: ", re.MULTILINE)


@dataclass(frozen=True)
class Kind:
    """A kind of attack.

    Attributes
    ----------
    name : str
    invariant : str
        What must hold, in one line.
    attack : callable
        Makes one case.
    weight : float
        Its share of the time.
    needs_shim : bool
        Whether it makes system calls fail.
    """

    name: str
    invariant: str
    attack: Callable[[Case], None]
    weight: float = 1.0
    needs_shim: bool = False


@dataclass(frozen=True)
class Fault:
    """What was wrong after a command, or None for what concerns no single one."""

    what: str
    outcome: Outcome | None


@dataclass
class Case:
    """One case.

    Attributes
    ----------
    random : random.Random
        All that is drawn, from the case's seed.
    home : Path
        The user's directory, where commands run.
    materials : Materials
        Vectors, corpora and the like to attack with.
    warm : Warm
    bound_by_permissions : bool
        Whether commands are to run without root's right to ignore permissions.
    faults : list of Fault
    commands : int
        Commands that were run.
    """

    random: random.Random
    home: Path
    materials: Materials
    warm: Warm
    bound_by_permissions: bool
    faults: list[Fault] = field(default_factory=list)
    commands: int = 0
    told: list[str] = field(default_factory=list)
    _owned: Owned | None = None

    def run(
        self,
        command: str,
        arguments: Iterable[str],
        *,
        asked_for: Iterable[str] = (),
        may_leave: Iterable[str] = (),
        statuses: Sequence[int] = (0, 2),
        cannot_remove: bool = False,
        may_starve: bool = False,
        **options: Any,
    ) -> Outcome:
        """Run a command in a warm fork and judge how it ended; see `judge`.

        Where it `may_starve` of memory, a library may end the process in its own way.
        """
        self.own()
        options.setdefault("limits", {"RLIMIT_AS": ADDRESS_SPACE})
        outcome = self.warm.run(
            command,
            list(arguments),
            self.home,
            bound_by_permissions=self.bound_by_permissions,
            **options,
        )
        if may_starve and starved(outcome):
            self.judge_property(asked_for, may_leave, may_litter=True, outcome=outcome)
        else:
            self.judge(outcome, asked_for, may_leave, statuses, cannot_remove=cannot_remove)
        return outcome

    def run_alone(
        self,
        command: str,
        arguments: Sequence[str],
        *,
        asked_for: Iterable[str] = (),
        may_leave: Iterable[str] = (),
        statuses: Sequence[int] = (0, 2),
        during: Callable[[Any], str] = lambda process: "",
        seconds: float = ALONE,
        import_may_be_interrupted: bool = False,
        says_nothing: bool = False,
        **options: Any,
    ) -> Outcome:
        """Run a command as a process of its own, doing something to it meanwhile.

        `during` takes the process and returns a word on what it did. What Python says when it is
        interrupted before the program's first act may be excused, and that standard error holds
        nothing, if it cannot be read.
        """
        self.own()
        printed = Printed()
        options = {"stdout": printed.out, "stderr": printed.err, **options}
        process = start(command, arguments, self.home, **options)
        how = during(process)
        outcome = printed.outcome([command, *arguments], end(process, seconds), how)
        if import_may_be_interrupted and before_signals_are_taken(outcome):
            return outcome
        self.judge(outcome, asked_for, may_leave, statuses, says_nothing)
        return outcome

    def own(self, but: Iterable[str] = ()) -> None:
        """Take all that is in the directory before the first command for the user's.

        Except what the program has put at or below some paths already.
        """
        if self._owned is None:
            self._owned = Owned(self.home, set(but))

    def judge(
        self,
        outcome: Outcome,
        asked_for: Iterable[str],
        may_leave: Iterable[str],
        statuses: Sequence[int],
        says_nothing: bool = False,
        cannot_remove: bool = False,
    ) -> None:
        """Judge by what holds for every command.

        It ends in time, with one of the statuses; with status 2, by one sentence; no traceback;
        in little memory; and what the user owned is as it was, but for outputs `asked_for`. Its own
        temporary files are gone, unless it was killed or could not remove them.
        """
        said = outcome.err + outcome.out
        may_litter = cannot_remove or outcome.status is None or outcome.status < 0
        if outcome.status is None:
            self.fault(f"does not end in {outcome.seconds:.0f} s", outcome)
        elif TRACEBACK.search(said):
            self.fault(f"a traceback and status {outcome.status}", outcome)
        elif outcome.status not in statuses:
            self.fault(f"status {outcome.status}", outcome)
        elif RAW_WARNING.search(said):
            self.fault("a warning that is no sentence", outcome)
        elif outcome.status == 2 and not says_nothing:
            sentences = len(ERROR.findall(outcome.err))
            if not sentences or (sentences > 1 and outcome.command[0] != "query"):
                self.fault(f"status 2 with {sentences} sentences", outcome)
        if outcome.peak > MOST_MEMORY:
            self.fault(f"took {outcome.peak >> 28 << 8} MiB", outcome)
        self.judge_property(asked_for, may_leave, may_litter, outcome)

    def judge_property(
        self,
        asked_for: Iterable[str],
        may_leave: Iterable[str],
        may_litter: bool,
        outcome: Outcome,
    ) -> None:
        """Judge whether what the user owned is as it was, but for outputs `asked_for`."""
        self.commands += 1
        assert self._owned
        wanted = self._at_home(asked_for)
        faults = self._owned.faults(wanted, wanted | self._at_home(may_leave), may_litter)
        for what in faults[:1]:
            self.fault(what if len(faults) == 1 else f"{what}, and {len(faults)} more", outcome)

    def fault(self, what: str, outcome: Outcome | None = None) -> None:
        """Note what was wrong."""
        self.faults.append(Fault(what, outcome))

    def tell(self, what: str) -> None:
        """Note a fact that helps to repeat the case by hand."""
        self.told.append(what)

    def _at_home(self, paths: Iterable[str]) -> set[str]:
        """Return paths relative to the directory, as named and where links lead."""
        found = set()
        for path in paths:
            for place in (os.path.abspath, os.path.realpath):
                try:
                    absolute = place(self.home / path)
                except (OSError, ValueError):
                    continue
                found.add(os.path.relpath(absolute, self.home.resolve()))
        return found


def starved(outcome: Outcome) -> bool:
    """Return whether a library or Python itself found no memory and could not say so."""
    if LIBRARY_STARVED.search(outcome.err):
        return True
    if outcome.status is None:
        return bool(THREAD_STARVED.search(outcome.err))
    return bool(IMPORT_STARVED.search(outcome.err)) and not FUNCTION_OF_OURS.search(outcome.err)


def before_signals_are_taken(outcome: Outcome) -> bool:
    """Return whether a traceback comes from before the first act of a command.

    That is to ask for the signals, in its first lines; before it, Python imports itself, the
    package and `system`.
    """
    frames = FRAME_OF_OURS.findall(outcome.err)
    return "Traceback" in outcome.err and all(
        function == "<module>" and ("__init__" in file or int(line) <= FIRST_LINES)
        for file, line, function in frames
    )
