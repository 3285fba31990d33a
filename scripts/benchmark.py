"""Time every stage of training on a corpus, alone or beside other programs on the same machine.

    python scripts/benchmark.py CORPUS
    python scripts/benchmark.py CORPUS --reference GloVe/build   # the C program's built binaries
    python scripts/benchmark.py CORPUS --yardstick ./yardstick   # a program with its options

The programs run one after the other with the same options, each in processes of its own. Machines
are noisy: the ratios of one run say more than its seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

NO_ZEROS = ["--zeros", "0", "--bias-init", "random"]  # what the other programs do
STAGES = ("encode", "count", "tile", "train", "write")
WHOLE = "whole job"
# What the reference program calls the same work; it writes the vectors while it trains.
REFERENCE_STAGES = {
    "encode": "vocab_count",
    "count": "cooccur",
    "tile": "shuffle",
    "train": "glove",
}


@dataclass
class Cost:
    """What a stage or a program took.

    Attributes
    ----------
    seconds : float
    peak_bytes : int or None
        The largest resident size; None if it was not measured.
    """

    seconds: float
    peak_bytes: int | None = None


Costs = dict[str, Cost]


def main() -> None:
    """Run the programs that are asked for and print their tables."""
    options = _parser().parse_args()
    threads = options.threads or os.cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix="glove-benchmark-") as name:
        directory = Path(name)
        ours, report = run_glove_ada(options, threads, directory)
        print_stages(ours, report)
        peers: list[tuple[str, Callable[..., Costs], str | None]] = [
            ("reference", run_reference, options.reference),
            ("yardstick", run_yardstick, options.yardstick),
        ]
        for title, run, place in peers:
            if place:
                print_ratios(title, run(options, threads, directory, Path(place).resolve()), ours)


def run_glove_ada(
    options: argparse.Namespace, threads: int, directory: Path
) -> tuple[Costs, dict[str, dict[str, int]]]:
    """Train with glove_ada; return its stages' costs and its report."""
    vectors = directory / "vectors.txt"
    whole = measure(
        [
            sys.executable, "-m", "glove_ada.train", options.corpus, "--save-file", str(vectors),
            "--overwrite",
            "--vector-size", str(options.vector_size), "--window-size", str(options.window_size),
            "--min-count", str(options.min_count), "--x-max", str(options.x_max),
            "--epochs", str(options.epochs), "--eta", str(options.eta), "--threads", str(threads),
            *(["--zeros", str(options.zeros)] if options.zeros else NO_ZEROS),
        ],
        directory / "glove_ada.log",
    )  # fmt: skip
    report = json.loads((directory / "vectors.report.json").read_text())
    costs = {
        stage["name"]: Cost(stage["seconds"], stage["peak_memory_bytes"])
        for stage in report["stages"]
    }
    return {**costs, WHOLE: whole}, report


def run_reference(
    options: argparse.Namespace, threads: int, directory: Path, binaries: Path
) -> Costs:
    """Run the four binaries of the reference C program with its own learning rate."""
    corpus = Path(options.corpus).resolve()
    vocabulary, counts, shuffled = "vocab.txt", "cooccurrence.bin", "shuffled.bin"
    window = ["-vocab-file", vocabulary, "-window-size", str(options.window_size)]
    steps: dict[str, tuple[list[str], Path | None, str | None]] = {
        "vocab_count": (["-min-count", str(options.min_count)], corpus, vocabulary),
        "cooccur": ([*window, "-memory", "4"], corpus, counts),
        "shuffle": (["-memory", "4"], directory / counts, shuffled),
        "glove": (
            [
                "-input-file", shuffled, "-vocab-file", vocabulary, "-save-file", "reference",
                "-threads", str(threads), "-vector-size", str(options.vector_size),
                "-x-max", str(options.x_max), "-iter", str(options.epochs),
            ],
            None,
            None,
        ),
    }  # fmt: skip
    measured: Costs = {}
    for program, (arguments, source, target) in steps.items():
        measured[program] = measure(
            [str(binaries / program), *arguments, "-verbose", "0"],
            directory / f"{program}.log",
            cwd=directory,
            source=source,
            target=directory / target if target else None,
        )
    costs = {stage: measured[program] for stage, program in REFERENCE_STAGES.items()}
    peaks = [cost.peak_bytes or 0 for cost in measured.values()]
    return {**costs, WHOLE: Cost(sum(cost.seconds for cost in measured.values()), max(peaks))}


