"""Text to word ids: what a token and a document are, whatever the blocks and threads."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.text import choose_words, encode_documents, split_documents
from support import ChunkSource, cut, documents_of

from glove_ada.corpus import numbering
from glove_ada.corpus.encoding import encode_corpus
from glove_ada.corpus.vocabulary import Vocabulary
from glove_ada.corpus.words.text_rules import TextRules
from glove_ada.errors import CorpusError
from glove_ada.kernels.definitions import BREAK
from glove_ada.system.threads import Workers

TOKENS = [b"a", b"b", b"c", b"abcdefgh", b"abcdefghi", b"\xc3\xa9", b"\xff", b"\xe2\x80\xa8"]
TEXTS = st.one_of(
    st.binary(max_size=200),
    st.lists(st.sampled_from([b" ", b"\n", b"\t", b"\r", b"\r\n", *TOKENS])).map(b"".join),
)


def encode(text, workers, **options):
    return encode_corpus(ChunkSource(text), workers, **{"min_count": 1, **options})


def lines_of(encoded):
    """Return the documents as lists of words."""
    words = encoded.vocabulary.encoded
    return [[words[i] for i in document] for document in documents_of(encoded)]


@given(text=TEXTS, min_count=st.integers(1, 3), max_vocab=st.one_of(st.none(), st.integers(1, 3)))
def test_any_text_against_the_reference(workers, text, min_count, max_vocab):
    documents = split_documents(text)
    words = choose_words(documents, min_count, max_vocab)
    if not words:
        with pytest.raises(CorpusError):
            encode(text, workers, min_count=min_count, max_vocab=max_vocab)
        return
    encoded = encode(text, workers, min_count=min_count, max_vocab=max_vocab)
    vocabulary = encoded.vocabulary
    assert list(zip(vocabulary.encoded, vocabulary.counts.tolist(), strict=True)) == words
    ids = encode_documents(documents, vocabulary.encoded)
    assert documents_of(encoded) == [document for document in ids if document]
    assert encoded.tokens == sum(map(len, documents))
    assert encoded.known_tokens == sum(map(len, ids))
    assert encoded.documents == len(documents)
    assert encoded.types == len({token for document in documents for token in document})
    assert encoded.digest == hashlib.sha256(text).hexdigest()


@given(
    text=TEXTS.filter(bytes.split),
    places=st.lists(st.integers(0, 200), max_size=10),
    block_bytes=st.integers(1, 50),
    threads=st.integers(1, 8),
)
def test_cutting_the_text_anywhere_changes_nothing(workers, text, places, block_bytes, threads):
    if not split_documents(text):
        return
    whole = encode(text, workers)
    with mock.patch.object(numbering, "BLOCK_BYTES", block_bytes), Workers(threads) as others:
        pieces = encode_corpus(ChunkSource(*cut(text, places)), others, min_count=1)
    assert pieces.vocabulary.encoded == whole.vocabulary.encoded
    assert pieces.vocabulary.counts.tolist() == whole.vocabulary.counts.tolist()
    assert documents_of(pieces) == documents_of(whole)
    for name in ("tokens", "known_tokens", "documents", "types", "invalid_bytes", "digest"):
        assert getattr(pieces, name) == getattr(whole, name), name


def test_tables_grow(workers):
    words = [b"%x" % number * 5 for number in range(30_000)]
    encoded = encode(b" ".join(words) + b"\n" + b" ".join(words), workers)
    assert encoded.types == len(words)
    assert encoded.vocabulary.encoded == sorted(words)
    assert set(encoded.vocabulary.counts.tolist()) == {2}


def test_only_space_tab_and_newline_split(workers):
    tokens = [
        b"no\xc2\xa0break",
        b"next\xc2\x85line",
        b"line\xe2\x80\xa8separator",
        b"nul\x00byte",
        b"vertical\x0btab",
        b"form\x0cfeed",
        b"unit\x1fseparator",
        b"ideographic\xe3\x80\x80space",
    ]
    assert lines_of(encode(b" ".join(tokens), workers)) == [tokens]


def test_carriage_returns_are_dropped_wherever_they_stand(workers):
    encoded = encode(b"a b\r\nc\rd \r e\r\n\r\nf", workers)
    assert lines_of(encoded) == [[b"a", b"b"], [b"cd", b"e"], [b"f"]]
    assert (encoded.documents, encoded.tokens) == (3, 5)


def test_rare_words_leave_no_gap(workers):
    encoded = encode(b"a rare b\na b", workers, min_count=2)
    assert lines_of(encoded) == [[b"a", b"b"], [b"a", b"b"]]
    assert (encoded.tokens, encoded.known_tokens, encoded.types) == (5, 4, 3)


def test_ties_at_the_end_of_the_vocabulary_are_cut_by_bytes(workers):
    assert encode(b"c b a d d", workers, max_vocab=2).vocabulary.encoded == [b"d", b"a"]


def test_invalid_utf_8_is_carried_and_counted(workers):
    encoded = encode(b"ok\xff \xc3 caf\xc3\xa9 \xe2\x82 \xed\xa0\x80", workers)
    assert lines_of(encoded) == [[b"ok\xff", b"\xc3", b"caf\xc3\xa9", b"\xe2\x82", b"\xed\xa0\x80"]]
    assert encoded.invalid_bytes == 1 + 1 + 2 + 3


def test_lowercase_is_unicode_s_and_spares_invalid_bytes(workers):
    text = "Straße ÉCOLE ΟΔΟΣ İ ß Ж".encode() + b" A\xc9\xff"
    encoded = encode(text, workers, rules=TextRules(lowercase=True))
    expected = [word.encode() for word in ("straße", "école", "οδος", "i̇", "ß", "ж")]
    assert lines_of(encoded) == [[*expected, b"a\xc9\xff"]]
    assert encoded.invalid_bytes == 2
    assert b"A\xc9\xff" in encode(text, workers).vocabulary.encoded


@pytest.mark.parametrize("block_bytes", [1, 3, 1000])
def test_lowercase_does_not_see_where_blocks_end(workers, block_bytes):
    text = "ΟΔΟΣ ΟΔΟΣ\nΣ ΑΣ\r\n".encode()
    with mock.patch.object(numbering, "BLOCK_BYTES", block_bytes):
        cuts = encode_corpus(
            ChunkSource(*(text[i : i + 1] for i in range(len(text)))),
            workers,
            min_count=1,
            rules=TextRules(lowercase=True),
        )
    assert lines_of(cuts) == lines_of(encode(text, workers, rules=TextRules(lowercase=True)))


def test_a_token_of_a_megabyte(workers):
    long = b"x" * 1_000_000
    encoded = encode_corpus(
        ChunkSource(*cut(b"a " + long + b" b\n" + long, range(0, 2_000_000, 50_000))),
        workers,
        min_count=1,
    )
    assert lines_of(encoded) == [[b"a", long, b"b"], [long]]


def test_a_line_of_tens_of_megabytes(workers):
    chunk = b"some words that come again and again " * 30_000
    encoded = encode_corpus(ChunkSource(*[chunk] * 20), workers)
    assert (encoded.documents, encoded.tokens) == (1, 7 * 30_000 * 20)
    assert np.count_nonzero(encoded.ids == BREAK) == 2


def test_a_given_vocabulary_is_used_as_it_stands(workers):
    given_words = Vocabulary([b"c", b"missing", b"a"], np.array([1, 5, 9], np.int64))
    encoded = encode(b"a b c\nb a", workers, min_count=100, vocabulary=given_words)
    assert encoded.vocabulary is given_words
    assert documents_of(encoded) == [[2, 0], [2]]
    assert (encoded.tokens, encoded.known_tokens) == (5, 3)


@pytest.mark.parametrize("text", [b"", b"\n\n", b" \t\r\n ", b"\r"])
def test_a_text_without_a_token_is_refused(workers, text):
    with pytest.raises(CorpusError, match="no token"):
        encode(text, workers)


def test_a_text_without_a_frequent_word_is_refused(workers):
    with pytest.raises(CorpusError, match=r"5 times.*occurs 2 times.*--min-count"):
        encode(b"a a b", workers, min_count=5)


def test_a_text_without_a_given_word_is_refused(workers):
    with pytest.raises(CorpusError, match="given vocabulary"):
        encode(b"a a b", workers, vocabulary=Vocabulary([b"z"], np.ones(1, np.int64)))


def test_an_error_of_the_source_comes_through(workers):
    class Broken(ChunkSource):
        def chunks(self):
            yield b"a b\n"
            raise CorpusError("the disk is gone")

    with pytest.raises(CorpusError, match="the disk is gone"):
        encode_corpus(Broken(), workers, min_count=1)


def test_progress_adds_up_to_the_size(workers):
    source, steps = ChunkSource(*[b"a b c\n" * 1000] * 50), []
    with mock.patch.object(numbering, "BLOCK_BYTES", 5000):
        encode_corpus(source, workers, progress=steps.append)
    assert sum(steps) == source.size
    assert len(steps) > 10


@given(st.lists(st.integers(0, 2), max_size=60), st.lists(st.integers(0, 200)))
def test_a_token_that_is_no_word_is_refused_however_the_text_is_cut(kinds, places):
    text = b"".join([b"abcde", b" ", b"\n"][kind] for kind in kinds) + b" end\n"
    longest = max(map(len, text.split()))
    with mock.patch.object(numbering, "LONGEST_TOKEN", 19), Workers(1) as workers:
        pieces = [
            piece[i : i + 19] for piece in cut(text, places) for i in range(0, len(piece), 19)
        ]
        refused = longest > 19
        with pytest.raises(CorpusError, match="a token of over") if refused else nullcontext():
            encode_corpus(ChunkSource(*filter(None, pieces)), workers, min_count=1)
