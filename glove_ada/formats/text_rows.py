"""The rows of GloVe text and word2vec text, read in blocks of lines by threads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.errors import FormatError
from glove_ada.formats.table_builder import TableBuilder
from glove_ada.formats.word_encoding import decode_words
from glove_ada.kernels.definitions import NO_FAULT, WRONG_FIELDS
from glove_ada.system.gzip_files import LONGEST_ROW, display, no_utf8, read_line, unpacked_size
from glove_ada.system.sentences.counted import counted
from glove_ada.system.threads import Workers

BLOCK_BYTES = 1 << 20


class _Block(NamedTuple):
    """What was read of one block of lines, up to the line at fault, if there is one."""

    words: list[str]
    vectors: npt.NDArray[Any]
    size: int
    fault: int
    line_at_fault: bytes


def read_text_rows(
    stream: BinaryIO,
    path: str | os.PathLike[str],
    builder: TableBuilder,
    *,
    vector_size: int,
    dtype: npt.DTypeLike,
    first_line: int,
) -> None:
    """Read `word v1 ... vd` lines to the end, or until the builder is full.

    Parameters
    ----------
    stream : binary file object
        Stands at the beginning of a line.
    path : path
        For messages, and for its size.
    builder : TableBuilder
        Takes the rows.
    vector_size : int
        Numbers in each line; what stands before them is the word, spaces and all.
    dtype : dtype
        float64 is read as such, all else by way of float32.
    first_line : int
        The number of the line that comes next, for messages.

    Raises
    ------
    FormatError
        If a line has more or fewer numbers, or one that is none or not finite.
    """
    wide = np.float64 if np.dtype(dtype) == np.float64 else np.float32
    unread = unpacked_size(path)

    def parse(text: bytes) -> _Block:
        return _parse_block(text, vector_size, wide)

    with Workers() as workers:
        for block in workers.map_in_order(parse, _line_blocks(stream, path)):
            unread -= block.size
            remaining = max(0, unread) * (len(block.words) + 1) // block.size * 5 // 4
            if block.words:
                builder.append(block.words, block.vectors, remaining)
            if builder.full:
                return
            if block.fault != NO_FAULT:
                line = first_line + builder.rows_read
                raise FormatError(f"{path}, line {line}: {_explain(block, vector_size)}")


def _line_blocks(stream: BinaryIO, path: str | os.PathLike[str]) -> Iterator[bytes]:
    """Cut the stream at newlines into blocks of about a megabyte."""
    while block := stream.read(BLOCK_BYTES):
        if not block.endswith(b"\n"):
            block += read_line(stream, path) + b"\n"
        yield block


def _parse_block(text: bytes, vector_size: int, dtype: type[np.floating[Any]]) -> _Block:
    # A row has at least two bytes a number: the matrix is never larger than the text allows.
    rows = min(text.count(b"\n"), len(text) // (2 * vector_size + 1) + 1)
    vectors = np.empty((rows, vector_size), dtype=dtype)
    words = np.empty(len(text), dtype=np.uint8)
    rows, length, fault = kernels.parse_rows(text, vectors, words)
    line = b"" if fault == NO_FAULT else text.split(b"\n", rows + 1)[rows]
    return _Block(decode_words(words[:length].tobytes()), vectors[:rows], len(text), fault, line)


def _explain(block: _Block, vector_size: int) -> str:
    """Say what is wrong with a line."""
    pieces = block.line_at_fault.rstrip(b" \r").split(b" ")
    if block.fault == WRONG_FIELDS:
        return f"{counted(len(pieces) - 1, 'number')} where {vector_size} should be"
    return f"{display(first_fault(pieces[-vector_size:]) or b'')} is not a finite number"


def is_text_row(line: bytes, vector_size: int) -> bool:
    """Tell whether a line is a word and its vector.

    Parameters
    ----------
    line : bytes
        Without its newline.
    vector_size : int

    Returns
    -------
    bool
    """
    return _parse_block(line + b"\n", vector_size, np.float32).fault == NO_FAULT


def first_fault(numbers: list[bytes]) -> bytes | None:
    """Find the first that rows of text may not hold as a number, in no more than twice the parsing.

    Parameters
    ----------
    numbers : list of bytes
        Without spaces.

    Returns
    -------
    bytes or None
        None where all are finite numbers.
    """
    if not numbers or is_text_row(b" ".join([b"", *numbers]), len(numbers)):
        return None
    while len(numbers) > 1:
        half = numbers[: len(numbers) // 2]
        good = is_text_row(b" ".join([b"", *half]), len(half))
        numbers = numbers[len(half) :] if good else half
    return numbers[0]


def parse_header(line: bytes) -> tuple[int, int] | None:
    """Read a word2vec header.

    Parameters
    ----------
    line : bytes
        The first line of a file.

    Returns
    -------
    (rows, vector_size) or None
        None where the line is no header: two numbers, digits only.
    """
    pieces = line.rstrip(b" \r").split(b" ")
    if len(pieces) != 2 or not all(piece.isdigit() and len(piece) < 19 for piece in pieces):
        return None
    return int(pieces[0]), int(pieces[1])


def require_header(line: bytes, path: str | os.PathLike[str]) -> tuple[int, int]:
    """Read a word2vec header and refuse sizes that cannot be.

    Parameters
    ----------
    line : bytes
        The first line.
    path : path
        For messages.

    Returns
    -------
    rows, vector_size : int

    Raises
    ------
    FormatError
        If the line is no header, promises nothing, or rows longer than any file has.
    """
    header = parse_header(line)
    if header is None and b"\0" in line:
        raise no_utf8(path)
    if header is None:
        raise FormatError(
            f"{path} does not begin with the header `rows vector_size`, but with {display(line)}"
        )
    rows, vector_size = header
    if rows == 0 or vector_size == 0:
        raise FormatError(f"{path}: the header promises {rows} vectors of {vector_size} numbers")
    if vector_size > LONGEST_ROW // 4:
        raise FormatError(f"{path}: the header promises vectors of {vector_size} numbers, too many")
    return header
