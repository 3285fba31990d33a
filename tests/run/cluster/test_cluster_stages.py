"""The stages of a run on a cluster, with threads of this process for its workers."""

from __future__ import annotations

import gzip
import os
import signal
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest
from cluster_problems import OPTIONS, bytes_of, use_pool

from glove_ada import GloVe
from glove_ada.corpus.sources import FileSource
from glove_ada.errors import CorpusError, FormatError
from glove_ada.run.cluster.tiling import StoredNonzeros
from glove_ada.run.cluster.work import Work
from glove_ada.run.counted.stages import WHOLE, counting, resolve_counting_options
from glove_ada.system.progress import Display


@pytest.fixture
def pool(monkeypatch, tmp_path):
    use_pool(monkeypatch, tmp_path, ThreadPoolExecutor)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"polish": 0},
        {"alternations": 2, "polish": 2, "zeros": 0},
        {"symmetric": True, "rule": "adagrad"},
        {"symmetric": False, "bias_init": "random"},
        {"rule": "adamw", "polish": 0},
    ],
    ids=str,
)
def test_any_options_give_the_bytes_of_one_machine(corpus, pool, tmp_path, options):
    options = {**OPTIONS, "threads": 1, **options}
    one = GloVe(**options).fit(corpus)
    other = GloVe(**options, cluster="pool", work_dir=tmp_path / "work").fit(corpus)
    assert bytes_of(other) == bytes_of(one)


@pytest.mark.skipif(os.name != "posix", reason="processes that need not import the tests")
def test_processes_give_the_bytes_of_one_machine(corpus, expected, monkeypatch, tmp_path):
    use_pool(monkeypatch, tmp_path, ProcessPoolExecutor, blocks=4)
    model = GloVe(**OPTIONS, cluster="pool", work_dir=tmp_path / "work", threads=1).fit(corpus)
    assert bytes_of(model) == expected


def test_little_memory_changes_nothing(corpus, expected, pool, tmp_path, monkeypatch):
    monkeypatch.setattr(Work, "spare_bytes", lambda *_: 0)
    held = []
    monkeypatch.setattr(
        StoredNonzeros,
        "__getitem__",
        lambda self, where, read=StoredNonzeros.__getitem__: (
            held.append(len(self._held)) or read(self, where)
        ),
    )
    model = GloVe(**OPTIONS, cluster="pool", work_dir=tmp_path / "work", threads=1).fit(corpus)
    assert bytes_of(model) == expected
    assert held
    assert not any(held)


def test_vectors_on_the_way_are_those_of_one_machine(corpus, pool, tmp_path):
    seen = []

    def look(epoch, make_vectors, report):
        seen.append(make_vectors().vectors.tobytes())

    for options in ({}, {"cluster": "pool", "work_dir": tmp_path / "work"}):
        GloVe(**OPTIONS, **options, threads=1).fit(corpus, after_epoch=look)
    assert len(seen) == 6
    assert seen[:3] == seen[3:]


def test_counts_go_when_their_tiles_are_there(corpus, pool, tmp_path):
    names = set()

    def look(epoch, make_vectors, report):
        names.update(path.name.rpartition("-")[0] for path in tmp_path.rglob("*-*"))

    model = GloVe(**OPTIONS, cluster="pool", work_dir=tmp_path / "work", threads=1)
    model.fit(corpus, after_epoch=look)
    assert "tiles" in names
    assert not any(name.startswith("range") for name in names)


def test_counts_of_a_folder(corpus, expected, pool, tmp_path):
    options = resolve_counting_options({"min_count": 2, "directed": True})
    with counting(options, Display(), tmp_path, threads=1, memory=None) as stage:
        stage.count(FileSource([corpus]), WHOLE, None, tmp_path / "counts", None)
    model = GloVe(**OPTIONS, cluster="pool", work_dir=tmp_path / "work", threads=1)
    assert bytes_of(model.fit_counts(tmp_path / "counts")) == expected
    (tmp_path / "counts" / "cells").write_bytes(b"")
    with pytest.raises(FormatError, match="cells is no glove_ada cells"):
        model.fit_counts(tmp_path / "counts")


def test_documents_in_memory_are_counted_here(corpus, expected, pool, tmp_path):
    documents = corpus.read_text().splitlines()
    model = GloVe(**OPTIONS, cluster="pool", work_dir=tmp_path / "work", threads=1)
    assert bytes_of(model.fit(documents)) == expected


def test_phrases_are_counted_here(corpus, pool, tmp_path):
    options = {**OPTIONS, "phrases": True, "threads": 1}
    model = GloVe(**options, cluster="pool", work_dir=tmp_path / "work").fit(corpus)
    assert bytes_of(model) == bytes_of(GloVe(**options).fit(corpus))


def test_a_corpus_without_neighbours_is_refused(pool, tmp_path):
    (tmp_path / "corpus").write_text("a\nb\na\nb\n")
    model = GloVe(min_count=1, cluster="pool", work_dir=tmp_path / "work")
    with pytest.raises(CorpusError, match="no two words of the vocabulary stand together"):
        model.fit(tmp_path / "corpus")


def test_a_corpus_of_many_files_and_a_given_vocabulary(corpus, pool, tmp_path):
    lines = corpus.read_bytes().splitlines(keepends=True)
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a").write_bytes(b"".join(lines[:120]) + b"caf\xe9 of the\n")
    (texts / "b.gz").write_bytes(gzip.compress(b"".join(lines[120:])))
    (tmp_path / "vocab").write_bytes(b"the 9\nof 8\nand 7\nto 6\n")
    for options in (OPTIONS, {**OPTIONS, "vocab_file": tmp_path / "vocab", "symmetric": True}):
        here = {**options, "cluster": "pool", "work_dir": tmp_path / "work", "threads": 1}
        with pytest.warns(UserWarning, match="1 byte of the corpus is not UTF-8"):
            one, other = GloVe(**options).fit(texts), GloVe(**here).fit(texts)
        assert bytes_of(other) == bytes_of(one)
        assert other.vocabulary_.encoded == one.vocabulary_.encoded
        for key in ("documents", "tokens", "invalid_bytes"):
            assert other.report_.facts["corpus"][key] == one.report_.facts["corpus"][key]


@pytest.mark.parametrize("first_on_cluster", [False, True])
def test_a_cut_training_goes_on_elsewhere(corpus, expected, pool, tmp_path, first_on_cluster):
    on_cluster = {"cluster": "pool", "threads": 1}
    options = {**OPTIONS, "work_dir": tmp_path / "work", "checkpoint_every": 1}

    def cut(epoch, *_):
        os.kill(os.getpid(), signal.SIGINT)

    first, then = (on_cluster, {}) if first_on_cluster else ({}, on_cluster)
    with pytest.raises(KeyboardInterrupt):
        GloVe(**options, **first).fit(corpus, after_epoch=cut)
    model = GloVe(**options, **then, resume=True).fit(corpus)
    assert bytes_of(model) == expected
    assert model.report_.facts["training"]["resumed_after"]["epochs"] >= 1
