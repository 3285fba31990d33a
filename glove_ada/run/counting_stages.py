"""The stages from a corpus to its counts, each shown and recorded.

Each returns what it made: the report is only written to.
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field

from glove_ada.cooccurrence.matrix import Cooccurrence
from glove_ada.cooccurrence.reference_file import read_counts
from glove_ada.cooccurrence.segments import CountingRoom, count_cooccurrences
from glove_ada.corpus.encoding import CorpusFacts, EncodedCorpus, digest_corpus, encode_corpus
from glove_ada.corpus.sources import TextSource
from glove_ada.corpus.vocabulary import Vocabulary, vocabulary_digest
from glove_ada.corpus.words.character_classes import UNICODE_VERSION
from glove_ada.corpus.words.raw_text import corpus_advice
from glove_ada.errors import OptionError
from glove_ada.run.counted.block_counts import PartedCounts
from glove_ada.run.counted.counts import load_counts, read_counted_vocabulary
from glove_ada.run.counted.description import CountedFolder, missing_parts
from glove_ada.run.kept.session import KeptWork
from glove_ada.run.kept.stage_cache import KeptStages
from glove_ada.run.memory_plan import MemoryPlan
from glove_ada.run.options import Options, window_weights
from glove_ada.run.options.text_rules import phrase_rules, text_rules
from glove_ada.run.report import Report
from glove_ada.system.memory import return_freed_memory
from glove_ada.system.progress import Display, Stage
from glove_ada.system.sentences.counted import counted
from glove_ada.system.spilled_array import on_disk
from glove_ada.system.threads import Workers


@dataclass(frozen=True)
class Counts:
    """What was counted, and of what.

    Attributes
    ----------
    corpus : str or None
        Digest of the text; None if the counts were read from a file.
    vocabulary : Vocabulary
    cooccurrence : Cooccurrence or PartedCounts
        In parts if a cluster has counted.
    phrases : list of (str, int, float)
        As in `CorpusFacts`.
    """

    corpus: str | None
    vocabulary: Vocabulary
    cooccurrence: Cooccurrence | PartedCounts
    phrases: list[tuple[str, int, float]] = field(default_factory=list)


class CountingRun:
    """The stages of one run up to the counts."""

    def __init__(
        self,
        options: Options,
        workers: Workers,
        display: Display,
        report: Report,
        kept: KeptWork | None,
        plan: MemoryPlan,
    ) -> None:
        self.options, self.workers = options, workers
        self.display, self.report, self.kept, self.plan = display, report, kept, plan
        self.report.add("memory", cap_bytes=plan.cap)

    @contextmanager
    def stage(self, name: str, total: int | None, unit: str) -> Iterator[Stage]:
        """Show and record a stage while the context lasts, without what earlier ones have freed."""
        return_freed_memory()
        with self.report.stage(name), self.display.stage(name, total, unit) as stage:
            yield stage

    def count_corpus(self, source: TextSource, given: Vocabulary | None) -> Counts:
        """Count a corpus."""
        return self.count_whole(source, given)

    def count_whole(self, source: TextSource, given: Vocabulary | None) -> Counts:
        """Encode and count a corpus here, or find that this has been done and kept."""
        stages = self.kept.stages(given) if self.kept else None
        if given is not None:
            self.plan.check_training(len(given))
        digest = self._digest(source, stages)
        if stages and digest and (found := stages.find_counts(digest, self.plan.most_cells())):
            facts, vocabulary, cooccurrence = found
            self._check_corpus(facts, vocabulary)
            self._tell_corpus(facts, vocabulary, given)
            return Counts(facts.digest, vocabulary, cooccurrence, _phrases(facts))
        found_ids = stages.find_encoded(digest, self.plan.most_ids()) if stages and digest else None
        start = time.perf_counter()
        encoded = found_ids or self.encode(source, given)
        seconds = time.perf_counter() - start
        self._check_corpus(encoded, encoded.vocabulary)
        if stages and not found_ids:
            stages.keep_encoded(encoded, seconds)
        self._tell_corpus(encoded, encoded.vocabulary, given)
        start = time.perf_counter()
        cooccurrence = self.count(encoded)
        if stages:
            stages.keep_counts(encoded, cooccurrence, time.perf_counter() - start)
        return Counts(encoded.digest, encoded.vocabulary, cooccurrence, _phrases(encoded))

    def _digest(self, source: TextSource, stages: KeptStages | None) -> str | None:
        """Return the digest of a corpus if it may be one whose stages are kept."""
        if not stages or not stages.may_help() or not source.repeatable:
            return None
        with self.stage("compare", source.size, "B") as stage:
            return digest_corpus(source, progress=stage.advance)

    def encode_for_later(self, source: TextSource, given: Vocabulary | None) -> EncodedCorpus:
        """Turn a corpus into word ids that are counted later, perhaps more than once."""
        encoded = self.encode(source, given)
        self._check_corpus(encoded, encoded.vocabulary)
        self._tell_corpus(encoded, encoded.vocabulary, given)
        return encoded

    def count_encoded(self, encoded: EncodedCorpus) -> Counts:
        """Count a corpus that is encoded."""
        self.plan.check_training(len(encoded.vocabulary))
        return Counts(encoded.digest, encoded.vocabulary, self.count(encoded), _phrases(encoded))

    def encode(self, source: TextSource, given: Vocabulary | None) -> EncodedCorpus:
        """Turn the corpus into word ids."""
        room = self.plan.encoding_room(source.size)
        with self.stage("encode", source.size, "B") as stage:
            return encode_corpus(
                source,
                self.workers,
                min_count=self.options.min_count,
                max_vocab=self.options.max_vocab,
                vocabulary=given,
                rules=text_rules(self.options),
                phrases=phrase_rules(self.options),
                room=room,
                progress=stage.advance,
            )

    def _check_corpus(self, facts: CorpusFacts, vocabulary: Vocabulary) -> None:
        """Find out before the long work whether a checkpoint and the memory go with a corpus."""
        if self.kept:
            self.kept.check_input(facts.digest, vocabulary)
        self.plan.check_training(len(vocabulary))

    def _tell_corpus(
        self, facts: CorpusFacts, vocabulary: Vocabulary, given: Vocabulary | None
    ) -> None:
        """Tell and record what a corpus holds."""
        self.warn_of_invalid(facts.invalid_bytes)
        for advice in corpus_advice(facts, tokenized=self.options.tokenize):
            warnings.warn(advice, stacklevel=7)
        if self.options.drop_duplicates:
            one, many = "document that was", "documents that were"
            self.display.say(f"left out {counted(facts.duplicates, one, many)} there before")
        if self.options.phrases:
            few = ", ".join(phrase for phrase, _, _ in facts.phrases[:3])
            self.display.say(
                f"joined {counted(len(facts.phrases), 'phrase')}{f': {few}' if few else ''}"
            )
        self.display.say(
            f"found {counted(facts.documents, 'document')}, {counted(facts.tokens, 'token')}, "
            f"{counted(facts.types, 'distinct word')}; the vocabulary's "
            f"{counted(len(vocabulary), 'word covers', 'words cover')} "
            f"{facts.known_tokens / facts.tokens:.1%}"
        )
        self.report.add(
            "corpus",
            sha256=facts.digest,
            documents=facts.documents,
            tokens=facts.tokens,
            distinct_words=facts.types,
            invalid_bytes=facts.invalid_bytes,
            duplicates=facts.duplicates,
            phrases=len(facts.phrases),
            unicode=UNICODE_VERSION,
        )
        self.report.add(
            "vocabulary",
            words=len(vocabulary),
            tokens=facts.known_tokens,
            from_file=given is not None,
            sha256=vocabulary_digest(vocabulary),
        )

    def warn_of_invalid(self, invalid_bytes: int) -> None:
        """Say that there are bytes that are not UTF-8."""
        if invalid_bytes:
            one = "byte of the corpus is not UTF-8; it is"
            many = "bytes of the corpus are not UTF-8; they are"
            warnings.warn(
                f"{counted(invalid_bytes, one, many)} kept unchanged",
                stacklevel=8,  # of who called `fit`
            )

    def count(self, encoded: EncodedCorpus) -> Cooccurrence:
        """Count co-occurrences."""
        room, ids = self.plan.counting_room(encoded), len(encoded.ids)
        with self.stage("count", len(encoded.vocabulary) * room.passes(ids), "rows") as stage:
            cooccurrence = count_cooccurrences(
                encoded,
                self.workers,
                window_size=self.options.window_size,
                symmetric=self.options.symmetric,
                window_weights=window_weights(self.options),
                room=room,
                progress=stage.advance,
            )
        self.report.add("memory", ids=where_kept(on_disk(encoded.ids)), segments=room.segments(ids))
        return cooccurrence

    def read_counts(self, path: str | os.PathLike[str], vocabulary: Vocabulary) -> Counts:
        """Read the reference program's counts in place of counting."""
        if self.kept:
            self.kept.check_input(None, vocabulary)
        self.plan.check_training(len(vocabulary))
        with suppress(OSError):  # the reader tells what is wrong with it
            self.plan.check_counts_file(os.path.getsize(path))
        with self.stage("read counts", None, "nonzeros") as stage:
            cooccurrence = read_counts(path, len(vocabulary), progress=stage.advance)
        if cooccurrence.symmetric and self.options.directed:
            raise OptionError(
                f"{os.fspath(path)} holds the same counts on both sides of a word, and --directed "
                f"needs those of one: count with the reference program's -symmetric 0, or leave "
                f"--directed out"
            )
        self.report.add(
            "vocabulary",
            words=len(vocabulary),
            from_file=True,
            sha256=vocabulary_digest(vocabulary),
        )
        self.report.add("cooccurrence", path=os.fspath(path))
        return Counts(None, vocabulary, cooccurrence)

    def load_counts(self, folder: CountedFolder) -> Counts:
        """Read a folder of counts in place of counting."""
        vocabulary = read_counted_vocabulary(folder)
        if self.kept:
            self.kept.check_input(None, vocabulary)
        self.plan.check_training(len(vocabulary))
        if missing := missing_parts(folder.parts):
            self.display.insist(f"warning: {folder.path} lacks {missing} of what was counted")
        with self.stage("read counts", None, "nonzeros"):
            cooccurrence = self.open_counts(folder, vocabulary)
        self.report.add(
            "vocabulary",
            words=len(vocabulary),
            from_file=True,
            sha256=vocabulary_digest(vocabulary),
        )
        parts = [asdict(part) for part in folder.parts]
        self.report.add("cooccurrence", path=os.fspath(folder.path), parts=parts)
        return Counts(None, vocabulary, cooccurrence)

    def open_counts(
        self, folder: CountedFolder, vocabulary: Vocabulary
    ) -> Cooccurrence | PartedCounts:
        """Read a folder of counts."""
        room = CountingRoom(cells=self.plan.most_cells(), folder=self.plan.folder)
        return load_counts(folder, vocabulary, room)


def _phrases(facts: CorpusFacts) -> list[tuple[str, int, float]]:
    """Return the phrases of a corpus, whose facts may come from JSON, which has no tuples."""
    return [(str(phrase), int(count), float(score)) for phrase, count, score in facts.phrases]


def where_kept(on_disk: bool) -> str:
    """Return the report's name for where an array is."""
    return "disk" if on_disk else "memory"
