"""What tests of clusters train, and what they compare and kill."""

from __future__ import annotations

import os
import signal
import tempfile
from contextlib import contextmanager
from functools import partial

from glove_ada.corpus.large.remote_files import is_url
from glove_ada.run import new_run
from glove_ada.run.cluster import stages
from glove_ada.run.cluster.connection import Cluster
from glove_ada.run.kept.shared_files import joined
from glove_ada.system.progress import Display
from glove_ada.training.squares.engine import PoolEngine

OPTIONS = {"vector_size": 8, "epochs": 3, "min_count": 2}


class Recorder(Display):
    """Keeps what is said."""

    def __init__(self):
        self.said = []

    def say(self, message):
        self.said.append(message)


def bytes_of(model):
    vectors = model.vectors_
    return vectors.vectors.tobytes(), vectors.context_vectors.tobytes(), model.costs_


class Looking(PoolEngine):
    """An engine that looks at what there is to look at before it waits."""

    look = staticmethod(lambda: None)

    def result(self, of):
        self.look()
        return super().result(of)


def use_pool(monkeypatch, tmp_path, executor, blocks=2):
    """Let a cluster be an executor of this machine."""

    @contextmanager
    def connected(address, scheduler_file, folder, **_):
        place = tempfile.mkdtemp(dir=tmp_path)
        if is_url(str(folder)):
            place = joined(folder, "cluster")
        yield Cluster(None, list("ab"), blocks, 1, None, place, None)

    def engine(cluster, look):
        pool = Looking(partial(executor, 2))
        pool.look = look
        return pool

    monkeypatch.setattr(new_run, "connected", connected)
    monkeypatch.setattr(stages, "DaskEngine", engine)


@contextmanager
def two_workers(**options):
    """Start two workers in processes of their own; give the scheduler's address."""
    import dask
    import distributed

    with (
        # Else a worker that dies again just then is not started any more.
        dask.config.set({"distributed.deploy.lost-worker-timeout": "1 day"}),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            memory_limit=0,
            dashboard_address="127.0.0.1:0",
            silence_logs=50,
            **options,
        ) as cluster,
    ):
        yield cluster.scheduler_address


def kill_a_worker(address):
    import distributed

    with distributed.Client(address, set_as_default=False) as client:
        victims = client.run(os.getpid)
        os.kill(victims[min(victims)], signal.SIGKILL)
