"""Interrupt training in the middle of every stage, at a terminal, and show what the user sees.

    python scripts/interrupt_stages.py CORPUS [--stages count write] [--by ctrl-c kill]

Each run has a pseudo-terminal of its own and is interrupted soon after the bar of a stage appears:
by the key Ctrl-C, by two of them, by SIGTERM, or by SIGKILL. Then: the exit status must be right,
what is shown hold no traceback, an older result still be there, and the next run, with --resume,
end with the bytes of a run that was not interrupted and leave nothing but its result. The corpus
should be large enough for stages of a second: wiki17m, say.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import pty
import random
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from fcntl import ioctl
from pathlib import Path

# What is seen at the terminal when a stage begins; initialising has no bar.
BEGINS = {
    "encode": "encode: ",
    "compare": "compare: ",
    "count": "count: ",
    "tile": "tile: ",
    "initialise": "tile: 100%",
    "train": "train: ",
    "write": "write: ",
}
STATUS = {"ctrl-c": 130, "ctrl-c-twice": 130, "sigterm": 143, "kill": 137}
CTRL_C = b"\x03"
BETWEEN_TWO = 0.05  # seconds
RESULT = {"vectors.txt", "vectors.report.json"}


class Terminal:
    """A program at a terminal of its own, 100 columns wide."""

    def __init__(self, command: list[str], directory: Path) -> None:
        self.process, self.keyboard = pty.fork()
        if self.process == 0:
            os.chdir(directory)
            os.execv(command[0], command)
        ioctl(self.keyboard, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self.shown = ""

    def read_until(self, text: str | None) -> bool:
        """Read what is shown until there is some text, or the end."""
        while text is None or text not in self.shown:
            select.select([self.keyboard], [], [])
            try:
                data = os.read(self.keyboard, 1 << 16)
            except OSError:  # the other side is closed
                data = b""
            if not data:
                return False
            self.shown += data.decode("utf-8", "replace")
        return True

    def interrupt(self, by: str) -> None:
        """Press a key or send a signal."""
        if by == "sigterm":
            os.kill(self.process, signal.SIGTERM)
        elif by == "kill":
            os.kill(self.process, signal.SIGKILL)
        else:
            os.write(self.keyboard, CTRL_C)
            if by == "ctrl-c-twice":
                time.sleep(BETWEEN_TWO)
                os.write(self.keyboard, CTRL_C)

    def end(self) -> int:
        """Wait for the end; return the exit status as a shell tells it."""
        self.read_until(None)
        _, status = os.waitpid(self.process, 0)
        os.close(self.keyboard)
        return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)

    def lines(self) -> list[str]:
        """Return the lines as they stand at the end."""
        plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", self.shown)
        lines = [line.rstrip("\r").rpartition("\r")[2].rstrip() for line in plain.split("\n")]
        return [line for line in lines if line]


def main() -> int:
    """Interrupt in all stages; return 1 if something was not as it should be."""
    options = _parser().parse_args()
    command = [
        sys.executable, "-m", "glove_ada.train", os.path.realpath(options.corpus),
        "--vector-size", str(options.vector_size), "--epochs", str(options.epochs),
        "--overwrite",
    ]  # fmt: skip
    moments, faults = random.Random(options.seed), 0
    with tempfile.TemporaryDirectory(prefix="interrupt-stages-") as name:
        uncut = Path(name) / "uncut"
        uncut.mkdir()
        subprocess.run([*command, "--quiet"], cwd=uncut, check=True)
        expected = digest(uncut / "vectors.txt")
        for stage in options.stages:
            for by in options.by:
                directory = Path(name) / f"{stage}-{by}"
                delay = moments.uniform(0, options.delay)
                wrong = try_once(command, directory, stage, by, delay, expected)
                print(f"-> {'; '.join(wrong) or 'as it should be'}\n", flush=True)
                faults += bool(wrong)
    print(f"{faults} of {len(options.stages) * len(options.by)} not as they should be")
    return 1 if faults else 0


def try_once(
    command: list[str], directory: Path, stage: str, by: str, delay: float, expected: str
) -> list[str]:
    """Interrupt one run and go on with it; print what is seen; return what was wrong."""
    directory.mkdir()
    vectors = directory / "vectors.txt"
    if stage == "compare":  # with what an earlier run has kept
        subprocess.run([*command, "--quiet", "--keep"], cwd=directory, check=True)
        (directory / "vectors.report.json").unlink()
    vectors.write_text("old")
    terminal = Terminal(command, directory)
    if not terminal.read_until(BEGINS[stage]):
        terminal.end()
        return [f"ended before the stage: {terminal.lines()}"]
    time.sleep(delay)
    terminal.interrupt(by)
    start = time.perf_counter()
    status = terminal.end()
    seconds = time.perf_counter() - start
    left = sorted(
        str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()
    )
    print(f"[{stage}, {by} after {delay:.2f} s] ended {seconds:.2f} s later, status {status}")
    print(*(f"    {line}" for line in terminal.lines()), sep="\n")
    print(f"    left: {', '.join(left)}")
    wrong = []
    if status != STATUS[by]:
        wrong.append(f"status {status}")
    if "Traceback" in terminal.shown or "Exception ignored" in terminal.shown:
        wrong.append("a traceback")
    if vectors.read_text() != "old":
        wrong.append("the old result is gone")
    if by != "kill" and any(name.endswith(".tmp") for name in left):
        wrong.append("a temporary file is left")
    subprocess.run([*command, "--quiet", "--resume"], cwd=directory, check=True)
    if digest(vectors) != expected:
        wrong.append("the next run gave other vectors")
    if set(os.listdir(directory)) != RESULT:
        wrong.append(f"the next run left {os.listdir(directory)}")
    return wrong


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Interrupt training in the middle of every stage, at a terminal."
    )
    parser.add_argument("corpus")
    parser.add_argument("--stages", nargs="+", choices=BEGINS, default=list(BEGINS))
    parser.add_argument("--by", nargs="+", choices=STATUS, default=list(STATUS))
    parser.add_argument("--vector-size", type=int, default=50)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--delay", type=float, default=0.3, help="at most, into a stage (0.3 s)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    return parser


if __name__ == "__main__":
    sys.exit(main())
