"""Compare the ways to new words on words whose vectors are known.

    python scripts/compare_new_words.py MODEL CORPUS [--pairs rw.txt]

Words of middling count are shown by a few of their occurrences, and the vectors made of these are
held against those that the model has: the mean cosine, for docs/new-words.md. With pairs, the first
word of each is shown so, and its cosines with the second, as the model has it, are held against
people's judgements.
"""

from __future__ import annotations

import argparse

import numpy as np

from glove_ada.corpus.sources import FileSource
from glove_ada.evaluation.correlation import spearman
from glove_ada.evaluation.pair_files import read_pairs
from glove_ada.kernels.definitions import BREAK
from glove_ada.run.new_words.a_la_carte import ContextMeans
from glove_ada.run.new_words.known_model import open_model
from glove_ada.run.new_words.new_text import NewText
from glove_ada.run.new_words.regression import regress
from glove_ada.run.uncertainty import row_problem
from glove_ada.run.uncertainty.row_problem import pose
from glove_ada.run.uncertainty.trained_text import encode_with
from glove_ada.system.threads import Workers
from glove_ada.training.randomness import random_order

SHOWN = (1, 2, 4, 8, 16, 32, 64, 128)


def show(ids, positions, words, known):
    """Return a text in which some words are new and stand at some of their places alone."""
    numbers = np.append(np.arange(known, dtype=np.uint32), BREAK)
    numbers[words] = known
    kept = numbers[np.minimum(ids, np.uint32(known))] != known
    places = np.cumsum(kept)
    here = [places[np.sort(each)] for each in positions]
    return NewText(ids[kept], known, [str(word) for word in words], here)


def solve(frozen, contexts, anchors, strengths, workers):
    """Return the words solved with an anchor of each strength."""
    size = np.arange(frozen.vector_size)

    def solve_word(item):
        number, met = item
        matrix, right = pose(frozen, met).matrix_and_right()
        found = []
        for strength in strengths:
            held, pulled = matrix.copy(), right.copy()
            held[size, size] += strength
            pulled[size] += strength * anchors[number]
            found.append(row_problem.solve(row_problem.factor(held), pulled)[size])
        return found

    rows = list(workers.map_in_order(solve_word, enumerate(contexts)))
    return np.moveaxis(np.array(rows), 1, 0)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("corpus", nargs="+")
    parser.add_argument("--pairs")
    parser.add_argument("--hidden", type=int, default=500)
    parser.add_argument("--counts", type=int, nargs=2, default=(200, 2000))
    parser.add_argument("--anchors", type=float, nargs="*", default=(3, 10))
    options = parser.parse_args()
    with Workers() as workers:
        compare(options, workers)


def compare(options, workers):
    """Print a line for each number of occurrences: a la carte, solved, and anchored."""
    model = open_model(options.model)
    vectors, known = model.vectors, len(model.vectors)
    least, most = options.counts
    middling = np.flatnonzero((vectors.counts >= least) & (vectors.counts <= most))
    hidden = np.sort(middling[random_order(len(middling), 1, 0)[: options.hidden]])
    pairs = read_pairs(options.pairs).pairs if options.pairs else []
    pairs = [pair for pair in pairs if pair.first in vectors and pair.second in vectors]
    firsts = sorted({vectors.get_index(pair.first) for pair in pairs} - set(hidden.tolist()))
    words = np.concatenate([hidden, np.array(firsts, np.int64)])
    ids = np.asarray(
        encode_with(vectors, model.options, FileSource(options.corpus), workers).ids[:]
    )
    whole = NewText(ids, known, [], [])
    frozen = model.freeze(workers)
    weights = np.log1p(vectors.counts.astype(np.float64))
    weights[words] = 0
    to_given, from_given = model.map_to_given(workers), model.map_from_given(workers)
    means = ContextMeans(vectors.vectors)
    features = means.of(whole.contexts_of_known(model, range(known), workers), workers)
    transform = regress(features, vectors.vectors, weights, workers)
    print(f"hidden {len(hidden)} of {len(middling)} words, {len(pairs)} pairs", flush=True)
    order = np.argsort(ids, kind="stable")
    starts = np.searchsorted(ids[order], np.append(words, 0))
    ends = np.searchsorted(ids[order], np.append(words, 0), "right")
    lists = [order[a:b] for a, b in zip(starts[:-1], ends[:-1], strict=True)]
    lists = [places[random_order(len(places), 1, 1, n)] for n, places in enumerate(lists)]
    true = vectors.vectors[words].astype(float)
    for shown in SHOWN:
        text = show(ids, [places[:shown] for places in lists], words, known)
        contexts = list(text.contexts(model))
        carte = means.of(contexts, workers) @ transform
        anchors = carte @ from_given
        solved = solve(frozen, contexts, anchors, (0.0, *options.anchors), workers)
        ways = [carte, *(rows @ to_given for rows in solved)]
        line = []
        for made in ways:
            line.append(f"{cosines(made, true)[: len(hidden)].mean():.3f}")
            if pairs:
                row = {word: n for n, word in enumerate(words.tolist())}
                found = [
                    cosines(
                        made[row[vectors.get_index(p.first)]][None],
                        vectors[p.second].astype(float)[None],
                    )[0]
                    for p in pairs
                ]
                line.append(f"{spearman(np.array(found), np.array([p.score for p in pairs])):.3f}")
        print(shown, *line, flush=True)
    if pairs:
        found = [vectors.similarity(p.first, p.second) for p in pairs]
        print("true", spearman(np.array(found), np.array([p.score for p in pairs])))


def cosines(one, other):
    """Return the cosine of each two rows."""
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return (one * other).sum(axis=1) / np.maximum(lengths, 1e-30)


if __name__ == "__main__":
    main()
