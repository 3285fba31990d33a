"""What words may be coloured by besides their frequency: clusters, and groups of the user's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from glove_ada.errors import FormatError
from glove_ada.explorer.models.opened_model import OpenedModel
from glove_ada.vectors.cosine import ROWS_AT_ONCE, highest, unit_rows

CLUSTERS = 12
ROUNDS = 15
FEWEST_NAMING, NAMING_SHARE = 10, 10
"""A cluster's name is sought among its most frequent words: a tenth of all, but ten at least."""
MOST_GROUPS = 500


@dataclass
class Partition:
    """Words divided into parts.

    Attributes
    ----------
    names : list of str
        Of the parts.
    part : ndarray of int, shape (words,)
        Of each word; -1 for none.
    absent : list of str
        Words that have a group and no place on the map.
    """

    names: list[str]
    part: npt.NDArray[np.intp]
    absent: list[str] = field(default_factory=list)


def cluster_words(model: OpenedModel, rows: npt.NDArray[np.intp]) -> Partition:
    """Divide words into clusters of like direction, by spherical k-means (Dhillon and Modha 2001).

    The first centre is the mean of all; each next one starts as the word farthest from those
    before, so that no chance comes in. A cluster is named by those of its frequent words that are
    nearest to its centre: the nearest of all are mostly rare ones that nobody knows.
    """
    vectors = model.vectors.vectors
    pieces = [rows[start : start + ROWS_AT_ONCE] for start in range(0, len(rows), ROWS_AT_ONCE)]
    # The frequent half of a sample this large sets the centres as well as all would.
    sample = unit_rows(vectors[rows[:ROWS_AT_ONCE]])
    centres = _first_centres(sample, min(CLUSTERS, len(rows)))
    for _ in range(ROUNDS):
        sums = np.zeros_like(centres)
        np.add.at(sums, np.argmax(sample @ centres.T, axis=1), sample)
        found = unit_rows(sums)
        if np.allclose(found, centres, atol=1e-4):
            break
        centres = np.where(found.any(axis=1, keepdims=True), found, centres)
    part = np.concatenate(
        [np.argmax(unit_rows(vectors[each]) @ centres.T, axis=1) for each in pieces]
    )
    names = []
    for number, centre in enumerate(centres):
        members = np.flatnonzero(part[: len(sample)] == number)
        frequent = members[: max(FEWEST_NAMING, len(members) // NAMING_SHARE)]
        best = frequent[highest(sample[frequent] @ centre, 3)]
        names.append(", ".join(model.vectors.index_to_key[rows[place]] for place in best))
    return Partition(names, part)


def _first_centres(sample: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.float64]:
    centres = [unit_rows(sample.mean(axis=0, keepdims=True))[0]]
    nearest = sample @ centres[0]
    for _ in range(count - 1):
        centres.append(sample[int(np.argmin(nearest))])
        nearest = np.maximum(nearest, sample @ centres[-1])
    return np.array(centres)


def read_groups(path: str) -> dict[str, str]:
    """Read the groups of words, a line each, `word<TAB>group`.

    Raises
    ------
    FormatError
        If the file cannot be read, a line has no tab, or there are too many groups.
    """
    from glove_ada.evaluation.file_lines import numbered_lines  # imports all of evaluation

    groups: dict[str, str] = {}
    for number, line in numbered_lines(path):
        word, tab, group = line.partition("\t")
        word, group = word.strip(" "), group.strip(" \t")
        if not tab or not word or not group or "\t" in group:
            raise FormatError(
                f"{path}, line {number}: {line[:60]!r} is no word and group with a tab between them"
            )
        if groups.setdefault(word, group) != group:
            raise FormatError(f"{path}, line {number}: {word!r} is in a group already; keep one")
    if not groups:
        raise FormatError(f"{path} holds no words with groups: write word, tab, group on each line")
    if len(set(groups.values())) > MOST_GROUPS:
        raise FormatError(
            f"{path} has {len(set(groups.values())):,} groups: {MOST_GROUPS} are the most that are "
            f"shown; is the group the second column?"
        )
    return groups


def group_words(
    model: OpenedModel, groups: Mapping[str, str], rows: npt.NDArray[np.intp]
) -> Partition:
    """Find the groups of words, the largest group first."""
    of_row, row_of = {}, {}
    for word, group in groups.items():
        row = row_of[word] = model.vectors.words.row(word.lower() if model.folds else word)
        if row >= 0:
            of_row[row] = group
    sizes = Counter(of_row.values())
    names = [name for name, _ in sizes.most_common()]
    number = {name: place for place, name in enumerate(names)}
    part = np.full(len(model.vectors), -1, dtype=np.intp)
    for row, group in of_row.items():
        part[row] = number[group]
    shown = set(rows.tolist())
    return Partition(names, part[rows], [word for word in groups if row_of[word] not in shown])
