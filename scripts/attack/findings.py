"""What was found, each fault once, with the command that shows it again."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from dataclasses import dataclass

from attack.case import Case, Fault, Kind
from attack.processes import in_shell

FRAME = re.compile(r'File "[^"]*?/(glove_ada/[^"]+)", line (\d+)(?:,)? in (\S+)')
SHOWN = 400  # characters of a command or of what it said


@dataclass
class Finding:
    """One fault, as it was met first, and how often it was met."""

    kind: str
    seed: int
    fault: Fault
    told: list[str]
    times: int = 1


class Findings:
    """All that was found, and how much was tried."""

    def __init__(self, verbose: bool) -> None:
        self._verbose = verbose
        self._found: dict[tuple[str, str, str], Finding] = {}
        self._cases: Counter[str] = Counter()
        self._commands: Counter[str] = Counter()
        self._ends: dict[str, Counter[str]] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, kind: Kind, seed: int, case: Case) -> None:
        """Add what a case has found."""
        self._cases[kind.name] += 1
        self._commands[kind.name] += case.commands
        for fault in case.faults:
            key = (kind.name, *signature(fault))
            if key in self._found:
                self._found[key].times += 1
                continue
            finding = self._found[key] = Finding(kind.name, seed, fault, case.told)
            if self._verbose:
                print(self._described(finding), flush=True)

    def print(self, kinds: list[Kind]) -> None:
        """Tell how much of each kind was tried, and all that was found."""
        if not self._verbose:
            for finding in sorted(self._found.values(), key=lambda one: (one.kind, -one.times)):
                print(self._described(finding))
        found = Counter(finding.kind for finding in self._found.values())
        print(f"{'kind':9}  {'cases':>7}  {'commands':>8}  {'found':>5}  what must hold")
        for kind in kinds:
            name = kind.name
            counts = f"{self._cases[name]:7,}  {self._commands[name]:8,}  {found[name]:5}"
            print(f"{name:9}  {counts}  {kind.invariant}")
        total = f"{self._cases.total():7,}  {self._commands.total():8,}  {found.total():5}"
        print(f"{'all':9}  {total}")

    def _described(self, finding: Finding) -> str:
        fault, lines = finding.fault, []
        head = f"[{finding.kind}] {fault.what}"
        if finding.times > 1:
            head += f" ({finding.times} times)"
        if fault.outcome:
            how = f" [{fault.outcome.how}]" if fault.outcome.how else ""
            lines.append(f"{textwrap.shorten(in_shell(fault.outcome), SHOWN)}{how}")
            lines += [said for said in [place(fault), last_line(fault)] if said]
        if finding.told:
            lines.append(f"({'; '.join(finding.told)})")
        lines.append(f"python scripts/attack.py --only {finding.kind} --case-seed {finding.seed}")
        return "\n    ".join([head, *lines]).encode("utf-8", "replace").decode()


def signature(fault: Fault) -> tuple[str, str]:
    """Return by what a fault is the same as another: what was wrong, and where it shows."""
    command = fault.outcome.command[0] if fault.outcome else ""
    what = plain(fault.what.partition(":")[0])
    return f"{command} {what}", place(fault) or plain(last_line(fault))


def place(fault: Fault) -> str:
    """Return the innermost place in the program that a traceback or a late end shows."""
    if fault.outcome is None or "File " not in fault.outcome.err:
        return ""
    # The main thread's comes last of those of a command that does not end.
    _, late, stack = fault.outcome.err.rpartition("most recent call first")
    frames = FRAME.findall(stack)
    if not frames:
        return ""
    if all(function == "<module>" for _, _, function in frames):
        return "while it imports"
    file, line, function = frames[0] if late else frames[-1]
    return f"{file}:{line} in {function}"


def last_line(fault: Fault) -> str:
    """Return the last line that the command said."""
    lines = fault.outcome.err.strip().splitlines() if fault.outcome else []
    return lines[-1][:SHOWN] if lines else ""


def plain(text: str) -> str:
    """Return a text without what differs from case to case: names in quotes, paths, numbers."""
    text = re.sub(r"'[^']*'|\"[^\"]*\"", "…", text)
    text = re.sub(r"\S*[/.]\S+", "…", text)
    return re.sub(r"-?\d[\d,.]*", "N", text)[:200]
