"""How often intervals hold what they should: disjoint parts of a corpus as if each were the text.

    python scripts/measure_coverage.py MODEL CORPUS [--parts 40] [--words 220 100 100]

MODEL is a folder with its report, trained on all of CORPUS; its contexts are held fixed. Document d
is of part d mod PARTS. For pairs of rare, middling and frequent words each part gives a cosine and
an interval, and the truth is the mean of all parts' cosines: what a text of that size gives on
average (a part is itself in that mean, which its distance is made up for). Beside the jackknife
over documents stand the formula of GloVe-V (Vallebueno et al. 2024), sigma^2 A^-1, and the sandwich
over pairs of words, A^-1 B A^-1, with independent errors.
"""

from __future__ import annotations

import argparse
import math
import time
from dataclasses import replace
from statistics import NormalDist

import numpy as np

from glove_ada.corpus.sources import FileSource
from glove_ada.pictures.picture_file import write_picture
from glove_ada.pictures.style import COLOURS, LEADER, set_background
from glove_ada.run.uncertainty.influences import find_influences, predict
from glove_ada.run.uncertainty.model_files import options_of_report, read_report
from glove_ada.run.uncertainty.row_problem import factor, pose, solve
from glove_ada.run.uncertainty.trained_text import open_trained_text
from glove_ada.run.uncertainty.uncertainty import LEAST_BLOCKS
from glove_ada.run.uncertainty.word_contexts import block_edges, find_contexts
from glove_ada.system.threads import Workers
from glove_ada.vectors.word_vectors import WordVectors

BANDS = {"rare": (15, 40), "middling": (100, 400), "frequent": (1000, 3000)}  # occurrences a part
LEVELS = np.arange(0.5, 0.996, 0.01)  # of intervals, for the picture
DOCUMENTS, FORMULA, SANDWICH = "documents", "sigma^2 A^-1", "A^-1 B A^-1"
FEWEST_PAIRS = 200  # of a band, less those that too few parts have
NEAREST = 3  # the first pair of each word is with one of its nearest in the band


def by_pairs(problem, matrix, row):
    """Return the covariances of the row that follow from the residuals of its pairs of words."""
    frozen, inverse = problem.frozen, np.linalg.inv(matrix)
    fixed = frozen.rows[problem.contexts, : frozen.size].astype(np.float64)
    residuals = problem.log_counts - predict(problem, row)
    freedom = max(len(residuals) - frozen.size, 1)
    variance = (problem.weights * residuals**2).sum() / freedom
    scores = problem.weights * residuals
    meat = (fixed * scores[:, None] ** 2).T @ fixed
    return {FORMULA: variance * inverse, SANDWICH: inverse @ meat @ inverse}


def solve_part(frozen, met, size):
    """Return a word's vector for a part, and what tells how sure it is."""
    problem = pose(frozen, met)
    matrix, right = problem.matrix_and_right()
    factors = factor(matrix)
    row = solve(factors, right)
    influences = find_influences(problem, met, factors, row)
    others = {name: of_row[:size, :size].astype(np.float32)
              for name, of_row in by_pairs(problem, matrix, row).items()}  # fmt: skip
    return row[:size], influences.blocks, influences.changes[:, :size].astype(np.float32), others


def unit(vector):
    """Return a vector of length 1."""
    return vector / np.linalg.norm(vector)


def choose_pairs(vectors, random):
    """Pair each word with one of its nearest in the band, and with any: once, or more if few."""
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    nearest = np.argsort(-cosines, axis=1)[:, :NEAREST]
    words = len(vectors)
    for word in range(words):
        yield word, int(random.choice(nearest[word]))
        for _ in range(max(1, math.ceil(FEWEST_PAIRS / words) - 1)):
            yield word, (word + 1 + int(random.integers(words - 1))) % words


