"""Attack the commands from outside, at random from a seed, and tell what was found.

    python scripts/attack.py --minutes 60 --seed 1
    python scripts/attack.py --only kind --case-seed N    # one case again

Kills, power cuts, signals, failing system calls, broken streams, hostile files and options; each
kind lies in a file of `scripts/attack/`, ends in its invariant in one line, and gets its share of
the time. Whatever the kind, every command must end in time, with one sentence for status 2, with
no traceback, and with everything that the user owned before as it was, byte for byte, but for
outputs that it was asked for. The exit status is 1 if anything was found.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from attack import (
    corpora,
    disk_errors,
    kills,
    options,
    power,
    raw_text,
    signals,
    streams,
    vector_files,
)
from attack.case import Case, Kind
from attack.findings import Findings
from attack.materials import Materials
from attack.processes import Warm, compile_shim

KINDS = {
    module.KIND.name: module.KIND
    for module in (
        kills,
        power,
        signals,
        disk_errors,
        streams,
        vector_files,
        corpora,
        raw_text,
        options,
    )
}


def main() -> int:
    """Attack; return 1 if something was found."""
    asked = _parser().parse_args()
    # nohup, and a shell that runs this behind a `&`, would let all commands ignore them.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    kinds = [KINDS[name] for name in asked.only or KINDS]
    if asked.case_seed is not None:
        asked.cases = 1
    directory = Path(asked.leave or tempfile.mkdtemp(prefix="attack-")).resolve()
    directory.mkdir(exist_ok=True)
    try:
        shim = compile_shim(directory)
        left_out = [kind.name for kind in kinds if kind.needs_shim and not shim]
        if left_out:
            print(f"left out, for want of a C compiler on Linux: {', '.join(left_out)}")
            kinds = [kind for kind in kinds if kind.name not in left_out]
        attack = Attack(directory, shim, kinds, asked)
        with ThreadPoolExecutor(asked.jobs) as pool:
            for job in [pool.submit(attack.work, number) for number in range(asked.jobs)]:
                job.result()
    finally:
        if not asked.leave:
            shutil.rmtree(directory, ignore_errors=True)
    attack.findings.print(kinds)
    return 1 if attack.findings else 0


class Attack:
    """All cases of all kinds, drawn by whoever is free.

    Parameters
    ----------
    directory : Path
        To work in.
    shim : Path or None
        The compiled failing_calls.c.
    kinds : list of Kind
    asked : argparse.Namespace
        The options.
    """

    def __init__(
        self, directory: Path, shim: Path | None, kinds: list[Kind], asked: argparse.Namespace
    ) -> None:
        self.directory, self.shim, self.kinds, self.asked = directory, shim, kinds, asked
        (directory / "materials").mkdir()
        self._warm = [self._start_warm(number) for number in range(asked.jobs)]
        self.materials = Materials(directory / "materials", self._warm[0])
        self.findings = Findings(asked.verbose)
        self.end = time.monotonic() + asked.minutes * 60
        self._lock = threading.Lock()
        self._begun = dict.fromkeys((kind.name for kind in kinds), 0)
        self._spent = dict.fromkeys(self._begun, 0.0)

    def work(self, number: int) -> None:
        """Attack until the time is over, with a warm process of one's own."""
        warm = self._warm[number]
        # Root of Linux can give its rights up; others have none.
        bound = os.geteuid() == 0 and sys.platform.startswith("linux")
        while drawn := self._draw():
            kind, seed = drawn
            home = self.directory / f"{kind.name}-{seed}" / "home"
            home.mkdir(parents=True)
            case = Case(random.Random(seed), home, self.materials, warm, bound)
            start = time.monotonic()
            try:
                kind.attack(case)
            except Exception as error:
                case.fault(f"the attack itself failed: {error!r}")
            with self._lock:
                self._spent[kind.name] += (time.monotonic() - start) / kind.weight
                self.findings.add(kind, seed, case)
            if not self.asked.leave:
                remove_all(home.parent)
        warm.close()

    def _start_warm(self, number: int) -> Warm:
        own = self.directory / f"warm{number}"
        own.mkdir()
        return Warm(own, self.shim)

    def _draw(self) -> tuple[Kind, int] | None:
        """Return the kind that has had least time and the seed of its next case."""
        with self._lock:
            left = [kind for kind in self.kinds if self._begun[kind.name] < self.asked.cases]
            if not left or time.monotonic() > self.end:
                return None
            kind = min(left, key=lambda kind: self._spent[kind.name])
            number = self._begun[kind.name]
            self._begun[kind.name] += 1
            # It is not known yet how long this one takes: let another have the next.
            self._spent[kind.name] += 0.01
        if self.asked.case_seed is not None:
            return kind, self.asked.case_seed
        return kind, random.Random(f"{self.asked.seed} {kind.name} {number}").getrandbits(32)


def remove_all(directory: Path) -> None:
    """Remove a directory, whatever permissions are missing in it."""
    for parent, folders, _ in os.walk(directory):
        for name in folders:
            path = os.path.join(parent, name)
            if not os.path.islink(path):
                os.chmod(path, 0o700)
    shutil.rmtree(directory)


def _parser() -> argparse.ArgumentParser:
    told = "\n".join(f"  {kind.name:9}  {kind.invariant}" for kind in KINDS.values())
    parser = argparse.ArgumentParser(
        description="Attack the commands from outside, at random from a seed.",
        epilog=f"kinds, and what must hold:\n{told}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--minutes", type=float, default=10, help="how long (10)")
    add("--seed", type=int, default=1, help="of all cases (1)")
    add("--jobs", type=int, default=2, help="cases at the same time (2)")
    add("--only", nargs="+", choices=KINDS, metavar="KIND", help="these kinds only")
    add("--cases", type=int, default=sys.maxsize, help="most cases of a kind (no limit)")
    add("--case-seed", type=int, metavar="N", help="run the one case of this seed; needs --only")
    add("--leave", metavar="DIR", help="keep the cases' directories there, to look into")
    add("--verbose", action="store_true", help="tell of each finding when it is found")
    return parser


if __name__ == "__main__":
    sys.exit(main())
