"""The stages of one run of the trainer, each shown and recorded."""

from __future__ import annotations

import math
import os
import time
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress

from glove_ada import kernels
from glove_ada.cooccurrence.matrix import Cooccurrence
from glove_ada.cooccurrence.reference_file import read_counts
from glove_ada.cooccurrence.segments import count_cooccurrences
from glove_ada.corpus.encoding import CorpusFacts, EncodedCorpus, digest_corpus, encode_corpus
from glove_ada.corpus.sources import TextSource
from glove_ada.corpus.vocabulary import Vocabulary, vocabulary_digest
from glove_ada.kernels.definitions import NONZERO
from glove_ada.run.checkpoint import Training
from glove_ada.run.memory_plan import MemoryPlan
from glove_ada.run.options import Options
from glove_ada.run.report import Report
from glove_ada.run.session import AfterRound, KeptWork
from glove_ada.system.progress import Display, Stage
from glove_ada.system.spilled_array import megabytes, on_disk
from glove_ada.system.threads import Workers
from glove_ada.training.loop import EpochCost, UpdateRule, adagrad_rule, stanford_rule, train_epochs
from glove_ada.training.negatives import ZeroSampler, choose_zero_count
from glove_ada.training.parameters import Parameters, RowLayout, initial_parameters, log_sum_biases
from glove_ada.training.tiles import TileGrid, choose_groups, deal_words
from glove_ada.training.tiling import TilingRoom, build_tiles