def main():
    """Solve the words of each band for each part, and report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("corpus")
    parser.add_argument("--parts", type=int, default=40)
    parser.add_argument("--bands", nargs="+", choices=BANDS, default=list(BANDS))
    parser.add_argument(
        "--words",
        nargs="+",
        type=int,
        default=[220, 100, 100],
        help="of each band, if it has as many; two pairs of each, or more of few words",
    )
    parser.add_argument("--picture", help="draw how many intervals of each level hold the truth")
    asked = parser.parse_args()
    model = WordVectors.load(asked.model)
    options = options_of_report(asked.model, read_report(asked.model))
    random = np.random.default_rng(1)
    drawn = {}
    with Workers() as workers:
        text = open_trained_text(model, options, FileSource([asked.corpus]), workers)
        edges = block_edges(text.ids, 1 << 40)  # each document by itself
        documents = len(edges) - 1
        part_of = np.arange(documents) % asked.parts
        target = text.frozen.log_zero_count - math.log(asked.parts)
        frozen, size = replace(text.frozen, log_zero_count=target), text.frozen.vector_size
        for band, wanted in zip(asked.bands, asked.words, strict=False):
            fewest, most = BANDS[band]
            counts = np.asarray(model.counts) / asked.parts
            candidates = np.flatnonzero((fewest <= counts) & (counts < most))
            number = min(wanted, len(candidates))
            words = np.sort(random.choice(candidates, number, replace=False)).tolist()
            contexts = find_contexts(text.ids, len(model), words, edges, text.sides, workers)
            found, whole = {}, []

            def problems(contexts=contexts, whole=whole):
                for place, met in enumerate(contexts):
                    problem = pose(text.frozen, met)
                    matrix, right = problem.matrix_and_right()
                    whole.append(solve(factor(matrix), right)[:size])
                    for part in range(asked.parts):
                        here = met.within(part_of == part)
                        if len(np.unique(here.blocks)) >= LEAST_BLOCKS:
                            yield (place, part), here

            def solve_each(of):
                return of[0], solve_part(frozen, of[1], size)

            for of, solved in workers.map_in_order(solve_each, problems()):
                found[of] = solved
            held = [len(blocks) for _, blocks, *_ in found.values()]
            drawn[band] = report(band, words, found, whole, text, documents, part_of, held, random)
            print(f"  {time.process_time():.0f} s of all CPUs so far", flush=True)
    if asked.picture:
        write_picture(asked.picture, (4.4, 3.4), lambda axes: draw_levels(axes, drawn))


def draw_levels(axes, drawn):
    """Draw the share of intervals that hold the truth against what they claim."""
    axes.plot([0.5, 1], [0.5, 1], color=LEADER, linewidth=0.8)
    reach = np.array([NormalDist().inv_cdf((1 + level) / 2) for level in LEVELS])
    for (band, off), colour in zip(drawn.items(), COLOURS, strict=False):
        for name, style in ((DOCUMENTS, "-"), (FORMULA, ":")):
            held = [np.mean(off[name] <= each) for each in reach]
            label = f"{band}, by {'documents' if name == DOCUMENTS else 'the formula'}"
            axes.plot(LEVELS, held, style, color=colour, linewidth=1.2, label=label)
    axes.set(xlabel="level of the interval", ylabel="share that hold the truth")
    axes.legend(frameon=False, fontsize=7)
    set_background(axes)


def report(band, words, found, whole, text, documents, part_of, held, random):
    """Print how often a band's intervals hold what they should; return how far off cosines are.

    In standard errors, by each way to find these.
    """
    matrix, size = text.given.matrix, text.frozen.vector_size

    def given(vector, place):
        return (vector + text.given.context_part[words[place]]) @ matrix

    of_whole = np.array([unit(given(vector, place)) for place, vector in enumerate(whole)])
    distances, ratios, of_all, spreads, pairs = {}, {}, [], [], 0
    in_part = np.bincount(part_of)
    for one, other in choose_pairs(of_whole, random):
        parts = [p for p in range(len(in_part)) if (one, p) in found and (other, p) in found]
        if len(parts) < len(in_part) / 2:
            continue
        pairs += 1
        cosines, errors = [], {}
        for part in parts:
            a, b = found[one, part], found[other, part]
            vectors = given(a[0], one), given(b[0], other)
            units = [unit(vector) for vector in vectors]
            cosine = units[0] @ units[1]
            gradients = [
                (matrix @ ((units[1 - k] - cosine * units[k]) / np.linalg.norm(vectors[k])))[:size]
                for k in (0, 1)
            ]
            sway = np.zeros(documents)
            for (_, blocks, changes, _), gradient in zip((a, b), gradients, strict=True):
                sway[blocks] += changes @ gradient
            number = in_part[part]
            variance = ((sway**2).sum() - sway.sum() ** 2 / number) * (number - 1) / number
            errors.setdefault(DOCUMENTS, []).append(math.sqrt(variance))
            for name in a[3]:
                by_name = sum(g @ w[3][name] @ g for g, w in zip(gradients, (a, b), strict=True))
                errors.setdefault(name, []).append(math.sqrt(by_name))
            cosines.append(cosine)
        cosines = np.array(cosines)
        spreads.append(cosines.std(ddof=1))
        for name, of_name in errors.items():
            off = np.abs(cosines - cosines.mean()) * math.sqrt(len(parts) / (len(parts) - 1))
            distances.setdefault(name, []).append(off / np.array(of_name))
            ratios.setdefault(name, []).append(np.sqrt(np.mean(np.square(of_name))) / spreads[-1])
        off = np.abs(cosines - of_whole[one] @ of_whole[other])
        of_all.append((off <= 1.96 * np.array(errors[DOCUMENTS])).mean())
    print(
        f"{band}: {pairs} pairs, in {np.median(held):.0f} documents a part, deviation of cosines "
        f"{np.mean(spreads):.4f}; the cosine of the whole text is held in {np.mean(of_all):.1%}"
    )
    for name, of_pairs in distances.items():
        shares = [np.mean(of_pair <= 1.96) for of_pair in of_pairs]
        error = np.std(shares) / math.sqrt(len(shares))
        print(
            f"  {name:12}  holds the mean in {np.mean(shares):.1%} (+- {error:.1%} over pairs); "
            f"standard error {np.median(ratios[name]):.2f} of the deviation",
            flush=True,
        )
    return {name: np.concatenate(of_pairs) for name, of_pairs in distances.items()}


if __name__ == "__main__":
    main()
