"""A run is begun: its work directory, threads and memory, here or on a cluster."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

from glove_ada.errors import OptionError
from glove_ada.run.cluster.connection import Cluster, connected, local_workers
from glove_ada.run.cluster.stages import ClusterRun
from glove_ada.run.kept.remote_work_dir import open_work_dir
from glove_ada.run.kept.session import KeptWork
from glove_ada.run.memory_plan import GIGABYTE, MemoryPlan
from glove_ada.run.options import Options
from glove_ada.run.report import Report
from glove_ada.run.stages import Run
from glove_ada.system.progress import Display
from glove_ada.system.threads import Workers


@dataclass(frozen=True)
class RunSettings:
    """How a run goes, which changes no vector; each is the trainer's parameter of its name."""

    threads: int | None
    memory: float | None
    cluster: str | None
    scheduler_file: str | os.PathLike[str] | None
    work_dir: str | os.PathLike[str] | None
    checkpoint_minutes: float
    checkpoint_every: int | None
    resume: bool
    fresh: bool
    keep: bool


@contextmanager
def begin_run(
    options: Options, settings: RunSettings, display: Display, report: Report, *, scores: bool
) -> Iterator[Run]:
    """Begin a run, whose threads, cluster and lock on the work directory go when it ends.

    Parameters
    ----------
    options : Options
        What shapes the vectors.
    settings : RunSettings
    display : Display
    report : Report
        To be written to.
    scores : bool
        Whether vectors are looked at during the training.

    Raises
    ------
    GloveError
        If the work directory cannot be used, what is in it does not go with the run, the memory
        cap is too low, or there is no cluster that is fit.
    """
    kept = None
    folder: str | os.PathLike[str] = tempfile.gettempdir()
    with ExitStack() as stack:
        if settings.work_dir is not None:
            directory = stack.enter_context(open_work_dir(settings.work_dir))
            folder = directory.path
            kept = KeptWork(
                directory,
                options,
                display,
                checkpoint_minutes=settings.checkpoint_minutes,
                checkpoint_every=settings.checkpoint_every,
                resume=settings.resume,
                fresh=settings.fresh,
                keep=settings.keep,
            )
            stack.callback(kept.end)
        workers = stack.enter_context(Workers(settings.threads))
        far = settings.cluster is not None or settings.scheduler_file is not None
        plan = MemoryPlan(
            options, workers.threads, folder, settings.memory, scores=scores, elsewhere=far
        )
        given = options, workers, display, report, kept, plan
        if far:
            shared = kept.directory.place if kept else folder
            cluster = stack.enter_context(_connected(settings, shared, display, plan))
            yield ClusterRun(cluster, *given)
        else:
            yield Run(*given)


def _connected(
    settings: RunSettings, folder: str | os.PathLike[str], display: Display, plan: MemoryPlan
) -> AbstractContextManager[Cluster]:
    local = settings.cluster is not None and local_workers(settings.cluster)
    if settings.work_dir is None and not local:
        raise OptionError("--cluster needs a --work-dir that all workers share")
    return connected(
        settings.cluster,
        settings.scheduler_file,
        folder,
        threads=settings.threads,
        memory=plan.cap / GIGABYTE,
        say=display.say,
    )
