"""The first pass: text becomes numbers of types, which are numbered as they come.

Each thread numbers the types (distinct words) of its blocks in a table of its own; when the text
ends, the tables are merged.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import SimpleQueue

import numpy as np
import numpy.typing as npt

from glove_ada.corpus.sources import TextSource
from glove_ada.corpus.type_table import Allowance, TypeTable, merge_tables
from glove_ada.corpus.words.html_markup import decode_references, strip_markup
from glove_ada.corpus.words.splitting import split_words
from glove_ada.corpus.words.text_rules import TextRules
from glove_ada.errors import CorpusError
from glove_ada.kernels.definitions import BREAK, TEXT_SLACK
from glove_ada.system.spilled_array import UNLIMITED, GrowingArray, LongArray
from glove_ada.system.threads import Workers

BLOCK_BYTES = 1 << 20
MAX_TABLES = 16
LONGEST_TOKEN = (
    1 << 23
)  # a longer one is no word, and could not be read back from a file of vectors
SEPARATOR = re.compile(rb"[ \t\n]")
_ESCAPED = re.compile("[\udc80-\udcff]")

Progress = Callable[[int], None]


@dataclass(frozen=True)
class EncodingRoom:
    """How much memory encoding may take.

    Attributes
    ----------
    table_bytes : int
        For the tables of types, which have to be in memory.
    ids : int
        Word ids that may be in memory; more go to the disk.
    rest_bytes : int
        For what is done to the ids when the text has been read.
    folder : path or None
        Where to, if they may.
    """

    table_bytes: int = UNLIMITED
    ids: int = UNLIMITED
    rest_bytes: int = UNLIMITED
    folder: str | os.PathLike[str] | None = None


@dataclass(frozen=True)
class NumberedText:
    """A text as numbers of types.

    Attributes
    ----------
    ids : ndarray or DiskArray of uint32
        BREAK, the numbers of each block, those of its own table and BREAK at line ends, and BREAK.
    blocks : list of (int, int)
        The table and the size of each block.
    types : TypeTable
        All tables merged.
    type_of_number : list of ndarray of uint32
        For each table, the types' numbers in the merged one.
    documents, invalid_bytes : int
        Lines with a token; bytes that are not UTF-8.
    digest : str
        SHA-256 of the text as it came, in hexadecimal.
    """

    ids: LongArray[np.uint32]
    blocks: list[tuple[int, int]]
    types: TypeTable
    type_of_number: list[npt.NDArray[np.uint32]]
    documents: int
    invalid_bytes: int
    digest: str


def number_types(
    source: TextSource,
    workers: Workers,
    rules: TextRules,
    room: EncodingRoom,
    allowance: Allowance,
    progress: Progress | None = None,
) -> NumberedText:
    """Read a text once and number its types, as told apart by the rules.

    Parameters
    ----------
    source : TextSource
    workers : Workers
        Who does the work: the numbers depend on them, what they stand for does not.
    rules : TextRules
    room : EncodingRoom
    allowance : Allowance
        What the tables' memory is taken from.
    progress : callable, optional
        Is given the number of bytes just read, counted as in `source.size`.

    Raises
    ------
    CorpusError
        If the source cannot be read or holds what is no text.
    OptionError
        If there is no room for the types.
    OutputError
        If there is no room on the disk for the ids.
    """
    reader = TypeReader(source, workers, rules, allowance)
    all_numbers: GrowingArray[np.uint32] = GrowingArray(np.uint32, room.ids, room.folder)
    all_numbers.append(np.array([BREAK]))
    blocks: list[tuple[int, int]] = []
    for number, numbers in reader.blocks(progress):
        blocks.append((number, len(numbers)))
        all_numbers.append(numbers)
    all_numbers.append(np.array([BREAK]))
    merged, type_of_number = merge_tables(reader.tables)
    return NumberedText(
        ids=all_numbers.finish(),
        blocks=blocks,
        types=merged,
        type_of_number=type_of_number,
        documents=reader.documents,
        invalid_bytes=reader.invalid_bytes,
        digest=reader.digest,
    )


class TypeReader:
    """Reads a text once, block by block, and numbers its types in tables of the threads' own.

    Attributes
    ----------
    tables : list of TypeTable
    documents, invalid_bytes : int
        So far.
    """

    def __init__(
        self, source: TextSource, workers: Workers, rules: TextRules, allowance: Allowance
    ) -> None:
        self.source, self.workers, self.rules = source, workers, rules
        self.tables: list[TypeTable] = []
        self.documents = self.invalid_bytes = 0
        self._digest = hashlib.sha256()
        self._free: SimpleQueue[int] = SimpleQueue()
        for number in range(min(workers.threads, MAX_TABLES)):
            self.tables.append(TypeTable(allowance))
            self._free.put(number)

    @property
    def digest(self) -> str:
        """SHA-256 of the text read so far, in hexadecimal."""
        return self._digest.hexdigest()

    def blocks(self, progress: Progress | None) -> Iterator[tuple[int, npt.NDArray[np.uint32]]]:
        """Yield for each block of the text its table and the numbers of its tokens there."""
        read, in_document = 0, False
        chunks = _digested(self.source.chunks(), self._digest.update)
        texts = _whole_tokens(strip_markup(chunks) if self.rules.strip_html else chunks)
        for number, numbers, invalid in self.workers.map_in_order(self._encode, texts):
            started, in_document = _count_documents(numbers, in_document)
            self.documents += started
            self.invalid_bytes += invalid
            yield number, numbers
            if progress:
                progress(self.source.position - read)
                read = self.source.position

    def _encode(self, block: bytes) -> tuple[int, npt.NDArray[np.uint32], int]:
        text, invalid = prepare_block(block, self.rules)
        ids = np.empty(len(text) + 1, np.uint32)
        number = self._free.get()
        try:
            written = self.tables[number].encode(text, ids)
        finally:
            self._free.put(number)
        return number, ids[:written].copy(), invalid


def _digested(chunks: Iterator[bytes], update: Callable[[bytes], object]) -> Iterator[bytes]:
    for chunk in chunks:
        update(chunk)
        yield chunk


def _whole_tokens(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Cut the text anew so that no token lies in two blocks."""
    pieces: list[bytes] = []
    size = token = 0
    for chunk in chunks:
        end = max(chunk.rfind(b" "), chunk.rfind(b"\n"), chunk.rfind(b"\t")) + 1
        separator = SEPARATOR.search(chunk)
        if token + (separator.start() if separator else len(chunk)) > LONGEST_TOKEN:
            raise CorpusError(
                f"the corpus holds a token of over {LONGEST_TOKEN >> 20} MiB; give a text in which "
                f"spaces stand between words"
            )
        token = len(chunk) - end if end else token + len(chunk)
        if end and size + end >= BLOCK_BYTES:
            pieces.append(chunk[:end])
            yield b"".join(pieces)
            pieces, size = [], 0
            chunk = chunk[end:]
        pieces.append(chunk)
        size += len(chunk)
    if size:
        yield b"".join(pieces)


def prepare_block(block: bytes, rules: TextRules) -> tuple[bytes, int]:
    """Drop carriage returns, tell words apart, add slack; count the bytes that are not UTF-8."""
    block = block.replace(b"\r", b"")
    invalid = 0
    if not block.isascii():
        try:
            block.decode()
        except UnicodeDecodeError:
            invalid = len(_ESCAPED.findall(block.decode("utf-8", "surrogateescape")))
    if rules.strip_html:
        block = decode_references(block)
    if rules.tokenize:
        block = split_words(block)
    return block + bytes(TEXT_SLACK), invalid


def _count_documents(ids: npt.NDArray[np.uint32], in_document: bool) -> tuple[int, bool]:
    """Return how many documents start in a block and whether one is open at its end."""
    if not len(ids):
        return 0, in_document
    inside = ids != BREAK
    starts = np.count_nonzero(inside[1:] & ~inside[:-1]) + (bool(inside[0]) and not in_document)
    return int(starts), bool(inside[-1])
