"""Train by AdaGrad with full matrices and with diagonal ones, and show their costs side by side.

    python scripts/full_matrix_adagrad.py [CORPUS] [--vector-size 8] [--epochs 10] [--eta 0.2]

AdaGrad with full matrices (Duchi, Hazan and Singer 2011, figure 1) adds up the outer products of a
row's gradients, G = sum g g', and steps by eta (G^(1/2) + eps I)^-1 g. That is a matrix and its
root for each row, d^2 numbers and d^3 operations an update, in place of the diagonal of G that
`--rule adagrad` keeps. It is for small corpora and few dimensions: NumPy alone, in float64.

Both start where the trainer starts, and train the cells (i, i XOR s) at once, for one s after the
other. They share no row, so that this is one update after the other: the trainer's schedule, with
groups of one word. Biases have a sum of their own in either case. Pairs that never meet are left
out.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from glove_ada.cooccurrence.matrix import Cooccurrence
from glove_ada.cooccurrence.segments import count_cooccurrences
from glove_ada.corpus.encoding import encode_corpus
from glove_ada.corpus.sources import FileSource
from glove_ada.system.threads import Workers
from glove_ada.training.parameters import RowLayout, initial_parameters, log_sum_biases
from glove_ada.training.randomness import random_bits
from glove_ada.training.schedule import choose_groups
from glove_ada.training.tiles import deal_words

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
X_MAX, ALPHA = 10.0, 0.75
_SHIFT = 4  # what random bits are for


class Diagonal:
    """AdaGrad as the trainer has it: a sum of squares for each component of each row."""

    def __init__(self, rows: int, size: int, start: float, eps: float) -> None:
        self.sums, self.eps = np.full((rows, size), start), eps

    def step(self, rows: Places, gradients: Floats) -> Floats:
        """Add the gradients of some rows, shape (rows, size); return their steps at a rate of 1."""
        self.sums[rows] += gradients**2
        steps: Floats = gradients / (np.sqrt(self.sums[rows]) + self.eps)
        return steps


class FullMatrix:
    """AdaGrad with a matrix for each row: the sum of the outer products of its gradients."""

    def __init__(self, rows: int, size: int, start: float, eps: float) -> None:
        self.sums, self.eps = np.tile(start * np.eye(size), (rows, 1, 1)), eps

    def step(self, rows: Places, gradients: Floats) -> Floats:
        """Add the gradients of some rows, shape (rows, size); return their steps at a rate of 1."""
        self.sums[rows] += gradients[:, :, None] * gradients[:, None, :]
        # With G = Q diag(v) Q', the step is Q diag(1 / (sqrt(v) + eps)) Q' g.
        values, axes = np.linalg.eigh(self.sums[rows])
        along = np.einsum("rij,ri->rj", axes, gradients)
        along /= np.sqrt(np.maximum(values, 0)) + self.eps  # rounding may take them below 0
        steps: Floats = np.einsum("rij,rj->ri", axes, along)
        return steps


Kind = type[Diagonal] | type[FullMatrix]


class Side:
    """The rows of words or of contexts, and what AdaGrad keeps of them."""

    def __init__(
        self,
        vectors: npt.NDArray[np.float32],
        biases: npt.NDArray[np.float32],
        kind: Kind,
        start: float = 0.1,
        eps: float = 0.0,
    ) -> None:
        self.vectors, self.biases = vectors.astype(float), biases.astype(float)
        rows, size = vectors.shape
        self.of_vectors = kind(rows, size, start, eps)
        self.of_biases = Diagonal(rows, 1, start, eps)

    def update(self, rows: Places, gradients: Floats, g: Floats, eta: float) -> None:
        """Step with the gradients of some rows' vectors and of their biases."""
        self.vectors[rows] -= eta * self.of_vectors.step(rows, gradients)
        self.biases[rows] -= eta * self.of_biases.step(rows, g[:, None])[:, 0]


