"""The stages of counting and adding up, each shown: from text, or folders, to a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from glove_ada.cooccurrence.distance_weights import distance_weights
from glove_ada.cooccurrence.rows import RowBlock
from glove_ada.cooccurrence.segments import CountingRoom, count_blocks
from glove_ada.corpus.encoding import CorpusFacts, EncodedCorpus, encode_corpus
from glove_ada.corpus.large.parts import Part
from glove_ada.corpus.large.word_counts import CountedText as WordsOfText
from glove_ada.corpus.large.word_counts import count_words
from glove_ada.corpus.sources import TextSource
from glove_ada.corpus.vocabulary import Vocabulary
from glove_ada.run.counted.counts import merge_counts, save_counts
from glove_ada.run.counted.description import (
    WORDS,
    CountedFolder,
    CountedPart,
    missing_parts,
)
from glove_ada.run.counted.words import merge_words, save_words
from glove_ada.run.memory_plan import MemoryPlan
from glove_ada.run.options import TRAINER_OPTIONS, Options, window_weights
from glove_ada.run.options.kinds import ByRule
from glove_ada.run.options.resolution import resolve_options
from glove_ada.run.options.text_rules import OF_EACH_WORD, text_rules
from glove_ada.system.progress import Display
from glove_ada.system.sentences.counted import counted
from glove_ada.system.threads import Workers

WHOLE = Part(1, 1)

CountedText = tuple[EncodedCorpus, CountingRoom, Iterator[RowBlock], Callable[[int], None]]


def resolve_counting_options(given: dict[str, Any]) -> Options:
    """Check the options of counting; all others have their defaults."""
    values = {
        name: None if isinstance(option.default, ByRule) else option.default
        for name, option in TRAINER_OPTIONS.items()
    }
    return resolve_options(**{**values, **{k: v for k, v in given.items() if k in values}})


def text_options(options: Options) -> dict[str, Any]:
    """Return what shapes the words of a text."""
    return {name: getattr(options, name) for name in OF_EACH_WORD}


def counting_options(options: Options) -> dict[str, Any]:
    """Return what shapes counts, besides the vocabulary."""
    return {
        **text_options(options),
        "window_size": options.window_size,
        "window_weights": window_weights(options),
        "symmetric": options.symmetric,
    }


@dataclass(frozen=True)
class Counting:
    """Where and how folders are made.

    Attributes
    ----------
    options : Options
    workers : Workers
    display : Display
    plan : MemoryPlan
    """

    options: Options
    workers: Workers
    display: Display
    plan: MemoryPlan

    def count_words(self, source: TextSource, part: Part, size: int | None, path: str) -> None:
        """Count the words of a part of a corpus of `size` bytes, and write them to a folder."""
        text = self.words(source)
        vocabulary = save_words(
            path,
            text.words,
            [describe_part(part, size, text)],
            text=text_options(self.options),
            min_count=self.options.min_count,
            max_vocab=self.options.max_vocab,
        )
        self.display.say(
            f"found {counted(text.tokens, 'token')}, "
            f"{counted(len(text.words), 'distinct word')}, of which "
            f"{counted(len(vocabulary), 'is', 'are')} a vocabulary"
        )

    def words(self, source: TextSource) -> WordsOfText:
        """Count the words of a text."""
        room = self.plan.encoding_room(source.size)
        with self.display.stage("count words", source.size, "B") as stage:
            return count_words(
                source,
                self.workers,
                rules=text_rules(self.options),
                room=room,
                progress=stage.advance,
            )

    def count(
        self,
        source: TextSource,
        part: Part,
        size: int | None,
        path: str,
        given: Vocabulary | None,
    ) -> None:
        """Count a part of a corpus of `size` bytes, and write the counts to a folder."""
        with self.rows(source, given) as (encoded, counting, blocks, advance):
            save_counts(
                path,
                encoded.vocabulary,
                blocks,
                [describe_part(part, size, encoded)],
                counting_options(self.options),
                room=counting,
                progress=advance,
            )

    @contextmanager
    def rows(self, source: TextSource, given: Vocabulary | None) -> Iterator[CountedText]:
        """Count a text: give what it holds, the room for its rows, these, and who is told."""
        room = self.plan.encoding_room(source.size)
        with self.display.stage("encode", source.size, "B") as stage:
            encoded = encode_corpus(
                source,
                self.workers,
                min_count=self.options.min_count,
                max_vocab=self.options.max_vocab,
                vocabulary=given,
                rules=text_rules(self.options),
                may_be_empty=given is not None,
                room=room,
                progress=stage.advance,
            )
        self.display.say(
            f"found {counted(encoded.documents, 'document')}, "
            f"{counted(encoded.tokens, 'token')}; "
            f"{counted(encoded.known_tokens, 'is', 'are')} of the vocabulary's "
            f"{counted(len(encoded.vocabulary), 'word')}"
        )
        counting = self.plan.counting_room(encoded)
        weights = distance_weights(self.options.window_size, window_weights(self.options))
        rows = len(encoded.vocabulary) * counting.passes(len(encoded.ids))
        with self.display.stage("count", rows, "rows") as stage:
            blocks = count_blocks(
                encoded, self.workers, self.options.symmetric, weights, counting, stage.advance
            )
            yield encoded, counting, blocks, stage.advance

    def merge(self, folders: Sequence[CountedFolder], path: str) -> None:
        """Add up folders, and write the sum to another."""
        if folders[0].format == WORDS:
            with self.display.stage("merge words", None, "words"):
                merge_words(
                    path,
                    folders,
                    min_count=self.options.min_count,
                    max_vocab=self.options.max_vocab,
                )
        else:
            words = folders[0].facts.get("words")
            with self.display.stage("merge", words, "rows") as stage:
                merge_counts(
                    path,
                    folders,
                    self.workers,
                    room=self.plan.merging_room(),
                    progress=stage.advance,
                )
        missing = missing_parts([part for folder in folders for part in folder.parts])
        if missing:
            self.display.insist(f"warning: {path} is the sum of what was given, without {missing}")


@contextmanager
def counting(
    options: Options,
    display: Display,
    folder: str | os.PathLike[str],
    *,
    threads: int | None,
    memory: float | None,
) -> Iterator[Counting]:
    """Start the threads, and plan the memory; what does not fit goes to files in `folder`."""
    with Workers(threads) as workers:
        yield Counting(
            options, workers, display, MemoryPlan(options, workers.threads, folder, memory)
        )


def describe_part(part: Part, size: int | None, text: WordsOfText | CorpusFacts) -> CountedPart:
    """Return what is to be known of a part."""
    return CountedPart(
        part.number,
        part.of,
        size,
        text.digest,
        text.tokens,
        text.documents,
        text.invalid_bytes,
    )
