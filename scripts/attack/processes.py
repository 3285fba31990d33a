"""Commands run as processes: in forks of a warm one, or as Python starts them."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# What a command may use of a CPU; half of that, it may do nothing at all.
SECONDS = 20.0
# Of time, for a process of its own, on a machine that has other work to do.
ALONE = 100.0
SHOWN = 1 << 20  # most of what was printed that is read, in bytes


@dataclass(frozen=True)
class Outcome:
    """How a command ended.

    Attributes
    ----------
    command : list of str
        With its arguments.
    status : int or None
        Exit status, minus the signal that ended it, or None if it did not end in time.
    out, err : str
        What it printed.
    seconds : float
    peak : int
        Bytes of memory; 0 if not measured.
    calls : int
        How many calls counted, if some were to fail.
    """

    command: list[str]
    status: int | None
    out: str
    err: str
    seconds: float
    peak: int = 0
    calls: int = 0
    how: str = field(default="")


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a command."""
    return {
        **os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg",
        "MPLCONFIGDIR": str(Path(tempfile.gettempdir()) / "glove_ada-attack-matplotlib"), **more,
    }  # fmt: skip


class Warm:
    """A process that runs commands in forks.

    Parameters
    ----------
    directory : Path
        For what commands print.
    shim : Path or None
        The compiled failing_calls.c.
    """

    def __init__(self, directory: Path, shim: Path | None) -> None:
        self._out, self._err = directory / "out", directory / "err"
        variables = environment(**({"LD_PRELOAD": str(shim)} if shim else {}))
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore::DeprecationWarning:__main__",
             str(Path(__file__).with_name("warm_process.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=variables, cwd=directory, text=True,
        )  # fmt: skip

    def run(
        self,
        command: str,
        arguments: Sequence[str],
        directory: Path,
        *,
        stdin: Path | str = "/dev/null",
        seconds: float = SECONDS,
        limits: Mapping[str, int] | None = None,
        errors: tuple[int, int, int, int] | None = None,
        bound_by_permissions: bool = False,
        describe: bool = False,
        log: Path | None = None,
    ) -> Outcome:
        """Run a command in a directory and wait for it."""
        for path in (self._out, self._err):
            path.write_bytes(b"")
        request = {
            "command": command, "arguments": list(arguments), "directory": str(directory),
            "streams": [str(stdin), str(self._out), str(self._err)], "seconds": seconds,
            "limits": dict(limits or {}), "errors": errors, "describe": describe,
            "log": log and str(log),
            "bound_by_permissions": bound_by_permissions,
        }  # fmt: skip
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        if not (line := self._process.stdout.readline()):
            raise RuntimeError("the warm process has ended")
        answer = json.loads(line)
        out, err = shown(self._out), shown(self._err)
        return Outcome([command, *arguments], out=out, err=err, **answer)

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def start(
    command: str, arguments: Sequence[str], directory: Path, **options: Any
) -> subprocess.Popen[bytes]:
    """Start a command as Python starts it, in a session of its own, by a shell that redirects."""
    options.setdefault("stdin", subprocess.DEVNULL)
    variables = environment(**options.pop("variables", {}))
    words = [sys.executable, "-m", f"glove_ada.{command}", *arguments]
    if redirections := options.pop("redirections", ""):
        words = ["sh", "-c", f'exec "$@" {redirections}', "sh", *words]
    return subprocess.Popen(words, cwd=directory, env=variables, start_new_session=True, **options)


def end(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    """Wait for the end of a process; return its status, or kill it and return None."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None


class Printed:
    """Files that a process prints into."""

    def __init__(self) -> None:
        self.out = tempfile.TemporaryFile()  # noqa: SIM115 (it stays open)
        self.err = tempfile.TemporaryFile()  # noqa: SIM115
        self.start = time.monotonic()

    def outcome(self, command: list[str], status: int | None, how: str = "") -> Outcome:
        """Return how the process ended, of which this is known."""
        texts = []
        for file in (self.out, self.err):
            file.seek(0)
            texts.append(file.read(SHOWN).decode("utf-8", "replace"))
            file.close()
        return Outcome(command, status, *texts, time.monotonic() - self.start, how=how)


def shown(path: Path) -> str:
    """Return the beginning of what was printed to a file."""
    with open(path, "rb") as file:
        return file.read(SHOWN).decode("utf-8", "replace")


def compile_shim(directory: Path) -> Path | None:
    """Compile failing_calls.c; return None where that is not possible."""
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        return None
    target = directory / "failing_calls.so"
    source = Path(__file__).with_name("failing_calls.c")
    command = [compiler, "-shared", "-fPIC", "-O2", "-o", str(target), str(source), "-ldl"]
    return target if subprocess.run(command, check=False).returncode == 0 else None


def in_shell(outcome: Outcome) -> str:
    """Return the command as one would type it."""
    name, *arguments = outcome.command
    return shlex.join(["python", "-m", f"glove_ada.{name}", *arguments])
