"""Count copies of a corpus with other words in each, under a cap, here and on two workers.

    python scripts/measure_cluster_growth.py wiki70m.txt --copies 10 --memory 3

Each copy's words have an ending of their own, so that the vocabulary grows as the text does. One
epoch in few dimensions follows the counts, whose bytes tell that both have counted the same. Told
are the seconds a gigabyte until the tiles are there, of one copy and of all, those of processors
until the end, and the peak of memory of each process against its cap: that of the one that is
started, and of each worker its share. Each copy is a third longer than the text, and the folder
needs eight times the size of all copies, for what does not fit under the cap.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

SMALL = ["--vector-size", "8", "--epochs", "1", "--polish", "0", "--alternations", "0", "--quiet"]
COUNTING = ("count words", "encode", "count", "tile")


def main() -> int:
    """Measure; return 1 if the vectors differ or a cap is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--copies", type=int, default=10)
    parser.add_argument("--memory", type=float, default=3.0, help="GB, of all processes together")
    parser.add_argument("--folder", default=tempfile.gettempdir(), help="for copies and work")
    given = parser.parse_args()
    broken, digests = False, set()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        grown = Path(folder) / "grown.txt"
        write_copies(given.corpus, given.copies, grown)
        for cluster in (None, "local:2"):
            pace = {}
            for corpus in (given.corpus, grown):
                before = processor_seconds()
                report = train(corpus, cluster, given.memory, folder)
                of_processors = processor_seconds() - before
                size = os.path.getsize(corpus) / 1e9
                seconds = sum(s["seconds"] for s in report["stages"] if s["name"] in COUNTING)
                pace[corpus] = seconds / size, of_processors / size
                own, *of_each = peaks = peaks_of(report)
                broken |= own > given.memory * 1e9 or max(of_each, default=0) > given.memory * 5e8
                print(
                    f"{cluster or 'one machine':12} {size:6.2f} GB {seconds:7.1f} s "
                    f"{pace[corpus][0]:6.1f} s/GB, processors {pace[corpus][1]:6.1f} s/GB in all, "
                    f"{report['vocabulary']['words']:,} words, peaks "
                    f"{', '.join(f'{peak / 1e9:.2f}' for peak in peaks)} GB, "
                    f"{report['vectors']['sha256'][:16]}",
                    flush=True,
                )
            digests.add(report["vectors"]["sha256"])
            of_clock, of_processors = (
                more / less for more, less in zip(pace[grown], pace[given.corpus], strict=True)
            )
            print(
                f"{'':12} {of_clock:.2f} times the seconds a gigabyte, {of_processors:.2f} times "
                f"those of processors",
                flush=True,
            )
    return int(broken or len(digests) > 1)


def write_copies(corpus: Path, copies: int, to: Path) -> None:
    """Write a corpus so many times, each time with other words."""
    with to.open("wb") as file:
        for copy in range(copies):
            ending = f"x{copy}".encode()
            with corpus.open("rb") as lines:
                for line in lines:
                    words = line.rstrip(b"\n")
                    if words:
                        file.write(words.replace(b" ", ending + b" ") + ending)
                    file.write(b"\n")


def train(corpus: Path, cluster: str | None, memory: float, folder: str) -> dict[str, Any]:
    """Train a little; return the report."""
    save = Path(folder) / "vectors.txt"
    command = [
        sys.executable,
        "-m",
        "glove_ada.train",
        str(corpus),
        *SMALL,
        "--overwrite",
        "--fresh",
    ]
    command += ["--save-file", str(save), "--memory", str(memory)]
    if cluster:
        command += ["--cluster", cluster, "--threads", "1"]
    subprocess.run(command, check=True)
    report: dict[str, Any] = json.loads(save.with_suffix(".report.json").read_text())
    return report


def processor_seconds() -> float:
    """Return those of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peaks_of(report: dict[str, Any]) -> list[int]:
    """Return the peak of memory of the process that was started, and of each worker."""
    own = max(stage["peak_memory_bytes"] for stage in report["stages"])
    of_each = report.get("cluster", {}).get("of_each", {})
    return [own, *(worker["peak_memory_bytes"] for worker in of_each.values())]


if __name__ == "__main__":
    sys.exit(main())
