"""What some words meet in a text, block of documents by block."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glove_ada.cooccurrence.matrix import WEIGHT_UNIT
from glove_ada.cooccurrence.rows import RowCounter, row_blocks
from glove_ada.kernels.definitions import BREAK
from glove_ada.system.threads import Workers

MOST_BLOCKS = 1024
"""Beyond, neighbouring documents are taken together: standard errors are good to 2 % then."""

_BLOCK_CELLS = 1 << 22
_BATCH_OCCURRENCES = 1 << 21

Ids = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Sides:
    """Which neighbours count, and how much.

    Attributes
    ----------
    weights : ndarray of int64, shape (window_size + 1,)
        What a neighbour at each distance counts, in units of WEIGHT_UNIT.
    directed, symmetric : bool
        Whether the two sides are different contexts, or the same; if neither, only neighbours to
        the right count.
    """

    weights: Places
    directed: bool
    symmetric: bool


@dataclass(frozen=True)
class WordContexts:
    """What one word meets.

    Attributes
    ----------
    blocks, contexts : ndarray of int64, shape (cells,)
        A block of documents, and a context that the word meets in it; contexts to the left are
        counted on behind all those to the right. By block and then by context.
    counts : ndarray of float64, shape (cells,)
    occurrences : ndarray of int64, shape (blocks of the text,)
        Of the word, in each block.
    """

    blocks: Places
    contexts: Places
    counts: npt.NDArray[np.float64]
    occurrences: Places

    def within(self, blocks: npt.NDArray[np.bool_]) -> WordContexts:
        """Return what the word meets in some blocks, which are told by a mask."""
        kept = blocks[self.blocks]
        return WordContexts(
            self.blocks[kept],
            self.contexts[kept],
            self.counts[kept],
            np.where(blocks, self.occurrences, 0),
        )


def block_edges(ids: Ids, most: int = MOST_BLOCKS) -> Places:
    """Return where blocks of whole documents begin, and where the last one ends.

    Each document is a block if there are no more than `most`; otherwise neighbours are taken
    together, about as many words in each block.

    Parameters
    ----------
    ids : ndarray of uint32
        BREAK, then the words of each document, each followed by BREAK.
    most : int
    """
    breaks = np.flatnonzero(ids == BREAK)
    starts = breaks[:-1][np.diff(breaks) > 1]  # of documents that hold a word
    if len(starts) > most:
        shares = starts * most // len(ids)
        starts = starts[np.flatnonzero(np.diff(shares, prepend=-1))]
    return np.append(starts, len(ids) - 1)


def find_contexts(
    ids: Ids,
    vocabulary_size: int,
    words: Sequence[int],
    edges: Places,
    sides: Sides,
    workers: Workers,
    progress: Callable[[int], object] = lambda words: None,
) -> Iterator[WordContexts]:
    """Yield what each word meets, in the order of the words.

    The counts are whole numbers of WEIGHT_UNIT, so that those of all blocks add up exactly to the
    word's row of the whole matrix.

    Parameters
    ----------
    ids : ndarray of uint32
    vocabulary_size : int
    words : sequence of int
        Each once.
    edges : ndarray of int64
        Of the blocks.
    sides : Sides
    workers : Workers
        Who does the work; the result does not depend on them.
    progress : callable
        Is given numbers of words that add up to all.
    """
    wanted = np.asarray(words, np.int64)
    mirrored = ids[::-1].copy() if sides.directed or sides.symmetric else None
    for batch in _batches(ids, vocabulary_size, wanted):
        positions, word_starts = _positions(ids, vocabulary_size, wanted[batch])
        rows = _cut_by_block(positions, word_starts, edges)
        right = _count(ids, positions, rows.starts, vocabulary_size, sides.weights, workers)
        parts = [right]
        if mirrored is not None:
            # What stands to the left of a word stands to its right when read backwards.
            left = _count(
                mirrored,
                len(ids) - 1 - positions,
                rows.starts,
                vocabulary_size,
                sides.weights,
                workers,
            )
            left_contexts = left[1] + (vocabulary_size if sides.directed else 0)
            parts.append((left[0], left_contexts, left[2]))
        yield from _by_word(parts, rows, len(word_starts) - 1, len(edges) - 1)
        progress(len(word_starts) - 1)


@dataclass(frozen=True)
class _Rows:
    """Lists of positions, each of one word in one block.

    Attributes
    ----------
    starts : ndarray of int64, shape (rows + 1,)
    words, blocks : ndarray of int64, shape (rows,)
    """

    starts: Places
    words: Places
    blocks: Places


def _batches(ids: Ids, vocabulary_size: int, words: Places) -> Iterator[slice]:
    """Cut the words into batches whose occurrences are easily held in memory."""
    occurrences = np.bincount(ids[ids != BREAK], minlength=vocabulary_size)[words]
    shares = np.cumsum(occurrences) // _BATCH_OCCURRENCES
    edges = [0, *(np.flatnonzero(np.diff(shares)) + 1).tolist(), len(words)]
    for first, end in itertools.pairwise(edges):
        if end > first:
            yield slice(first, end)


def _positions(ids: Ids, vocabulary_size: int, words: Places) -> tuple[Places, Places]:
    """Return where the words stand, word by word, and where each one's list starts."""
    number = np.full(vocabulary_size + 1, -1, np.int32)
    number[words] = np.arange(len(words))
    found = number[np.minimum(ids, vocabulary_size)]
    positions = np.flatnonzero(found >= 0)
    order = np.argsort(found[positions], kind="stable")
    sizes = np.bincount(found[positions], minlength=len(words))
    return positions[order], np.concatenate(([0], np.cumsum(sizes)))


