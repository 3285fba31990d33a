"""The words to learn vectors for, in an order that is the same everywhere."""

from __future__ import annotations

import codecs
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from glove_ada.errors import FormatError
from glove_ada.system.atomic_files import atomic_write
from glove_ada.system.gzip_files import no_utf8
from glove_ada.system.sentences.counted import counted

MAX_COUNT = 2**63 - 1


@dataclass(frozen=True, repr=False)
class Vocabulary:
    """Words and how often each occurs; a word's place is its id.

    Attributes
    ----------
    encoded : list of bytes
        The words in UTF-8, or whatever bytes the corpus holds.
    counts : ndarray of int64, shape (len(encoded),)
    """

    encoded: list[bytes]
    counts: npt.NDArray[np.int64]

    @cached_property
    def words(self) -> list[str]:
        """The words as strings; bytes that are not UTF-8 become lone surrogates."""
        return [word.decode("utf-8", "surrogateescape") for word in self.encoded]

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.encoded)

    def __iter__(self) -> Iterator[str]:
        """Go through the words as strings."""
        return iter(self.words)

    def __repr__(self) -> str:
        """Say how large it is, and how it begins."""
        shown = ", ".join(word.decode("utf-8", "replace") for word in self.encoded[:3])
        more = ", ..." if len(self) > 3 else ""
        words, tokens = counted(len(self), "word"), counted(int(self.counts.sum()), "token")
        return f"Vocabulary({words}, {tokens}: {shown}{more})"


def order_words(words: Sequence[bytes], counts: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """Return the order of a vocabulary: count, highest first, ties by bytes."""
    by_bytes = np.array(sorted(range(len(words)), key=words.__getitem__), dtype=np.intp)
    return by_bytes[np.argsort(-counts[by_bytes], kind="stable")]


def write_vocabulary(path: str | os.PathLike[str], vocabulary: Vocabulary) -> None:
    """Write one `word count` a line, as the reference program does."""
    with atomic_write(path) as file:
        file.writelines(_lines(vocabulary))


def vocabulary_digest(vocabulary: Vocabulary) -> str:
    """Return the SHA-256, in hexadecimal, of what `write_vocabulary` writes."""
    digest = hashlib.sha256()
    for line in _lines(vocabulary):
        digest.update(line)
    return digest.hexdigest()


def _lines(vocabulary: Vocabulary) -> Iterator[bytes]:
    if vocabulary.encoded and vocabulary.encoded[0].startswith(codecs.BOM_UTF8):
        yield codecs.BOM_UTF8  # readers take one off the beginning; it must not be the word's
    for word, count in zip(vocabulary.encoded, vocabulary.counts.tolist(), strict=True):
        yield b"%b %d\n" % (word, count)


def read_vocabulary(path: str | os.PathLike[str]) -> Vocabulary:
    """Read a file of `word count` lines, in its own order; a byte order mark is left out.

    Raises
    ------
    FormatError
        If the file cannot be read, holds no word, or a line is not a word, one space and a
        positive count, or a word comes twice.
    """
    words: dict[bytes, int] = {}
    try:
        with open(path, "rb") as file:
            for number, line in enumerate(file, start=1):
                if number == 1:
                    line = line.removeprefix(codecs.BOM_UTF8)  # no seeking back: it may be a pipe
                word, count = _parse_line(line, path, number)
                if word in words:
                    raise FormatError(
                        f"{os.fspath(path)}, line {number}: the word "
                        f"{word.decode('utf-8', 'replace')!r} comes twice; remove one of the lines"
                    )
                words[word] = count
    except OSError as error:
        raise FormatError(f"cannot read {os.fspath(path)}: {error.strerror}") from error
    if not words:
        raise FormatError(f"{os.fspath(path)} holds no word; a line is 'word count'")
    return Vocabulary(list(words), np.fromiter(words.values(), np.int64, len(words)))


def _parse_line(line: bytes, path: str | os.PathLike[str], number: int) -> tuple[bytes, int]:
    where = f"{os.fspath(path)}, line {number}"
    word, space, count = line.rstrip(b"\r\n").rpartition(b" ")
    if (
        not (space and word and count.isdigit() and len(count) < 20)
        or b" " in word
        or b"\t" in word
    ):
        if b"\0" in line:
            raise no_utf8(path)
        shown = line.rstrip(b"\r\n")[:60].decode("utf-8", "replace")
        raise FormatError(f"{where}: {shown!r} is not a word, one space and a count")
    if not 0 < int(count) <= MAX_COUNT:
        raise FormatError(f"{where}: the count {count[:30].decode()} is not between 1 and 2^63 - 1")
    return word, int(count)
