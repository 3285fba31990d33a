"""word2vec text and binary: a header `rows vector_size`, then the rows.

In the text a row is as in GloVe text; in the binary, word, space, little-endian float32 each.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from glove_ada.errors import FormatError, OutputError
from glove_ada.formats.row_store import RowStore
from glove_ada.formats.table import VectorTable, check_table, finite_block
from glove_ada.formats.table_builder import TableBuilder
from glove_ada.formats.text_rows import read_text_rows, require_header
from glove_ada.formats.word_encoding import decode_words, encode_words
from glove_ada.system.atomic_files import atomic_write
from glove_ada.system.gzip_files import (
    LONGEST_ROW,
    display,
    gzip_member,
    is_packed,
    most_unpacked,
    open_stream,
    read_line,
    skip_mark,
    unpacked_size,
)
from glove_ada.system.sentences.counted import counted

BLOCK_BYTES = 1 << 20


def read_word2vec_binary(
    path: str | os.PathLike[str],
    *,
    limit: int | None = None,
    dtype: npt.DTypeLike = np.float32,
    keep: Collection[str] | None = None,
    store: RowStore | None = None,
) -> VectorTable:
    """Read word2vec binary, with or without a newline behind each vector.

    Parameters
    ----------
    path : path
        Gzipped or not.
    limit : int, optional
        Read that many rows at most.
    dtype : {float16, float32, float64}
        Of the matrix.
    keep : collection of str, optional
        Take these words only.
    store : RowStore, optional
        Where the vectors go; by default into memory.

    Returns
    -------
    VectorTable

    Raises
    ------
    FormatError
        If the file is cut off, is longer than its header says, or holds a value that is not finite.
    """
    builder = TableBuilder(path, dtype, limit, keep, store)
    with open_stream(path) as stream:
        rows, vector_size = require_header(read_line(stream, path), path)
        row_bytes = 4 * vector_size + 1
        _check_room(path, rows, row_bytes)
        # The rows that the file has room for: all that is ever believed of the header.
        possible = min(rows, unpacked_size(path) // row_bytes)
        for words, vectors in _blocks(stream, path, rows, vector_size):
            builder.append(words, vectors, max(0, possible - builder.rows_read))
            if builder.full:
                break
    return builder.finish()


def _check_room(path: str | os.PathLike[str], rows: int, row_bytes: int) -> None:
    """Refuse an archive whose header promises more than it may unpack to, before it is unpacked."""
    if is_packed(path) and rows * row_bytes > most_unpacked(path):
        raise FormatError(
            f"{path}: the header promises {counted(rows, 'vector')}, which a file of "
            f"{os.path.getsize(path)} bytes does not hold"
        )


def _blocks(
    stream: BinaryIO, path: str | os.PathLike[str], rows: int, vector_size: int
) -> Iterator[tuple[list[str], npt.NDArray[np.float32]]]:
    """Cut the stream into rows; the length of a word is known only when its space is found."""
    vector_bytes = 4 * vector_size
    data = b""
    row = 0
    while row < rows:
        more = stream.read(max(BLOCK_BYTES, vector_bytes))
        data += more
        words: list[bytes] = []
        vectors: list[bytes] = []
        position = 0
        while row < rows:
            space = data.find(b" ", position)
            end = space + 1 + vector_bytes
            if space < 0 or end > len(data):
                break
            words.append(data[position:space].removeprefix(b"\n"))
            vectors.append(data[space + 1 : end])
            position = end
            row += 1
        data = data[position:]
        if words:
            if any(b"\n" in word for word in words):
                word = next(word for word in words if b"\n" in word)
                raise FormatError(
                    f"{path} is damaged before row {row}: a word cannot be {display(word)}"
                )
            matrix = np.frombuffer(b"".join(vectors), dtype="<f4").reshape(-1, vector_size)
            yield decode_words(b"\n".join(words) + b"\n"), matrix
        if not more and row < rows:
            raise FormatError(f"{path} is cut off in row {row + 1} of {rows}")
        if len(data) > vector_bytes + LONGEST_ROW:
            raise FormatError(f"{path} is damaged: row {row + 1} has a word without end")
    if (data + stream.read(2)) not in (b"", b"\n"):
        raise FormatError(
            f"{path} goes on after the {counted(rows, 'vector')} that its header promises"
        )


def write_word2vec_binary(path: str | os.PathLike[str], table: VectorTable) -> None:
    r"""Write word2vec binary, with the newline behind each vector that the original tool writes.

    Parameters
    ----------
    path : path
        Replaced whole or not at all; gzipped when it ends in `.gz`.
    table : VectorTable
        Vectors that are not float32 are rounded to it.

    Raises
    ------
    OutputError
        If the path cannot be written, a value is not finite, or a word holds a space.
    """
    check_table(table)
    rows, vector_size = table.vectors.shape
    compress = os.fspath(path).endswith(".gz")
    step = max(1, BLOCK_BYTES // (4 * vector_size))
    with atomic_write(path) as file:
        header = f"{rows} {vector_size}\n".encode()
        file.write(gzip_member(header) if compress else header)
        for start in range(0, rows, step):
            vectors = finite_block(table, start, start + step)
            data = _join_rows(table.words[start : start + step], vectors)
            file.write(gzip_member(data) if compress else data)


def _join_rows(words: list[str], vectors: npt.NDArray[np.float32]) -> bytes:
    encoded = encode_words(words)
    if b" " in encoded:
        word = next(word for word in words if " " in word)
        raise OutputError(f"the word {word!r} holds a space, which word2vec binary cannot hold")
    numbers = vectors.astype("<f4", copy=False)
    pieces = []
    for word_bytes, row in zip(encoded.split(b"\n"), numbers, strict=False):
        pieces += [word_bytes, b" ", row.tobytes(), b"\n"]
    return b"".join(pieces)


def read_word2vec_text(
    path: str | os.PathLike[str],
    *,
    limit: int | None = None,
    dtype: npt.DTypeLike = np.float32,
    keep: Collection[str] | None = None,
    store: RowStore | None = None,
) -> VectorTable:
    """Read word2vec text; write it with `write_glove_text(..., header=True)`.

    Parameters
    ----------
    path : path
        Gzipped or not.
    limit : int, optional
        Read that many rows at most.
    dtype : {float16, float32, float64}
        Of the matrix.
    keep : collection of str, optional
        Take these words only.
    store : RowStore, optional
        Where the vectors go; by default into memory.

    Returns
    -------
    VectorTable

    Raises
    ------
    FormatError
        If the file is not what its header says, down to the number of rows.
    """
    builder = TableBuilder(path, dtype, limit, keep, store)
    with open_stream(path) as stream:
        skip_mark(stream)
        rows, vector_size = require_header(read_line(stream, path), path)
        _check_room(path, rows, 2 * vector_size + 1)
        read_text_rows(stream, path, builder, vector_size=vector_size, dtype=dtype, first_line=2)
    table = builder.finish()
    # The reference GloVe program's header leaves out the `<unk>` that it adds at the end.
    unknown_word_extra = builder.rows_read == rows + 1 and builder.last_word == "<unk>"
    if not builder.full and builder.rows_read != rows and not unknown_word_extra:
        raise FormatError(
            f"{path}: the header promises {counted(rows, 'vector')}, but "
            f"{counted(builder.rows_read, 'follows', 'follow')}"
        )
    return table
