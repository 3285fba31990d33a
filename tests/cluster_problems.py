"""What tests of clusters train, and what they compare and kill."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager

from glove_ada.system.progress import Display

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
