"""Groups of documents as word ids of one model, and each word's row for each group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from glove_ada.errors import CorpusError, OptionError
from glove_ada.run.groups.permutation import Permuted, permute
from glove_ada.run.groups.sources import Group
from glove_ada.run.options import Options
from glove_ada.run.uncertainty.frozen_contexts import Doubles, FrozenContexts, freeze_contexts
from glove_ada.run.uncertainty.given_vectors import GivenVectors, find_map
from glove_ada.run.uncertainty.influences import Influences, find_influences
from glove_ada.run.uncertainty.row_problem import factor, pose, solve
from glove_ada.run.uncertainty.trained_text import count_with, encode_with, sides_of
from glove_ada.run.uncertainty.uncertainty import LEAST_BLOCKS, Uncertainty
from glove_ada.run.uncertainty.word_contexts import (
    Sides,
    WordContexts,
    block_edges,
    find_contexts,
)
from glove_ada.system.threads import Workers
from glove_ada.vectors.word_vectors import WordVectors

Progress = Callable[[int], object]


def _show_nobody(words: int) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class GroupRow:
    """A word's vector for one group.

    Attributes
    ----------
    vector : ndarray of float64, shape (size,)
        As users are given it: in the space of the model's vectors.
    influences : Influences
        On it, of the group's own blocks.
    occurrences : int
        Of the word, in the group.
    """

    vector: Doubles
    influences: Influences
    occurrences: int


@dataclass(frozen=True)
class Change:
    """How two groups differ in a word.

    Attributes
    ----------
    word : str
    occurrences : (int, int)
        In either group.
    cosine : float
        Of its vectors for the two groups.
    permuted : Permuted
        How far they are apart beside groups dealt at random.
    """

    word: str
    occurrences: tuple[int, int]
    cosine: float
    permuted: Permuted


@dataclass(frozen=True)
class GroupedText:
    """A corpus in groups, beside a model whose contexts are held fixed.

    Attributes
    ----------
    names : list of str
        Of the groups.
    vectors : WordVectors
    ids : ndarray of uint32
        BREAK, then the words of each document, each followed by BREAK, group by group.
    edges : ndarray of int64
        Of blocks of documents, each of one group.
    group_of_block : ndarray of int64
    sides : Sides
    frozen : FrozenContexts
    given : GivenVectors
    """

    names: list[str]
    vectors: WordVectors
    ids: npt.NDArray[np.uint32]
    edges: npt.NDArray[np.int64]
    group_of_block: npt.NDArray[np.int64]
    sides: Sides
    frozen: FrozenContexts
    given: GivenVectors

    def blocks_of(self, group: int) -> int:
        """Return how many blocks of documents a group has."""
        return int(np.count_nonzero(self.group_of_block == group))

    def group(self, name: str) -> int:
        """Return the number of a group.

        Raises
        ------
        OptionError
            If there is none of that name.
        """
        if name not in self.names:
            raise OptionError(f"there is no group {name}; there are {', '.join(self.names)}")
        return self.names.index(name)

    def rows(
        self, words: Sequence[str], workers: Workers, progress: Progress = _show_nobody
    ) -> list[list[GroupRow | None]]:
        """Solve each word's row for each group.

        Parameters
        ----------
        words : sequence of str
        workers : Workers
            Who does the work; the result does not depend on them.
        progress : callable
            Is given numbers of words that add up to all.

        Returns
        -------
        list of list of GroupRow or None
            Of each word, a row for each group, None where the group does not have the word.

        Raises
        ------
        UnknownWordError
            If a word is not in the vocabulary.
        """
        numbers = [self.vectors.get_index(word) for word in words]
        contexts = self._contexts(numbers, workers, progress)
        found = workers.map_in_order(self._rows_of_word, zip(numbers, contexts, strict=True))
        return list(found)

    def uncertainty(
        self, words: Sequence[str], rows: Sequence[Sequence[GroupRow | None]], group: int
    ) -> Uncertainty:
        """Return how sure the vectors of one group are, of the words that it has."""
        own = [
            (word, row)
            for word, of_word in zip(words, rows, strict=True)
            if (row := of_word[group]) is not None
        ]
        return Uncertainty(
            [word for word, _ in own],
            np.array([row.vector for _, row in own]).reshape(len(own), self.given.size),
            [row.influences for _, row in own],
            self.blocks_of(group),
        )

    def frequent_words(self, groups: Sequence[int], most: int) -> list[str]:
        """Return the most frequent words that enough blocks of all these groups have."""
        blocks = np.searchsorted(self.edges, np.arange(len(self.ids)), "right") - 1
        here = np.isin(self.group_of_block, groups)
        known = self.ids < len(self.vectors)
        known[known] = here[blocks[known]]
        words, of_block = self.ids[known].astype(np.int64), blocks[known]
        pairs = np.unique(of_block * len(self.vectors) + words)
        enough = np.ones(len(self.vectors), bool)
        for group in groups:
            own = self.group_of_block[pairs // len(self.vectors)] == group
            held = np.bincount(pairs[own] % len(self.vectors), minlength=len(self.vectors))
            enough &= held >= LEAST_BLOCKS
        counts = np.bincount(words, minlength=len(self.vectors))
        order = np.argsort(-counts, kind="stable")
        return [self.vectors.index_to_key[word] for word in order[enough[order]][:most].tolist()]

    def compare(
        self,
        words: Sequence[str],
        first: int,
        second: int,
        workers: Workers,
        *,
        permutations: int,
        seed: int,
        progress: Progress = _show_nobody,
    ) -> list[Change]:
        """Return how two groups differ in each word that both have, the most different first.

        Words are sorted by p, and those of one p by how many times as far apart they are as chance
        has it.

        Parameters
        ----------
        words : sequence of str
        first, second : int
            Groups.
        workers : Workers
            Who does the work; the result does not depend on them.
        permutations : int
            Of the documents of both, for each word.
        seed : int
            Of the permutations.
        progress : callable
            Is given numbers of words that add up to all.
        """
        numbers = [self.vectors.get_index(word) for word in words]
        masks = [self.group_of_block == group for group in (first, second)]

        def change(of: tuple[int, WordContexts]) -> Change | None:
            word, met = of
            return self._change(word, met, masks, permutations, seed)

        contexts = self._contexts(numbers, workers, progress)
        found = workers.map_in_order(change, zip(numbers, contexts, strict=True))
        changes = [each for each in found if each is not None]
        return sorted(changes, key=lambda each: (each.permuted.p, -each.permuted.ratio))

    def _contexts(self, numbers: list[int], workers: Workers, progress: Progress):  # type: ignore[no-untyped-def]
        return find_contexts(
            self.ids, len(self.vectors), numbers, self.edges, self.sides, workers, progress
        )

    def _rows_of_word(self, of: tuple[int, WordContexts]) -> list[GroupRow | None]:
        word, met = of
        return [
            self._row(word, met.within(self.group_of_block == group), group)
            for group in range(len(self.names))
        ]

    def _row(self, word: int, met: WordContexts, group: int) -> GroupRow | None:
        if not len(met.blocks):
            return None
        first_block = int(np.argmax(self.group_of_block == group))
        vector, influences = self._solve(word, met)
        own = Influences(influences.blocks - first_block, influences.changes)
        return GroupRow(vector, own, int(met.occurrences.sum()))

    def _solve(self, word: int, met: WordContexts) -> tuple[Doubles, Influences]:
        """Return a word's given vector and the influences on it."""
        problem = pose(self.frozen, met)
        matrix, right = problem.matrix_and_right()
        factors = factor(matrix)
        row = solve(factors, right)
        on_row = find_influences(problem, met, factors, row)
        size = self.frozen.vector_size
        changes = self.given.changes(np.ascontiguousarray(on_row.changes[:, :size]))
        return self.given.of(word, row[None, :size])[0], Influences(on_row.blocks, changes)

    def _change(
        self,
        word: int,
        met: WordContexts,
        masks: list[npt.NDArray[np.bool_]],
        permutations: int,
        seed: int,
    ) -> Change | None:
        parts = [met.within(mask) for mask in masks]
        if not all(len(part.blocks) for part in parts):
            return None
        one, other = (self._solve(word, part)[0] for part in parts)
        both, influences = self._solve(word, met.within(masks[0] | masks[1]))
        length = _length(both)
        direction = both / length
        changes = influences.changes / length
        along = np.cumsum(changes * direction, axis=1)[:, -1]
        permuted = permute(
            changes - along[:, None] * direction,
            masks[0][influences.blocks],
            permutations=permutations,
            seed=seed,
        )
        cosine = float(np.cumsum(one * other)[-1]) / (_length(one) * _length(other))
        occurrences = tuple(int(part.occurrences.sum()) for part in parts)
        name = self.vectors.index_to_key[word]
        return Change(name, (occurrences[0], occurrences[1]), cosine, permuted)


