"""Folders of words alone: what is added up first, so that all parts share one vocabulary."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from glove_ada.corpus.large.word_counts import (
    WordCount,
    add_word_counts,
    choose_from,
    write_word_counts,
)
from glove_ada.corpus.vocabulary import Vocabulary, vocabulary_digest, write_vocabulary
from glove_ada.run.counted.description import (
    WORDS,
    CountedFolder,
    CountedPart,
    check_together,
    describe,
    find_foreign,
    missing_parts,
)
from glove_ada.system.atomic_files import atomic_write_folder

ALL_WORDS, VOCABULARY = "words.txt", "vocab.txt"


def save_words(
    path: str | os.PathLike[str],
    words: Iterable[WordCount],
    parts: Sequence[CountedPart],
    *,
    text: Mapping[str, Any],
    min_count: int,
    max_vocab: int | None,
) -> Vocabulary:
    """Write all words, and the vocabulary that is chosen from them; return that.

    Parameters
    ----------
    path : path
        The folder to be made.
    words : iterable of (bytes, int)
        In the order of their bytes.
    parts : sequence of CountedPart
    text : mapping
        What shapes the words.
    min_count, max_vocab
        As for training.

    Raises
    ------
    CorpusError
        If no word is frequent enough, and no part is missing.
    OutputError
        If the folder cannot be written.
    """
    with atomic_write_folder(path, find_foreign) as folder:
        with open(folder / ALL_WORDS, "wb") as file:
            write_word_counts(file, words)
        vocabulary = choose_from(
            add_word_counts([folder / ALL_WORDS]),
            min_count=min_count,
            max_vocab=max_vocab,
            may_be_empty=bool(missing_parts(parts)),
        )
        write_vocabulary(folder / VOCABULARY, vocabulary)
        facts: dict[str, Any] = {
            "min_count": min_count,
            "max_vocab": max_vocab,
            "vocabulary": vocabulary_digest(vocabulary),
        }
        describe(folder, WORDS, dict(text), facts, parts)
    return vocabulary


def merge_words(
    path: str | os.PathLike[str],
    folders: Sequence[CountedFolder],
    *,
    min_count: int,
    max_vocab: int | None,
) -> Vocabulary:
    """Add up folders of words, and choose the vocabulary anew; the order makes no difference.

    Raises
    ------
    GloveError
        As of `check_together` and `save_words`, or if a folder is damaged.
    """
    check_together(folders)
    return save_words(
        path,
        add_word_counts([folder.file(ALL_WORDS) for folder in folders]),
        [part for folder in folders for part in folder.parts],
        text=folders[0].options,
        min_count=min_count,
        max_vocab=max_vocab,
    )
