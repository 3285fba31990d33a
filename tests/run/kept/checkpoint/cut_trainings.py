"""Small trainings that are cut, and all that was learned."""

from __future__ import annotations

import hashlib
import os

import pytest

from glove_ada import GloVe
from glove_ada.errors import OutputError
from glove_ada.run.kept.checkpoint import CheckpointWriter

ALWAYS = 1e-9  # minutes: a checkpoint after every round
EPOCHS = 4


class CutError(Exception):
    """The process is gone."""


def options(**changed):
    return {"vector_size": 8, "window_size": 5, "epochs": EPOCHS, "threads": 2, **changed}


def everything(model):
    """Return all that was learned."""
    vectors = model.vectors_
    arrays = (vectors.vectors, vectors.context_vectors, vectors.word_biases, vectors.context_biases)
    return [*(hashlib.sha256(array).hexdigest() for array in arrays), model.costs_]


def fit_cut(corpus, work, rounds, **changed):
    """Train with a checkpoint after every round, and cut it without a warning after some."""
    original, done = CheckpointWriter.after_round, 0

    def after_round(writer, interrupt):
        nonlocal done
        original(writer, interrupt)
        done += 1
        if done == rounds:
            raise CutError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CheckpointWriter, "after_round", after_round)
        with pytest.raises(CutError):
            GloVe(**options(work_dir=work, checkpoint_minutes=ALWAYS, **changed)).fit(corpus)
    assert sorted(os.listdir(work)) == ["checkpoint", "marker"]


def refuse(model):
    raise OutputError("no space for the result")
