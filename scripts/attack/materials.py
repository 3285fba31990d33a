"""What attacks start from: corpora, and everything that the commands themselves make of one."""

from __future__ import annotations

import hashlib
import random
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from attack.processes import ROOT, Warm, in_shell, start

SAMPLE = ROOT / "data" / "sample.txt"
OVERWRITE = "--overwrite"
# Small enough for a training in a few hundredths of a second.
SMALL = 20_000
SMALL_OPTIONS = ["--vector-size", "6", "--epochs", "2", "--min-count", "2", "--window-size", "5",
                 OVERWRITE]  # fmt: skip
# Large enough for a training of a second, which signals can meet.
LARGE = 500_000
LARGE_OPTIONS = ["--vector-size", "20", "--epochs", "8", "--window-size", "8", OVERWRITE]
ROWS = "60"
# By name: what to convert to, and the format to name where the suffix does not tell.
VECTORS = {
    "vectors.txt": [],
    "vectors.vec": [],
    "vectors.bin": [],
    "vectors.npz": [],
    "packed.txt.gz": [],
    "packed.vec.gz": [],
    "packed.bin.gz": [],
    "arrays": [],
    "static": ["--format", "safetensors"],
}
# What a user might have that bears the name of something that the program makes or reads.
THESIS = ("thesis.txt", "counts", "encoded", "lock", "checkpoint", "table.json", "config.json",
          "model.safetensors", "words.txt", "vectors.npy", "tokenizer.json")  # fmt: skip


class Materials:
    """Files made once, for all cases.

    Parameters
    ----------
    directory : Path
        An empty one.
    warm : Warm
        To make them with.

    Attributes
    ----------
    small, large : Path
        Corpora.
    small_digest, large_digest : str
        Of the vectors trained on each with `SMALL_OPTIONS` and `LARGE_OPTIONS`.
    large_seconds : float
        That the second of them took.
    vectors : list of str
        Names of files and folders of the same few vectors, in every format.
    words : list of str
        Their words.
    """

    def __init__(self, directory: Path, warm: Warm) -> None:
        self.directory, self._warm = directory, warm
        self.small, self.large = directory / "small.txt", directory / "large.txt"
        copy_start(SAMPLE, self.small, SMALL)
        copy_start(SAMPLE, self.large, LARGE)
        self._command(
            "train", "small.txt", *SMALL_OPTIONS, "--save-file", "full.txt", "--save-vocab",
            "vocab.txt", "--save-cooccurrence", "cooccurrence.bin",
        )  # fmt: skip
        begin = time.monotonic()
        large = ["large.txt", *LARGE_OPTIONS, "--save-file", "large-vectors.txt", "--quiet"]
        start("train", large, directory).wait()
        self.large_seconds = time.monotonic() - begin
        self.small_digest = digest(directory / "full.txt")
        self.large_digest = digest(directory / "large-vectors.txt")
        self.vectors = [name for name, how in VECTORS.items() if self._convert(name, how)]
        lines = (directory / "vectors.txt").read_text().splitlines()
        self.words = [line.split(" ")[0] for line in lines]
        choose = random.Random(1)
        questions = [" ".join(choose.sample(self.words, 4)) for _ in range(30)]
        (directory / "questions.txt").write_text("\n".join([": a section", *questions]) + "\n")
        pairs = ["\t".join(choose.sample(self.words, 2)) + f"\t{n % 11}" for n in range(30)]
        (directory / "pairs.tsv").write_text("\n".join(pairs) + "\n")
        (directory / "words.txt").write_text("\n".join(self.words[:20]) + "\n")
        (directory / "full.report.json").rename(directory / "vectors.report.json")

    def copy(self, home: Path, *names: str) -> None:
        """Copy some of them into a user's directory."""
        for name in names:
            source = self.directory / name
            if source.is_dir():
                shutil.copytree(source, home / name)
            else:
                shutil.copy(source, home / name)

    def copy_thesis(self, home: Path, folder: str) -> None:
        """Make a folder of things that are the user's own, whatever their names say."""
        (home / folder).mkdir(parents=True, exist_ok=True)
        for name in THESIS:
            path = home / folder / name
            if not path.exists():
                path.write_text(f"{name}, written by hand over three years\n")

    def with_contents(self, outputs: Iterable[str]) -> list[str]:
        """Return outputs, and of folders of vectors all that belongs to them."""
        found = []
        for path in outputs:
            found.append(path)
            made = self.directory / path.rstrip("/") if path in self.vectors else None
            if made and made.is_dir():
                found += [f"{path}/{inner.name}" for inner in made.iterdir()]
        return found

    def _convert(self, name: str, how: list[str]) -> bool:
        arguments = ["full.txt", name, *how, "--limit", ROWS]
        # Without a package some formats cannot be written.
        return self._warm.run("convert", arguments, self.directory).status == 0

    def _command(self, command: str, *arguments: str) -> None:
        outcome = self._warm.run(command, arguments, self.directory)
        if outcome.status != 0:
            raise RuntimeError(f"{in_shell(outcome)} ended with {outcome.status}: {outcome.err}")


def copy_start(source: Path, target: Path, size: int) -> None:
    """Copy the first whole lines of a corpus."""
    with open(source, "rb") as file:
        text = file.read(size)
    target.write_bytes(text[: text.rfind(b"\n") + 1])


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, or why it has none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return error.strerror or str(error)
