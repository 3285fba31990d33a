"""From text to word ids: one pass over the corpus, which is never held in memory as text.

The text becomes numbers of types (distinct words), in memory, or on the disk if the corpus outgrows
the memory. What becomes of a type is settled once for all its occurrences; then the vocabulary is
chosen, and every number becomes a word id, in its place.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from glove_ada import kernels
from glove_ada.corpus.duplicates import PIECE, drop_duplicates
from glove_ada.corpus.numbering import EncodingRoom, Progress, number_types
from glove_ada.corpus.phrases.joining import PhraseRules, find_phrases, join_phrases
from glove_ada.corpus.sources import TextSource
from glove_ada.corpus.type_lists import TypeList, Types, merge_forms, phrase_types, recounted
from glove_ada.corpus.type_table import Allowance
from glove_ada.corpus.vocabulary import Vocabulary, order_words
from glove_ada.corpus.words.raw_text import raw_shares
from glove_ada.corpus.words.text_rules import TextRules
from glove_ada.corpus.words.word_forms import WordForms
from glove_ada.errors import CorpusError
from glove_ada.kernels.definitions import BREAK
from glove_ada.system.sentences.counted import counted
from glove_ada.system.spilled_array import DiskArray, LongArray
from glove_ada.system.threads import Workers

WORD_BYTES = 128  # of a word that is chosen, while the vocabulary is put in order


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
    duplicates : int
        Documents that were left out, as an earlier one was the same.
    raw_share, unspaced_share : float
        The tokens, as they stand in the text, that end in a punctuation mark, and those that are
        long and of a script without spaces; as shares of all.
    phrases : list of (str, int, float)
        Each pair that was joined, how often it stands in the text, and its score.
    """

    tokens: int
    known_tokens: int
    documents: int
    types: int
    invalid_bytes: int
    digest: str
    duplicates: int = 0
    raw_share: float = 0.0
    unspaced_share: float = 0.0
    phrases: list[tuple[str, int, float]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
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


def encode_corpus(
    source: TextSource,
    workers: Workers,
    *,
    min_count: int = 5,
    max_vocab: int | None = None,
    vocabulary: Vocabulary | None = None,
    rules: TextRules | None = None,
    phrases: PhraseRules | None = None,
    may_be_empty: bool = False,
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
    rules : TextRules, optional
        What is done to the text and its words.
    phrases : PhraseRules, optional
        Join pairs of words that are phrases.
    may_be_empty : bool
        Whether a text without a word of the given vocabulary will do, as a part of one may be.
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
    rules, room = rules or TextRules(), room or EncodingRoom()
    allowance = Allowance(room.table_bytes)
    text = number_types(source, workers, rules, room, allowance, progress)
    raw = raw_shares(text.types)
    types: Types = text.types
    form_of_number = text.type_of_number
    if rules.change_words:
        types, form_of_type = merge_forms(text.types, WordForms(rules).form, allowance)
        form_of_number = _through(form_of_type, form_of_number)
    ids, blocks = text.ids, text.blocks
    duplicates = 0
    joined: list[tuple[str, int, float]] = []
    if rules.drop_duplicates or phrases:
        _map_blocks(ids, blocks, form_of_number)
        if rules.drop_duplicates:
            duplicates = drop_duplicates(ids, room.rest_bytes)
            types = recounted(types, ids)
        if phrases:
            types, joined = _with_phrases(ids, types, phrases, workers, room, allowance)
        # All but the first BREAK and the last, which is written anew.
        blocks = [(0, min(PIECE, len(ids) - 1 - at)) for at in range(1, len(ids) - 1, PIECE)]
        form_of_number = [np.arange(types.types, dtype=np.uint32)]
    tokens = int(types.counts.sum())
    if not tokens and not may_be_empty:
        raise CorpusError("the corpus holds no token; give a text with words")
    if vocabulary is None:
        allowance.take(WORD_BYTES * int(np.count_nonzero(types.counts >= min_count)))
    vocabulary, word_of_type = _choose_words(types, min_count, max_vocab, vocabulary)
    known_tokens = _map_blocks(ids, blocks, _through(word_of_type, form_of_number))
    if not known_tokens and not may_be_empty:
        raise CorpusError("the corpus holds no word of the given vocabulary; check the file")
    return EncodedCorpus(
        ids=ids,
        vocabulary=vocabulary,
        tokens=tokens,
        known_tokens=known_tokens,
        documents=text.documents - duplicates,
        types=int(np.count_nonzero(types.counts)),
        invalid_bytes=text.invalid_bytes,
        digest=text.digest,
        duplicates=duplicates,
        raw_share=raw.punctuated,
        unspaced_share=raw.unspaced,
        phrases=joined,
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


def _with_phrases(
    ids: LongArray[np.uint32],
    types: Types,
    rules: PhraseRules,
    workers: Workers,
    room: EncodingRoom,
    allowance: Allowance,
) -> tuple[TypeList, list[tuple[str, int, float]]]:
    """Join phrases in place; return the types with them, and a list of them for people."""
    phrases = find_phrases(ids, types.counts, rules, workers, room.rest_bytes)
    with_phrases, joined, names = phrase_types(types, phrases, allowance)
    join_phrases(ids, phrases, joined, types.types)
    shown = [name.decode("utf-8", "surrogateescape") for name in names]
    facts = zip(shown, phrases.counts.tolist(), phrases.scores.tolist(), strict=True)
    return recounted(with_phrases, ids), sorted(facts, key=lambda fact: (-fact[2], fact[0]))


def _through(
    target: npt.NDArray[np.uint32], numbers: list[npt.NDArray[np.uint32]]
) -> list[npt.NDArray[np.uint32]]:
    """Return what the numbers of each table become when each becomes another; BREAK stays."""
    target = np.append(target, BREAK)
    last = np.uint32(len(target) - 1)
    return [target[np.minimum(table, last)] for table in numbers]


def _choose_words(
    table: Types, min_count: int, max_vocab: int | None, given: Vocabulary | None
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
            f"{counted(int(table.counts.max()), 'time')}, so give a lower --min-count or more text"
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