def _cut_by_block(positions: Places, word_starts: Places, edges: Places) -> _Rows:
    words = np.repeat(np.arange(len(word_starts) - 1), np.diff(word_starts))
    blocks = np.searchsorted(edges, positions, "right") - 1
    begins = np.flatnonzero((np.diff(words, prepend=-1) != 0) | (np.diff(blocks, prepend=-1) != 0))
    return _Rows(np.append(begins, len(positions)), words[begins], blocks[begins])


def _count(
    ids: Ids,
    positions: Places,
    starts: Places,
    vocabulary_size: int,
    weights: Places,
    workers: Workers,
) -> tuple[Places, Places, Places]:
    """Return the row, the column and the count of each cell, rows as they come."""
    parts: list[list[Places]] = []
    rows = len(starts) - 1
    for first in range(0, rows, vocabulary_size):
        # The kernel takes as many rows as there are words.
        here = np.full(vocabulary_size + 1, starts[min(first + vocabulary_size, rows)])
        taken = starts[first : first + vocabulary_size + 1]
        here[: len(taken)] = taken
        counter = RowCounter(ids, positions, here, False, weights)
        cut = list(
            row_blocks(
                np.diff(here)[: len(taken) - 1],
                counter.most_cells[: len(taken) - 1],
                _BLOCK_CELLS,
            )
        )
        for begin, end, sizes, columns, counts in workers.run_all(counter.count_block, cut):
            numbers = np.repeat(np.arange(first + begin, first + end, dtype=np.int64), sizes)
            parts.append([numbers, columns.astype(np.int64), counts])
    if not parts:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing
    rows_of_cells, contexts, units = (np.concatenate(part) for part in zip(*parts, strict=True))
    return rows_of_cells, contexts, units


def _by_word(
    parts: list[tuple[Places, Places, Places]], rows: _Rows, words: int, blocks: int
) -> Iterator[WordContexts]:
    """Put the cells of both sides together, word by word."""
    numbers, contexts, counts = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((contexts, numbers))
    numbers, contexts, counts = numbers[order], contexts[order], counts[order]
    # Of contexts that are the same on both sides there are two cells.
    begins = np.flatnonzero(
        (np.diff(numbers, prepend=-1) != 0) | (np.diff(contexts, prepend=-1) != 0)
    )
    if len(begins):
        counts = np.add.reduceat(counts, begins)
    numbers, contexts = numbers[begins], contexts[begins]
    cell_words, cell_blocks = rows.words[numbers], rows.blocks[numbers]
    numbered = np.arange(words + 1)
    edges, row_edges = np.searchsorted(cell_words, numbered), np.searchsorted(rows.words, numbered)
    occurrences = np.diff(rows.starts)
    for word in range(words):
        here = slice(edges[word], edges[word + 1])
        own = slice(row_edges[word], row_edges[word + 1])
        yield WordContexts(
            cell_blocks[here],
            contexts[here],
            counts[here] * WEIGHT_UNIT,
            np.bincount(rows.blocks[own], occurrences[own], blocks).astype(np.int64),
        )
