"""Small corpora, matrices and trainings that several tests share."""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest
from hypothesis import strategies as st
from support import ChunkSource

from glove_ada.cooccurrence.matrix import Cooccurrence
from glove_ada.corpus.encoding import encode_corpus
from glove_ada.system.threads import Workers
from glove_ada.training.negatives import NegativeSampler, Sampling, Scratch
from glove_ada.training.parameters import Start, initial_parameters
from glove_ada.training.squares.task import Ground
from glove_ada.training.tiles import deal_words
from glove_ada.training.tiling import build_tiles

KINDS = {"symmetric": (True, False), "to the right": (False, False), "directed": (False, True)}
each_kind = pytest.mark.parametrize(("symmetric", "directed"), KINDS.values(), ids=KINDS)
"""Of matrices, and of what their cells stand for."""

DOCUMENTS = st.lists(st.lists(st.integers(0, 5), max_size=12), min_size=1, max_size=8)


def encode(documents, workers, **options):
    """Encode documents of numbers; a number's word is its digits."""
    text = "\n".join(" ".join(map(str, document)) for document in documents)
    return encode_corpus(ChunkSource(text.encode()), workers, **{"min_count": 1, **options})


def random_documents(seed, documents=200, words=60):
    random = np.random.default_rng(seed)
    return [
        np.minimum(random.geometric(0.08, size=random.integers(1, 40)), words).tolist()
        for _ in range(documents)
    ]


def random_matrix(words, symmetric, density=0.3, seed=0):
    """Return a random matrix, with most of its diagonal and not a row or column left empty."""
    random = np.random.default_rng(seed)
    filled = random.random((words, words)) < density
    filled |= np.diag(random.random(words) < 0.7)
    filled[0, -1] = True
    if symmetric:
        filled = np.triu(filled)
    rows, columns = np.nonzero(filled)
    counts = random.integers(1, 2**25, size=len(rows)) / 2**20
    row_starts = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=words))))
    return Cooccurrence(words, symmetric, row_starts, columns.astype(np.uint32), counts)


def build(matrix, groups, workers, x_max=10.0, alpha=0.75, **options):
    grouping = deal_words(matrix.words, groups)
    return build_tiles(matrix, grouping, workers, x_max=x_max, alpha=alpha, **options)


def full_cells(matrix, directed=False):
    """Return {(row, column): count} of the whole matrix; contexts to the left come last."""
    rows = np.repeat(np.arange(matrix.words), np.diff(matrix.row_starts)).tolist()
    triples = zip(rows, matrix.columns.tolist(), matrix.counts.tolist(), strict=True)
    cells = {(row, column): count for row, column, count in triples}
    if directed:
        return cells | {(j, matrix.words + i): count for (i, j), count in cells.items()}
    mirrors = {(column, row): count for (row, column), count in cells.items()}
    return cells | mirrors if matrix.symmetric else cells


def words_trained(grid, p, q):
    """Return (word, context, log count, weight) of all that tile (p, q) trains, in order."""
    words, contexts = grid.grouping.words(p), grid.grouping.words(q)
    first_left = len(grid.grouping.group_of) if grid.directed else 0
    trained = [
        (int(words[row]), int(contexts[column]), log_count, weight)
        for row, column, log_count, weight in grid.nonzeros[slice(*grid.stored(p, q))].tolist()
    ]
    return trained + [
        (int(words[column]), first_left + int(contexts[row]), log_count, weight)
        for row, column, log_count, weight in grid.nonzeros[slice(*grid.mirrored(p, q))].tolist()
    ]


def negatives_of_epoch(grid, sampler, epoch=0):
    """Return the pairs (word, context) of all negatives of an epoch."""
    pairs, draws, scratch = [], sampler.draw_epoch(epoch), Scratch()
    for p in range(grid.groups):
        for q in range(grid.groups):
            spans = zip(grid.nonzeros_of(p, q), draws.of_tile(p, q), strict=True)
            for side, (nonzeros, draw) in enumerate(spans):
                trained = draw.interleave(nonzeros, scratch)
                negatives = trained[trained["weight"] < 0]
                assert len(trained) == len(negatives) + len(nonzeros)
                row_words = grid.grouping.words((p, q)[side])[negatives["row"]]
                column_words = grid.grouping.words((q, p)[side])[negatives["column"]]
                if side and grid.directed:
                    row_words = row_words + len(grid.grouping.group_of)
                pair = (row_words, column_words) if side == 0 else (column_words, row_words)
                pairs += zip(*(words.tolist() for words in pair), strict=True)
    return pairs


PLAIN = {
    "eta": 0.2,
    "eps": 0.0,
    "initial_accumulator": 1.0,
    "weight_decay": 0.0,
    "grad_clip": math.inf,
}


def start(grid, rule, workers, vector_size=6, seed=1):
    return initial_parameters(
        rule.layout(vector_size),
        grid.grouping,
        workers,
        seed=seed,
        vector_accumulator=rule.vector_accumulator,
        bias_accumulator=rule.bias_accumulator,
        dual_scale=rule.dual_scale,
        directed=grid.directed,
    )


@functools.lru_cache(1)
def open_small_ground(folder, symmetric, directed, rule, words=60, groups=8, zeros=1.5):
    """Return a small ground for training in squares, the same in every process that asks."""
    with Workers(1) as workers:
        grid = build(random_matrix(words, symmetric), groups, workers, directed=directed)
    negatives = None
    if zeros:
        sampling = Sampling(ratio=zeros, log_count=-4.5, weight=0.05, symmetric=symmetric)
        counts = np.arange(words, 0, -1)
        negatives = NegativeSampler(grid.grouping, counts, sampling, seed=3)
    start = Start(
        rule.layout(6),
        grid.grouping,
        1,
        rule.vector_accumulator,
        rule.bias_accumulator,
        rule.dual_scale,
    )
    return Ground(grid, rule, start, negatives, OneByOne(), NumpySlabs(folder))


class NumpySlabs:
    """Keeps slabs in NumPy's files, as simply as can be."""

    def __init__(self, folder):
        self.folder = folder

    def read(self, name):
        return tuple(np.load(path) for path in sorted(self.folder.glob(f"{name}.*")))

    def write(self, name, slabs):
        for number, slab in enumerate(slabs):
            np.save(self.folder / f".{name}", slab)
            (self.folder / f".{name}.npy").rename(self.folder / f"{name}.{number}.npy")


class OneByOne:
    """An executor that does one task after the other."""

    def run_all(self, work, items):
        return [work(item) for item in items]