def run_yardstick(
    options: argparse.Namespace, threads: int, directory: Path, program: Path
) -> Costs:
    """Run a program that takes the yardstick's arguments and prints its stages' seconds."""
    log = directory / "yardstick.log"
    arguments = (options.corpus, directory / "yardstick.txt", options.vector_size,
                 options.window_size, options.min_count, options.epochs, options.x_max,
                 options.eta, threads)  # fmt: skip
    whole = measure([str(program), *map(str, arguments)], log)
    seconds = dict(re.findall(r"(encode|count|tile|train|write) ([\d.]+)", log.read_text()))
    return {**{stage: Cost(float(seconds[stage])) for stage in STAGES}, WHOLE: whole}


def measure(
    command: list[str],
    log: Path,
    *,
    cwd: Path | None = None,
    source: Path | None = None,
    target: Path | None = None,
) -> Cost:
    """Run a command; return its wall time and peak memory as the system accounts them."""
    with (
        open(source or os.devnull, "rb") as stdin,
        open(target or os.devnull, "wb") as stdout,
        open(log, "wb") as stderr,
    ):
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, stdin=stdin, stdout=stdout, stderr=stderr)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    if status:
        sys.exit(f"{' '.join(command)} failed:\n{log.read_text(errors='replace')}")
    return Cost(seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


def print_stages(costs: Costs, report: dict[str, dict[str, int]]) -> None:
    """Print seconds, rate and peak memory of each of our stages."""
    tokens, nonzeros = report["corpus"]["tokens"], report["matrix"]["nonzeros"]
    updates = nonzeros * report["options"]["epochs"] + report["training"]["zeros"]
    words = report["vocabulary"]["words"]
    work = {
        "encode": (tokens, "tokens"),
        "count": (tokens, "tokens"),
        "tile": (nonzeros, "nonzeros"),
        "train": (updates, "updates"),
        "write": (words, "words"),
    }
    print(f"{tokens:,} tokens, {words:,} words, {nonzeros:,} nonzeros\n")
    print(f"{'glove_ada':<12}{'seconds':>10}{'rate':>26}{'peak memory':>14}")
    for stage, cost in costs.items():
        amount, unit = work.get(stage, (0, ""))
        rate = f"{amount / max(cost.seconds, 1e-3):,.0f} {unit}/s" if amount else ""
        print(f"{stage:<12}{cost.seconds:>10.2f}{rate:>26}{_megabytes(cost.peak_bytes):>14}")


def print_ratios(title: str, theirs: Costs, ours: Costs) -> None:
    """Print another program's costs and how many times ours they are."""
    print(f"\n{title:<12}{'seconds':>10}{'times ours':>26}{'peak memory':>14}")
    for stage, cost in theirs.items():
        ratio = f"{cost.seconds / max(ours[stage].seconds, 1e-3):.2f}"
        print(f"{stage:<12}{cost.seconds:>10.2f}{ratio:>26}{_megabytes(cost.peak_bytes):>14}")


def _megabytes(size: int | None) -> str:
    return "" if size is None else f"{size / 2**20:,.0f} MiB"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Time every stage of training on a corpus.")
    add = parser.add_argument
    add("corpus", help="a text file")
    add("--reference", metavar="DIR", help="the reference C program's binaries, to run as well")
    add("--yardstick", metavar="PATH", help="a program with the yardstick's arguments, likewise")
    add("--vector-size", type=int, default=50)
    add("--window-size", type=int, default=15)
    add("--min-count", type=int, default=5)
    add("--epochs", type=int, default=15)
    add("--x-max", type=float, default=10)
    add("--eta", type=float, default=0.2, help="the reference program keeps its own, 0.05")
    add("--zeros", type=float, default=0, help="sampled zeros; the other programs have none (0)")
    add("--threads", type=int, help="for all programs (one for each CPU)")
    return parser


if __name__ == "__main__":
    main()
