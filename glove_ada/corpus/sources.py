"""Where text comes from: files, directories, standard input, or documents in memory.

Whatever it is, it becomes one stream of bytes in which a newline ends a document, and the same
text gives the same stream however it was cut into files or packed.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import partial
from itertools import chain, islice
from typing import IO, Any, cast

from glove_ada.corpus.content.documents import as_lines
from glove_ada.corpus.content.examination import Wanted
from glove_ada.corpus.content.file_kinds import ZIP
from glove_ada.corpus.content.zip_archives import open_members
from glove_ada.corpus.decompression import read_chunks, read_plain_chunks
from glove_ada.corpus.file_search import STANDARD_INPUT, LeftOut, files_below
from glove_ada.corpus.large.parts import Documents, Part, Stretch, cut_files
from glove_ada.corpus.large.remote_files import find_files, is_url, open_url, size_at, state_at
from glove_ada.corpus.tables.columns import is_column, texts_of
from glove_ada.corpus.tables.table_files import (
    refuse_json_lines,
    refuse_table,
    table_kind,
    text_of_column,
)
from glove_ada.errors import CorpusError

Document = str | Iterable[str]

CHUNK_BYTES = 1 << 20
MOST_QUOTED, LONGEST_PATH = 60, 200  # letters of a string in a message
PEEKED = 100  # strings that are looked at to tell paths from documents


class TextSource:
    """A stream of text whose size may be known beforehand.

    Attributes
    ----------
    size : int or None
        Bytes to be read from the files, as they are packed; None if that cannot be known.
    position : int
        Bytes read so far, counted as in `size`.
    repeatable : bool
        Whether the text can be read more than once.
    """

    size: int | None = None
    position: int = 0
    repeatable: bool = False

    def chunks(self) -> Iterator[bytes]:
        """Yield the text in pieces of any length; the last one ends with a newline."""
        raise NotImplementedError


class FileSource(TextSource):
    """Files, directories (recursively, in sorted order) and `-` for standard input.

    Parameters
    ----------
    paths : iterable of path-like
        What to read, in this order: files, directories, and URLs that fsspec knows, also of
        directories and globs. Archives are known by their content. In directories, files and
        directories whose name starts with a dot are left out, what is no text is, and so is what
        this program keeps while it works or has written: reports, folders of vectors or counts,
        and what they name, unless it has changed. Links are followed, but each directory is read
        once.
    without : iterable of path-like
        Files to be left out of directories, too: what the run itself writes.
    document : {"line", "blank-line", "file"}
        What ends a document. A row of a table always is one.
    text_column : str, optional
        Read this column of tables in place of plain text.
    part : Part, optional
        Read this part of the text alone.

    Attributes
    ----------
    paths : list of str
        As they were given.
    files : list of str
        All of them, whatever the part has of them.
    corpus_bytes : int or None
        Their size, as they are packed; None if that cannot be known.
    left_out : LeftOut
        What was found in directories and is not read.

    Raises
    ------
    CorpusError
        If a path is missing, cannot be read, is no text, a table of which no column is named, a
        directory without a file to read, or work of this program that is not done.
    """

    def __init__(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        without: Iterable[str | os.PathLike[str]] = (),
        document: str = "line",
        text_column: str | None = None,
        part: Part | None = None,
    ) -> None:
        self.left_out, self.paths = LeftOut(), [os.fspath(path) for path in paths]
        self.document, self.text_column = document, text_column
        own = {os.path.realpath(path) for path in without}
        wanted = Wanted(text_column)
        try:
            self.files = [
                file
                for path in self.paths
                for file in _find_files(path, own, self.left_out, wanted)
            ]
            sizes = [_size_of(file) for file in self.files]
            known = [size for size in sizes if size is not None]
            self.corpus_bytes = sum(known) if len(known) == len(sizes) else None
            self.size = self.corpus_bytes
            self.repeatable = all(is_url(file) or os.path.isfile(file) for file in self.files)
            self._stretches = [Stretch(file, 0, 0, True) for file in self.files]
            if part is not None:
                if not self.repeatable or self.size is None:
                    raise CorpusError(
                        "a part can be taken of files alone, not of what can only be read once or "
                        "whose size is not known: name files, or leave --part out"
                    )
                whole = document != "line" or text_column is not None
                self._stretches = cut_files(self.files, known, part, whole=whole)
                self.size = sum(stretch.end - stretch.first for stretch in self._stretches)
        except OSError as error:
            raise CorpusError(f"cannot read {error.filename}: {error.strerror}") from error
        if text_column is None:
            self._refuse_tables()

    def chunks(self) -> Iterator[bytes]:
        """Yield the text of all files; a file always ends a document.

        Raises
        ------
        CorpusError
            If a file cannot be read, is a damaged archive or no text, or changes meanwhile.
        """
        finished = 0
        for stretch in self._stretches:
            path = stretch.path
            with _open_raw(path) as raw:
                begun, last = _state(path, raw), b"\n"
                for chunk in self._text(stretch, raw):
                    if raw.seekable():  # an archive's files come in an order of their own
                        read = finished + raw.tell() - stretch.first
                        self.position = max(self.position, read)
                    last = chunk or last
                    yield chunk
                if raw.seekable():  # what reads a table or an archive stops where it likes
                    end = raw.seek(0, os.SEEK_END) if stretch.whole else stretch.end
                    self.position = finished = finished + end - stretch.first
                if _state(path, raw) != begun:
                    raise CorpusError(
                        f"{path} changed while it was read; give a copy that stays as it is"
                    )
            if not last.endswith(b"\n"):
                yield b"\n"

    def _text(self, stretch: Stretch, raw: IO[bytes]) -> Iterator[bytes]:
        """Yield the documents, one a line; the last line may be without its end."""
        path, first, end, whole = stretch
        if not whole:
            documents = cast("IO[bytes]", Documents(raw, first, end))
            # Only a file's beginning tells what it is.
            if first:
                yield from read_plain_chunks(path, documents, CHUNK_BYTES)
            else:
                yield from refuse_json_lines(path, read_chunks(path, documents, CHUNK_BYTES))
        elif raw.seekable() and _begins_with(raw, ZIP):
            for name, member in open_members(path, raw):
                yield from self._text_of_one(name, member)
                yield b"\n"
        else:
            yield from self._text_of_one(path, raw)

    def _text_of_one(self, path: str, raw: IO[bytes]) -> Iterator[bytes]:
        chunks = partial(read_chunks, path, raw, CHUNK_BYTES)
        if self.text_column is not None:
            return text_of_column(path, table_kind(path), raw, chunks, self.text_column)
        return as_lines(refuse_json_lines(path, chunks()), self.document)

    def _refuse_tables(self) -> None:
        for path in self.files:
            kind = table_kind(path) if is_url(path) or os.path.isfile(path) else None
            if kind:
                with _open_raw(path) as raw:
                    raise refuse_table(path, kind, raw, partial(read_chunks, path, raw, 1 << 16))


class DocumentSource(TextSource):
    """Documents in memory or from an iterator, which is read only once.

    Parameters
    ----------
    documents : iterable of (str or iterable of str)
        A string is split at white space, as a file is, but a newline inside does not end the
        document; otherwise each item is a token.

    Raises
    ------
    CorpusError
        While reading: if a document is neither, or a token cannot be written to a file of vectors.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = documents

    def chunks(self) -> Iterator[bytes]:
        """Yield the documents, one a line."""
        lines: list[bytes] = []
        size = 0
        for number, document in enumerate(self.documents, start=1):
            lines.append(_document_line(document, number))
            size += len(lines[-1])
            if size >= CHUNK_BYTES:
                yield b"".join(lines)
                lines, size = [], 0
        if lines:
            yield b"".join(lines)


