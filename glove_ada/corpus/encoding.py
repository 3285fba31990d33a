"""From text to word ids: one pass over the corpus, which is never held in memory as text.

Each thread numbers the types (distinct words) of its blocks in a table of its own, as they come.
When the text ends, the tables are merged, the vocabulary is chosen, and every number becomes a
word id, in its place: in memory, or on the disk if the corpus outgrows the memory.
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

from glove_ada import kernels
from glove_ada.corpus.sources import TextSource
from glove_ada.corpus.type_table import Allowance, TypeTable, merge_tables
from glove_ada.corpus.vocabulary import Vocabulary, order_words
from glove_ada.errors import CorpusError
from glove_ada.kernels.definitions import BREAK, TEXT_SLACK
from glove_ada.system.spilled_array import UNLIMITED, DiskArray, GrowingArray, LongArray
from glove_ada.system.threads import Workers

BLOCK_BYTES = 1 << 20
MAX_TABLES = 16
LONGEST_TOKEN = (
    1 << 23
)  # a longer one is no word, and could not be read back from a file of vectors
WORD_BYTES = 128  # of a word that is chosen, while the vocabulary is put in order
_SEPARATOR = re.compile(rb"[ \t\n]")
_ESCAPED = re.compile("[\udc80-\udcff]")

Progress = Callable[[int], None]


@dataclass(frozen=True)
class CorpusFacts:
    """What was found in a corpus.

    Attributes
    ----------
    tokens, known_tokens, documents, types : int
        Tokens in the text and those among them in the vocabulary; lines with at least one token;
        distinct words.
    invalid_bytes : int
        Bytes that are not UTF-8; they are kept unchanged.
    digest : str
        SHA-256 of the text, in hexadecimal.
    """

    tokens: int
    known_tokens: int
    documents: int
    types: int
    invalid_bytes: int
    digest: str


@dataclass(frozen=True)
class EncodedCorpus(CorpusFacts):
    """A corpus as word ids.

    Attributes
    ----------
    ids : ndarray or DiskArray of uint32
        BREAK, then the ids of each document's words followed by BREAK. Words outside the
        vocabulary are left out and so use up no distance.
    vocabulary : Vocabulary
    """

    ids: LongArray[np.uint32]
    vocabulary: Vocabulary


@dataclass(frozen=True)
class EncodingRoom:
    """How much memory encoding may take.

    Attributes
    ----------
    table_bytes : int
        For the tables of types, which have to be in memory.
    ids : int
        Word ids that may be in memory; more go to the disk.
    folder : path or None
        Where to, if they may.
    """

    table_bytes: int = UNLIMITED
    ids: int = UNLIMITED
    folder: str | os.PathLike[str] | None = None


def encode_corpus(
    source: TextSource,
    workers: Workers,
    *,
    min_count: int = 5,
    max_vocab: int | None = None,
    vocabulary: Vocabulary | None = None,
    lowercase: bool = False,
    room: EncodingRoom | None = None,
    progress: Progress | None = None,
) -> EncodedCorpus:
    """Read a corpus once and turn it into word ids.

    Parameters
    ----------
    source : TextSource
        Tokens are split on space, tab and newline; a newline ends a document; carriage returns
        are dropped.
    workers : Workers
        Who does the work; the result does not depend on them.
    min_count : int
        The fewest occurrences of a word.
    max_vocab : int, optional
        The most words, the most frequent ones.
    vocabulary : Vocabulary, optional
        Use these words in place of choosing them.
    lowercase : bool
        Fold the text by Unicode.
    room : EncodingRoom, optional
        How much memory there is, which changes no result; by default as much as is wanted.
    progress : callable, optional
        Is given the number of bytes just read, counted as in `source.size`.

    Raises
    ------
    CorpusError
        If the source cannot be read, holds no token, or no word is frequent enough.
    OptionError
        If there is no room for the distinct words.
    OutputError
        If there is no room on the disk for the word ids.
    """
    room = room or EncodingRoom()
    digest = hashlib.sha256()
    allowance = Allowance(room.table_bytes)
    tables: list[TypeTable] = []
    free: SimpleQueue[int] = SimpleQueue()
    for number in range(min(workers.threads, MAX_TABLES)):
        tables.append(TypeTable(allowance))
        free.put(number)

    def encode_block(block: bytes) -> tuple[int, npt.NDArray[np.uint32], int]:
        text, invalid = _normalise(block, lowercase)
        ids = np.empty(len(text) + 1, np.uint32)
        number = free.get()
        try:
            written = tables[number].encode(text, ids)
        finally:
            free.put(number)
        return number, ids[:written].copy(), invalid

    all_numbers: GrowingArray[np.uint32] = GrowingArray(np.uint32, room.ids, room.folder)
    all_numbers.append(np.array([BREAK]))
    blocks: list[tuple[int, int]] = []
    documents = invalid_bytes = read = 0
    in_document = False
    texts = _whole_tokens(_digested(source.chunks(), digest.update))
    for number, numbers, invalid in workers.map_in_order(encode_block, texts):
        started, in_document = _count_documents(numbers, in_document)
        documents += started
        invalid_bytes += invalid
        blocks.append((number, len(numbers)))
        all_numbers.append(numbers)
        if progress:
            progress(source.position - read)
            read = source.position
    all_numbers.append(np.array([BREAK]))

    merged, merged_numbers = merge_tables(tables)
    tokens = int(merged.counts.sum())
    if not tokens:
        raise CorpusError("the corpus holds no token; give a text with words")
    if vocabulary is None:
        allowance.take(WORD_BYTES * int(np.count_nonzero(merged.counts >= min_count)))
    vocabulary, word_of_type = _choose_words(merged, min_count, max_vocab, vocabulary)
    word_of_number = [word_of_type[numbers] for numbers in merged_numbers]
    ids = all_numbers.finish()
    known_tokens = _map_blocks(ids, blocks, word_of_number)
    if not known_tokens:
        raise CorpusError("the corpus holds no word of the given vocabulary; check the file")
    return EncodedCorpus(
        ids=ids,
        vocabulary=vocabulary,
        tokens=tokens,
        known_tokens=known_tokens,
        documents=documents,
        types=merged.types,
        invalid_bytes=invalid_bytes,
        digest=digest.hexdigest(),
    )


def digest_corpus(source: TextSource, *, progress: Progress | None = None) -> str:
    """Return the SHA-256 of a text, in hexadecimal, as `encode_corpus` finds it.

    Raises
    ------
    CorpusError
        If the source cannot be read.
    """
    digest = hashlib.sha256()
    read = 0
    for chunk in source.chunks():
        digest.update(chunk)
        if progress:
            progress(source.position - read)
            read = source.position
    return digest.hexdigest()


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
        separator = _SEPARATOR.search(chunk)
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


def _normalise(block: bytes, lowercase: bool) -> tuple[bytes, int]:
    """Drop carriage returns, fold, add slack; count the bytes that are not UTF-8."""
    block = block.replace(b"\r", b"")
    invalid = 0
    if lowercase or not block.isascii():
        text = block.decode("utf-8", "surrogateescape")
        invalid = len(_ESCAPED.findall(text))
        if lowercase:
            block = text.lower().encode("utf-8", "surrogateescape")
    return block + bytes(TEXT_SLACK), invalid


def split_tokens(line: bytes, *, lowercase: bool) -> list[str]:
    """Return the tokens of a document without a newline as `encode_corpus` finds them."""
    block, _ = _normalise(line, lowercase)
    tokens = _SEPARATOR.split(block[:-TEXT_SLACK])
    return [token.decode("utf-8", "surrogateescape") for token in tokens if token]


def _count_documents(ids: npt.NDArray[np.uint32], in_document: bool) -> tuple[int, bool]:
    """Return how many documents start in a block and whether one is open at its end."""
    if not len(ids):
        return 0, in_document
    inside = ids != BREAK
    starts = np.count_nonzero(inside[1:] & ~inside[:-1]) + (bool(inside[0]) and not in_document)
    return int(starts), bool(inside[-1])


def _choose_words(
    table: TypeTable, min_count: int, max_vocab: int | None, given: Vocabulary | None
) -> tuple[Vocabulary, npt.NDArray[np.uint32]]:
    """Return the vocabulary, and the word id (or BREAK) of each type of the table."""
    word_of_type = np.full(table.types, BREAK, np.uint32)
    if given is not None:
        ids = {word: number for number, word in enumerate(given.encoded)}
        for number in range(table.types):
            word_of_type[number] = ids.get(table.word(number), BREAK)
        return given, word_of_type
    kept = np.flatnonzero(table.counts >= min_count)
    if not len(kept):
        raise CorpusError(
            f"no word occurs {min_count} times or more; the most frequent one occurs "
            f"{int(table.counts.max())} times, so give a lower --min-count or more text"
        )
    words = [table.word(number) for number in kept.tolist()]
    order = order_words(words, table.counts[kept])[:max_vocab]
    word_of_type[kept[order]] = np.arange(len(order), dtype=np.uint32)
    return Vocabulary([words[place] for place in order], table.counts[kept[order]]), word_of_type


def _map_blocks(
    ids: LongArray[np.uint32],
    blocks: list[tuple[int, int]],
    word_of_number: list[npt.NDArray[np.uint32]],
) -> int:
    """Turn the numbers of all blocks (each a table and a size) into word ids where they stand.

    Returns
    -------
    int
        How many are words.
    """
    read = end = 1
    known = 0
    for table, size in blocks:
        block = ids[read : read + size]
        if isinstance(ids, DiskArray):
            written, words = kernels.map_ids(block, word_of_number[table], block)
            ids[end : end + written] = block[:written]
        else:
            written, words = kernels.map_ids(block, word_of_number[table], ids[end : end + size])
        read, end, known = read + size, end + written, known + words
    ids[end : end + 1] = np.array([BREAK])
    ids.resize(end + 1, refcheck=False)
    return known
