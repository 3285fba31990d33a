"""Feed parsers with bytes that a coverage-guided fuzzer (atheris) makes up.

    pip install atheris
    python scripts/fuzz.py vectors -max_total_time=60
    python scripts/fuzz.py text -runs=100000

Targets: `text` (a corpus), `vocabulary`, `vectors` (every format, told by content), `counts` (the
reference program's), `kept` (descriptions of checkpoints and kept stages, with a checksum that
fits). Behind the target stand libFuzzer's options. A GloveError is an answer; anything else that
is raised, or a text that is encoded wrongly, ends the fuzzer with the input.
"""

from __future__ import annotations

import os
import struct
import sys
import tempfile
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["glove_ada"]):
    from glove_ada.array_file import FileKind, read_arrays
    from glove_ada.encoding import encode_corpus
    from glove_ada.errors import GloveError
    from glove_ada.formats.reference_files import read_reference_cooccurrence
    from glove_ada.sources import TextSource
    from glove_ada.threads import Workers
    from glove_ada.vectors import WordVectors
    from glove_ada.vocabulary import read_vocabulary

KIND = FileKind("fuzzed file", 1)
MEMORY = "/dev/shm"  # where a file is written ten times as fast as on a disk


class BytesSource(TextSource):
    """A text in two pieces."""

    def __init__(self, text: bytes) -> None:
        self.text = text

    def chunks(self) -> Iterator[bytes]:
        """Yield the pieces."""
        yield self.text[: len(self.text) // 2]
        yield self.text[len(self.text) // 2 :] + b"\n"


def main() -> None:
    """Fuzz the target that is named first."""
    target = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if target not in TARGETS:
        sys.exit(f"usage: fuzz.py {{{','.join(TARGETS)}}} [libFuzzer's options]")
    warnings.simplefilter("ignore")
    memory = MEMORY if os.path.isdir(MEMORY) else None
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=memory) as name, Workers(1) as workers:
        path = Path(name) / "file"

        def test_one(data: bytes) -> None:
            with suppress(GloveError):
                TARGETS[target](data, path, workers)

        atheris.Setup(sys.argv, test_one)
        atheris.Fuzz()


def fuzz_text(data: bytes, path: Path, workers: Workers) -> None:
    """Encode a text and compare what was found with Python's own splitting."""
    found = encode_corpus(BytesSource(data), workers, min_count=1)
    plain = data.replace(b"\r", b"").replace(b"\t", b" ").replace(b"\n", b" ")
    tokens = [word for word in plain.split(b" ") if word]
    if found.tokens != len(tokens) or set(found.vocabulary.words) != set(tokens):
        raise AssertionError(f"{found.tokens} tokens found of {len(tokens)}")


def fuzz_vocabulary(data: bytes, path: Path, workers: Workers) -> None:
    """Read a vocabulary."""
    path.write_bytes(data)
    read_vocabulary(path)


def fuzz_vectors(data: bytes, path: Path, workers: Workers) -> None:
    """Read vectors in whatever format."""
    path.write_bytes(data)
    WordVectors.load(path)


def fuzz_counts(data: bytes, path: Path, workers: Workers) -> None:
    """Read the reference program's counts."""
    path.write_bytes(data)
    for _ in read_reference_cooccurrence(path, 1000):
        pass


def fuzz_kept(data: bytes, path: Path, workers: Workers) -> None:
    """Read a file of arrays whose description is made up: some bytes of it, the rest arrays."""
    size = data[0] if data else 0
    description, arrays = data[1 : 1 + size], data[1 + size :]
    head = b"fuzzed file 1\n" + struct.pack("<QI", len(description), zlib.crc32(description))
    body = head + description + arrays
    path.write_bytes(body + struct.pack("<I", zlib.crc32(body)))
    read_arrays(path, KIND)


TARGETS: dict[str, Callable[[bytes, Path, Workers], None]] = {
    "text": fuzz_text,
    "vocabulary": fuzz_vocabulary,
    "vectors": fuzz_vectors,
    "counts": fuzz_counts,
    "kept": fuzz_kept,
}

if __name__ == "__main__":
    main()