def open_groups(
    vectors: WordVectors, options: Options, groups: Sequence[Group], workers: Workers
) -> GroupedText:
    """Read a corpus in groups.

    Parameters
    ----------
    vectors : WordVectors
        With both sides and their biases, trained on the text of all groups or on more.
    options : Options
        They were trained with.
    groups : sequence of Group
    workers : Workers
        Who does the work; the result does not depend on them.

    Raises
    ------
    OptionError
        If the model lacks what is needed.
    CorpusError
        If a group cannot be read, or holds no word of the model's.
    """
    given = find_map(vectors, options)
    parts, all_edges, of_block, place = [], [], [], 0
    for number, group in enumerate(groups):
        try:
            encoded = encode_with(vectors, options, group.source, workers)
        except CorpusError as error:
            raise CorpusError(f"group {group.name}: {error}") from error
        ids = np.asarray(encoded.ids[:])
        edges = block_edges(ids)
        parts.append(ids[:-1])
        all_edges.append(edges[:-1] + place)
        of_block.append(np.full(len(edges) - 1, number))
        place += len(ids) - 1
    whole = np.concatenate([*parts, ids[-1:]])
    together = replace(encoded, ids=whole)
    frozen = freeze_contexts(vectors, options, count_with(options, together, workers), workers)
    return GroupedText(
        [group.name for group in groups],
        vectors,
        whole,
        np.concatenate([*all_edges, [place]]),
        np.concatenate(of_block),
        sides_of(options),
        frozen,
        given,
    )


def _length(vector: Doubles) -> float:
    return float(np.sqrt(np.cumsum(vector * vector)[-1])) or 1.0
