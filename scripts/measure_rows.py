"""Rows solved to the end beside those that training ends with, and what covariances cost.

    python scripts/measure_rows.py MODEL CORPUS [--save solved] [--drawn] [--covariances 1000]

MODEL is a folder with its report, trained on CORPUS. All words are solved against its contexts by
conjugate gradients from 0 on, until they are good to a thousandth; the seconds are those of
solving and of the covariances, with reading and counting the text apart. The zeros are those that
the last step of training solves with, spread by nonzeros; with --drawn, those that its epochs draw.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from glove_ada.corpus.sources import FileSource
from glove_ada.run.result import settle_weight_decay, zero_sampling
from glove_ada.run.uncertainty.model_files import options_of_report, read_report
from glove_ada.run.uncertainty.trained_text import count_with, encode_with, open_trained_text
from glove_ada.system.threads import Workers
from glove_ada.training.least_squares.conjugate_gradients import improve_rows
from glove_ada.training.least_squares.exact import solve_rows
from glove_ada.training.least_squares.expected_zeros import expect_zeros, spread_zeros
from glove_ada.training.least_squares.problem import pose_problem
from glove_ada.training.parameters import Parameters, RowLayout, aligned_zeros
from glove_ada.training.schedule import choose_groups
from glove_ada.training.tiles import deal_words
from glove_ada.training.tiling import build_tiles
from glove_ada.vectors.combination import combine_sides
from glove_ada.vectors.word_vectors import WordVectors

BANDS = (0, 100, 1000, 10_000, 30_000)


def parameters_of(model, tiles):
    """Return a model's contexts, and words that are 0."""
    layout = RowLayout(model.context_vectors.shape[1], states=0)
    rows = tiles.grouping.row_of_word
    sides = [(model.context_vectors, model.context_biases)]
    if tiles.directed:
        sides.append((model.left_context_vectors, model.left_context_biases))
    contexts = aligned_zeros(len(sides) * len(rows), layout.slots)
    for number, (vectors, biases) in enumerate(sides):
        places = number * len(rows) + rows
        contexts[places, : layout.vector_size] = vectors
        contexts[places, layout.bias(1)] = biases
        contexts[places, layout.bias(0)] = 1
    words = aligned_zeros(len(rows), layout.slots)
    words[:, layout.bias(1)] = 1
    return Parameters(layout, tiles.grouping, words, contexts)


def cosines(one, other):
    """Return the cosine of each two rows."""
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return (one * other).sum(axis=1) / np.maximum(lengths, 1e-30)


def main():
    """Solve, compare, save, and time covariances."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("corpus")
    parser.add_argument("--save", help="where the vectors of solved words go")
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--drawn", action="store_true", help="zeros as an epoch draws them")
    parser.add_argument("--covariances", type=int, default=1000, help="of so many words")
    asked = parser.parse_args()
    model = WordVectors.load(asked.model)
    options = options_of_report(asked.model, read_report(asked.model))
    options = settle_weight_decay(options, model.counts)
    with Workers() as workers:
        encoded = encode_with(model, options, FileSource([asked.corpus]), workers)
        counts = count_with(options, encoded, workers)
        tiles = build_tiles(
            counts,
            deal_words(counts.words, choose_groups(counts.words)),
            workers,
            x_max=options.x_max,
            alpha=options.alpha,
            directed=options.directed,
        )
        start, cpu = time.perf_counter(), time.process_time()
        sampling = zero_sampling(options, tiles)
        if asked.drawn:
            zeros = expect_zeros(tiles, np.asarray(model.counts, np.int64), sampling, workers)
        else:
            zeros = spread_zeros(tiles, sampling, workers)
        problem = pose_problem(
            parameters_of(model, tiles),
            tiles,
            zeros,
            workers,
            weight_decay=options.weight_decay or 0.0,
        )
        rows = improve_rows(problem, asked.steps, workers)[tiles.grouping.row_of_word]
        spent = time.perf_counter() - start, time.process_time() - cpu
        print(f"{len(rows):,} rows: {spent[0]:.1f} s, of all CPUs {spent[1]:.1f} s", flush=True)
        size = options.vector_size
        few = np.linspace(0, len(rows) - 1, 60).astype(int).tolist()
        exact = solve_rows(problem, few)[:, :size]
        off = np.linalg.norm(rows[few, :size] - exact, axis=1) / np.linalg.norm(exact, axis=1)
        print(f"off the solution by {off.mean():.5f} of its length, {off.max():.5f} at most")
        found = cosines(rows[:, :size].astype(np.float64), np.asarray(model.word_vectors))
        for first, end in zip(BANDS, [*BANDS[1:], len(rows)], strict=True):
            mean = found[first:end].mean()
            print(f"ranks {first:,} to {end:,}: mean cosine to the trained {mean:.4f}")
        if asked.save:
            combined = combine_sides(
                np.ascontiguousarray(rows[:, :size]),
                np.asarray(model.context_vectors),
                None if not options.directed else np.asarray(model.left_context_vectors),
                model=options.model,
                context_weight=options.context_weight,
                singular_power=options.singular_power,
            )
            WordVectors(model.index_to_key, combined).save(asked.save)
        del problem, tiles, counts
        text = open_trained_text(model, options, FileSource([asked.corpus]), workers)
        words = model.index_to_key[:: max(1, len(model) // asked.covariances)][: asked.covariances]
        start, cpu = time.perf_counter(), time.process_time()
        made = text.uncertainty(words, workers).covariances
        spent = time.perf_counter() - start, time.process_time() - cpu
        print(f"{len(made):,} covariances: {spent[0]:.1f} s, of all CPUs {spent[1]:.1f} s")


if __name__ == "__main__":
    main()