Corpus = str | os.PathLike[str] | Iterable[os.PathLike[str]] | Iterable[Document] | TextSource


def open_corpus(
    corpus: Corpus, *, document: str = "line", text_column: str | None = None
) -> TextSource:
    """Tell paths from documents: a string or path is a path, other strings are documents.

    Parameters
    ----------
    corpus : str, path-like, iterable of path-like, iterable of documents, or TextSource
        A document is a string or an iterable of tokens. Strings that are all paths of what exists
        are paths; those of a set are read in sorted order. A column of pandas, polars, pyarrow or
        Hugging Face's datasets holds documents.
    document, text_column : str, optional
        As for `FileSource`.

    Raises
    ------
    CorpusError
        If it is none of these, if some strings are files and some are not, or if all look like
        paths and none is there; if it is a table of several columns.
    """
    if isinstance(corpus, TextSource):
        return corpus
    open_files = partial(FileSource, document=document, text_column=text_column)
    if isinstance(corpus, (str, os.PathLike)):
        if isinstance(corpus, str) and corpus != STANDARD_INPUT and not _is_there(corpus):
            raise CorpusError(
                f"there is no file or directory {_quoted(corpus)}: check the path, or for text "
                f"give [text]"
            )
        return open_files([corpus])
    if is_column(corpus):
        return DocumentSource(texts_of(corpus))
    if isinstance(corpus, (bytes, bytearray)) or not isinstance(corpus, Iterable):
        raise CorpusError(
            f"a corpus is a path, several paths or an iterable of documents, not a "
            f"{type(corpus).__name__}"
        )
    items: Iterator[object] = iter(corpus)
    first = list(islice(items, PEEKED))
    if not _are_paths(first):
        return DocumentSource(cast("Iterable[Document]", chain(first, items)))
    given = [*first, *items]
    if isinstance(first[0], str):
        _are_paths(given)  # or it raises
    other = next((item for item in given if not isinstance(item, (str, os.PathLike))), None)
    if other is not None:
        raise CorpusError(
            f"the corpus begins with paths and goes on with a {type(other).__name__}: give either "
            f"paths or documents"
        )
    # NumPy's strings would be taken for bytes by the system's calls.
    paths = [str(os.fsdecode(cast("str | os.PathLike[str]", path))) for path in given]
    return open_files(sorted(paths) if isinstance(corpus, Set) else paths)


