"""Bootstraps of a corpus: as many documents as it has, drawn with replacement.

Efron 1979, "Bootstrap methods: another look at the jackknife"; a document is what varies between
two corpora of one kind, as its words are not independent of each other. Nothing is copied but word
ids, and these for one bootstrap at a time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from glove_ada.corpus.encoding import EncodedCorpus
from glove_ada.kernels.definitions import BREAK
from glove_ada.system.spilled_array import UNLIMITED, GrowingArray, on_disk, pieces
from glove_ada.training.randomness import random_bits

_DOCUMENTS = 7  # what random bits are for
_BLOCK_IDS = 1 << 20

Places = npt.NDArray[np.int64]


class Documents:
    """Where the documents of an encoded corpus lie.

    Parameters
    ----------
    encoded : EncodedCorpus

    Attributes
    ----------
    edges : ndarray of int64, shape (documents + 1,)
        Where the break before each document with a word of the vocabulary is, and the last one.
    """

    def __init__(self, encoded: EncodedCorpus) -> None:
        self.encoded = encoded
        breaks, first = [], 0
        for piece in pieces(encoded.ids):
            breaks.append(first + np.flatnonzero(piece == BREAK))
            first += len(piece)
        edges = np.concatenate(breaks)
        filled = np.diff(edges, append=edges[-1] + 2) > 1  # the last break ends the last document
        self.edges: Places = edges[filled]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.edges) - 1

    def blocks(self) -> Iterator[tuple[int, npt.NDArray[np.uint32], Places]]:
        """Yield the first document of a block, the block's ids, and the documents' lengths.

        Each document has the break behind it, with which its length is counted.
        """
        first = 0
        while first < len(self):
            most = self.edges[first] + _BLOCK_IDS
            end = max(first + 1, int(np.searchsorted(self.edges, most, "right")) - 1)
            ids = self.encoded.ids[self.edges[first] + 1 : self.edges[end] + 1]
            yield first, np.asarray(ids), np.diff(self.edges[first : end + 1])
            first = end

    def counts(self, times: Places) -> Places:
        """Return how often each word occurs if each document stands there so many times."""
        counts = np.zeros(len(self.encoded.vocabulary), np.int64)
        for first, ids, lengths in self.blocks():
            here = np.repeat(times[first : first + len(lengths)], lengths)
            known = ids != BREAK
            counts += np.bincount(ids[known], here[known], len(counts)).astype(np.int64)
        return counts

    def with_word(self, word: int) -> int:
        """Return how many documents have a word."""
        having = 0
        for _, ids, lengths in self.blocks():
            ends = np.cumsum(lengths)
            having += len(np.unique(np.searchsorted(ends, np.flatnonzero(ids == word), "right")))
        return having

    def draw(self, seed: int, replicate: int) -> Places:
        """Return how many times each document is drawn for a bootstrap.

        Parameters
        ----------
        seed, replicate : int
            What is drawn depends on these alone.
        """
        documents = np.arange(len(self))
        bits = random_bits(seed, _DOCUMENTS, replicate, documents)
        drawn = (bits >> np.uint64(32)) * np.uint64(len(self)) >> np.uint64(32)
        return np.bincount(drawn.astype(np.intp), minlength=len(self))

    def resample(self, times: Places) -> EncodedCorpus:
        """Return the corpus with each document so many times, by the same vocabulary."""
        most, folder = (
            (0, tempfile.gettempdir()) if on_disk(self.encoded.ids) else (UNLIMITED, None)
        )
        chosen: GrowingArray[np.uint32] = GrowingArray(np.uint32, most, folder)
        chosen.append(np.array([BREAK], np.uint32))
        known = 0
        for first, ids, lengths in self.blocks():
            here = times[first : first + len(lengths)]
            starts = np.cumsum(lengths) - lengths
            repeated = np.repeat(lengths, here)
            ends = np.cumsum(repeated)
            within = np.arange(repeated.sum()) - np.repeat(ends - repeated, repeated)
            drawn = ids[np.repeat(np.repeat(starts, here), repeated) + within]
            known += int(np.count_nonzero(drawn != BREAK))
            chosen.append(drawn)
        return replace(
            self.encoded,
            ids=chosen.finish(),
            documents=int(times.sum()),
            tokens=known,
            known_tokens=known,
        )
