"""A cluster whose work directory is at a URL: the bytes of one machine, and nothing left there.

The slow tests speak with moto's S3 over HTTP (pip install 'moto[server]' s3fs).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cluster_problems import OPTIONS, Recorder, bytes_of, two_workers, use_pool

from glove_ada import GloVe, WordVectors, train
from glove_ada.corpus.sources import FileSource
from glove_ada.errors import CorpusError, OptionError
from glove_ada.run.counted.stages import WHOLE, counting, resolve_counting_options
from glove_ada.system.progress import Display

fsspec = pytest.importorskip("fsspec")
pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL and files that are shared")


@pytest.fixture
def store(tmp_path):
    """The folder that the URL is of."""
    return tmp_path / "bucket"


@pytest.fixture
def url(store):
    return f"file://{store}/run"


@pytest.fixture
def on_cluster(url, monkeypatch, tmp_path):
    """Options of a cluster whose workers are threads of this process."""
    use_pool(monkeypatch, tmp_path, ThreadPoolExecutor)
    (tmp_path / "own").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "own"))
    return {"cluster": "pool", "threads": 1, "work_dir": url}


def files_in(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_the_bytes_of_one_machine(corpus, expected, store, on_cluster, tmp_path):
    seen = []

    def look(epoch, make_vectors, report):
        make_vectors()  # solved rows go by the same names each time
        seen.append({path.rpartition("/")[2].rpartition("-")[0] for path in files_in(store)})

    model = GloVe(**OPTIONS, **on_cluster, checkpoint_every=1).fit(corpus, after_epoch=look)
    assert bytes_of(model) == expected
    assert len(seen) == OPTIONS["epochs"]
    for names in seen:
        assert {"tiles", "words-0", "contexts-1", "ground"} <= names
        assert not any(name.startswith("range") for name in names)
    assert all(path.startswith("run/cluster/") for path in files_in(store))
    assert not list((tmp_path / "own").iterdir())


@pytest.mark.slow
def test_little_memory_changes_nothing(corpus, expected, on_cluster, monkeypatch):
    monkeypatch.setattr("glove_ada.run.cluster.work.Work.spare_bytes", lambda *_: 0)
    assert bytes_of(GloVe(**OPTIONS, **on_cluster).fit(corpus)) == expected


def test_counts_of_a_folder_are_sent(corpus, expected, store, on_cluster, tmp_path):
    options = resolve_counting_options({"min_count": 2, "directed": True})
    with counting(options, Display(), tmp_path, threads=1, memory=None) as stage:
        stage.count(FileSource([corpus]), WHOLE, None, tmp_path / "counts", None)
    model = GloVe(**OPTIONS, **on_cluster).fit_counts(tmp_path / "counts")
    assert bytes_of(model) == expected
    assert "run/cluster/counts/cells" in files_in(store)


@pytest.mark.parametrize("first_on_cluster", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_cut_training_goes_on_elsewhere(corpus, expected, store, on_cluster, first_on_cluster):
    options = {**OPTIONS, "work_dir": on_cluster["work_dir"], "checkpoint_every": 1}

    def cut(epoch, *_):
        os.kill(os.getpid(), signal.SIGINT)

    first, then = (on_cluster, {}) if first_on_cluster else ({}, on_cluster)
    with pytest.raises(KeyboardInterrupt):
        GloVe(**{**options, **first}).fit(corpus, after_epoch=cut)
    assert "run/checkpoint" in files_in(store)
    model = GloVe(**{**options, **then}, resume=True).fit(corpus)
    assert bytes_of(model) == expected
    assert model.report_.facts["training"]["resumed_after"]["epochs"] >= 1


def test_a_connection_that_is_lost_is_one_sentence(corpus, on_cluster, monkeypatch):
    system = type(fsspec.filesystem("file"))

    def fail(*_, **__):
        raise ConnectionError("the line is dead\nand more")

    def cut(epoch, *_):
        if epoch == 1:
            monkeypatch.setattr(system, "get_file", fail)

    with pytest.raises(CorpusError, match=r"cannot read file://[\w/.-]+: the line is dead$"):
        GloVe(**OPTIONS, **on_cluster).fit(corpus, after_epoch=cut)


@pytest.mark.slow
def test_a_worker_that_does_not_reach_the_url_is_named(corpus):
    # Each process has its own memory.
    model = GloVe(**OPTIONS, cluster="local:2", work_dir="memory://bucket/run")
    sentence = "does not reach memory://.* \\(there is no file at .*\\): give a --work-dir that all"
    with pytest.raises(OptionError, match=sentence):
        model.fit(corpus)


@pytest.fixture(scope="module")
def s3():
    """A bucket of moto's S3, as fsspec has it; all processes that begin meanwhile find it."""
    pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server").ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://{host.replace('0.0.0.0', '127.0.0.1')}:{port}",
        }.items():
            patch.setenv(name, value)
        fsspec.filesystem("s3").clear_instance_cache()
        system = fsspec.filesystem("s3", use_listings_cache=False)
        system.mkdir("bucket")
        yield system
        system.clear_instance_cache()
    server.stop()


