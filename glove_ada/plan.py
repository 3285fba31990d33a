"""Tell what a job will take before it runs: `python -m glove_ada.plan --bytes 1e12`."""

from __future__ import annotations

if __name__ == "__main__":
    from glove_ada.system import end_at_interrupts

    end_at_interrupts()  # while the imports below take their time

import argparse
import sys
import tempfile
from collections.abc import Sequence

from glove_ada.errors import OptionError
from glove_ada.run.counted.stages import resolve_counting_options
from glove_ada.run.forecast import StageNeed, forecast, forecast_text
from glove_ada.run.memory_plan import MemoryPlan
from glove_ada.run.options import OPTIONS
from glove_ada.run.options.parsing import add_option
from glove_ada.system.console import CommandParser, run_command
from glove_ada.system.spilled_array import megabytes
from glove_ada.system.threads import usable_cpus

TAKEN = ("vector_size", "epochs", "max_vocab", "rule", "zeros", "polish", "alternations", "threads")
LEAST_BYTES, MOST_BYTES = 1e6, 1e15


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = CommandParser(prog="python -m glove_ada.plan", description=__doc__)
    parser.add_argument(
        "--bytes", type=float, required=True, metavar="N", help="of text, not packed; 1e12, say"
    )
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="of a cluster; 1 is one machine (1)"
    )
    for name in TAKEN:
        add_option(parser, OPTIONS[name])
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    return run_command(lambda: _run(build_parser().parse_args(arguments)))


def _run(given: argparse.Namespace) -> None:
    if not LEAST_BYTES <= given.bytes <= MOST_BYTES:
        raise OptionError(f"--bytes is {given.bytes:g}; it takes a number, 1e6 to 1e15")
    if given.workers < 1 or given.workers & (given.workers - 1):
        raise OptionError(f"--workers is {given.workers}; it takes a power of two, 1, 2, 4, ...")
    options = resolve_counting_options(vars(given))
    threads = given.threads or usable_cpus()
    plan = MemoryPlan(options, threads, tempfile.gettempdir())
    text = forecast_text(given.bytes, options.max_vocab)
    print(
        f"{megabytes(int(text.bytes))} of text: {text.tokens:,.0f} tokens, a vocabulary of "
        f"{text.words:,.0f} words, {2 * text.cells:,.0f} nonzeros"
    )
    needs = forecast(text, options, workers=given.workers, threads=threads, plan=plan)
    print(f"{'stage':12} {'time':>10} {'memory':>12} {'disk':>12} {'network':>12}")
    for need in needs:
        print(_line(need))
    total = StageNeed(
        "all",
        sum(need.seconds for need in needs),
        max(need.memory for need in needs),
        max(need.disk for need in needs),
        sum(need.network for need in needs),
    )
    print(_line(total))


def _line(need: StageNeed) -> str:
    sizes = (need.memory, need.disk, need.network)
    shown = " ".join(f"{megabytes(int(size)) if size else '':>12}" for size in sizes)
    return f"{need.name:12} {_duration(need.seconds):>10} {shown}".rstrip()


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.0f} h"


if __name__ == "__main__":
    sys.exit(main())
