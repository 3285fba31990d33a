"""What a run leaves in its work directory so that another can go on, and what it finds there."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

from glove_ada.corpus.large.remote_files import is_url, state_at
from glove_ada.corpus.vocabulary import Vocabulary
from glove_ada.errors import CorpusError, FormatError, GloveError, OptionError
from glove_ada.run.kept import stage_cache
from glove_ada.run.kept.array_container import FileKind, is_of_kind, write_arrays
from glove_ada.run.kept.checkpoint import CHECKPOINT, KIND, Checkpoint, CheckpointWriter, Training
from glove_ada.run.kept.shared_files import joined
from glove_ada.run.kept.stage_cache import KeptStages
from glove_ada.run.kept.work_dir import WorkDir, work_folder
from glove_ada.run.options import Options
from glove_ada.run.report import Report
from glove_ada.system.interrupts import Interrupted, interrupts_held
from glove_ada.system.progress import Display
from glove_ada.system.sentences.counted import counted
from glove_ada.training.state import TrainingState

AfterRound = Callable[[], None]
KEPT = {CHECKPOINT: KIND, **stage_cache.KINDS}
PROGRESS, PROGRESS_KIND = "progress", FileKind("glove_ada progress", 1)
"""Costs and scores while a run is at work, for who looks on; it goes when the run ends."""


def holds_work(work_dir: str | os.PathLike[str]) -> bool:
    """Return whether there is anything in a work directory that a run can go on from."""
    return any(is_of_kind(_place(work_dir, name), kind) for name, kind in KEPT.items())


def identify_checkpoint(work_dir: str | os.PathLike[str]) -> object:
    """Return what tells a checkpoint from one that takes its place; None without one."""
    place = _place(work_dir, CHECKPOINT)
    try:
        if is_url(place):
            return state_at(place)
        status = os.stat(place)
    except (OSError, CorpusError):
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _place(work_dir: str | os.PathLike[str], name: str) -> str:
    """Return where a file of a work directory is."""
    folder = os.fspath(work_dir)
    return joined(folder if is_url(folder) else str(work_folder(work_dir)), name)


class KeptWork:
    """The work directory of one run, from its start until its result is written.

    Parameters
    ----------
    directory : WorkDir
        Locked by this run.
    options : Options
        Of this run.
    display : Display
    checkpoint_minutes : float
        Between two checkpoints; with 0, only a training that is cut or whose result cannot be
        written leaves one.
    checkpoint_every : int or None
        Epochs between two checkpoints.
    resume, fresh, keep : bool
        Go on from the checkpoint; ignore what is there, which goes when something newer takes its
        place; leave it there at the end.

    Attributes
    ----------
    checkpoint : Checkpoint or None
        Where to go on.

    Raises
    ------
    OptionError
        If there is a checkpoint of a training that is not finished or whose result has not been
        written, and neither `resume` nor `fresh` says what to do with it, or it is of a training
        with other options.
    FormatError
        If there is a checkpoint that cannot be read, or a file of others under a name of ours.
    """

    def __init__(
        self,
        directory: WorkDir,
        options: Options,
        display: Display,
        *,
        checkpoint_minutes: float,
        checkpoint_every: int | None,
        resume: bool,
        fresh: bool,
        keep: bool,
    ) -> None:
        self.directory, self.options, self.display = directory, options, display
        self.minutes, self.every = checkpoint_minutes, checkpoint_every
        self.resume, self.fresh, self.keep = resume, fresh, keep
        self._writer: CheckpointWriter | None = None
        self._stages: KeptStages | None = None
        self._check_files()
        self.checkpoint = None if fresh else self._find_checkpoint(resume)

    def stages(self, given: Vocabulary | None) -> KeptStages:
        """Return the stages before training that are kept, with this vocabulary if it is given."""
        self._stages = KeptStages(
            self.directory,
            self.options,
            given,
            ignore_old=self.fresh,
            keep_all=self.keep,
            going_on=self.resume,
            say=self.display.say,
        )
        return self._stages

    @property
    def ended(self) -> bool:
        """Whether the training of the checkpoint is at its end with the epochs asked for now."""
        then = self.checkpoint
        return then is not None and then.ended and then.asked_epochs == self.options.epochs

    def check_input(self, corpus: str | None, vocabulary: Vocabulary) -> None:
        """Check that the checkpoint, if there is one, is of this corpus and vocabulary.

        Raises
        ------
        OptionError
            If not.
        """
        if self.checkpoint:
            self.checkpoint.check_input(corpus, vocabulary)

    @contextmanager
    def training(self, training: Training, report: Report) -> Iterator[AfterRound]:
        """Set a training to where it goes on; give what is to be called after each round.

        Ctrl-C and SIGTERM wait for that call while the context lasts.

        Raises
        ------
        OptionError
            If the checkpoint is of a training on other counts.
        FormatError
            If it is damaged.
        Interrupted
            If there was a signal.
        """
        if self.checkpoint:
            self._go_on(self.checkpoint, training, report)
        writer = self._writer = CheckpointWriter(
            self.directory.file(CHECKPOINT),
            training,
            publish=partial(self.directory.publish, CHECKPOINT),
            scores=lambda: report.facts.get("scores", []),
            minutes=self.minutes,
            every=self.every,
            say=self.display.say,
            insist=self.display.insist,
        )
        writer.warn_of_little_space()
        with _last_place_advised(writer), interrupts_held() as interrupt:
            yield partial(writer.after_round, interrupt)
            writer.ended = True
            writer.stop_if_asked(interrupt)

    def show_progress(self, state: TrainingState, report: Report) -> None:
        """Leave costs and scores so far in the directory; if that fails, nothing is lost."""
        path = self.directory.file(PROGRESS)
        if os.path.lexists(path) and not is_of_kind(path, PROGRESS_KIND):
            return  # it is of others
        facts = {
            "epochs": self.options.epochs,
            "costs": state.costs,
            "scores": report.facts.get("scores", []),
        }
        with suppress(GloveError):
            write_arrays(path, PROGRESS_KIND, facts, {})
            self.directory.publish(PROGRESS)

    def end(self) -> None:
        """Take away what tells how far the run is."""
        self.directory.remove({PROGRESS: PROGRESS_KIND})

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep the training if its result cannot be written; clear up if it can."""
        try:
            yield
        except BaseException as error:
            if self._writer:
                cut = "interrupted: " if isinstance(error, KeyboardInterrupt) else ""
                self.display.say(f"{cut}writing a checkpoint")
                with _last_place_advised(self._writer):
                    with interrupts_held():  # one more Ctrl-C waits for it
                        self._keep_result(self._writer)
                    raise
            raise
        if not self.keep:
            self._remove()
        elif self._writer:
            self._writer.try_to_write(result_written=True)

    def keep_cut(self) -> str:
        """Keep a training that cannot go on; return what to say behind the reason."""
        if self._writer and self._writer.write_before_the_end():
            return f"; the training is kept in {self.directory.place}: --resume goes on with it"
        return ""

    def _keep_result(self, writer: CheckpointWriter) -> None:
        """Keep a training that is finished, but whose result is not written."""
        if writer.write_before_the_end():
            self.display.say(
                f"the training is kept in {self.directory.place}; --resume writes its result"
            )

    def _check_files(self) -> None:
        """Refuse files of others that would be overwritten."""
        for name, kind in KEPT.items():
            path = self.directory.file(name)
            if os.path.lexists(path) and not is_of_kind(path, kind):
                raise FormatError(
                    f"{path} is no {kind.name}: move it away, or give another --work-dir"
                )

    def _find_checkpoint(self, resume: bool) -> Checkpoint | None:
        path = self.directory.file(CHECKPOINT)
        if not path.exists():
            if resume:
                self.display.say(f"there is nothing to resume in {self.directory.place}")
            return None
        with _fresh_advised():
            checkpoint = Checkpoint(path)
        if resume:
            checkpoint.check_options(self.options)
            return checkpoint
        if not checkpoint.finished:
            raise OptionError(
                f"{path} is of a training that was cut in epoch {checkpoint.epochs + 1} of "
                f"{checkpoint.asked_epochs}: --resume goes on with it, --fresh starts anew"
            )
        if not checkpoint.result_written:
            raise OptionError(
                f"{path} is of a training that is finished, but its vectors were not written: "
                f"--resume writes them, --fresh starts anew"
            )
        return None  # it goes when something newer takes its place

    def _go_on(self, checkpoint: Checkpoint, training: Training, report: Report) -> None:
        with _fresh_advised():
            checkpoint.restore(training)
        epochs, state = training.options.epochs, training.state
        if checkpoint.scores and checkpoint.makes_same_vectors(training.options):
            report.facts["scores"] = checkpoint.scores
        report.add("training", resumed_after={"epochs": state.epochs, "rounds": state.rounds})
        self.display.say(
            f"resumed after {state.epochs} of {counted(epochs, 'epoch')} and "
            f"{state.rounds} of {counted(training.tiles.groups, 'round')}"
        )

    def _remove(self) -> None:
        """Remove what is of this run; what --keep left of others stays, unless --fresh is given."""
        own = set(self._stages.own) if self._stages else set()
        if self.checkpoint or (self._writer and self._writer.wrote):
            own.add(CHECKPOINT)
        self.directory.remove(
            {name: kind for name, kind in KEPT.items() if self.fresh or name in own}
        )


@contextmanager
def _last_place_advised(writer: CheckpointWriter) -> Iterator[None]:
    """Say at an interruption where to go on, if that is not where the user thinks."""
    try:
        yield
    except Interrupted as interrupt:
        if writer.last_place:
            place = shlex.quote(str(writer.last_place))
            interrupt.advice = f"go on with --resume and --work-dir {place}"
        raise


@contextmanager
def _fresh_advised() -> Iterator[None]:
    """Say what to do about a checkpoint that is of no use."""
    try:
        yield
    except FormatError as error:
        raise FormatError(f"{error}; --fresh starts anew") from error
