"""Counting on a cluster: parts of the corpus are tasks, and what they count goes to files.

Words are counted first, so that all parts share one vocabulary. What a part then counts is cut by
the blocks of words, a file for each, so that whoever adds a block up reads no other.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from glove_ada.cooccurrence.matrix import MOST_UNITS
from glove_ada.corpus.large.parts import Part
from glove_ada.corpus.large.remote_files import is_url
from glove_ada.corpus.large.word_counts import add_word_counts, choose_from, write_word_counts
from glove_ada.corpus.sources import FileSource
from glove_ada.corpus.vocabulary import Vocabulary, read_vocabulary, write_vocabulary
from glove_ada.errors import CorpusError
from glove_ada.run.cluster.work import Work
from glove_ada.run.counted.block_counts import PartedCounts, RangeWriter
from glove_ada.run.counted.counts import largest_row_sum
from glove_ada.run.counted.description import CountedPart
from glove_ada.run.counted.stages import Counting, counting, describe_part
from glove_ada.run.kept.shared_files import fetched, written
from glove_ada.run.options import Options
from glove_ada.system.atomic_files import atomic_write
from glove_ada.system.progress import Display
from glove_ada.training.schedule import choose_groups
from glove_ada.training.tiles import deal_words

PART_BYTES = 1 << 30
"""What a part has of the corpus, at most, as long as there are no more than `MOST_PARTS`."""

MOST_PARTS = 192
_VOCABULARY = "vocab.txt"

RunTasks = Callable[..., list[Any]]


@dataclass(frozen=True)
class PartTask:
    """What counting one part depends on.

    Attributes
    ----------
    work : Work
    files : tuple of str
        The corpus.
    document : str
    text_column : str or None
        How it is read.
    size : int
        Its bytes.
    options : Options
    part : Part
    """

    work: Work
    files: tuple[str, ...]
    document: str
    text_column: str | None
    size: int
    options: Options
    part: Part

    def open(self) -> FileSource:
        """Return the part's text."""
        return FileSource(
            self.files, document=self.document, text_column=self.text_column, part=self.part
        )

    def file(self, name: str) -> str:
        """Return the path of a file of the part's own."""
        return self.work.place(f"{name}-{self.part.number}")


class CountedRanges(NamedTuple):
    """What a part has counted.

    Attributes
    ----------
    part : CountedPart
    largest_sum : int
        Of a row.
    paths : list of str
        The file of each block.
    """

    part: CountedPart
    largest_sum: int
    paths: list[str]


def count_words_of(task: PartTask) -> str:
    """Count the words of a part; return the file that they are in."""
    path = task.file("words")
    with _counting(task) as stages:
        text = stages.words(task.open())
    with written(path) as here, atomic_write(here, lasting=False) as file:
        write_word_counts(file, text.words)
    return path


def count_part(task: PartTask, vocab_file: str) -> CountedRanges:
    """Count a part; return where the rows of each block are."""
    with fetched(vocab_file) as path:
        vocabulary = read_vocabulary(path)
    grouping = deal_words(len(vocabulary), choose_groups(len(vocabulary)))
    with (
        _counting(task) as stages,
        stages.rows(task.open(), vocabulary) as (encoded, room, blocks, _),
    ):
        ranges = RangeWriter(grouping, task.work.blocks, room.cells, task.work.room)
        largest = 0
        for rows in blocks:
            ranges.append(rows)
            largest = max(largest, largest_row_sum(rows))
        paths = [task.file(f"range-{block}") for block in range(task.work.blocks)]
        ranges.write(paths)
        return CountedRanges(describe_part(task.part, task.size, encoded), largest, paths)


def _counting(task: PartTask) -> AbstractContextManager[Counting]:
    return counting(
        task.options,
        Display(),
        task.work.room,
        threads=task.work.threads,
        memory=task.work.memory,
    )


class ClusterCounting:
    """Counts a corpus on a cluster.

    Parameters
    ----------
    work : Work
    source : FileSource
        Whose files all workers reach.
    options : Options
    run : callable
        `run_tasks` with an engine.
    """

    def __init__(self, work: Work, source: FileSource, options: Options, run: RunTasks) -> None:
        self.work, self.options, self._run = work, options, run
        self.size = source.size or 0
        wanted = -(-self.size // (PART_BYTES * work.blocks)) * work.blocks
        parts = max(work.blocks, min(wanted, MOST_PARTS))
        self._task = partial(
            PartTask,
            work,
            tuple(file if is_url(file) else os.path.abspath(file) for file in source.files),
            source.document,
            source.text_column,
            self.size,
            options,
        )
        self.parts = [Part(number, parts) for number in range(1, parts + 1)]

    def count_words(self, progress: Callable[[int], None]) -> str:
        """Count the words of all parts; return the file of the vocabulary that all share."""
        tasks = [(self._task(part),) for part in self.parts]
        paths = self._run(count_words_of, tasks, done=self._told(progress))
        with ExitStack() as files:
            vocabulary = choose_from(
                add_word_counts([files.enter_context(fetched(path)) for path in paths]),
                min_count=self.options.min_count,
                max_vocab=self.options.max_vocab,
            )
        return self.write_given(vocabulary)

    def write_given(self, vocabulary: Vocabulary) -> str:
        """Write a vocabulary where all workers reach it; return its file."""
        place = self.work.place(_VOCABULARY)
        with written(place) as path:
            write_vocabulary(path, vocabulary)
        return place

    def count(
        self, vocab_file: str, words: int, progress: Callable[[int], None]
    ) -> tuple[PartedCounts, list[CountedPart]]:
        """Count all parts with a vocabulary of so many words.

        Raises
        ------
        CorpusError
            If the sums could outgrow 64 bits.
        """
        tasks = [(self._task(part), vocab_file) for part in self.parts]
        found: list[CountedRanges] = self._run(count_part, tasks, done=self._told(progress))
        if sum(part.largest_sum for part in found) >= MOST_UNITS:
            raise CorpusError(
                "the sums of the counts could outgrow 64 bits and would not be exact: take less "
                "text, or give a lower --window-size"
            )
        ranges = tuple(zip(*(part.paths for part in found), strict=True))
        counts = PartedCounts(words, self.options.symmetric, None, ranges)
        return counts, [part.part for part in found]

    def _told(self, progress: Callable[[int], None]) -> Callable[[int], None]:
        """Return what tells of the bytes of a part."""
        ends = [0, *(self.size * part.number // part.of for part in self.parts)]
        return lambda place: progress(ends[place + 1] - ends[place])
