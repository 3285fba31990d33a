"""One corpus, one set of vectors: whatever the threads, the CPU, the blocks and the packing."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import os
import subprocess
import sys
from functools import partial

import numpy as np
import pytest
from support import DATA

from glove_ada import GloVe, kernels
from glove_ada.cooccurrence import rows
from glove_ada.corpus import numbering, sources
from glove_ada.system.threads import Workers
from glove_ada.train import main
from glove_ada.training import parameters

OPTIONS = {"vector_size": 20, "window_size": 10, "epochs": 3, "seed": 1}
ARGUMENTS = [f"--{name.replace('_', '-')}={value}" for name, value in OPTIONS.items()]

pytestmark = pytest.mark.filterwarnings("ignore:.*not UTF-8")


@pytest.fixture
def digest(tmp_path):
    """Train by the command and return the digest of the vectors."""

    def train(*arguments):
        path = tmp_path / "out" / "vectors.txt"
        path.parent.mkdir(exist_ok=True)
        arguments = map(
            str, [*arguments, *ARGUMENTS, "--quiet", "--overwrite", "--save-file", path]
        )
        assert main(list(arguments)) == 0
        return hashlib.sha256(path.read_bytes()).hexdigest()

    return train


@pytest.fixture
def small_blocks(monkeypatch):
    """Cut the small corpus into as many blocks as a large one has."""
    monkeypatch.setattr(sources, "CHUNK_BYTES", 3000)
    monkeypatch.setattr(numbering, "BLOCK_BYTES", 5000)
    monkeypatch.setattr(rows, "BLOCK_OCCURRENCES", 500)
    monkeypatch.setattr(parameters, "BLOCK_ROWS", 64)


def arrays(model):
    """Return the bytes of all that was learned."""
    vectors = model.vectors_
    learned = (
        vectors.vectors,
        vectors.word_vectors,
        vectors.context_vectors,
        vectors.word_biases,
        vectors.context_biases,
        vectors.left_context_vectors,
        vectors.left_context_biases,
    )
    return [array.tobytes() for array in learned], vectors.index_to_key, model.costs_


def fit(corpus, **options):
    return arrays(GloVe(**OPTIONS, **options).fit(corpus))


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_threads(digest, corpus, small_blocks, threads):
    expected = digest(corpus, "--threads", 1)
    assert digest(corpus, "--threads", threads) == expected
    assert digest(corpus, "--threads", threads) == expected


@pytest.mark.parametrize("rule", ["adagrad", "adam", "adagrad-da"])
def test_threads_with_other_rules(corpus, small_blocks, rule):
    expected = fit(corpus, rule=rule, threads=1)
    for threads in (2, 3, 8):
        assert fit(corpus, rule=rule, threads=threads) == expected


def test_blocks_of_any_size(digest, corpus, monkeypatch):
    expected = digest(corpus, "--threads", 3)
    for size in (100, 3_000, 50_000):
        monkeypatch.setattr(sources, "CHUNK_BYTES", size)
        monkeypatch.setattr(numbering, "BLOCK_BYTES", 2 * size + 1)
        monkeypatch.setattr(rows, "BLOCK_OCCURRENCES", size)
        monkeypatch.setattr(parameters, "BLOCK_ROWS", size)
        assert digest(corpus, "--threads", 3) == expected


@pytest.mark.parametrize("order", ["backwards", "shuffled"])
def test_blocks_and_tiles_done_in_any_order(corpus, small_blocks, monkeypatch, order):
    """As threads might do them, one of which sleeps at the wrong time."""
    expected = fit(corpus, threads=3)
    random = np.random.default_rng(0)

    def rearranged(items):
        places = range(len(items))[::-1] if order == "backwards" else random.permutation(len(items))
        return [(place, items[place]) for place in places]

    def run_each(workers, work, items):
        for _, item in rearranged(list(items)):
            work(item)

    def map_in_order(workers, work, items):
        results = {place: work(item) for place, item in rearranged(list(items))}
        return (results[place] for place in sorted(results))

    monkeypatch.setattr(Workers, "run_each", run_each)
    monkeypatch.setattr(Workers, "map_in_order", map_in_order)
    assert fit(corpus, threads=3) == expected


def test_instruction_sets(corpus, monkeypatch):
    adagrad = pytest.importorskip("glove_ada.kernels.native.training")
    expected = fit(corpus)
    for number in range(len(adagrad.instruction_sets())):
        narrow = partial(adagrad.train_nonzeros, instruction_set=number)
        monkeypatch.setattr(kernels, "train_nonzeros", narrow)
        assert fit(corpus) == expected


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_archives(digest, corpus, tmp_path, text, pack):
    expected = digest(corpus)
    packed = tmp_path / "packed"
    packed.write_bytes(pack(text))
    assert digest(packed) == expected


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_ten_files_in_a_directory(digest, corpus, tmp_path, text, pack):
    expected = digest(corpus)
    lines = text.splitlines(keepends=True)
    share = -(-len(lines) // 10)
    for number in range(10):
        path = tmp_path / "parts" / f"{number // 3}" / f"part-{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pack(b"".join(lines[number * share : (number + 1) * share])))
    assert digest(tmp_path / "parts") == expected
    assert digest(*sorted((tmp_path / "parts").rglob("part-*"))) == expected


def test_standard_input(digest, corpus, tmp_path):
    expected = digest(corpus)
    with corpus.open("rb") as stdin:
        subprocess.run(
            [sys.executable, "-m", "glove_ada.train", "-", *ARGUMENTS, "--quiet"],
            stdin=stdin,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(DATA.parent)},
            check=True,
        )
    written = (tmp_path / "vectors.txt").read_bytes()
    assert hashlib.sha256(written).hexdigest() == expected


def test_documents_in_memory(corpus, text):
    expected = fit(corpus)
    lines = text.replace(b"\r", b"").split(b"\n")
    documents = [line.decode("utf-8", "surrogateescape") for line in lines]
    tokens = [
        [token for token in document.replace("\t", " ").split(" ") if token]
        for document in documents
    ]
    assert fit(documents) == expected
    assert fit(iter(documents)) == expected
    assert fit(document for document in documents) == expected
    assert fit(tokens) == expected
    assert fit(iter(document) for document in tokens) == expected


def test_an_iterator_is_read_once(text):
    class Once:
        started = 0

        def __iter__(self):
            self.started += 1
            yield from (line.decode("utf-8", "surrogateescape") for line in text.split(b"\n"))

    documents = Once()
    fit(documents)
    assert documents.started == 1


def test_other_seeds_give_other_vectors(corpus):
    learned = [arrays(GloVe(**OPTIONS | {"seed": seed}).fit(corpus)) for seed in (1, 2, 3)]
    for seed, other in ((0, 1), (0, 2), (1, 2)):
        for array, other_array in zip(learned[seed][0], learned[other][0], strict=True):
            assert array != other_array


def test_the_digest_of_a_known_run_stays(digest, tmp_path):
    """The vectors of this run on any machine: if they change, users' results change."""
    path = tmp_path / "known.txt"
    path.write_bytes(b"".join((DATA / "sample.txt").read_bytes().splitlines(keepends=True)[:500]))
    adagrad_options = (
        "--x-max=10 --alpha=0.75 --eta=0.2 --eps=0 --initial-accumulator=1 --weight-decay=0.002 "
        "--zeros=0 --bias-init=random --rule=adagrad"
    )
    zeros = (
        "--symmetric --zeros=1.2 --zero-count=0.01 --zero-weight=0.05 --bias-init=log-sums "
        "--context-weight=0.5 --singular-power=0.75"
    )
    by_row = ["--rule=adagrad-row", "--polish=0"]
    stanford_options = "--rule=stanford --x-max=100 --alpha=0.75 --eta=0.05 --grad-clip=100"
    assert digest(path, *adagrad_options.split()) == (
        "4d0ebf17994bf2e90240e6e37170c9b0bdd8f5aec0525b6b708487f79633e6d3"
    )
    assert digest(path, *adagrad_options.split(), *zeros.split()) == (
        "fd31b0f8872b6725d06c837efe683efb0000e8cc9f81548f5bf49f41b92b357c"
    )
    assert digest(path, *adagrad_options.split(), *zeros.split(), *by_row) == (
        "eb9edcf93e65d253aefae920cb0727acac5bb9fcce859fe5a101e08a670853f6"
    )
    directed = [*adagrad_options.split(), *zeros.replace("--symmetric", "--directed").split()]
    assert digest(path, *directed, "--rule=adagrad-row", "--polish=3") == (
        "1b2d2cb2ae8ecd8be67b4e0c388c8b9e51ecfb4ffae4e856db2e1c294cce412d"
    )
    assert digest(path, *stanford_options.split()) == (
        "d05dca9938ee0da4c19d0ce6e74086c393c7a6b33d3acc7d2974884e8167315a"
    )
