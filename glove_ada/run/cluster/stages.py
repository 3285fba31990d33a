"""The stages of a run on a cluster: what each is asked for, and where what it makes is.

This process holds the vocabulary, and at the end the vectors. Counts, tiles and parameters are in
files of the work directory and in the memory of the workers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, cast

from glove_ada.cooccurrence.matrix import Cooccurrence
from glove_ada.corpus.large.remote_files import is_url
from glove_ada.corpus.sources import FileSource, TextSource
from glove_ada.corpus.vocabulary import Vocabulary, read_vocabulary, vocabulary_digest
from glove_ada.errors import CorpusError, OptionError
from glove_ada.run.cluster.connection import Cluster
from glove_ada.run.cluster.counting import ClusterCounting
from glove_ada.run.cluster.engine import DaskEngine, LostClusterError
from glove_ada.run.cluster.ground import write_ground
from glove_ada.run.cluster.slabs import StoredEpochs, StoredSide, epochs_of
from glove_ada.run.cluster.solving import solve_on_cluster
from glove_ada.run.cluster.tiling import BlockTiles, build_block, grid_of, write_blocks_of
from glove_ada.run.cluster.work import Work
from glove_ada.run.counted.block_counts import PartedCounts
from glove_ada.run.counted.description import CountedFolder
from glove_ada.run.counting_stages import Counts
from glove_ada.run.kept.checkpoint import Training
from glove_ada.run.kept.shared_files import fetched, joined, send_folder
from glove_ada.run.options.kinds import option_flag
from glove_ada.run.options.text_rules import OF_ALL_TEXT
from glove_ada.run.result import combine_vectors, settle_weight_decay, zero_count
from glove_ada.run.stages import Run
from glove_ada.system.sentences.counted import counted
from glove_ada.training.least_squares.alternation import rows_to_solve
from glove_ada.training.loop import OnEpoch
from glove_ada.training.parameters import Floats, Parameters, StartVectors
from glove_ada.training.rules import make_rule
from glove_ada.training.rules.rule import UpdateRule
from glove_ada.training.schedule import choose_groups
from glove_ada.training.squares.engine import LostWorkerError, run_tasks
from glove_ada.training.squares.loop import check_blocks, train_epochs_in_squares
from glove_ada.training.squares.task import CONTEXTS, WORDS, OpenGround, start_slabs
from glove_ada.training.tiles import TileGrid, deal_words
from glove_ada.vectors.word_vectors import WordVectors


class ClusterRun(Run):
    """The stages of one run on a cluster."""

    _blocks: list[BlockTiles]
    _epochs: StoredEpochs
    _open_ground: OpenGround

    def __init__(self, cluster: Cluster, *given: Any) -> None:
        super().__init__(*given)
        self.cluster = cluster
        rule = make_rule(self.options.rule, replace(self.options, weight_decay=0.0))
        check_blocks(1, 1, rule)  # before the long work
        self._look: Callable[[], object] | None = None
        self._engine = DaskEngine(cluster, self._look_round)
        self._run = partial(run_tasks, self._engine, on_loss=self._tell_loss)

    def count_corpus(self, source: TextSource, given: Vocabulary | None) -> Counts:
        """Count a corpus in parts, if it can be cut."""
        whole = [option_flag(name) for name in OF_ALL_TEXT if getattr(self.options, name)]
        if not (isinstance(source, FileSource) and source.repeatable and source.size):
            whole.append("what can be read but once")
        if whole:
            self.display.say(f"counting here, as {whole[0]} needs all the text at once")
            return self.count_whole(source, given)
        assert isinstance(source, FileSource)
        counting = ClusterCounting(self._work(), source, self.options, self._run)
        if given is not None:
            vocab_file, vocabulary = counting.write_given(given), given
        else:
            with self.stage("count words", source.size, "B") as stage:
                vocab_file = counting.count_words(stage.advance)
            with fetched(vocab_file) as path:
                vocabulary = read_vocabulary(path)
        self._check_vocabulary(vocabulary)
        counting = ClusterCounting(self._work(vocabulary), source, self.options, self._run)
        with self.stage("count", source.size, "B") as stage:
            counts, parts = counting.count(vocab_file, len(vocabulary), stage.advance)
        facts = {
            name: sum(getattr(part, name) for part in parts)
            for name in ("documents", "tokens", "invalid_bytes")
        }
        self.display.say(
            f"found {counted(facts['documents'], 'document')}, "
            f"{counted(facts['tokens'], 'token')}, in {counted(len(parts), 'part')}; the "
            f"vocabulary has {counted(len(vocabulary), 'word')}"
        )
        self.warn_of_invalid(facts["invalid_bytes"])
        self.report.add("corpus", **facts)
        self.report.add(
            "vocabulary",
            words=len(vocabulary),
            from_file=given is not None,
            sha256=vocabulary_digest(vocabulary),
        )
        return Counts(None, vocabulary, counts)

    def open_counts(
        self, folder: CountedFolder, vocabulary: Vocabulary
    ) -> Cooccurrence | PartedCounts:
        """Leave a folder of counts to the workers."""
        path = str(folder.path.absolute())
        if is_url(self.cluster.folder):
            place = joined(self.cluster.folder, "counts")
            send_folder(path, place)
            path = place
        return PartedCounts(len(vocabulary), bool(folder.options["symmetric"]), path)

    def build_tiles(self, cooccurrence: Cooccurrence | PartedCounts) -> TileGrid:
        """Have each worker sort the counts of its words into tiles."""
        if isinstance(cooccurrence, Cooccurrence):
            work = self._work_for(cooccurrence.words)
            tiles = super().build_tiles(cooccurrence)
            self._blocks = write_blocks_of(tiles, work)
            sums = tiles.row_sums
        else:
            work, sums = self._work_for(cooccurrence.words), None
            tasks = [
                (work, self.options, cooccurrence.of_block(block)) for block in range(work.blocks)
            ]
            groups = choose_groups(cooccurrence.words)
            with self.stage("tile", work.blocks, "blocks") as stage:

                def done(block: int) -> None:
                    stage.advance(1)
                    cooccurrence.remove(block)

                self._blocks = self._run(build_block, tasks, done=done)
            self.report.add("matrix", groups=groups)
        tiles = grid_of(
            self._blocks,
            deal_words(cooccurrence.words, choose_groups(cooccurrence.words)),
            symmetric=cooccurrence.symmetric,
            directed=self.options.directed,
            row_sums=sums,
        )
        if not len(tiles.nonzeros):
            raise CorpusError(
                "no two words of the vocabulary stand together in a document; a document is a "
                "line, so give longer lines, more text or a lower --min-count"
            )
        self.report.add("matrix", nonzeros=tiles.nonzeros_per_epoch)
        self.display.say(f"found {counted(tiles.nonzeros_per_epoch, 'nonzero')}")
        return tiles

    def initial_parameters(
        self, tiles: TileGrid, rule: UpdateRule, given: StartVectors | None = None
    ) -> Parameters:
        """Return parameters that are in files, as soon as the training or a checkpoint has them."""
        if given is not None:
            raise OptionError(
                "--start-from and --cluster exclude each other; leave one of them out"
            )
        work = self._work_for(len(tiles.grouping.group_of))
        layout = rule.layout(self.options.vector_size)
        epochs = epochs_of(layout, tiles.grouping, work, directed=tiles.directed)
        words, contexts = (cast("Floats", StoredSide(epochs, side)) for side in (WORDS, CONTEXTS))
        self._epochs = epochs
        return Parameters(layout, tiles.grouping, words, contexts)

    def train_epochs(
        self,
        training: Training,
        rule: UpdateRule,
        epochs: int,
        after_round: Callable[[], object] | None,
        on_epoch: OnEpoch,
        progress: Callable[[int], None],
    ) -> None:
        """Train in squares, until there are so many epochs."""
        tiles, blocks = training.tiles, self._epochs.blocks
        if self.options.zeros:
            self.report.add("training", zero_count=zero_count(self.options, tiles))
        self._open_ground = write_ground(
            self._work_for(len(training.vocabulary)),
            settle_weight_decay(self.options, training.vocabulary.counts),
            training.vocabulary,
            tiles,
            self._blocks,
        )
        try:
            if not self._epochs.begun:
                sides = [(side, block) for side in (WORDS, CONTEXTS) for block in range(blocks)]
                self._run(start_slabs, [(self._open_ground, *own, blocks) for own in sides])
            self._look = after_round
            train_epochs_in_squares(
                training.state,
                tiles,
                rule,
                self._engine,
                self._open_ground,
                self._epochs,
                blocks=blocks,
                epochs=epochs,
                seed=self.options.seed,
                after_round=after_round,
                on_epoch=on_epoch,
                progress=progress,
                on_loss=self._tell_loss,
            )
        except (LostClusterError, LostWorkerError) as error:
            kept = self.kept.keep_cut() if self.kept else ""
            raise type(error)(f"{error}{kept}") from error
        finally:
            self._look = None
        of_each = self.cluster.figures()
        sent = {worker: own["bytes_sent"] for worker, own in of_each.items()}
        self.report.add(
            "cluster",
            workers=blocks,
            threads=self.cluster.threads,
            bytes_sent_by_the_end_of_training=sent,
            of_each=of_each,
        )

    def polish(self, training: Training) -> Parameters | None:
        """Solve by turns on the workers, if that is asked for, and fetch what comes of it."""
        turns = self.options.alternations
        total = rows_to_solve(training.tiles, turns) if self.options.polish else None
        with self.stage("polish" if total else "fetch", total, "rows") as stage:
            solved = self._solve(training, stage.advance)
        self.report.add("cluster", of_each=self.cluster.figures())
        return solved

    def vectors_on_the_way(self, training: Training) -> WordVectors:
        """Return the vectors that the training would end with if it ended now."""
        return combine_vectors(training, self._solve(training, lambda rows: None))

    def _solve(self, training: Training, progress: Callable[[int], object]) -> Parameters:
        return solve_on_cluster(
            training,
            self._open_ground,
            self._engine,
            self._work_for(len(training.vocabulary)),
            self._epochs,
            progress,
            self._tell_loss,
        )

    def _check_vocabulary(self, vocabulary: Vocabulary) -> None:
        if self.kept:
            self.kept.check_input(None, vocabulary)
        self.plan.check_training(len(vocabulary))

    def _work(self, vocabulary: Vocabulary | None = None) -> Work:
        if vocabulary is not None:
            return self._work_for(len(vocabulary))
        cluster = self.cluster
        return Work(cluster.folder, cluster.blocks, cluster.threads, cluster.memory)

    def _work_for(self, words: int) -> Work:
        """Return what is told of the work on so many words, each block a group or more."""
        work = self._work()
        return work._replace(blocks=min(work.blocks, choose_groups(words)))

    def _look_round(self) -> None:
        if self._look:
            self._look()

    def _tell_loss(self, message: str) -> None:
        self.display.say(f"warning: {message}")
