"""Training on a cluster: the bytes of one machine, whatever happens, or one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from cluster_problems import OPTIONS, bytes_of, two_workers

from glove_ada import GloVe, train
from glove_ada.errors import GloveError, OptionError
from glove_ada.run.cluster import connection, probe
from glove_ada.run.cluster.connection import local_workers
from glove_ada.run.cluster.probe import digest_kernels

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL and files that are shared")


@pytest.fixture(scope="module")
def address():
    with two_workers() as address:
        yield address


def test_two_workers_give_the_bytes_of_one_machine(corpus, expected, address, tmp_path):
    model = GloVe(**OPTIONS, cluster=address, work_dir=tmp_path / "work", threads=1).fit(corpus)
    assert bytes_of(model) == expected
    found = model.report_.facts["cluster"]
    assert found["workers"] == len(found["of_each"]) == 2
    for address, own in found["of_each"].items():
        assert own["peak_memory_bytes"] > 3e7
        assert own["processor_seconds"] > 0
        assert own["bytes_sent"] > found["bytes_sent_by_the_end_of_training"][address] > 0
    assert not (tmp_path / "work").exists()


def refused(capsys, *options):
    assert train.main([*map(str, options), "--quiet", "--vector-size", "4", "--epochs", "1"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_what_is_refused(corpus, address, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(connection, "TIMEOUT", 0.5)
    for options, sentence in (
        (["--cluster", "local:3"], "must be a power of two"),
        (["--cluster", "local:"], "must be a power of two"),
        (["--cluster", "tcp://127.0.0.1:9"], "no scheduler of Dask's answers at tcp://127.0.0.1:9"),
        (["--cluster", "what://ever"], "no scheduler of Dask's answers"),
        (["--scheduler-file", "none"], "cannot read the scheduler file none"),
        (["--scheduler-file", corpus], "is no file of a scheduler's"),
        (["--cluster", address, "--scheduler-file", "f"], "exclude each other"),
        (["--cluster", address, "--rule", "adagrad-norm"], "one accumulator for all rows"),
        (["--cluster", address, "--work-dir", "what://b"], "cannot read what://b: Protocol not"),
    ):
        assert sentence in refused(capsys, corpus, *options)
    assert not list(tmp_path.iterdir())
    with pytest.raises(GloveError, match="needs a --work-dir that all workers share"):
        GloVe(cluster=address).fit(corpus)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"token": ""}, "does not reach"),
        ({"version": "9.9"}, "has glove_ada 9.9 with arithmetic"),
        ({"kernels": "0123456789"}, "kernels 01234567"),
        (None, "cannot run glove_ada"),
    ],
)
def test_workers_that_are_not_fit_are_named(
    corpus, address, capsys, tmp_path, monkeypatch, changed, sentence
):
    real = connection.begin_work

    def begin_work(token):
        if changed is None:
            raise ModuleNotFoundError("No module named 'glove_ada'")
        return real(token)._replace(**changed)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(connection, "begin_work", begin_work)
    said = refused(capsys, corpus, "--cluster", address)
    assert "error: worker tcp://" in said
    assert sentence in said


@pytest.mark.parametrize(
    ("answer", "taken"), [(ConnectionResetError("by peer"), False), (ImportError("no"), None)]
)
def test_a_worker_that_ends_when_it_is_asked_is_waited_for(tmp_path, answer, taken):
    class Client:
        def run(self, *_, workers, **named):
            return {"b": answer}

    fitness = connection.Fitness(Client(), str(tmp_path))
    cluster = connection.Cluster(Client(), ["a"], 1, 1, None, str(tmp_path), fitness)
    if taken is None:
        with pytest.raises(OptionError, match="worker b cannot run glove_ada"):
            cluster.take(["b"])
    else:
        assert cluster.take(["b"]) is taken
        assert cluster.take(["b"]) is taken  # and nothing of it is kept
    assert not cluster.workers


def test_a_worker_keeps_what_it_frees(monkeypatch, tmp_path):
    kept = []
    monkeypatch.setattr(probe, "keep_freed_memory", lambda: kept.append(True))
    assert probe.begin_work(str(tmp_path / "token")) == probe.probe(str(tmp_path / "token"))
    assert kept == [True]


def test_a_cluster_without_dask_is_refused(corpus, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "pip install 'glove-ada[cluster]'" in refused(capsys, corpus, "--cluster", "local:2")


def test_local_workers():
    assert [local_workers(f"local:{number}") for number in (1, 2, 64)] == [1, 2, 64]
    assert local_workers("tcp://localhost:1") is None


@pytest.mark.slow
def test_the_digest_of_kernels_is_that_of_all_backends():
    code = "from glove_ada.run.cluster.probe import digest_kernels; print(digest_kernels())"
    pytest.importorskip("numba")
    environment = {**os.environ, "GLOVE_ADA_BACKEND": "numba"}
    other = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert other.stdout.strip() == digest_kernels()


@pytest.mark.slow
def test_the_scheduler_s_death_leaves_what_one_machine_goes_on_with(corpus, expected, tmp_path):
    file = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--nworkers", "2"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen([*dask, "--no-dashboard", "--scheduler-file", file], **quiet)
    workers = subprocess.Popen([*worker, "--nthreads", "1", "--scheduler-file", file], **quiet)
    options = {**OPTIONS, "work_dir": tmp_path / "work"}
    try:
        until = time.monotonic() + 30
        while not file.exists() and time.monotonic() < until:
            time.sleep(0.1)

        def kill(epoch, *_):
            if epoch == 1:
                scheduler.kill()

        with pytest.raises(GloveError, match="scheduler is gone; the training is kept in"):
            GloVe(**options, scheduler_file=file).fit(corpus, after_epoch=kill)
    finally:
        for process in (scheduler, workers):
            process.kill()
            process.wait()
    assert bytes_of(GloVe(**options, resume=True).fit(corpus)) == expected
