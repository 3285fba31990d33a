"""What a bug report needs: `python -m glove_ada.versions`."""

from __future__ import annotations

if __name__ == "__main__":
    from glove_ada.system import end_at_interrupts

    end_at_interrupts()  # while the imports below take their time

import os
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from glove_ada import kernels
from glove_ada.system.console import CommandParser, run_command
from glove_ada.system.threads import usable_cpus
from glove_ada.system.version import __version__

OPTIONAL = ("numba", "gensim", "safetensors", "matplotlib", "pyarrow", "zstandard")


def show_versions() -> None:
    """Print versions, the kernels in use, and the machine: what a bug report needs.

    Raises
    ------
    OptionError
        If the backend or the instruction set that the environment asks for is not there.
    """
    for name, value in _facts().items():
        print(f"{name + ':':<18}{value}")


def _facts() -> dict[str, str]:
    others = [name for name in kernels.INSTRUCTION_SETS if name != kernels.INSTRUCTION_SET]
    also = f" (available, too: {', '.join(others)})" if others else ""
    return {
        "glove_ada": __version__,
        "Python": f"{platform.python_version()} ({platform.python_implementation()})",
        "NumPy": _installed("numpy"),
        "backend": kernels.BACKEND,
        "instruction set": kernels.INSTRUCTION_SET + also,
        "system": platform.platform(),
        "CPUs": f"{usable_cpus()} usable of {os.cpu_count()}, {platform.machine()}",
        "memory": _memory(),
        **{name: _installed(name) for name in OPTIONAL},
    }


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _memory() -> str:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError):  # not on this system
        return "unknown"
    return f"{size / 2**30:.1f} GiB"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    return run_command(lambda: _run(arguments))


def _run(arguments: Sequence[str] | None) -> None:
    description = "Print what a bug report needs: versions, kernels in use, machine."
    CommandParser(prog="python -m glove_ada.versions", description=description).parse_args(
        arguments
    )
    show_versions()


if __name__ == "__main__":
    sys.exit(main())
