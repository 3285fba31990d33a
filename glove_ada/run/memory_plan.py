"""What each stage may take of the memory, so that the whole process stays under its cap.

What must be in memory is added up before the long work starts, and refused if it does not fit.
What need not be (word ids, counts, tiles) goes to the disk when there is no room for it. The plan
changes no result.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from glove_ada.cooccurrence.matrix import BLOCK_CELLS, CELL_BYTES, Cooccurrence
from glove_ada.cooccurrence.rows import MAX_STRETCHES
from glove_ada.cooccurrence.segments import CountingRoom
from glove_ada.corpus.encoding import EncodedCorpus
from glove_ada.corpus.numbering import BLOCK_BYTES, EncodingRoom
from glove_ada.errors import OptionError
from glove_ada.kernels.definitions import NONZERO
from glove_ada.run.options import Options
from glove_ada.system.memory import available_bytes, process_peak_bytes, resident_bytes
from glove_ada.system.sentences.counted import counted
from glove_ada.system.spilled_array import UNLIMITED, LongArray, check_space, megabytes, on_disk
from glove_ada.training.least_squares.problem import solving_bytes
from glove_ada.training.parameters import BLOCK_ROWS, RowLayout
from glove_ada.training.rules import make_rule
from glove_ada.training.schedule import choose_groups
from glove_ada.training.tiling import TilingRoom
from glove_ada.vectors.spectrum import MOST_DIMENSIONS, spectrum_bytes

GIGABYTE = 1e9
SHARE = 0.75  # of the available memory, unless the user says how much

# What was measured, rounded up.
PROGRAM_BYTES = 48_000_000  # Python, NumPy and this program
WORD_BYTES = 300  # a word of the vocabulary as bytes and as text, in lists and in a set
TEXT_BYTES = 16  # of a block of text that is encoded, for each of its bytes
SORTED_COUNTS_BYTES = 5  # for each byte of the reference program's cooccurrence.bin
SLACK = 24_000_000  # for what is not counted here
_KEPT_BYTES = 24_000_000  # by the allocator, for each thread, of what was freed
_ROWS_READ_BYTES = 4 * BLOCK_CELLS  # at once, of counts on the disk
_SCORING_BYTES, _SCORED_WORD_BYTES = 60_000_000, 500  # scores of vectors, in all and for a word
_MODEL_MATRICES = {"sum": 3, "both": 4, "word": 3, "context": 3}  # made of the parameters
LEAST_SEGMENT = 1 << 16  # word ids; a corpus in smaller segments would be read too often
_MERGED_SHARE, _MERGED_CELL_BYTES = 1 / 2, 36  # as read, scratch and sum
_IDS_SHARE, _CELLS_SHARE, _INDEX_SHARE, _BLOCKS_SHARE = 1 / 8, 1 / 2, 7 / 8, 1 / 16


@dataclass(frozen=True)
class TrainingNeed:
    """What training takes besides the nonzeros, in bytes.

    Attributes
    ----------
    parameters : int
        With their accumulators.
    vectors : int
        Made of them at the end, and the words.
    scratch : int
        Of all threads.
    """

    parameters: int
    vectors: int
    scratch: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.parameters + self.vectors + self.scratch


class MemoryPlan:
    """What each stage may take, found out when it starts from what is held by then.

    Parameters
    ----------
    options : Options
    threads : int
    folder : path
        Where files go that hold what does not fit.
    memory : float, optional
        The cap in GB; by default three quarters of what is available.
    scores : bool
        Whether vectors are looked at during the training.
    elsewhere : bool
        Whether others train: then parameters come here when they have been solved.
    resident : callable
        Returns the resident size of the process, or None where that is not known.

    Attributes
    ----------
    cap : int
        Bytes.

    Raises
    ------
    OptionError
        If the program alone takes more.
    """

    def __init__(
        self,
        options: Options,
        threads: int,
        folder: str | os.PathLike[str],
        memory: float | None = None,
        *,
        scores: bool = False,
        elsewhere: bool = False,
        resident: Callable[[], int | None] = resident_bytes,
    ) -> None:
        self.options, self.threads, self.folder = options, threads, folder
        self._scores, self._resident, self._elsewhere = scores, resident, elsewhere
        self._base = resident() or process_peak_bytes() or PROGRAM_BYTES
        if memory is not None:
            self.cap = int(memory * GIGABYTE)
        else:
            available = available_bytes()
            self.cap = UNLIMITED if available is None else self._base + int(SHARE * available)

    def encoding_room(self, text_bytes: int | None) -> EncodingRoom:
        """Return what encoding may take of a text, whose size may be known.

        Raises
        ------
        OptionError
            If that is too little.
        OutputError
            If the word ids need the disk and there is no space.
        """
        left = self._left(0)
        blocks = (3 * self.threads + 2) * BLOCK_BYTES * TEXT_BYTES // 2
        ids = int(left * _IDS_SHARE)
        tables = (left - blocks - ids) * 3 // 4
        if tables < BLOCK_BYTES:
            least = int((blocks + BLOCK_BYTES * 4 / 3) / (1 - _IDS_SHARE)) + 2
            self._refuse("encoding the corpus", self.cap - left + least, "fewer --threads")
        if text_bytes and ids < (likely := text_bytes * 2 // 3):
            check_space("the corpus as word ids", likely, self.folder)
        return EncodingRoom(tables, ids // 4, left - ids - tables, self.folder)

    def check_training(self, words: int) -> None:
        """Find out whether what training must have in memory is under the cap.

        Raises
        ------
        OptionError
            If not, or if the vectors' spectrum would take too long to flatten.
        """
        self._check_spectrum(words)
        need = self.training_need(words)
        needed = self._base + SLACK + self.threads * _KEPT_BYTES + need.total
        if needed > self.cap:
            self._refuse(
                f"training {counted(words, 'word')} in "
                f"{counted(self.options.vector_size, 'dimension')} "
                f"({megabytes(need.parameters)} for parameters and accumulators, "
                f"{megabytes(need.vectors)} for words and vectors)",
                needed,
                "a lower --vector-size or --max-vocab, or a higher --min-count",
            )

    def _check_spectrum(self, words: int) -> None:
        dimensions = min(words, self._combined_size)
        if self.options.singular_power != 1 and dimensions > MOST_DIMENSIONS:
            raise OptionError(
                f"flattening the spectrum of {words:,} words in {self._combined_size:,} dimensions "
                f"would take too long, as it does beyond {MOST_DIMENSIONS:,}: give "
                f"--singular-power 1, which leaves it as it is, or a lower --vector-size"
            )

    @property
    def _combined_size(self) -> int:
        return self.options.vector_size * (2 if self.options.model == "both" else 1)

    def check_counts_file(self, file_bytes: int) -> None:
        """Find out whether a file of counts can be read and sorted under the cap.

        Raises
        ------
        OptionError
            If not.
        """
        needed = self._base + SLACK + file_bytes * SORTED_COUNTS_BYTES
        if needed > self.cap:
            self._refuse("sorting the counts", needed, "the corpus in place of them")

    def training_need(self, words: int) -> TrainingNeed:
        """Return what training takes besides the nonzeros."""
        size = self.options.vector_size
        vectors = words * (_MODEL_MATRICES[self.options.model] * size * 4 + WORD_BYTES)
        if self.options.singular_power != 1:
            vectors += spectrum_bytes(words, self._combined_size)
        if self._scores:
            vectors += words * (size * 4 + _SCORED_WORD_BYTES) + _SCORING_BYTES
        rows = (3 if self.options.directed else 2) * words
        if self._elsewhere:
            return TrainingNeed(rows * RowLayout(size, states=0).row_bytes, vectors, 0)
        if self.options.polish:
            contexts = 2 * words if self.options.directed else words
            vectors = max(vectors, solving_bytes(words, contexts, size, self.threads))
        # What the text settles changes no layout.
        rule = make_rule(self.options.rule, replace(self.options, weight_decay=0.0))
        anchored = words * size * 4 if self.options.anchor else 0
        return TrainingNeed(
            rows * rule.layout(size).row_bytes + anchored,
            vectors,
            self.threads * min(words, BLOCK_ROWS) * (size + 1) * 40,
        )

    def most_ids(self) -> int:
        """Return how many word ids may be read into memory."""
        return int(self._left(0) * _IDS_SHARE) // 4

    def counting_room(self, encoded: EncodedCorpus) -> CountingRoom:
        """Return what counting may take.

        Raises
        ------
        OptionError
            If that is too little.
        """
        words, ids = len(encoded.vocabulary), len(encoded.ids)
        left = self._left(words, encoded.ids)
        in_flight = 3 * self.threads + 2  # blocks of rows that are worked on or waiting
        block_cells = int(left * _BLOCKS_SHARE) // (in_flight * CELL_BYTES)
        block_cells = min(max(block_cells, words, 1), BLOCK_CELLS)
        stretches = min(self.threads, MAX_STRETCHES)
        tables = 8 * words * (3 * stretches + 5) + 9 * words * self.threads
        room = left - in_flight * block_cells * CELL_BYTES - tables
        id_bytes = 12 if on_disk(encoded.ids) else 8
        index = int(room * _INDEX_SHARE) // id_bytes
        least_index = min(LEAST_SEGMENT, ids) + 2 * self.options.window_size
        if index < least_index:
            least = int((least_index + 1) * id_bytes / _INDEX_SHARE) + tables
            least = _with_row_blocks(least, in_flight * CELL_BYTES, words)
            self._refuse(
                f"counting {counted(words, 'word')}", self.cap - left + least, "fewer --threads"
            )
        if ids <= index:
            cells = min(room - ids * id_bytes, int(left * _CELLS_SHARE))
            return CountingRoom(UNLIMITED, cells // CELL_BYTES, block_cells, self.folder)
        segment = index - 2 * self.options.window_size
        cells = int(left * _CELLS_SHARE) // CELL_BYTES
        return CountingRoom(segment, cells, block_cells, self.folder)

    def most_cells(self) -> int:
        """Return how many counts may be read into memory."""
        return int(self._left(0) * _CELLS_SHARE) // CELL_BYTES

    def merging_room(self) -> CountingRoom:
        """Return what adding up counts may take: a block of rows a task, and files for the sum."""
        in_flight = 3 * self.threads + 2
        cells = int(self._left(0) * _MERGED_SHARE) // (in_flight * _MERGED_CELL_BYTES)
        return CountingRoom(UNLIMITED, 0, min(max(cells, 1), BLOCK_CELLS), self.folder)

    def block_room(self, matrix: Cooccurrence) -> TilingRoom:
        """Return what the tiles of a block may take while they are built, not trained.

        Raises
        ------
        OutputError
            If they need the disk and there is no space.
        """
        left = self._left(0, matrix.columns, matrix.counts) - _ROWS_READ_BYTES
        tiles = len(matrix.columns) * NONZERO.itemsize
        if not matrix.on_disk and tiles <= left:
            return TilingRoom()
        check_space("a block's tiles", tiles, self.folder)
        return TilingRoom(max(left, 1) // (NONZERO.itemsize + CELL_BYTES), self.folder)

    def tiling_room(self, matrix: Cooccurrence) -> TilingRoom:
        """Return what the tiles may take while they are built and trained.

        Raises
        ------
        OptionError
            If that is too little.
        OutputError
            If they need the disk and there is no space.
        """
        words, cells = matrix.words, len(matrix.columns)
        groups = choose_groups(words)
        left = self._left(words, matrix.columns, matrix.counts)
        in_memory = 0 if matrix.on_disk else cells * CELL_BYTES
        tiles = cells * NONZERO.itemsize
        need = self.training_need(words).total
        # For each thread a tile with its zeros: one of the grid's average size, and half as much.
        tile = 2 * tiles // groups**2 * 3 // 2
        need += self.threads * int((1 + (self.options.zeros or 0)) * tile)
        # A group's cells, and half as much again, and a block of rows that is read.
        least_cells = cells // groups * 3 // 2
        batch = least_cells * CELL_BYTES + _ROWS_READ_BYTES if matrix.on_disk else 0
        missing_in_memory = max(need + tiles - left - in_memory, tiles + batch - left)
        if missing_in_memory <= 0:
            return TilingRoom((left - tiles - _ROWS_READ_BYTES) // CELL_BYTES)
        rounds = 2 * (2 * tiles // groups) * 5 // 4
        batch += least_cells * NONZERO.itemsize
        missing = min(missing_in_memory, max(need + rounds - left - in_memory, batch - left))
        if missing > 0:
            self._refuse(
                f"training {counted(words, 'word')} on {cells:,} counts",
                self.cap + missing,
                "a lower --vector-size or --max-vocab, or a higher --min-count",
            )
        check_space("the nonzeros' grid of tiles", tiles, self.folder)
        bytes_a_cell = NONZERO.itemsize + (CELL_BYTES if matrix.on_disk else 0)
        return TilingRoom((left - _ROWS_READ_BYTES) // bytes_a_cell, self.folder)

    def _left(self, words: int, *arrays: LongArray[Any]) -> int:
        """Return what is left under the cap beside what is held now."""
        held = self._resident()
        if held is None:
            in_memory = [array for array in arrays if not on_disk(array)]
            held = self._base + words * WORD_BYTES + sum(array.nbytes for array in in_memory)
        return self.cap - SLACK - held

    def _refuse(self, what: str, needed: int, help: str) -> None:
        raise OptionError(
            f"{what} takes {megabytes(needed)} of memory and the cap is {megabytes(self.cap)}: "
            f"give --memory {needed / GIGABYTE + 0.005:.2f} or more, or {help}"
        )


def _with_row_blocks(size: int, cell_bytes: int, words: int) -> int:
    """Return what is needed if beside so many bytes blocks of rows take their share of all."""
    one_row = size + cell_bytes * min(max(words, 1), BLOCK_CELLS)
    share = int(size / (1 - _BLOCKS_SHARE)) + 2
    return min(max(one_row, share), size + cell_bytes * BLOCK_CELLS)