@pytest.mark.slow
def test_two_workers_and_s3_give_the_bytes_of_one_machine(corpus, expected, s3):
    seen = []
    options = {"cluster": "local:2", "threads": 1, "work_dir": "s3://bucket/run"}
    model = GloVe(**OPTIONS, **options, checkpoint_every=1)
    model.fit(corpus, after_epoch=lambda *_: seen.append(s3.info("bucket/run/checkpoint")["ETag"]))
    assert bytes_of(model) == expected
    assert len(set(seen)) == OPTIONS["epochs"]
    assert s3.find("bucket") == []


@pytest.mark.slow
def test_a_run_killed_in_training_goes_on_from_s3(corpus, expected, s3, tmp_path):
    command = [str(corpus), "--vector-size", "8", "--min-count", "2", "--threads", "1", "--quiet"]
    command += ["--save-file", str(tmp_path / "vectors.npz")]
    first = [*command, "--checkpoint-every", "1", "--epochs", "300", "--cluster", "local:2"]
    first = [sys.executable, "-m", "glove_ada.train", *first, "--work-dir", "s3://bucket/killed"]
    run = subprocess.Popen(first, start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while not s3.exists("bucket/killed/checkpoint") and time.monotonic() < until:
            time.sleep(0.2)
    finally:
        os.killpg(run.pid, signal.SIGKILL)  # and with it its workers
        run.wait()
    left = s3.find("bucket/killed")
    assert "bucket/killed/marker" in left
    assert any("/tiles-" in path for path in left)
    s3.copy("bucket/killed/checkpoint", "bucket/copy/checkpoint")
    whole = GloVe(**{**OPTIONS, "epochs": 15}).fit(corpus).vectors_
    for way, url in ((["--cluster", "local:2"], "s3://bucket/killed"), ([], "s3://bucket/copy")):
        here = [*command, *way, "--work-dir", url, "--epochs", "15", "--resume", "--overwrite"]
        assert train.main(here) == 0
        assert s3.find(url) == []
        resumed = WordVectors.load(tmp_path / "vectors.npz")
        assert resumed.vectors.tobytes() == whole.vectors.tobytes()


@pytest.mark.slow
def test_what_s3_refuses_is_one_sentence(corpus, s3, capsys, tmp_path, monkeypatch):
    def refused(url):
        command = [str(corpus), "--save-file", str(tmp_path / "v"), "--work-dir", url, "--quiet"]
        assert train.main([*command, "--epochs", "1", "--cluster", "local:2"]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        return line

    assert "cannot write s3://nowhere/run/marker: The specified bucket does not" in refused(
        "s3://nowhere/run"
    )
    s3.clear_instance_cache()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert "s3://bucket/run" in refused("s3://bucket/run")
    s3.clear_instance_cache()


@pytest.mark.slow
def test_a_worker_that_dies_in_any_stage_loses_nothing_in_s3(corpus, expected, s3, tmp_path):
    display, died = Recorder(), 0
    dying = str(Path(__file__).with_name("dying_worker.py"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLOVE_ADA_DEATHS", str(tmp_path))
        with two_workers(preload=[dying]) as address:
            options = {**OPTIONS, "cluster": address, "threads": 1, "display": display}
            for stage in ("words", "counting", "tiles written", "epoch written", "solving"):
                (tmp_path / stage).touch()
                model = GloVe(**options, work_dir="s3://bucket/dies").fit(corpus)
                assert bytes_of(model) == expected
                died += not (tmp_path / stage).exists()
    assert sum("ended" in line for line in display.said) == died == 5
    assert s3.find("bucket/dies") == []
