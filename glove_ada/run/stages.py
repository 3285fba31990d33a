"""The stages of one run of the trainer, each shown and recorded.

Each takes what it works on and returns what it made: the report is only written to.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import numpy as np

from glove_ada.cooccurrence.matrix import Cooccurrence
from glove_ada.corpus.vocabulary import Vocabulary
from glove_ada.kernels.definitions import NONZERO
from glove_ada.run.counted.block_counts import PartedCounts
from glove_ada.run.counting_stages import CountingRun, where_kept
from glove_ada.run.kept.checkpoint import Training
from glove_ada.run.result import (
    combine_vectors,
    settle_weight_decay,
    solve,
    zero_count,
    zero_sampling,
)
from glove_ada.run.start import read_start
from glove_ada.system.sentences.counted import counted
from glove_ada.system.spilled_array import megabytes
from glove_ada.training.anchor import anchor_words
from glove_ada.training.least_squares.alternation import rows_to_solve
from glove_ada.training.loop import OnEpoch, train_epochs
from glove_ada.training.negatives import NegativeSampler
from glove_ada.training.parameters import (
    Parameters,
    StartVectors,
    initial_parameters,
    log_sum_biases,
)
from glove_ada.training.rules import make_rule
from glove_ada.training.rules.rule import UpdateRule
from glove_ada.training.schedule import choose_groups
from glove_ada.training.state import TrainingState
from glove_ada.training.tiles import TileGrid, deal_words
from glove_ada.training.tiling import build_tiles
from glove_ada.vectors.word_vectors import WordVectors


class Run(CountingRun):
    """The stages of one run, each shown and recorded."""

    def make_rule(self, vocabulary: Vocabulary) -> UpdateRule:
        """Return the rule, with what the words settle."""
        options = settle_weight_decay(self.options, vocabulary.counts)
        if options.weight_decay is not None:
            self.report.add("training", weight_decay=options.weight_decay)
        return make_rule(options.rule, options)

    def _tell_size(self, cooccurrence: Cooccurrence, *, spilled: bool) -> None:
        """Say before the long work how much of it there is and what memory it takes."""
        stored = len(cooccurrence.columns)
        tiles = stored * NONZERO.itemsize
        need = self.plan.training_need(cooccurrence.words)
        nonzeros = cooccurrence.nonzeros * (2 if self.options.directed else 1)
        self.display.say(
            f"found {counted(nonzeros, 'nonzero')}; training takes "
            f"{megabytes(need.total + (0 if spilled else tiles))} of memory: "
            f"{f'{megabytes(tiles)} for them, ' if not spilled else ''}"
            f"{megabytes(need.parameters)} for parameters and accumulators, "
            f"{megabytes(need.vectors)} for the vectors at its end"
            f"{f'; they take {megabytes(tiles)} on the disk' if spilled else ''}"
        )
        self.report.add("matrix", nonzeros=nonzeros, stored_cells=stored)
        tiles_at = where_kept(spilled)
        self.report.add("memory", counts=where_kept(cooccurrence.on_disk), tiles=tiles_at)

    def build_tiles(self, cooccurrence: Cooccurrence | PartedCounts) -> TileGrid:
        """Sort the counts into tiles."""
        assert isinstance(cooccurrence, Cooccurrence)
        room = self.plan.tiling_room(cooccurrence)
        self._tell_size(cooccurrence, spilled=room.folder is not None)
        groups = choose_groups(cooccurrence.words)
        with self.stage("tile", cooccurrence.words, "rows") as stage:
            tiles = build_tiles(
                cooccurrence,
                deal_words(cooccurrence.words, groups),
                self.workers,
                x_max=self.options.x_max,
                alpha=self.options.alpha,
                directed=self.options.directed,
                room=room,
                progress=stage.advance,
            )
        self.report.add("matrix", groups=groups)
        return tiles

    def begin_training(
        self,
        start_from: str | os.PathLike[str] | None,
        corpus: str | None,
        vocabulary: Vocabulary,
        tiles: TileGrid,
        rule: UpdateRule,
    ) -> Training:
        """Return a training as it starts, perhaps from given vectors."""
        given, digest, anchor = None, None, None
        if start_from is not None:
            with self.stage("read vectors", len(vocabulary), "words") as stage:
                given, digest = read_start(start_from, vocabulary)
                stage.advance(len(vocabulary))
            known = int(np.count_nonzero(given.known))
            self.display.say(
                f"{known:,} of {len(vocabulary):,} words start from {os.fspath(start_from)}"
            )
            self.report.add(
                "start", path=os.fspath(start_from), sha256=digest, words_with_vectors=known
            )
        state = TrainingState(self.initial_parameters(tiles, rule, given))
        if given and self.options.anchor:
            anchor = anchor_words(given, tiles.grouping, self.options.anchor)
        return Training(self.options, corpus, vocabulary, tiles, state, digest, anchor)

    def initial_parameters(
        self, tiles: TileGrid, rule: UpdateRule, given: StartVectors | None = None
    ) -> Parameters:
        """Draw the values that training starts from, where none are given."""
        by_sums = self.options.bias_init == "log-sums"
        with self.report.stage("initialise"):
            return initial_parameters(
                rule.layout(self.options.vector_size),
                tiles.grouping,
                self.workers,
                seed=self.options.seed,
                vector_accumulator=rule.vector_accumulator,
                bias_accumulator=rule.bias_accumulator,
                dual_scale=rule.dual_scale,
                biases=log_sum_biases(tiles.row_sums) if by_sums else None,
                directed=tiles.directed,
                given=given,
            )

    def train(
        self,
        training: Training,
        rule: UpdateRule,
        after_epoch: Callable[[TrainingState], bool | None],
    ) -> None:
        """Train, or go on from a checkpoint; `after_epoch` may return true to end it there."""
        options, tiles, state = self.options, training.tiles, training.state
        kept = self.kept.training(training, self.report) if self.kept else nullcontext()
        with kept as after_round:
            # One that was ended early with as many epochs asked for stays as it was.
            epochs = state.epochs if self.kept and self.kept.ended else options.epochs
            total = tiles.nonzeros_per_epoch * (epochs - state.epochs)
            with self.stage("train", total, "nonzeros") as stage:

                def on_epoch(state: TrainingState) -> bool | None:
                    cost = state.costs[-1]
                    zeros = f", of zeros {cost.negatives:.5f}" if options.zeros else ""
                    stage.note(
                        f"epoch {state.epochs} of {options.epochs}, cost {cost.nonzeros:.5f}{zeros}"
                    )
                    ends = after_epoch(state)
                    if self.kept:
                        self.kept.show_progress(state, self.report)
                    return ends

                self.train_epochs(training, rule, epochs, after_round, on_epoch, stage.advance)
        if state.epochs < options.epochs:
            self.report.add("training", stopped_after=state.epochs)
        self.report.add(
            "training",
            costs=[cost.nonzeros for cost in state.costs],
            zero_costs=[cost.negatives for cost in state.costs],
            zeros=sum(cost.drawn for cost in state.costs),
        )

    def train_epochs(
        self,
        training: Training,
        rule: UpdateRule,
        epochs: int,
        after_round: Callable[[], object] | None,
        on_epoch: OnEpoch,
        progress: Callable[[int], None],
    ) -> None:
        """Train until there are so many epochs."""
        train_epochs(
            training.state,
            training.tiles,
            rule,
            self.workers,
            epochs=epochs,
            seed=self.options.seed,
            negatives=self._negative_sampler(training.tiles, training.vocabulary),
            anchor=training.anchor,
            after_round=after_round,
            on_epoch=on_epoch,
            progress=progress,
        )

    def _negative_sampler(self, tiles: TileGrid, vocabulary: Vocabulary) -> NegativeSampler | None:
        sampling = zero_sampling(self.options, tiles)
        if not sampling:
            return None
        self.report.add("training", zero_count=zero_count(self.options, tiles))
        return NegativeSampler(tiles.grouping, vocabulary.counts, sampling, seed=self.options.seed)

    def polish(self, training: Training) -> Parameters | None:
        """Solve for words, and contexts and words by turns, if that is asked for.

        The parameters stay as they are, so that a training may go on from them.
        """
        if not self.options.polish:
            return None
        total = rows_to_solve(training.tiles, self.options.alternations)
        with self.stage("polish", total, "rows") as stage:
            return solve(training, self.workers, stage.advance)

    def until_written(self) -> AbstractContextManager[None]:
        """Keep the training in the work directory until its result is written."""
        return self.kept.writing() if self.kept else nullcontext()

    def combine(self, training: Training, solved: Parameters | None) -> WordVectors:
        """Make the vectors, of what was solved if anything was."""
        with self.stage("combine", len(training.vocabulary), "words") as stage:
            return combine_vectors(training, solved, stage.advance)

    def vectors_on_the_way(self, training: Training) -> WordVectors:
        """Return the vectors that the training would end with if it ended now."""
        return combine_vectors(training, solve(training, self.workers))
