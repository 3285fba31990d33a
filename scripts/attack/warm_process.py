"""A process that has imported the program and runs its commands in forks, some 30 ms each.

It is started by `processes.Warm`, reads a request as a line of JSON, and answers with one. A fork
is as `python -m glove_ada.COMMAND` in what matters here: its streams, and that the command is
__main__. How Python itself ends is left out, for it takes ten times as long as a command;
`streams` runs commands as processes of their own.
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import ctypes
import faulthandler
import gc
import importlib
import json
import mmap
import os
import pkgutil
import resource
import runpy
import signal
import sys
import threading
import time
import traceback
from typing import Any

COMMANDS = ("train", "evaluate", "query", "convert", "plot", "versions")
NOT_IMPORTED = (*COMMANDS, "__main__", "numba_backend")
# Libraries that commands import when they are needed.
IMPORTED = (
    "matplotlib.figure", "matplotlib.style", "matplotlib.font_manager", "safetensors.numpy",
    *(f"matplotlib.backends.backend_{name}" for name in ("agg", "svg", "pdf")),
)  # fmt: skip
# Asks a command that does not end where it is.
WHERE = signal.SIGUSR2
# Version 3 of capset's header: linux/capability.h
CAPABILITIES = 0x20080522
Request = dict[str, Any]


def main() -> None:
    """Answer requests until there are no more; in a fork, run the command and end."""
    import_program()
    gc.freeze()  # or each collection in a fork would copy all pages
    counter = mmap.mmap(-1, mmap.PAGESIZE)
    answers = os.dup(1)
    os.dup2(2, 1)
    while line := sys.stdin.readline():
        request = json.loads(line)
        counter[:8] = bytes(8)
        child = os.fork()
        if child == 0:
            become_command(request, counter)
            os._exit(run_command(request))
        answer = wait(child, request["seconds"])
        answer["calls"] = int.from_bytes(counter[:8], sys.byteorder)
        os.write(answers, json.dumps(answer).encode() + b"\n")


def import_program() -> None:
    """Import all but the commands, which each fork runs as its main module."""
    import glove_ada

    modules = [
        module.name
        for module in pkgutil.walk_packages(glove_ada.__path__, "glove_ada.")
        if not any(part in NOT_IMPORTED for part in module.name.split("."))
    ]
    for name in [*modules, *IMPORTED]:
        with contextlib.suppress(ImportError):  # for want of a package
            importlib.import_module(name)


def become_command(request: Request, counter: mmap.mmap) -> None:
    """Set up streams, limits and errors."""
    os.setsid()
    os.chdir(request["directory"])
    flags = {0: os.O_RDONLY, 1: os.O_WRONLY, 2: os.O_WRONLY}
    for number, path in enumerate(request["streams"]):
        descriptor = os.open(path, flags[number])
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdin = os.fdopen(0)
    faulthandler.register(WHERE, file=2)
    if request["bound_by_permissions"]:
        give_up_capabilities()
    for name, limit in request["limits"].items():
        if name == "more_memory":
            name, limit = "RLIMIT_AS", address_space() + limit
        resource.setrlimit(getattr(resource, name), (limit, limit))
    if request["log"]:
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        ctypes.CDLL(None).attack_log(log)
    if request["errors"]:
        kinds, nth, action, failure = request["errors"]
        buffer = ctypes.c_long.from_buffer(counter)
        directory = os.fsencode(request["directory"])
        arm = ctypes.CDLL(None).attack_arm
        arm.argtypes = [
            ctypes.c_char_p, ctypes.c_uint, ctypes.c_long, ctypes.c_int, ctypes.c_int,
            ctypes.POINTER(ctypes.c_long),
        ]  # fmt: skip
        arm(directory, kinds, nth, action, failure, ctypes.byref(buffer))


def give_up_capabilities() -> None:
    """Let permissions hold for us even if we are root."""
    header = (ctypes.c_uint32 * 2)(CAPABILITIES, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, (ctypes.c_uint32 * 6)()):
        raise OSError(ctypes.get_errno(), "capset")


def address_space() -> int:
    """Return the bytes of this process's address space."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * mmap.PAGESIZE


def run_command(request: Request) -> int:
    """Run the command as `python -m` does, or describe its options; return the exit status."""
    if request["describe"]:
        for kind in ("parse_args", "parse_known_args"):
            setattr(argparse.ArgumentParser, kind, describe)
    sys.argv = [request["command"], *request["arguments"]]
    status = 0
    try:
        runpy.run_module(f"glove_ada.{request['command']}", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        status = 1
    threading._shutdown()  # waits for threads, as Python does at its end
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return status


def describe(parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
    """Print the options of a parser, for attacks that draw some, and end."""
    print(json.dumps(options_of(parser)))
    sys.exit(0)


def options_of(parser: argparse.ArgumentParser) -> list[dict[str, Any]]:
    """Return what describes each option; of a sub-command's, with the options of its own."""
    return [
        {
            "name": action.dest,
            "flags": list(action.option_strings),
            "nargs": action.nargs,
            "type": getattr(action.type, "__name__", None),
            "choices": None if action.choices is None else list(action.choices),
            "inner": {name: options_of(inner) for name, inner in action.choices.items()}
            if isinstance(action, argparse._SubParsersAction)
            else None,
        }
        for action in parser._actions
        if action.dest != "help"
    ]


def wait(child: int, seconds: float) -> dict[str, Any]:
    """Wait for a fork; end it if it uses so much of a CPU, or does nothing for half as long."""
    start = moved = time.monotonic()
    used, late = 0.0, False
    while True:
        process, status, resources = os.wait4(child, os.WNOHANG)
        if process:
            break
        now, before = time.monotonic(), used
        used = cpu_seconds(child)
        if used > before:
            moved = now
        if not late and (used > seconds or now - moved > seconds / 2):
            late = True
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, WHERE)
                time.sleep(0.5)
                os.killpg(child, signal.SIGKILL)
        time.sleep(0.002 if now - start < 1 else 0.05)
    return {
        "status": None if late else os.waitstatus_to_exitcode(status),
        "seconds": time.monotonic() - start,
        "peak": resources.ru_maxrss * 1024,
    }


def cpu_seconds(process: int) -> float:
    """Return what a process has used of a CPU."""
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.path.pop(0)  # the attack's own folder
    main()
