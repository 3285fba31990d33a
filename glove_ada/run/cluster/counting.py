"""Counting on a cluster: parts of the corpus are tasks, and what they make are folders."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from glove_ada.corpus.parts import Part
from glove_ada.corpus.remote_files import is_url
from glove_ada.corpus.sources import FileSource
from glove_ada.corpus.vocabulary import Vocabulary, read_vocabulary, write_vocabulary
from glove_ada.run.cluster.connection import Cluster
from glove_ada.run.cluster.engine import DaskEngine
from glove_ada.run.counted.counts import merge_counts
from glove_ada.run.counted.description import CountedFolder, open_counted
from glove_ada.run.counted.stages import counting
from glove_ada.run.counted.words import VOCABULARY, merge_words
from glove_ada.run.memory_plan import MemoryPlan
from glove_ada.run.options import Options
from glove_ada.system.progress import Display
from glove_ada.system.threads import Workers
from glove_ada.training.squares.engine import LostWorkerError
from glove_ada.training.squares.loop import MOST_LOSSES

PART_BYTES = 1 << 30
"""What a part has of the corpus, at most, as long as there are no more than `MOST_PARTS`."""

MOST_PARTS = 192


@dataclass(frozen=True)
class PartTask:
    """What counting one part depends on.

    Attributes
    ----------
    files : tuple of str
        The corpus.
    document : str
    text_column : str or None
        How it is read.
    size : int
        Its bytes.
    part : Part
    options : Options
    vocab_file : str or None
        None to count words alone.
    folder : str
        Where the part's own folder goes.
    threads : int or None
    memory : float or None
        The worker's cap in GB.
    """

    files: tuple[str, ...]
    document: str
    text_column: str | None
    size: int
    part: Part
    options: Options
    vocab_file: str | None
    folder: str
    threads: int | None
    memory: float | None


def count_part(task: PartTask) -> str:
    """Count a part; return the folder that it is in, written whole or not at all."""
    source = FileSource(
        task.files, document=task.document, text_column=task.text_column, part=task.part
    )
    kind = "words" if task.vocab_file is None else "counts"
    path = os.path.join(task.folder, f"{kind}-{task.part.number}")
    with counting(
        task.options, Display(), task.folder, threads=task.threads, memory=task.memory
    ) as stages:
        if task.vocab_file is None:
            stages.count_words(source, task.part, task.size, path)
        else:
            stages.count(source, task.part, task.size, path, read_vocabulary(task.vocab_file))
    return path


class ClusterCounting:
    """Counts a corpus on a cluster.

    Parameters
    ----------
    cluster : Cluster
    source : FileSource
        Whose files all workers reach.
    options : Options
    workers : Workers
        Who adds up.
    plan : MemoryPlan
        For adding up.
    """

    def __init__(
        self,
        cluster: Cluster,
        source: FileSource,
        options: Options,
        workers: Workers,
        plan: MemoryPlan,
    ) -> None:
        self.cluster, self.options, self.workers, self.plan = cluster, options, workers, plan
        self.size = source.size or 0
        self._engine = DaskEngine(cluster.client, cluster.workers, cluster.folder, _nothing)
        blocks = cluster.blocks
        wanted = -(-self.size // (PART_BYTES * blocks)) * blocks
        parts = max(blocks, min(wanted, MOST_PARTS))
        self._task = partial(
            PartTask,
            tuple(file if is_url(file) else os.path.abspath(file) for file in source.files),
            source.document,
            source.text_column,
            self.size,
            options=options,
            folder=cluster.folder,
            threads=cluster.threads,
            memory=cluster.memory,
        )
        self.parts = [Part(number, parts) for number in range(1, parts + 1)]

    def count_words(self, progress: Callable[[int], None]) -> str:
        """Count the words of all parts; return the file of the vocabulary that all share."""
        folders = self._count_parts(None, progress)
        path = os.path.join(self.cluster.folder, "words")
        merge_words(
            path, folders, min_count=self.options.min_count, max_vocab=self.options.max_vocab
        )
        return os.path.join(path, VOCABULARY)

    def write_given(self, vocabulary: Vocabulary) -> str:
        """Write a vocabulary where all workers reach it; return its file."""
        path = os.path.join(self.cluster.folder, VOCABULARY)
        write_vocabulary(path, vocabulary)
        return path

    def count(self, vocab_file: str, progress: Callable[[int], None]) -> list[CountedFolder]:
        """Count all parts with a vocabulary; return their folders."""
        return self._count_parts(vocab_file, progress)

    def add_up(
        self, folders: list[CountedFolder], progress: Callable[[int], None]
    ) -> CountedFolder:
        """Add up the counts of all parts."""
        path = os.path.join(self.cluster.folder, "counts")
        merge_counts(path, folders, self.workers, room=self.plan.merging_room(), progress=progress)
        return open_counted(path)

    def _count_parts(
        self, vocab_file: str | None, progress: Callable[[int], None]
    ) -> list[CountedFolder]:
        tasks = [self._task(part=part, vocab_file=vocab_file) for part in self.parts]
        ends = [self.size * part.number // part.of for part in self.parts]
        done: dict[int, str] = {}
        losses = 0
        while len(done) < len(tasks):
            left = [place for place in range(len(tasks)) if place not in done]
            try:
                running = [
                    (place, self._engine.submit(place, count_part, tasks[place])) for place in left
                ]
                for place, handle in running:
                    done[place] = self._engine.result(handle)
                    progress(ends[place] - (ends[place - 1] if place else 0))
            except LostWorkerError:
                losses += 1
                if losses > MOST_LOSSES:
                    raise
                self._engine.recover()
        return [open_counted(done[place]) for place in range(len(tasks))]


def _nothing() -> Any:
    """Do nothing."""
