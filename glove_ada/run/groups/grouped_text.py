"""Groups of documents as word ids of one model, whose contexts are held fixed for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.errors import CorpusError, OptionError
from glove_ada.run.groups.other_text import count_words, warn_of_other_text
from glove_ada.run.groups.sources import Group
from glove_ada.run.options import Options
from glove_ada.run.uncertainty.frozen_contexts import FrozenContexts, freeze_contexts
from glove_ada.run.uncertainty.given_vectors import GivenVectors, find_map
from glove_ada.run.uncertainty.trained_text import count_with, encode_with, sides_of
from glove_ada.run.uncertainty.uncertainty import LEAST_BLOCKS
from glove_ada.run.uncertainty.word_contexts import (
    Sides,
    WordContexts,
    block_edges,
    find_contexts,
)
from glove_ada.system.threads import Workers
from glove_ada.vectors.word_vectors import WordVectors

Progress = Callable[[int], object]


def show_nobody(words: int) -> None:
    """Show no progress."""


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

    def frozen_for(self, blocks: npt.NDArray[np.bool_]) -> FrozenContexts:
        """Return what is held fixed for a part of the text.

        Zeros have the target that goes with what two words would count there if all met alike.
        """
        tokens = np.diff(self.edges)
        share = int(tokens[blocks].sum()) / int(tokens.sum())
        target = self.frozen.log_zero_count + kernels.log(share) if self.frozen.zeros else 0.0
        return replace(self.frozen, log_zero_count=target)

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

    def contexts_of(
        self, words: Sequence[str], workers: Workers, progress: Progress
    ) -> Iterator[tuple[int, WordContexts]]:
        """Yield each word's number and what it meets in all groups."""
        numbers = [self.vectors.get_index(word) for word in words]
        found = find_contexts(
            self.ids, len(self.vectors), numbers, self.edges, self.sides, workers, progress
        )
        return zip(numbers, found, strict=True)

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


def open_groups(
    vectors: WordVectors,
    options: Options,
    groups: Sequence[Group],
    workers: Workers,
    *,
    report: Mapping[str, Any] | None = None,
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
    report : mapping, optional
        The facts of the training, which tell more of its text than the vectors' counts.

    Raises
    ------
    OptionError
        If the model lacks what is needed.
    CorpusError
        If a group cannot be read, or holds no word of the model's.

    Warns
    -----
    UserWarning
        If a group holds text that the model was not trained on.
    """
    given = find_map(vectors, options)
    parts, all_edges, of_block, place = [], [], [], 0
    counts = []
    for number, group in enumerate(groups):
        try:
            encoded = encode_with(vectors, options, group.source, workers)
        except CorpusError as error:
            raise CorpusError(f"group {group.name}: {error}") from error
        counts.append((group.name, count_words(encoded)))
        ids = np.asarray(encoded.ids[:])
        edges = block_edges(ids)
        parts.append(ids[:-1])
        all_edges.append(edges[:-1] + place)
        of_block.append(np.full(len(edges) - 1, number))
        place += len(ids) - 1
    warn_of_other_text(counts, vectors, options, report or {})
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
