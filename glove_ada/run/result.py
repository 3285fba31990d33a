"""What a training's parameters come to: words solved, and vectors made of both sides."""

from __future__ import annotations

from collections.abc import Callable

from glove_ada import kernels
from glove_ada.run.checkpoint import Training
from glove_ada.run.options import Options
from glove_ada.system.threads import Workers
from glove_ada.training.least_squares.conjugate_gradients import SolvedRows, improve_rows
from glove_ada.training.least_squares.expected_zeros import spread_zeros
from glove_ada.training.least_squares.problem import pose_problem
from glove_ada.training.negatives import Sampling, choose_zero_count
from glove_ada.training.tiles import TileGrid
from glove_ada.vectors.combination import combine_sides
from glove_ada.vectors.word_vectors import WordVectors

Progress = Callable[[int], object]


def _show_nobody(words: int) -> None:
    """Show no progress."""


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


def solve_words(
    training: Training, workers: Workers, progress: Progress = _show_nobody
) -> SolvedRows | None:
    """Solve for the words as they are now, the contexts held fixed, if that is asked for."""
    options, tiles = training.options, training.tiles
    if not options.polish:
        return None
    problem = pose_problem(
        training.state.parameters,
        tiles,
        spread_zeros(tiles, zero_sampling(options, tiles), workers),
        workers,
        weight_decay=options.weight_decay or 0.0,
    )
    return improve_rows(problem, options.polish, workers, progress=progress)


def combine_vectors(
    training: Training, solved: SolvedRows | None, progress: Progress = _show_nobody
) -> WordVectors:
    """Return the vectors that the parameters make as they are now, with words that were solved."""
    options, parameters = training.options, training.state.parameters
    words = solved or SolvedRows(parameters.vectors(0), parameters.biases(0))
    context = parameters.vectors(1)
    left = parameters.vectors(1, left=True) if parameters.directed else None
    return WordVectors(
        training.vocabulary.words,
        combine_sides(
            words.vectors,
            context,
            left,
            model=options.model,
            context_weight=options.context_weight,
            singular_power=options.singular_power,
            progress=progress,
        ),
        counts=training.vocabulary.counts,
        word_vectors=words.vectors,
        context_vectors=context,
        word_biases=words.biases,
        context_biases=parameters.biases(1),
        left_context_vectors=left,
        left_context_biases=parameters.biases(1, left=True) if parameters.directed else None,
    )
