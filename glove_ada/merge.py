"""Add up what was counted in parts: `python -m glove_ada.merge counts-*/ --save counts/`."""

from __future__ import annotations

if __name__ == "__main__":
    from glove_ada.system import end_at_interrupts

    end_at_interrupts()  # while the imports below take their time

import argparse
import os
import sys
from collections.abc import Sequence

from glove_ada import kernels
from glove_ada.errors import OptionError
from glove_ada.run.counted.description import check_counted_writable, check_together, open_counted
from glove_ada.run.counted.stages import counting, resolve_counting_options
from glove_ada.run.options import OPTIONS
from glove_ada.run.options.parsing import add_option
from glove_ada.system.atomic_files import check_apart
from glove_ada.system.console import CommandParser, run_command, say_warnings
from glove_ada.system.progress import choose_display

MOST_FOLDERS = 200  # each of which keeps three files open


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = CommandParser(prog="python -m glove_ada.merge", description=__doc__)
    parser.add_argument("folders", nargs="+", metavar="DIR", help="what glove_ada.count wrote")
    parser.add_argument("--save", required=True, metavar="DIR", help="the folder to write")
    for name in ("min_count", "max_vocab", "threads", "memory", "backend", "overwrite", "quiet"):
        add_option(parser, OPTIONS[name])
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    return run_command(lambda: _run(build_parser().parse_args(arguments)))


def _run(given: argparse.Namespace) -> None:
    kernels.use_backend(given.backend)
    display = choose_display(given.quiet)
    say_warnings(display.say)
    options = resolve_counting_options(vars(given))
    if len(given.folders) > MOST_FOLDERS:
        raise OptionError(
            f"{len(given.folders)} folders are more than are added up at once: merge "
            f"{MOST_FOLDERS} at a time, and then what that makes"
        )
    check_counted_writable(given.save, overwrite=given.overwrite)
    check_apart([given.save], given.folders)
    folders = [open_counted(folder) for folder in given.folders]
    check_together(folders)
    beside = os.path.dirname(os.path.abspath(given.save))
    with counting(options, display, beside, threads=given.threads, memory=given.memory) as stages:
        stages.merge(folders, given.save)
    display.say(f"wrote {given.save}")


if __name__ == "__main__":
    sys.exit(main())
