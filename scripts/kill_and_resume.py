"""Kill training at random moments, resume it, and compare with a training that was not killed.

    python scripts/kill_and_resume.py CORPUS [--megabytes 4] [--runs 30] [--seed 1]

Each run is killed with SIGKILL two to four times, at moments drawn from the whole length of the
training, and resumed each time with another number of threads. A checkpoint is written after
every round, so that kills meet the writing of one, too.
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

from glove_ada.run.kept.checkpoint import CHECKPOINT, Checkpoint

MAX_THREADS = 4
OUTPUTS = {"vectors.txt", "vectors.report.json"}
Options = list[str]


def main() -> int:
    """Run all trainings; return 1 if one differs."""
    options = _parser().parse_args()
    moments = random.Random(options.seed)
    training = [
        "--vector-size", str(options.vector_size), "--window-size", "10",
        "--epochs", str(options.epochs), "--quiet",
    ]  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="kill-and-resume-") as name:
        directory = Path(name)
        corpus = directory / "corpus.txt"
        copy_start(options.corpus, corpus, int(options.megabytes * 1e6))
        command = [sys.executable, "-m", "glove_ada.train", str(corpus), *training]
        start = time.perf_counter()
        subprocess.run([*command, "--threads", "2"], cwd=directory, check=True)
        seconds = time.perf_counter() - start
        expected = digest(directory / "vectors.txt")
        print(f"not killed: {seconds:.1f} s, vectors {expected}")
        equal = 0
        for run in range(1, options.runs + 1):
            equal += kill_and_resume(command, directory / f"run{run}", seconds, expected, moments)
        print(f"{equal} of {options.runs} equal")
    return 0 if equal == options.runs else 1


def copy_start(source: str, target: Path, size: int) -> None:
    """Copy the first whole lines of a corpus."""
    with open(source, "rb") as file:
        text = file.read(size)
    target.write_bytes(text[: text.rfind(b"\n") + 1])


def kill_and_resume(
    command: Options, directory: Path, seconds: float, expected: str, moments: random.Random
) -> bool:
    """Train with kills; print what happened; return whether the vectors are as expected."""
    directory.mkdir()
    command = [*command, "--checkpoint-minutes", "1e-9", "--keep", "--resume"]
    told = []
    for _ in range(moments.randint(2, 4)):
        process = subprocess.Popen(
            [*command, "--threads", str(moments.randint(1, MAX_THREADS))], cwd=directory
        )
        moment = moments.uniform(0, seconds)
        try:
            process.wait(moment)
            told.append("ended before")
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            told.append(f"{moment:.2f} s{where(directory)}")
    threads = str(moments.randint(1, MAX_THREADS))
    subprocess.run([*command[:-2], "--resume", "--threads", threads], cwd=directory, check=True)
    found = digest(directory / "vectors.txt")
    left = set(os.listdir(directory)) - OUTPUTS
    right = found == expected and not left
    outcome = "equal" if right else f"DIFFERENT: vectors {found}, left {left}"
    print(f"{directory.name}: killed at {', '.join(told)}: {outcome}", flush=True)
    return right


def where(directory: Path) -> str:
    """Return how far a killed training had come, from its last checkpoint."""
    path = directory / "vectors.work" / CHECKPOINT
    if not path.exists():
        return ""
    checkpoint = Checkpoint(path)
    return f" (epoch {checkpoint.epochs + 1}, round {checkpoint.rounds})"


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Kill training at random moments, resume it, and compare."
    )
    parser.add_argument("corpus")
    parser.add_argument("--megabytes", type=float, default=4, help="of the corpus's start (4)")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--vector-size", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    return parser


if __name__ == "__main__":
    sys.exit(main())
