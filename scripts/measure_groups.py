"""Words that two halves of a corpus use differently: one that is known to, and none.

    python scripts/measure_groups.py MODEL CORPUS [--swap OLD NEW] [--words 200] [--picture p.svg]

MODEL is a folder with its report, trained on CORPUS. The documents are dealt to two halves at
random. First, with the halves as they are, p of each of WORDS words drawn at random is to be
uniform. Then, in the second half, each OLD is a NEW, and NEW is to come first among the words.
"""

from __future__ import annotations

import argparse
import re

import numpy as np

from glove_ada.pictures.picture_file import write_picture
from glove_ada.pictures.style import BLUE, LEADER, set_background
from glove_ada.run.groups.changes import compare_groups
from glove_ada.run.groups.grouped_text import open_groups
from glove_ada.run.groups.sources import Group, LinesInMemory
from glove_ada.run.groups.tables import change_text
from glove_ada.run.uncertainty.model_files import options_of_report, read_report
from glove_ada.system.threads import Workers
from glove_ada.vectors.word_vectors import WordVectors


def draw_p(axes, found):
    """Draw the sorted p, which lie on the diagonal if they are uniform."""
    ranks = (np.arange(len(found)) + 0.5) / len(found)
    axes.plot([0, 1], [0, 1], color=LEADER, linewidth=0.8)
    axes.plot(ranks, np.sort(found), color=BLUE, marker=".", linestyle="", markersize=3)
    axes.set(xlabel="share of words", ylabel="p", title="Halves at random")
    set_background(axes)


def main():
    """Compare the halves as they are, and with words replaced."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("corpus")
    parser.add_argument("--swap", nargs=2, default=["bishop", "engine"])
    parser.add_argument("--words", type=int, default=200)
    parser.add_argument("--fewest", type=int, default=100, help="occurrences")
    parser.add_argument("--most", type=int, default=5000)
    parser.add_argument("--permutations", type=int, default=999)
    parser.add_argument("--picture")
    asked = parser.parse_args()
    model = WordVectors.load(asked.model)
    options = options_of_report(asked.model, read_report(asked.model))
    with open(asked.corpus, "rb") as file:
        lines = file.read().splitlines()
    random = np.random.default_rng(1)
    in_first = random.random(len(lines)) < 0.5
    halves = [
        [line for line, first in zip(lines, in_first, strict=True) if first == half]
        for half in (True, False)
    ]
    counts = np.asarray(model.counts)
    candidates = np.flatnonzero((asked.fewest <= counts) & (counts <= asked.most))
    rows = np.sort(random.choice(candidates, asked.words, replace=False)).tolist()
    words = [model.index_to_key[row] for row in rows]
    old, new = asked.swap
    found = []
    with Workers() as workers:
        for replaced in (False, True):
            second = halves[1]
            if replaced:
                pattern = re.compile(rb"(?<![^ ])" + old.encode() + rb"(?![^ ])")
                second = [pattern.sub(new.encode(), line) for line in second]
            groups = [
                Group("first", LinesInMemory(halves[0])),
                Group("second", LinesInMemory(second)),
            ]
            text = open_groups(model, options, groups, workers)
            among = list(dict.fromkeys([*words, new])) if replaced else words
            found.append(
                compare_groups(text, among, 0, 1, workers, permutations=asked.permutations, seed=1)
            )
            if not replaced:
                p = np.array([each.permuted.p for each in found[0]])
                for share in (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9):
                    print(f"p up to {share}: {np.mean(p <= share):.3f} of {len(p)} words")
                ranks = (np.arange(len(p)) + 0.5) / len(p)
                print(f"farthest from uniform: {np.abs(np.sort(p) - ranks).max():.3f}", flush=True)
    print(f"each {old} of the second half is {new}:")
    print(change_text(found[1][:5], "first", "second"))
    if asked.picture:
        write_picture(asked.picture, (3.6, 3.2), lambda axes: draw_p(axes, p))


if __name__ == "__main__":
    main()
