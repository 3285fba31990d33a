"""Checkpoints: a training as it stands between two rounds, on the disk.

A training that goes on from one ends with the same bytes as one that was never cut: its state is
all that the rounds to come depend on, besides what is checked to be the same.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from glove_ada.corpus.vocabulary import Vocabulary, vocabulary_digest
from glove_ada.errors import FormatError, GloveError, OptionError
from glove_ada.run.kept.array_container import FileKind, read_arrays, read_description, write_arrays
from glove_ada.run.kept.work_dir import WorkDir, last_places
from glove_ada.run.options import Options, names_that_shape
from glove_ada.run.options.kinds import Shapes, option_flag
from glove_ada.system.interrupts import HeldInterrupt
from glove_ada.system.spilled_array import bytes_of, megabytes, pieces
from glove_ada.training.anchor import Anchor
from glove_ada.training.state import EpochCost, TrainingState
from glove_ada.training.tiles import TileGrid

CHECKPOINT = "checkpoint"
"""Its name in a work directory."""

KIND = FileKind("glove_ada checkpoint", 1)
# A training may go on for longer, and what the vectors are made of does not change it.
FREE_OPTIONS = names_that_shape(Shapes.LENGTH, Shapes.VECTORS)
VECTOR_OPTIONS = names_that_shape(Shapes.VECTORS)


@dataclass(frozen=True)
class Training:
    """A training under way: its state, and what it belongs to.

    Attributes
    ----------
    options : Options
    corpus : str or None
        Digest of the text; None if counts were read.
    vocabulary : Vocabulary
    tiles : TileGrid
    state : TrainingState
    start : str, optional
        Digest of the vectors that it starts from, if any are given.
    anchor : Anchor, optional
    """

    options: Options
    corpus: str | None
    vocabulary: Vocabulary
    tiles: TileGrid
    state: TrainingState
    start: str | None = None
    anchor: Anchor | None = None


class Checkpoint:
    """A checkpoint on the disk, of which only the description has been read.

    Parameters
    ----------
    path : path

    Attributes
    ----------
    scores : list
        What the report said of earlier epochs.
    ended : bool
        Whether the training ended well, perhaps before all epochs were done.
    result_written : bool
        Whether the vectors that the training ended with have been written.

    Raises
    ------
    FormatError
        If the file cannot be read, is of a newer version, or is damaged.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        facts = read_description(path, KIND).facts
        try:
            self.options = dict(facts["options"])
            self.corpus, self.vocabulary = facts["corpus"], facts["vocabulary"]
            self.nonzeros, self.start = facts["nonzeros"], facts.get("start")
            self.epochs, self.rounds = int(facts["epochs"]), int(facts["rounds"])
            self.asked_epochs = int(self.options["epochs"])
            self.costs = [
                EpochCost(float(cost), float(zero_cost), int(drawn))
                for cost, zero_cost, drawn in facts["costs"]
            ]
            self.scores = list(facts["scores"])
            self.ended = bool(facts.get("ended", False))
            self.result_written = bool(facts.get("result_written", False))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise FormatError(f"{self.path} does not describe a training") from error

    @property
    def finished(self) -> bool:
        """Whether all epochs that were asked for are done, or fewer were found to be enough."""
        return self.ended or self.epochs >= self.asked_epochs

    def check_options(self, options: Options) -> None:
        """Check that a training with these options may go on from here.

        Raises
        ------
        OptionError
            If an option differs that would change the result, or more epochs are done already
            than are asked for.
        """
        now = asdict(options)
        differing = [
            f"{option_flag(name)} {self.options.get(name)} (now {now.get(name)})"
            for name in now.keys() | self.options.keys()
            if name not in FREE_OPTIONS and now.get(name) != self.options.get(name)
        ]
        if differing:
            raise OptionError(
                f"{self.path} is of a training with {', '.join(sorted(differing))}: give the same "
                f"options to go on, or --fresh to start anew"
            )
        begun = self.epochs + (self.rounds > 0)
        if begun > options.epochs:
            raise OptionError(
                f"--epochs is {options.epochs}, but {self.path} is in epoch {begun} already: give "
                f"at least {begun} to go on, or --fresh to start anew"
            )

    def makes_same_vectors(self, options: Options) -> bool:
        """Return whether its parameters came to the vectors that they would come to now."""
        now = asdict(options)
        return all(self.options.get(name) == now[name] for name in VECTOR_OPTIONS)

    def check_input(self, corpus: str | None, vocabulary: Vocabulary) -> None:
        """Check that text and vocabulary are the same.

        Raises
        ------
        OptionError
            If not.
        """
        if self.corpus is not None and corpus is not None:  # or the counts will tell
            self._check_same("corpus", self.corpus, corpus)
        self._check_same("vocabulary", self.vocabulary, vocabulary_digest(vocabulary))

    def restore(self, training: Training) -> None:
        """Set the state of a training to what it was.

        Raises
        ------
        OptionError
            If the counts are not the same.
        FormatError
            If the file is damaged.
        """
        self._check_same("matrix of counts", self.nonzeros, digest_tiles(training.tiles))
        self._check_same("file to start from", self.start, training.start)
        state = training.state
        fits = len(self.costs) == self.epochs and 0 <= self.rounds <= training.tiles.groups
        arrays = _arrays(training)
        if not fits or read_description(self.path, KIND).arrays.keys() != arrays.keys():
            raise FormatError(f"{self.path} does not describe a training")
        here = {name: array for name, array in arrays.items() if isinstance(array, np.ndarray)}
        _, found = read_arrays(self.path, KIND, into=here, left=arrays.keys() - here.keys())
        for name in arrays.keys() - here.keys():  # parameters that are elsewhere
            arrays[name].fill(found[name])
        state.epochs, state.rounds = self.epochs, self.rounds
        state.costs[:] = self.costs

    def _check_same(self, what: str, then: object, now: object) -> None:
        if then != now:
            raise OptionError(
                f"{self.path} is of a training on another {what}: give the same input to go on, "
                f"or --fresh to start anew"
            )


