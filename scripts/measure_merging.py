"""Count a corpus whole, and in parts that are merged in several orders; compare all bytes.

    python scripts/measure_merging.py wiki70m.txt --parts 7 --memory 1

Words first, then co-occurrences with their vocabulary; all orders but the first are random. Told
are the seconds, the peak of memory of each merging against its cap, and the SHA-256 of the counts.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main() -> int:
    """Measure; return 1 if any bytes differ or a cap is broken by a tenth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus")
    parser.add_argument("--parts", type=int, default=7)
    parser.add_argument("--orders", type=int, default=3)
    parser.add_argument("--memory", type=float, default=1.0, help="GB, of each merging")
    parser.add_argument("--folder", default=tempfile.gettempdir(), help="for all counts")
    given = parser.parse_args()
    cap = ["--memory", str(given.memory)]
    with tempfile.TemporaryDirectory(dir=given.folder) as made:
        folder = Path(made)
        run("count", given.corpus, "--save", folder / "whole")
        parts = [f"{number}/{given.parts}" for number in range(1, given.parts + 1)]
        words, counts = [], []
        for number, part in enumerate(parts):
            words.append(folder / f"words-{number}")
            run("count", given.corpus, "--words-only", "--part", part, "--save", words[-1])
        peaks = [run("merge", *words, "--save", folder / "words", *cap)]
        vocabulary = folder / "words" / "vocab.txt"
        for number, part in enumerate(parts):
            counts.append(folder / f"counts-{number}")
            run("count", given.corpus, "--vocab-file", vocabulary, "--part", part,
                "--save", counts[-1])  # fmt: skip
        found = [digests(folder / "whole")]
        for order in range(given.orders):
            peaks.append(run("merge", *counts, "--save", folder / f"sum-{order}", *cap))
            found.append(digests(folder / f"sum-{order}"))
            random.Random(order).shuffle(counts)
    for name in ("vocab.txt", "cells"):
        print(f"{name}: {', '.join(sorted({digest[name] for digest in found}))}")
    # How it was counted, in parts or whole, is told apart in the description alone.
    same = all(digest == found[1] for digest in found[1:])
    same = same and all(found[0][name] == found[1][name] for name in ("vocab.txt", "cells"))
    return int(not same or max(peaks) > 1.1e9 * given.memory)


def run(command: str, *arguments: str | Path) -> int:
    """Run a command; return the peak of its memory in bytes."""
    line = [sys.executable, "-m", f"glove_ada.{command}", *map(str, arguments), "--quiet"]
    start = time.perf_counter()
    process = subprocess.Popen(line)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), line)
    peak = usage.ru_maxrss * 1024
    seconds = time.perf_counter() - start
    made = Path(arguments[arguments.index("--save") + 1]).name
    print(f"{command:6} {made:10} {seconds:6.1f} s {peak / 1e9:5.2f} GB", flush=True)
    return peak


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a folder of counts."""
    found = {}
    for path in sorted(folder.iterdir()):
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while piece := file.read(1 << 24):
                digest.update(piece)
        found[path.name] = digest.hexdigest()
    return found


if __name__ == "__main__":
    sys.exit(main())
