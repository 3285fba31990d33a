"""What the report tells of each worker."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from glove_ada.run.cluster.connection import Cluster
from glove_ada.system.memory import process_peak_bytes


def figures_of_workers(cluster: Cluster) -> dict[str, dict[str, Any]]:
    """Return seconds, bytes sent and peak memory of each worker so far, where that is known."""
    found: dict[str, object] = {}
    with suppress(Exception):  # a figure of the report is worth no training
        found = cluster.client.run(_figures, workers=cluster.workers, on_error="return")
    return {worker: own for worker, own in sorted(found.items()) if isinstance(own, dict)}


def _figures(dask_worker: Any = None) -> dict[str, Any]:
    """Return what is known in a worker, which Dask gives to those that ask by this name."""
    return {
        "processor_seconds": round(time.process_time(), 3),
        "bytes_sent": getattr(dask_worker, "transfer_outgoing_bytes_total", None),
        "peak_memory_bytes": process_peak_bytes(),
    }