class CheckpointWriter:
    """Writes checkpoints of a training: now and then, every few epochs, and before it is cut.

    Parameters
    ----------
    path : path
    training : Training
    scores : callable
        Returns what the report says of the epochs so far.
    minutes : float
        Between two checkpoints; 0 for none on the way.
    every : int or None
        Epochs between two checkpoints.
    say, insist : callable
        Are told what the user should know, and what in any case.
    publish : callable, optional
        Lets others have what was written.

    Attributes
    ----------
    wrote : bool
        Whether the checkpoint is of this writer.
    ended : bool
        Set by who knows: whether the training ended well.
    last_place : Path or None
        The work directory that it has been written to in place of the one that was chosen.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        training: Training,
        *,
        scores: Callable[[], list[Any]],
        minutes: float,
        every: int | None,
        say: Callable[[str], None],
        insist: Callable[[str], None],
        publish: Callable[[], None] | None = None,
    ) -> None:
        self.path, self.training, self.scores = Path(path), training, scores
        self.minutes, self.every, self.say = minutes, every, say
        self.insist, self._publish = insist, publish
        self.wrote = self.ended = False
        self.last_place: Path | None = None
        self._last = time.monotonic()
        self._digests: dict[str, str] | None = None

    def write(self, *, result_written: bool = False) -> None:
        """Write a checkpoint.

        Parameters
        ----------
        result_written : bool
            The training is finished, and its vectors have been written.

        Raises
        ------
        OutputError
            If it cannot be written; the one before is still there.
        """
        self._write_to(self.path, result_written=result_written)
        if self._publish:
            self._publish()
        self.wrote = True

    def _write_to(self, path: Path, *, result_written: bool = False) -> None:
        training = self.training
        if self._digests is None:
            self._digests = {
                "vocabulary": vocabulary_digest(training.vocabulary),
                "nonzeros": digest_tiles(training.tiles),
            }
        facts = {
            "options": asdict(training.options),
            "corpus": training.corpus,
            "start": training.start,
            **self._digests,
            "epochs": training.state.epochs,
            "rounds": training.state.rounds,
            "costs": training.state.costs,
            "scores": self.scores(),
            "ended": self.ended,
            "result_written": result_written,
        }
        write_arrays(path, KIND, facts, _arrays(training))

    def try_to_write(self, *, result_written: bool = False) -> bool:
        """Write a checkpoint; if it cannot be written, say so: no reason to lose the training."""
        try:
            self.write(result_written=result_written)
        except GloveError as error:
            self.say(f"warning: no checkpoint: {error}")
            return False
        return True

    def write_before_the_end(self) -> bool:
        """Write the checkpoint that all is lost without; if need be, in a last place, and name it.

        Returns
        -------
        bool
            Whether it is where it belongs.
        """
        if self.try_to_write():
            return True
        for place in last_places():
            with suppress(GloveError), WorkDir(place) as work:
                self._write_to(work.file(CHECKPOINT))
                self.last_place = place
                break
        if self.last_place:
            self.insist(
                f"the training is kept in {self.last_place} instead: go on with --resume and "
                f"--work-dir {shlex.quote(os.fspath(self.last_place))}"
            )
        else:
            self.insist(
                f"warning: the training could not be kept in {self.path.parent}, the current "
                f"directory or {tempfile.gettempdir()}"
            )
        return False

    def warn_of_little_space(self) -> None:
        """Say before the long work if the disk cannot take a checkpoint now."""
        size = sum(array.nbytes for array in _arrays(self.training).values())
        with suppress(OSError):  # then there is no figure
            free = shutil.disk_usage(self.path.parent).free
            if size > free:
                self.say(
                    f"warning: a checkpoint takes {megabytes(size)} on the disk, and "
                    f"{self.path.parent} has {megabytes(free)} free: make room, or give another "
                    f"--work-dir"
                )

    def after_round(self, interrupt: HeldInterrupt) -> None:
        """Write a checkpoint if it is time; if the training is to end, do so.

        Raises
        ------
        Interrupted
            If there was a signal.
        """
        self.stop_if_asked(interrupt)
        if self._due():
            self.try_to_write()
            self._last = time.monotonic()

    def stop_if_asked(self, interrupt: HeldInterrupt) -> None:
        """Write a checkpoint and raise `Interrupted` if there was a signal."""
        if interrupt.came:
            self.say("interrupted: writing a checkpoint")
            self.write_before_the_end()
            interrupt.act()

    def _due(self) -> bool:
        state = self.training.state
        at_end_of_epoch = state.rounds == self.training.tiles.groups
        if self.every and at_end_of_epoch and (state.epochs + 1) % self.every == 0:
            return True
        return self.minutes > 0 and time.monotonic() - self._last >= 60 * self.minutes


def digest_tiles(tiles: TileGrid) -> str:
    """Return the SHA-256 of all nonzeros and their order, in hexadecimal."""
    kind = b"symmetric" if tiles.symmetric else b"directed" if tiles.directed else b""
    digest = hashlib.sha256(kind)
    for starts in (tiles.starts, tiles.diagonal_starts):
        digest.update(np.ascontiguousarray(starts).view(np.uint8).data)
    for piece in pieces(tiles.nonzeros):
        digest.update(bytes_of(piece))
    return digest.hexdigest()


def _arrays(training: Training) -> dict[str, Any]:
    """Return the arrays of a training's state; those of parameters may lie in files."""
    state = training.state
    return {
        "words": state.parameters.words,
        "contexts": state.parameters.contexts,
        "tile_costs": state.tile_costs,
        "tile_zeros": state.tile_negatives,
    }
