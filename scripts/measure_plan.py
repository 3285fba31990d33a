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
import re
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
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
    seconds, peaks = measured(report)
    all_processors = sum(processors.values())
    print(f"{way}: {wall:.1f} s by the clock, {all_processors:.1f} s of processors")
    print(f"{'':12} {'planned':>9} {'measured':>9} {'':5} {'of processors':>22} {'':5}  memory")
    hands = {need.name: 1 if need.name == "write" else workers * threads for need in planned}
    for need in planned:
        own = need.seconds * hands[need.name], processors.get(need.name, 0.0)
        show(need, seconds.get(need.name, 0.0), *own, peaks.get(need.name, 0))
    own = sum(need.seconds * hands[need.name] for need in planned), all_processors
    of_workers = [worker["peak_memory_bytes"] for worker in of_each(report)]
    most = [need.memory for need in planned if workers == 1 or need.name != "write"]
    total = StageNeed("all", sum(need.seconds for need in planned), max(most))
    show(total, sum(seconds.values()), *own, max(of_workers or peaks.values()))
    sent = report.get("cluster", {}).get("bytes_sent_by_the_end_of_training", {}).values()
    if sent:
        table = contexts_bytes(report["vocabulary"]["words"], options)
        shares = [f"{amount / options.epochs / table:.2f}" for amount in sent]
        print(f"sent by each worker in an epoch: {', '.join(shares)} of the contexts' table")


def train(
    way: str, threads: int, given: argparse.Namespace
) -> tuple[dict[str, Any], float, dict[str, float]]:
    """Train; return the report, the seconds of the clock, and of all processors by stage."""
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        save = Path(folder) / "vectors.txt"
        line = [sys.executable, "-m", "glove_ada.train", str(given.corpus)]
        line += ["--save-file", str(save), "--threads", str(threads)]
        for name in TAKEN:
            if name != "threads" and getattr(given, name, None) is not None:
                line += [f"--{name.replace('_', '-')}", str(getattr(given, name))]
        if way != "one":
            line += ["--cluster", way]
        start, seen = time.perf_counter(), 0.0
        processors: dict[str, float] = {}
        with subprocess.Popen(line, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr
            for said in process.stderr:
                if ended := re.match(r"([a-z ]+): [\d,]+ .* in [\d.]+ s, ", said):
                    name = STAGES.get(ended[1], ended[1])
                    now = processor_seconds(process.pid)
                    processors[name] = processors.get(name, 0.0) + now - seen
                    seen = now
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, line)
        wall = time.perf_counter() - start
        report: dict[str, Any] = json.loads(save.with_suffix(".report.json").read_text())
    return report, wall, processors


def processor_seconds(process: int) -> float:
    """Return the processor seconds of a process and all below it (Linux)."""
    ticks, children = dict[int, int](), dict[int, list[int]]()
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended
            fields = (place / "stat").read_text().rpartition(")")[2].split()
            ticks[int(place.name)] = sum(
                map(int, fields[11:15])
            )  # its own, and its dead children's
            children.setdefault(int(fields[1]), []).append(int(place.name))
    waiting, total = [process], 0
    while waiting:
        this = waiting.pop()
        total += ticks.get(this, 0)
        waiting += children.get(this, [])
    return total / os.sysconf("SC_CLK_TCK")


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


def show(need: StageNeed, seconds: float, planned: float, processors: float, peak: int) -> None:
    """Print a line: what was planned and measured, and their ratios."""
    print(
        f"{need.name:12} {need.seconds:7.1f} s {seconds:7.1f} s {seconds / need.seconds:5.2f} "
        f"{planned:9.1f} s {processors:9.1f} s {processors / planned:5.2f} "
        f"{need.memory / 1e9:7.2f} GB {peak / 1e9:5.2f} GB {peak / need.memory:5.2f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