def _are_paths(items: Sequence[object]) -> bool:
    """Tell paths from documents; some have strings for paths."""
    if items and isinstance(items[0], os.PathLike):
        return True
    if not items or not all(isinstance(item, str) for item in items):
        return False
    names = cast("Sequence[str]", items)
    missing = [name for name in names if not _is_there(name)]
    if not missing:
        return True
    file = next((name for name in names if os.path.isfile(name)), None)
    if file is not None:
        raise CorpusError(
            f"of the strings given, {file!r} is a file and {_quoted(missing[0])} is not: give "
            f"paths as pathlib.Path, or documents as lists of tokens"
        )
    if all(_looks_like_path(name) for name in names):
        raise CorpusError(
            f"the strings given look like paths, and there is no file {_quoted(missing[0])}: check "
            f"the paths, or give documents as lists of tokens"
        )
    return False


def _is_there(path: str) -> bool:
    """Return whether a string is the path of something, or a URL."""
    return is_url(path) or os.path.exists(path)


def _quoted(text: str) -> str:
    """Return a path in quotes, or any other string, or the beginning of a long one."""
    text = str(text)  # NumPy's show themselves otherwise
    whole = len(text) <= (LONGEST_PATH if _looks_like_path(text) else MOST_QUOTED)
    return repr(text) if whole else f"{text[:MOST_QUOTED]!r}..."


def _looks_like_path(text: str) -> bool:
    """Return whether a text is an absolute path or ends like the path of a file."""
    return os.path.isabs(text) or re.search(r"[/\\][^/\\]*\.[A-Za-z0-9]{1,5}$", text) is not None


def _open_raw(path: str) -> IO[bytes]:
    if path == STANDARD_INPUT:
        if sys.stdin is None:
            raise CorpusError("cannot read the standard input: it is closed; name a file")
        return io.BufferedReader(cast(Any, _Unclosed(sys.stdin.buffer)))
    if is_url(path):
        return open_url(path)
    try:
        return open(path, "rb")
    except OSError as error:
        raise CorpusError(f"cannot read {path}: {error.strerror}") from error


def _begins_with(raw: IO[bytes], magic: bytes) -> bool:
    start = raw.read(len(magic))
    raw.seek(0)
    return start == magic


def _find_files(path: str, own: Set[str], left_out: LeftOut, wanted: Wanted) -> list[str]:
    return find_files(path) if is_url(path) else files_below(path, own, left_out, wanted)


def _size_of(path: str) -> int | None:
    if path == STANDARD_INPUT:
        return None
    return size_at(path) if is_url(path) else os.path.getsize(path)


def _state(path: str, raw: IO[bytes]) -> object:
    """Return what tells that a file has changed; None of what can only be read once."""
    if is_url(path):
        return state_at(path)
    if not raw.seekable():
        return None
    status = os.fstat(raw.fileno())
    return status.st_size, status.st_mtime_ns


class _Unclosed(io.RawIOBase):
    """Standard input, which stays open when the reader is done with it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _document_line(document: Document, number: int) -> bytes:
    try:
        if isinstance(document, str):
            text = document.replace("\n", " ")
        else:
            tokens = list(document)
            for token in tokens:
                if any(separator in token for separator in " \t\n"):
                    raise CorpusError(
                        f"the token {token!r} of document {number} holds white space, which ends "
                        f"a word in files of vectors; join its parts with another character"
                    )
            text = " ".join(tokens)
        return text.encode("utf-8", "surrogateescape") + b"\n"
    except UnicodeEncodeError as error:
        raise CorpusError(f"document {number} is no valid text: {error.reason}") from error
    except TypeError as error:
        raise CorpusError(
            f"document {number} is a {type(document).__name__}; a document is a string or a list "
            f"of strings"
        ) from error
