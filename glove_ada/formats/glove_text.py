"""GloVe text, as Stanford publishes it: `word v1 ... vd` lines, no header."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Collection

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.errors import FormatError, OutputError
from glove_ada.formats.row_store import RowStore
from glove_ada.formats.table import VectorTable, check_table, finite_block
from glove_ada.formats.table_builder import TableBuilder
from glove_ada.formats.text_rows import first_fault, read_text_rows
from glove_ada.formats.word_encoding import encode_words
from glove_ada.kernels.definitions import NUMBER_BYTES
from glove_ada.system.atomic_files import atomic_write
from glove_ada.system.gzip_files import (
    display,
    gzip_member,
    no_utf8,
    open_stream,
    read_line,
    skip_mark,
)
from glove_ada.system.threads import Workers

BLOCK_NUMBERS = 1 << 17


def read_glove_text(
    path: str | os.PathLike[str],
    *,
    limit: int | None = None,
    dtype: npt.DTypeLike = np.float32,
    keep: Collection[str] | None = None,
    store: RowStore | None = None,
) -> VectorTable:
    """Read GloVe text.

    The first line, whose word must hold no space, tells the vector size; later lines are read from
    the right, so that their words may hold any byte but newline, as some of glove.840B do.

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
        If a line has another number of numbers than the first, or one that is none or not finite.
    """
    builder = TableBuilder(path, dtype, limit, keep, store)
    with open_stream(path) as stream:
        skip_mark(stream)
        vector_size = _vector_size(read_line(stream, path), path)
    with open_stream(path) as stream:
        skip_mark(stream)
        read_text_rows(stream, path, builder, vector_size=vector_size, dtype=dtype, first_line=1)
    return builder.finish()


def _vector_size(line: bytes, path: str | os.PathLike[str]) -> int:
    numbers = line.rstrip(b" \r").split(b" ")[1:]
    fault = first_fault(numbers)
    if b"\0" in line and (fault is not None or not numbers):
        raise no_utf8(path)
    if not numbers:
        raise FormatError(f"{path}, line 1: {display(line)} is not a word and its vector")
    if fault is not None:
        raise FormatError(f"{path}, line 1: {display(fault)} is not a finite number")
    return len(numbers)


def write_glove_text(
    path: str | os.PathLike[str],
    table: VectorTable,
    *,
    header: bool = False,
    threads: int | None = None,
    progress: Callable[[int], object] | None = None,
) -> None:
    """Write vectors as GloVe text; each number is the shortest that reads back as its float32.

    Parameters
    ----------
    path : path
        Replaced whole or not at all; gzipped when it ends in `.gz`.
    table : VectorTable
        Vectors that are not float32 are rounded to it.
    header : bool
        Write a first line `rows vector_size`, which makes it word2vec text.
    threads : int, optional
        By default one for each usable CPU; the file is the same for any number.
    progress : callable, optional
        Called with the number of rows just written.

    Raises
    ------
    OutputError
        If the path cannot be written, a value is not finite, or a word cannot be told from the
        numbers behind it.
    """
    check_table(table)
    if not header and " " in table.words[0]:
        raise OutputError(
            f"the first word {table.words[0]!r} holds a space, so GloVe text would not tell the "
            "vector size: write a header (word2vec text)"
        )
    rows, vector_size = table.vectors.shape
    compress = os.fspath(path).endswith(".gz")
    step = max(1, BLOCK_NUMBERS // vector_size)

    def block(start: int) -> tuple[int, memoryview | bytes]:
        vectors = finite_block(table, start, start + step)
        text = _format_block(table.words[start : start + step], vectors)
        return len(vectors), gzip_member(text) if compress else text

    with atomic_write(path) as file, Workers(threads) as workers:
        if header:
            line = f"{rows} {vector_size}\n".encode()
            file.write(gzip_member(line) if compress else line)
        elif table.words[0].startswith("\ufeff"):
            # Readers take a mark off the beginning; it must not be the word's.
            file.write(gzip_member(codecs.BOM_UTF8) if compress else codecs.BOM_UTF8)
        for count, text in workers.map_in_order(block, range(0, rows, step)):
            file.write(text)
            if progress is not None:
                progress(count)


def _format_block(words: list[str], vectors: npt.NDArray[np.float32]) -> memoryview:
    encoded = encode_words(words)
    if b" " in encoded:
        for word in words:
            _check_word_with_space(word)
    out = np.empty(len(encoded) + vectors.size * NUMBER_BYTES, dtype=np.uint8)
    return out[: kernels.format_rows(encoded, vectors, out)].data


def _check_word_with_space(word: str) -> None:
    """Refuse what a reader would take for one number too many, as in `route 66`."""
    if " " not in word:
        return
    try:
        float(word.rpartition(" ")[2])
    except ValueError:
        return
    raise OutputError(
        f"the word {word!r} ends in a space and a number, which text cannot tell from its vector: "
        "write another format"
    )