class Cells(NamedTuple):
    """Nonzeros: word, context, log x and f(x) of each."""

    words: Places
    contexts: Places
    log_counts: Floats
    weights: Floats

    def at(self, places: Places) -> Cells:
        """Return some of them."""
        words, contexts, log_counts, weights = self
        return Cells(words[places], contexts[places], log_counts[places], weights[places])

    def batches(self, seed: int, epoch: int) -> Iterator[Cells]:
        """Yield the cells in an epoch's order, those at once that share no row of either side."""
        first = random_bits(seed, _SHIFT, epoch) & np.uint64((1 << 32) - 1)
        apart = (self.words ^ self.contexts).astype(np.uint64) ^ first
        order = np.argsort(apart, kind="stable")
        for batch in np.split(order, np.flatnonzero(np.diff(apart[order])) + 1):
            yield self.at(batch)


def train_epoch(
    sides: tuple[Side, Side], batches: Iterable[Cells], eta: float, decay: float
) -> float:
    """Update words and contexts by all batches; return the mean cost of a nonzero."""
    batches = list(batches)
    cost = sum(train_batch(*sides, batch, eta, decay) for batch in batches)
    return cost / sum(len(batch.words) for batch in batches)


def train_batch(words: Side, contexts: Side, cells: Cells, eta: float, decay: float) -> float:
    """Update by cells that share no row; return what they cost before."""
    w, c = words.vectors[cells.words], contexts.vectors[cells.contexts]
    biases = words.biases[cells.words] + contexts.biases[cells.contexts]
    difference = np.einsum("ij,ij->i", w, c) + biases - cells.log_counts
    g = cells.weights * difference
    words.update(cells.words, g[:, None] * c + decay * w, g, eta)
    contexts.update(cells.contexts, g[:, None] * w + decay * c, g, eta)
    return float(g @ difference) / 2


def all_cells(matrix: Cooccurrence) -> Cells:
    """Return the cells of the whole of a symmetric matrix with their weights."""
    rows = np.repeat(np.arange(matrix.words), np.diff(matrix.row_starts))
    columns, counts = np.asarray(matrix.columns, np.int64), np.asarray(matrix.counts)
    mirrored = rows != columns
    words = np.concatenate((rows, columns[mirrored]))
    contexts = np.concatenate((columns, rows[mirrored]))
    counts = np.concatenate((counts, counts[mirrored]))
    return Cells(words, contexts, np.log(counts), np.minimum(1, counts / X_MAX) ** ALPHA)


def main() -> None:
    """Print the cost of each epoch by either rule, and its seconds."""
    options = _parser().parse_args()
    with Workers() as workers:
        encoded = encode_corpus(FileSource([options.corpus]), workers)
        matrix = count_cooccurrences(encoded, workers, window_size=10)
        start = initial_parameters(
            RowLayout(options.vector_size),
            deal_words(matrix.words, choose_groups(matrix.words)),
            workers,
            seed=options.seed,
            vector_accumulator=0.0,
            bias_accumulator=0.0,
            biases=log_sum_biases(matrix.row_sums()),
        )
    cells = all_cells(matrix)
    print(f"{matrix.words:,} words, {len(cells.words):,} nonzeros")
    print(f"{'epoch':>5}{'diagonal':>12}{'seconds':>9}{'full':>12}{'seconds':>9}")

    def begin(side: int, kind: Kind) -> Side:
        return Side(start.vectors(side), start.biases(side), kind, eps=options.eps)

    rules = [(begin(0, kind), begin(1, kind)) for kind in (Diagonal, FullMatrix)]
    for epoch in range(options.epochs):
        print(f"{epoch + 1:>5}", end="")
        for sides in rules:
            begun = time.perf_counter()
            batches = cells.batches(options.seed, epoch)
            cost = train_epoch(sides, batches, options.eta, options.weight_decay)
            seconds = time.perf_counter() - begun
            print(f"{cost:>12.6f}{seconds:>9.2f}", end="", flush=True)
        print()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Compare full-matrix AdaGrad with the diagonal.")
    sample = Path(__file__).resolve().parent.parent / "data" / "sample.txt"
    parser.add_argument("corpus", nargs="?", default=str(sample))
    parser.add_argument("--vector-size", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--eta", type=float, default=0.2)
    parser.add_argument("--eps", type=float, default=0.0)
    parser.add_argument("--weight-decay", type=float, default=0.002)
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    main()
