"""Train, and compare what each stage took with what `glove_ada.plan` tells.

    python scripts/measure_plan.py wiki17m.txt --on one local:2 --vector-size 300 --epochs 4

On one machine with two threads, on a cluster with one thread each worker, unless `--threads` is
given. Other options are those of `glove_ada.plan`. Told are seconds and the peak of memory of each
stage (on a cluster, of whichever worker needed most, over all stages), planned and measured; the
seconds of the clock and of all processors, as a machine that others use slows the first alone; and
what each worker sent in an epoch, in tables of contexts.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from glove_ada.plan import TAKEN
from glove_ada.run.counted.stages import resolve_counting_options
from glove_ada.run.forecast import StageNeed, forecast, forecast_text
from glove_ada.run.memory_plan import MemoryPlan
from glove_ada.run.options import OPTIONS, Options
from glove_ada.run.options.parsing import add_option
from glove_ada.training.rules import make_rule

STAGES = {"initialise": "train", "combine": "write"}  # those that are planned under another name


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--on", nargs="+", default=["one", "local:2"])
    parser.add_argument("--folder", default=tempfile.gettempdir(), help="for vectors and work")
    for name in TAKEN:
        add_option(parser, OPTIONS[name])
    given = parser.parse_args()
    for way in given.on:
        compare(way, given)
    return 0


def compare(way: str, given: argparse.Namespace) -> None:
    """Train in one way, and print the table."""
    workers = 1 if way == "one" else int(way.rpartition(":")[2])
    threads = given.threads or (2 if way == "one" else 1)
    options = resolve_counting_options({**vars(given), "threads": threads})
    text = forecast_text(given.corpus.stat().st_size, options.max_vocab)
    plan = MemoryPlan(options, threads, given.folder)
    planned = forecast(text, options, workers=workers, threads=threads, plan=plan)
    report, wall, processors = train(way, threads, given)
    print(f"{way}: {wall:.1f} s by the clock, {processors:.1f} s of processors")
    seconds, peaks = measured(report)
    for need in planned:
        show(need, seconds.get(need.name, 0.0), peaks.get(need.name, 0))
    workers_peaks = [own["peak_memory_bytes"] for own in of_each(report)]
    most = max([*workers_peaks, *([] if workers_peaks else peaks.values())])
    of_planned = [need.memory for need in planned if workers == 1 or need.name != "write"]
    total = StageNeed("all", sum(need.seconds for need in planned), max(of_planned))
    show(total, sum(seconds.values()), most)
    sent = [own["bytes_sent"] for own in of_each(report) if own["bytes_sent"]]
    if sent:
        table = contexts_bytes(report["vocabulary"]["words"], options)
        shares = [f"{amount / options.epochs / table:.2f}" for amount in sent]
        print(f"sent by each worker in an epoch: {', '.join(shares)} of the contexts' table")


def train(way: str, threads: int, given: argparse.Namespace) -> tuple[dict[str, Any], float, float]:
    """Train; return the report, and seconds of the clock and of all processors."""
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        save = Path(folder) / "vectors.txt"
        line = [sys.executable, "-m", "glove_ada.train", str(given.corpus), "--quiet"]
        line += ["--save-file", str(save), "--threads", str(threads)]
        for name in TAKEN:
            if name != "threads" and getattr(given, name, None) is not None:
                line += [f"--{name.replace('_', '-')}", str(getattr(given, name))]
        if way != "one":
            line += ["--cluster", way]
        start = time.perf_counter()
        process = subprocess.Popen(line)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        if status:
            raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), line)
        report: dict[str, Any] = json.loads(save.with_suffix(".report.json").read_text())
    return report, wall, usage.ru_utime + usage.ru_stime


def measured(report: dict[str, Any]) -> tuple[dict[str, float], dict[str, int]]:
    """Return the seconds of each stage, and the peak of the process that was started."""
    seconds: dict[str, float] = {}
    peaks: dict[str, int] = {}
    for stage in report["stages"]:
        name = STAGES.get(stage["name"], stage["name"])
        seconds[name] = seconds.get(name, 0.0) + stage["seconds"]
        peaks[name] = max(peaks.get(name, 0), stage["peak_memory_bytes"])
    return seconds, peaks


def of_each(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what is known of each worker."""
    return list(report.get("cluster", {}).get("of_each", {}).values())


def contexts_bytes(words: int, options: Options) -> int:
    """Return the bytes of all contexts with what their rule keeps."""
    layout = make_rule(options.rule, replace(options, weight_decay=0.0)).layout(options.vector_size)
    rows: int = (2 if options.directed else 1) * words * layout.row_bytes
    return rows


def show(need: StageNeed, seconds: float, peak: int) -> None:
    """Print a line: planned, measured and their ratio."""
    ratio = seconds / need.seconds if need.seconds else 0.0
    print(
        f"{need.name:12} {need.seconds:7.1f} s {seconds:7.1f} s {ratio:5.2f}   "
        f"{need.memory / 1e9:6.2f} GB {peak / 1e9:6.2f} GB {peak / need.memory:5.2f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
