"""What a training's parameters come to: words solved, and vectors made of both sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.run.kept.checkpoint import Training
from glove_ada.run.options import Options
from glove_ada.system.threads import Workers
from glove_ada.training.least_squares.alternation import solve_by_turns
from glove_ada.training.least_squares.expected_zeros import spread_zeros
from glove_ada.training.negatives import Sampling, choose_zero_count
from glove_ada.training.parameters import Parameters
from glove_ada.training.rules import DEFAULTS
from glove_ada.training.rules.adagrad_row import choose_weight_decay
from glove_ada.training.tiles import TileGrid
from glove_ada.vectors.combination import combine_sides
from glove_ada.vectors.word_vectors import WordVectors

Progress = Callable[[int], object]


def _show_nobody(words: int) -> None:
    """Show no progress."""


def settle_weight_decay(options: Options, counts: npt.NDArray[np.int64]) -> Options:
    """Return options with the weight decay that the text settles, if the user leaves it to that.

    Parameters
    ----------
    options : Options
    counts : ndarray of int64, shape (words,)
        How often each word occurs.
    """
    if options.weight_decay is not None or "weight_decay" not in DEFAULTS[options.rule].values:
        return options
    return replace(options, weight_decay=choose_weight_decay(counts, options.vector_size))


def zero_count(options: Options, tiles: TileGrid) -> float:
    """Return what a pair that never meets counts for."""
    return options.zero_count or choose_zero_count(tiles.row_sums)


def zero_sampling(options: Options, tiles: TileGrid) -> Sampling | None:
    """Return how pairs that never meet are drawn, if they are."""
    if not options.zeros:
        return None
    return Sampling(
        ratio=options.zeros,
        log_count=kernels.log(zero_count(options, tiles)),
        weight=options.zero_weight,
        symmetric=tiles.symmetric,
    )


def solve(
    training: Training, workers: Workers, progress: Progress = _show_nobody
) -> Parameters | None:
    """Solve for words and contexts from where they are now, if that is asked for.

    The training's own parameters stay as they are, so that it may go on from them.
    """
    tiles = training.tiles
    options = settle_weight_decay(training.options, training.vocabulary.counts)
    if not options.polish:
        return None
    return solve_by_turns(
        training.state.parameters,
        tiles,
        spread_zeros(tiles, zero_sampling(options, tiles), workers),
        workers,
        steps=options.polish,
        alternations=options.alternations,
        weight_decay=options.weight_decay or 0.0,
        anchor=training.anchor,
        progress=progress,
    )


def combine_vectors(
    training: Training, solved: Parameters | None, progress: Progress = _show_nobody
) -> WordVectors:
    """Return the vectors that the parameters make, as they were solved or as they are now."""
    options, parameters = training.options, solved or training.state.parameters
    word, context = parameters.vectors(0), parameters.vectors(1)
    left = parameters.vectors(1, left=True) if parameters.directed else None
    return WordVectors(
        training.vocabulary.words,
        combine_sides(
            word,
            context,
            left,
            model=options.model,
            context_weight=options.context_weight,
            singular_power=options.singular_power,
            progress=progress,
        ),
        counts=training.vocabulary.counts,
        word_vectors=word,
        context_vectors=context,
        word_biases=parameters.biases(0),
        context_biases=parameters.biases(1),
        left_context_vectors=left,
        left_context_biases=parameters.biases(1, left=True) if parameters.directed else None,
    )