class Run:
    """The stages of one run, each shown and recorded."""

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
        self.rule = _update_rule(options)
        self.tiling_room = TilingRoom()

    @contextmanager
    def stage(self, name: str, total: int | None, unit: str) -> Iterator[Stage]:
        """Show and record a stage while the context lasts."""
        with self.report.stage(name), self.display.stage(name, total, unit) as stage:
            yield stage

    def count_corpus(
        self, source: TextSource, given: Vocabulary | None
    ) -> tuple[Vocabulary, Cooccurrence]:
        """Encode and count a corpus, or find that this has been done and kept."""
        stages = self.kept.stages(given) if self.kept else None
        if given is not None:
            self.plan.check_training(len(given))
        encoded = None
        if stages and stages.may_help() and source.repeatable:
            with self.stage("compare", source.size, "B") as stage:
                digest = digest_corpus(source, progress=stage.advance)
            if found := stages.find_counts(digest, self.plan.most_cells()):
                facts, vocabulary, cooccurrence = found
                self._found_corpus(facts, vocabulary, given)
                self._tell_size(cooccurrence)
                return vocabulary, cooccurrence
            encoded = stages.find_encoded(digest, self.plan.most_ids())
        if not encoded:
            start = time.perf_counter()
            encoded = self.encode(source, given)
            if stages:
                stages.keep_encoded(encoded, time.perf_counter() - start)
        self._found_corpus(encoded, encoded.vocabulary, given)
        start = time.perf_counter()
        cooccurrence = self.count(encoded)
        if stages:
            stages.keep_counts(encoded, cooccurrence, time.perf_counter() - start)
        return encoded.vocabulary, cooccurrence

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
                lowercase=self.options.lowercase,
                room=room,
                progress=stage.advance,
            )

    def _found_corpus(
        self, facts: CorpusFacts, vocabulary: Vocabulary, given: Vocabulary | None
    ) -> None:
        """Find out whether a checkpoint goes with the corpus; tell and record what it holds."""
        if self.kept:
            self.kept.check_input(facts.digest, vocabulary)
        self.plan.check_training(len(vocabulary))
        if facts.invalid_bytes:
            warnings.warn(
                f"{facts.invalid_bytes:,} bytes of the corpus are not UTF-8; they were carried "
                f"through as they are",
                stacklevel=4,
            )
        self.display.say(
            f"found {facts.documents:,} documents, {facts.tokens:,} tokens, "
            f"{facts.types:,} distinct words; the vocabulary's {len(vocabulary):,} words "
            f"cover {facts.known_tokens / facts.tokens:.1%}"
        )
        self.report.add(
            "corpus",
            sha256=facts.digest,
            documents=facts.documents,
            tokens=facts.tokens,
            distinct_words=facts.types,
            invalid_bytes=facts.invalid_bytes,
        )
        self.report.add(
            "vocabulary",
            words=len(vocabulary),
            tokens=facts.known_tokens,
            from_file=given is not None,
            sha256=vocabulary_digest(vocabulary),
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
                distance_weighting=self.options.distance_weighting,
                room=room,
                progress=stage.advance,
            )
        self.report.add("memory", ids=_where(on_disk(encoded.ids)), segments=room.segments(ids))
        self._tell_size(cooccurrence)
        return cooccurrence

    def _tell_size(self, cooccurrence: Cooccurrence) -> None:
        """Say before the long work how much of it there is and what memory it takes."""
        stored = len(cooccurrence.columns)
        tiles = stored * NONZERO.itemsize
        self.tiling_room = self.plan.tiling_room(cooccurrence)
        need = self.plan.training_need(cooccurrence.words)
        spilled = self.tiling_room.folder is not None
        self.display.say(
            f"found {cooccurrence.nonzeros:,} nonzeros; training takes "
            f"{megabytes(need.total + (0 if spilled else tiles))} of memory: "
            f"{f'{megabytes(tiles)} for them, ' if not spilled else ''}"
            f"{megabytes(need.parameters)} for parameters and accumulators, "
            f"{megabytes(need.vectors)} for the vectors at its end"
            f"{f'; they take {megabytes(tiles)} on the disk' if spilled else ''}"
        )
        self.report.add("matrix", nonzeros=cooccurrence.nonzeros, stored_cells=stored)
        self.report.add("memory", counts=_where(cooccurrence.on_disk), tiles=_where(spilled))

    def read_counts(self, path: str | os.PathLike[str], vocabulary: Vocabulary) -> Cooccurrence:
        """Read the reference program's counts in place of counting."""
        self.plan.check_training(len(vocabulary))
        with suppress(OSError):  # the reader tells what is wrong with it
            self.plan.check_counts_file(os.path.getsize(path))
        with self.stage("read counts", None, "nonzeros") as stage:
            cooccurrence = read_counts(path, len(vocabulary), progress=stage.advance)
        self.report.add(
            "vocabulary",
            words=len(vocabulary),
            from_file=True,
            sha256=vocabulary_digest(vocabulary),
        )
        self.report.add("cooccurrence", path=os.fspath(path))
        self._tell_size(cooccurrence)
        return cooccurrence

    def build_tiles(self, cooccurrence: Cooccurrence) -> TileGrid:
        """Sort the counts into tiles."""
        groups = choose_groups(cooccurrence.words)
        with self.stage("tile", cooccurrence.words, "rows") as stage:
            tiles = build_tiles(
                cooccurrence,
                deal_words(cooccurrence.words, groups),
                self.workers,
                x_max=self.options.x_max,
                alpha=self.options.alpha,
                room=self.tiling_room,
                progress=stage.advance,
            )
        self.report.add("matrix", groups=groups)
        return tiles

    def initial_parameters(self, tiles: TileGrid) -> Parameters:
        """Draw the values that training starts from."""
        by_sums = self.options.bias_init == "log-sums"
        with self.report.stage("initialise"):
            return initial_parameters(
                RowLayout(self.options.vector_size),
                tiles.grouping,
                self.workers,
                seed=self.options.seed,
                vector_accumulator=self.rule.vector_accumulator,
                bias_accumulator=self.rule.bias_accumulator,
                biases=log_sum_biases(tiles.row_sums) if by_sums else None,
            )

    def kept_training(self, training: Training) -> AbstractContextManager[AfterRound | None]:
        """Give what is to be called after each round, if checkpoints are kept."""
        return self.kept.training(training, self.report) if self.kept else nullcontext()

    def train(self, training: Training, after_round: AfterRound | None) -> Iterator[EpochCost]:
        """Train from where the training is; yield the cost of each epoch."""
        epochs, tiles, place = self.options.epochs, training.tiles, training.place
        total = tiles.nonzeros_per_epoch * (epochs - place.epochs)
        with self.stage("train", total, "nonzeros") as stage:
            costs = train_epochs(
                training.parameters,
                tiles,
                self.rule,
                self.workers,
                epochs=epochs,
                seed=self.options.seed,
                zeros=self._zero_sampler(training),
                place=place,
                after_round=after_round,
                progress=stage.advance,
            )
            for epoch, cost in enumerate(costs, start=place.epochs + 1):
                zeros = f", of zeros {cost.zeros:.6f}" if self.options.zeros else ""
                stage.note(f"epoch {epoch} of {epochs}, cost {cost.nonzeros:.6f}{zeros}")
                yield cost

    def _zero_sampler(self, training: Training) -> ZeroSampler | None:
        options, tiles = self.options, training.tiles
        if not options.zeros:
            return None
        zero_count = options.zero_count or choose_zero_count(tiles.row_sums)
        self.report.add("training", zero_count=zero_count)
        return ZeroSampler(
            tiles.grouping,
            training.vocabulary.counts,
            symmetric=tiles.symmetric,
            ratio=options.zeros,
            log_count=kernels.log(zero_count),
            weight=options.zero_weight,
            seed=options.seed,
        )


def _update_rule(options: Options) -> UpdateRule:
    grad_clip = math.inf if options.grad_clip is None else options.grad_clip
    if options.rule == "stanford":
        return stanford_rule(eta=options.eta, grad_clip=grad_clip)
    assert options.eps is not None
    assert options.initial_accumulator is not None
    assert options.weight_decay is not None
    return adagrad_rule(
        eta=options.eta,
        eps=options.eps,
        initial_accumulator=options.initial_accumulator,
        weight_decay=options.weight_decay,
        grad_clip=grad_clip,
    )


def _where(on_disk: bool) -> str:
    return "disk" if on_disk else "memory"
