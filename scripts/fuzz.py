"""Feed parsers with bytes that a coverage-guided fuzzer (atheris) makes up.

    pip install atheris
    python scripts/fuzz.py vectors -max_total_time=60
    python scripts/fuzz.py text -runs=100000

Targets: `text` (a corpus), `archive` (a packed one), `vocabulary`, `vectors` (every format, told by
content), `formats` (each format's own reader), `folders` (NumPy's and safetensors'), `counts` (the
reference program's), `kept` (files of our own, with checksums that fit), `checkpoint` (what one
says of its training), `stages` (what kept word ids and counts hold, and the kernels that trust it)
and `evaluation` (sets of analogies and of pairs). Behind the target stand libFuzzer's options. A
GloveError is an answer; anything else that is raised, or a text that is encoded wrongly, ends the
fuzzer with the input.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import tempfile
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import atheris
import numpy as np

with atheris.instrument_imports(include=["glove_ada"]):
    from glove_ada.cooccurrence.matrix import count_cooccurrences
    from glove_ada.cooccurrence.reference_file import read_reference_cooccurrence
    from glove_ada.corpus.encoding import encode_corpus
    from glove_ada.corpus.sources import FileSource, TextSource
    from glove_ada.corpus.vocabulary import read_vocabulary
    from glove_ada.errors import GloveError
    from glove_ada.evaluation.analogy_files import read_analogies
    from glove_ada.evaluation.pair_files import read_pairs
    from glove_ada.formats import read_vectors, write_vectors
    from glove_ada.formats.glove_text import read_glove_text
    from glove_ada.formats.numpy_folder import read_numpy_folder, verify_numpy_folder
    from glove_ada.formats.reference_vectors import read_reference_vectors
    from glove_ada.formats.table import VectorTable
    from glove_ada.formats.word2vec import read_word2vec_binary, read_word2vec_text
    from glove_ada.model import GloVe
    from glove_ada.run.kept.array_container import FileKind, read_arrays, write_arrays
    from glove_ada.run.kept.checkpoint import KIND as CHECKPOINT_KIND
    from glove_ada.run.kept.checkpoint import Checkpoint
    from glove_ada.run.kept.stage_cache import COUNTS, ENCODED, KINDS, KeptStages
    from glove_ada.run.kept.work_dir import WorkDir
    from glove_ada.system.threads import Workers
    from glove_ada.system.version import ARITHMETIC_VERSION
    from glove_ada.training.tiles import deal_words
    from glove_ada.training.tiling import build_tiles
    from glove_ada.vectors.word_vectors import WordVectors

KIND = FileKind("fuzzed file", 1)
MEMORY = "/dev/shm"  # where a file is written ten times as fast as on a disk
ARCHIVES = (b"\x1f\x8b\x08", b"BZh91AY&SY", b"\xfd7zXZ\x00")
READERS = (read_glove_text, read_word2vec_text, read_word2vec_binary)
NUMPY_FILES = ("table.json", "words.txt", "vectors.npy", "counts.npy")
SAFETENSORS_FILES = ("config.json", "tokenizer.json", "model.safetensors")


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
    if found.tokens != len(tokens) or set(found.vocabulary.encoded) != set(tokens):
        raise AssertionError(f"{found.tokens} tokens found of {len(tokens)}")


def fuzz_archive(data: bytes, path: Path, workers: Workers) -> None:
    """Read what begins as an archive does."""
    kind = data[0] if data else 0
    path.write_bytes(ARCHIVES[kind % len(ARCHIVES)] + data[1:])
    for _ in FileSource([path]).chunks():
        pass


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


def fuzz_formats(data: bytes, path: Path, workers: Workers) -> None:
    """Read vectors in a format whether they are in it or not."""
    kind = data[0] if data else 0
    path.write_bytes(data[1:])
    if kind % 4 < len(READERS):
        READERS[kind % 4](path)
    else:
        words = path.with_name("words")
        words.write_bytes(b"a 2\nb 1\n")
        read_reference_vectors(path, words)


def fuzz_folders(data: bytes, path: Path, workers: Workers) -> None:
    """Read a folder of vectors in which one file is made up; checksums fit but where they are."""
    kind = data[0] if data else 0
    name = (*NUMPY_FILES, *SAFETENSORS_FILES)[kind % 7]
    folder = small_folder(path.with_name("numpy" if name in NUMPY_FILES else "safetensors"))
    file = folder / name
    whole, table = file.read_bytes(), folder / "table.json"
    described = table.read_bytes() if name in NUMPY_FILES else b""
    try:
        file.write_bytes(data[1:])
        if described and file != table:
            description = json.loads(described)
            description["files"][name] = {"bytes": len(data) - 1, "crc32": zlib.crc32(data[1:])}
            table.write_text(json.dumps(description))
        if described:
            verify_numpy_folder(folder)
            read_numpy_folder(folder)
        else:
            read_vectors(folder)
    finally:
        file.write_bytes(whole)
        if described:
            table.write_bytes(described)


@cache
def small_folder(path: Path) -> Path:
    """Write a folder of vectors, once."""
    vectors = np.arange(6, dtype=np.float32).reshape(3, 2)
    table = VectorTable(["a", "b", "c"], vectors, np.arange(3, 0, -1))
    write_vectors(path, table, path.name)
    return path


def fuzz_kept(data: bytes, path: Path, workers: Workers) -> None:
    """Read a file of arrays whose description is made up, in part or as a whole."""
    kind, size = data[0] if data else 0, data[1] if len(data) > 1 else 0
    description, arrays = data[2 : 2 + size], data[2 + size :]
    if kind % 2:
        description = b'{"arithmetic":%d,"facts":{},"arrays":[["a",%b]]}' % (
            ARITHMETIC_VERSION,
            description,
        )
    write_described(path, KIND, description, arrays)
    read_arrays(path, KIND)


def fuzz_checkpoint(data: bytes, path: Path, workers: Workers) -> None:
    """Read what a checkpoint says of its training: made-up values of facts that are known."""
    provider = atheris.FuzzedDataProvider(data)
    options = GloVe().resolved_options()
    facts: dict[str, Any] = {
        **{"options": vars(options), "corpus": None, "vocabulary": "", "nonzeros": ""},
        **{"epochs": 1, "rounds": 0, "costs": [0.5], "scores": []},
    }
    for _ in range(provider.ConsumeIntInRange(0, 3)):
        facts[provider.PickValueInList(list(facts))] = made_up(provider)
    description = json.dumps({"arithmetic": ARITHMETIC_VERSION, "facts": facts, "arrays": []})
    write_described(path, CHECKPOINT_KIND, description.encode(), b"")
    checkpoint = Checkpoint(path)
    if not checkpoint.finished:
        checkpoint.check_options(options)


def made_up(provider: atheris.FuzzedDataProvider) -> Any:
    """Return a value that JSON knows."""
    try:
        return json.loads(provider.ConsumeUnicodeNoSurrogates(12))
    except (ValueError, RecursionError):
        return provider.PickValueInList([0, 1, -1, 2**70, 1e400, "", [], [0.5], {}, None, True])


def write_described(path: Path, kind: FileKind, description: bytes, arrays: bytes) -> None:
    """Write a file of our own with checksums that fit."""
    head = f"{kind.name} {kind.version}\n".encode()
    head += struct.pack("<QI", len(description), zlib.crc32(description))
    body = head + description + arrays
    path.write_bytes(body + struct.pack("<I", zlib.crc32(body)))


def fuzz_stages(data: bytes, path: Path, workers: Workers) -> None:
    """Go on from kept stages that hold made-up numbers; the kernels trust what was restored."""
    provider = atheris.FuzzedDataProvider(data)
    stages, directory, digest = small_stages(path.with_name("work"))
    name = provider.PickValueInList([ENCODED, COUNTS])
    facts, arrays = whole_stage(directory / name)
    arrays = {name: array.copy() for name, array in arrays.items()}
    for _ in range(provider.ConsumeIntInRange(0, 3)):
        changed = provider.PickValueInList(list(arrays))
        place = provider.ConsumeIntInRange(0, len(arrays[changed]))
        if place < len(arrays[changed]):
            number = provider.ConsumeIntInRange(-2, provider.PickValueInList([9, 2**32, 2**62]))
            arrays[changed][place] = np.int64(number).astype(arrays[changed].dtype)
        else:
            arrays[changed] = arrays[changed][: provider.ConsumeIntInRange(0, place)]
    fuzzed = directory / name
    whole = fuzzed.read_bytes()
    try:
        write_arrays(fuzzed, KINDS[name], facts, arrays)
        if name == ENCODED and (encoded := stages.find_encoded(digest)):
            count_cooccurrences(encoded, workers, window_size=3)
        elif name == COUNTS and (found := stages.find_counts(digest)):
            build_tiles(found[2], deal_words(found[2].words, 2), workers, x_max=10, alpha=0.75)
    finally:
        fuzzed.write_bytes(whole)


@cache
def small_stages(path: Path) -> tuple[KeptStages, Path, str]:
    """Keep the stages of a small corpus, once; return the digest of the corpus, too."""
    path.mkdir()
    options = GloVe(window_size=3, min_count=1).resolved_options()
    stages = KeptStages(WorkDir(path), options, None, keep_all=True, say=lambda message: None)
    with Workers(1) as workers:
        encoded = encode_corpus(BytesSource(b"a b c a b\nc a b a"), workers, min_count=1)
        counts = count_cooccurrences(encoded, workers, window_size=3)
    stages.keep_encoded(encoded, 0)
    stages.keep_counts(encoded, counts, 0)
    return stages, path, encoded.digest


@cache
def whole_stage(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a kept stage holds, read once."""
    return read_arrays(path, KINDS[path.name])


def fuzz_evaluation(data: bytes, path: Path, workers: Workers) -> None:
    """Read sets of analogies and of pairs."""
    path.write_bytes(data)
    with suppress(GloveError):
        read_analogies(path)
    read_pairs(path)


TARGETS: dict[str, Callable[[bytes, Path, Workers], None]] = {
    "text": fuzz_text,
    "archive": fuzz_archive,
    "vocabulary": fuzz_vocabulary,
    "vectors": fuzz_vectors,
    "formats": fuzz_formats,
    "folders": fuzz_folders,
    "counts": fuzz_counts,
    "kept": fuzz_kept,
    "checkpoint": fuzz_checkpoint,
    "stages": fuzz_stages,
    "evaluation": fuzz_evaluation,
}

if __name__ == "__main__":
    main()
