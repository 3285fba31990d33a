"""What a worker says of itself: before the work begins, and when it is done."""

from __future__ import annotations

import hashlib
import time
from typing import Any, NamedTuple

import numpy as np

from glove_ada.cooccurrence.matrix import Cooccurrence
from glove_ada.errors import CorpusError
from glove_ada.run.kept.shared_files import fetched, sweep_own_folders
from glove_ada.system.memory import keep_freed_memory, process_peak_bytes
from glove_ada.system.threads import Workers
from glove_ada.system.version import ARITHMETIC_VERSION, __version__
from glove_ada.training.loop import train_epochs
from glove_ada.training.parameters import initial_parameters
from glove_ada.training.rules.adagrad import adagrad_rule
from glove_ada.training.state import TrainingState
from glove_ada.training.tiles import deal_words
from glove_ada.training.tiling import build_tiles

_WORDS = 40


class Probe(NamedTuple):
    """What must be the same everywhere.

    Attributes
    ----------
    version : str
    arithmetic : int
    kernels : str
        SHA-256, in hexadecimal, of a small training.
    token : str
        What is in a file that all must reach; empty if it cannot be read.
    fault : str
        Why it cannot, if more is known.
    """

    version: str
    arithmetic: int
    kernels: str
    token: str
    fault: str = ""


def probe(token: str) -> Probe:
    """Return what is so here; `token` is the place of a file."""
    found = fault = ""
    try:
        with fetched(token) as path, open(path, encoding="ascii") as file:
            found = file.read()
    except CorpusError as error:
        fault = f" ({error})"
    except (OSError, ValueError):
        pass
    return Probe(__version__, ARITHMETIC_VERSION, digest_kernels(), found, fault)


def begin_work(token: str) -> Probe:
    """Make a worker ready for its work; return `probe(token)`."""
    sweep_own_folders()
    keep_freed_memory()  # Dask has its workers give it back at once
    return probe(token)


def digest_kernels() -> str:
    """Return the SHA-256 of what a small training comes to, in hexadecimal."""
    cells = np.arange(_WORDS**2, dtype=np.int64)
    matrix = Cooccurrence(
        _WORDS,
        False,
        np.arange(0, _WORDS**2 + 1, _WORDS),
        (cells % _WORDS).astype(np.uint32),
        (cells * 7919 % 251 + 1) / 4,
    )
    rule = adagrad_rule(
        eta=0.1, eps=0.0, initial_accumulator=0.1, weight_decay=0.001, grad_clip=float("inf")
    )
    with Workers(1) as workers:
        tiles = build_tiles(
            matrix, deal_words(_WORDS, 8), workers, x_max=10, alpha=0.75, directed=True
        )
        parameters = initial_parameters(
            rule.layout(20),
            tiles.grouping,
            workers,
            seed=1,
            vector_accumulator=rule.vector_accumulator,
            bias_accumulator=rule.bias_accumulator,
            directed=True,
        )
        train_epochs(TrainingState(parameters), tiles, rule, workers, epochs=2, seed=1)
    digest = hashlib.sha256(parameters.words.tobytes())
    digest.update(parameters.contexts.tobytes())
    return digest.hexdigest()


def worker_figures(dask_worker: Any = None) -> dict[str, Any]:
    """Return what is known in a worker, which Dask gives to those that ask by this name."""
    return {
        "processor_seconds": round(time.process_time(), 3),
        "bytes_sent": getattr(dask_worker, "transfer_outgoing_bytes_total", None),
        "peak_memory_bytes": process_peak_bytes(),
    }
