"""A training on a cluster, epoch by epoch, with its state here."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress

from glove_ada.run.checkpoint import Training
from glove_ada.run.cluster.connection import Cluster
from glove_ada.run.cluster.engine import DaskEngine
from glove_ada.run.cluster.ground import write_ground
from glove_ada.system.memory import process_peak_bytes
from glove_ada.training.loop import OnEpoch, Progress
from glove_ada.training.rules.rule import UpdateRule
from glove_ada.training.squares.loop import train_epochs_in_squares


def train_on_cluster(
    cluster: Cluster,
    training: Training,
    rule: UpdateRule,
    *,
    epochs: int,
    after_round: Callable[[], object] | None,
    on_epoch: OnEpoch,
    progress: Progress,
    say: Callable[[str], None],
) -> None:
    """Train from an epoch's beginning; the bytes are those of one machine.

    Parameters
    ----------
    cluster : Cluster
    training : Training
    rule : UpdateRule
    epochs : int
        How many there are to be in the end.
    after_round : callable, optional
        Is called when an epoch is over and now and then while workers are at work; its exceptions
        end the training.
    on_epoch, progress : callable
        As of `train_epochs`.
    say : callable
        Is told of workers that were lost.

    Raises
    ------
    DivergenceError, LostClusterError, LostWorkerError, OptionError
        As of `train_epochs_in_squares` and `DaskEngine`.
    """
    ground = os.path.join(cluster.folder, f"ground-{secrets.token_hex(8)}")
    open_ground = write_ground(ground, training, threads=cluster.threads)
    look = after_round or _nothing
    engine = DaskEngine(cluster.client, cluster.workers, cluster.folder, look)
    train_epochs_in_squares(
        training.state,
        training.tiles,
        rule,
        engine,
        open_ground,
        blocks=cluster.blocks,
        epochs=epochs,
        seed=training.options.seed,
        after_round=after_round,
        on_epoch=on_epoch,
        progress=progress,
        on_loss=lambda message: say(f"warning: {message}"),
    )


def peaks_of_memory(cluster: Cluster) -> dict[str, int]:
    """Return the largest resident size of each worker so far, in bytes, where that is known."""
    found: dict[str, object] = {}
    with suppress(Exception):  # a figure of the report is worth no training
        found = cluster.client.run(process_peak_bytes, workers=cluster.workers, on_error="return")
    return {address: peak for address, peak in sorted(found.items()) if isinstance(peak, int)}


def _nothing() -> None:
    """Do nothing."""
