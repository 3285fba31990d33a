"""How often each distinct word occurs: counted part by part, added up, then chosen from."""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import IO

import numpy as np

from glove_ada.corpus.encoding import WORD_BYTES
from glove_ada.corpus.numbering import EncodingRoom, TypeReader
from glove_ada.corpus.sources import TextSource
from glove_ada.corpus.type_lists import Types, merge_forms
from glove_ada.corpus.type_table import Allowance, merge_tables
from glove_ada.corpus.vocabulary import MAX_COUNT, Vocabulary, order_words
from glove_ada.corpus.words.text_rules import TextRules
from glove_ada.corpus.words.word_forms import WordForms
from glove_ada.errors import CorpusError, FormatError
from glove_ada.system.threads import Workers

WordCount = tuple[bytes, int]


@dataclass(frozen=True)
class CountedText:
    """The distinct words of a text, and what else was found in it.

    Attributes
    ----------
    words : list of (bytes, int)
        Each with how often it occurs, in the order of their bytes.
    tokens, documents, invalid_bytes : int
    digest : str
        SHA-256 of the text, in hexadecimal.
    """

    words: list[WordCount]
    tokens: int
    documents: int
    invalid_bytes: int
    digest: str


def count_words(
    source: TextSource,
    workers: Workers,
    *,
    rules: TextRules | None = None,
    room: EncodingRoom | None = None,
    progress: Callable[[int], None] | None = None,
) -> CountedText:
    """Count all distinct words of a text, as `encode_corpus` tells them apart.

    Raises
    ------
    CorpusError
        If the source cannot be read.
    OptionError
        If there is no room for the distinct words.
    """
    rules, allowance = rules or TextRules(), Allowance((room or EncodingRoom()).table_bytes)
    reader = TypeReader(source, workers, rules, allowance)
    for _ in reader.blocks(progress):
        pass
    table, _ = merge_tables(reader.tables)
    types: Types = table
    if rules.change_words:
        types, _ = merge_forms(table, WordForms(rules).form, allowance)
    allowance.take(WORD_BYTES * types.types)
    counts = types.counts.tolist()
    words = sorted((types.word(number), count) for number, count in enumerate(counts))
    return CountedText(words, sum(counts), reader.documents, reader.invalid_bytes, reader.digest)


def write_word_counts(file: IO[bytes], words: Iterable[WordCount]) -> None:
    """Write `word count` lines."""
    for word, count in words:
        file.write(b"%b %d\n" % (word, count))


def add_word_counts(paths: Sequence[str | os.PathLike[str]]) -> Iterator[WordCount]:
    """Yield the words of all files, each once with the sum of its counts, in the order of bytes.

    Of each file a piece is in memory at a time.

    Raises
    ------
    FormatError
        If a file cannot be read or is not as `write_word_counts` writes it.
    """
    with ExitStack() as stack:
        try:
            files = [(path, stack.enter_context(open(path, "rb"))) for path in paths]
        except OSError as error:
            raise FormatError(f"cannot read {error.filename}: {error.strerror}") from error
        streams = [_read(path, file) for path, file in files]
        for word, same in groupby(heapq.merge(*streams, key=itemgetter(0)), key=itemgetter(0)):
            yield word, sum(count for _, count in same)


def _read(path: str | os.PathLike[str], file: IO[bytes]) -> Iterator[WordCount]:
    before = b""
    for line in file:
        word, space, count = line.removesuffix(b"\n").rpartition(b" ")
        if not (word > before and space and count.isdigit() and 0 < int(count) <= MAX_COUNT):
            raise FormatError(f"{os.fspath(path)} is damaged: it is not what was written")
        yield word, int(count)
        before = word


def choose_from(
    words: Iterable[WordCount],
    *,
    min_count: int,
    max_vocab: int | None,
    may_be_empty: bool = False,
) -> Vocabulary:
    """Choose the vocabulary as `encode_corpus` does.

    Raises
    ------
    CorpusError
        If no word is frequent enough, unless that will do.
    """
    kept = [(word, count) for word, count in words if count >= min_count]
    if not kept and not may_be_empty:
        raise CorpusError(
            f"no word occurs {min_count} times or more: give a lower --min-count or more text"
        )
    counts = np.array([count for _, count in kept], np.int64)
    order = order_words([word for word, _ in kept], counts)[:max_vocab]
    return Vocabulary([kept[place][0] for place in order], counts[order])
