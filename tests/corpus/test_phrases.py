"""Phrases, against gensim's, and the same for any threads and memory."""

from __future__ import annotations

from contextlib import ExitStack
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import ChunkSource, cut, documents_of

from glove_ada.corpus import duplicates, numbering
from glove_ada.corpus.encoding import encode_corpus
from glove_ada.corpus.numbering import EncodingRoom
from glove_ada.corpus.phrases import joining
from glove_ada.corpus.phrases.joining import PhraseRules
from glove_ada.corpus.phrases.listing import HEADER, write_phrases
from glove_ada.corpus.words.text_rules import TextRules
from glove_ada.system.threads import Workers

SENTENCES = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", "dd", "é"]), min_size=1, max_size=12),
    min_size=1,
    max_size=8,
)
RULES = st.sampled_from(
    [
        PhraseRules("word2phrase", 0.1, 1),
        PhraseRules("word2phrase", 1.0, 2),
        PhraseRules("npmi", 0.1, 1),
        PhraseRules("npmi", 0.3, 2),
        PhraseRules("npmi", -0.5, 1),
    ]
)


def encode(text, workers, phrases, **options):
    return encode_corpus(ChunkSource(*text), workers, min_count=1, phrases=phrases, **options)


def sentences_of(encoded):
    words = encoded.vocabulary.words
    return [[words[i] for i in document] for document in documents_of(encoded)]


def text_of(sentences):
    return "\n".join(" ".join(sentence) for sentence in sentences).encode()


def gensim_phrases(sentences, rules):
    gensim = pytest.importorskip("gensim.models.phrases")
    scoring = "default" if rules.scoring == "word2phrase" else rules.scoring
    return gensim.Phrases(
        sentences, min_count=rules.min_count, threshold=rules.threshold, scoring=scoring
    )


@settings(max_examples=50)
@given(sentences=SENTENCES, rules=RULES)
def test_phrases_are_gensim_s(workers, sentences, rules):
    if rules.scoring == "npmi" and len({*map(tuple, sentences)}) == 1:
        return  # gensim divides by the logarithm of 1 if there is but one pair
    expected = gensim_phrases(sentences, rules)
    encoded = encode([text_of(sentences)], workers, rules)
    assert sentences_of(encoded) == [expected[sentence] for sentence in sentences]
    scores = {phrase: score for phrase, _, score in encoded.phrases}
    assert scores == expected.export_phrases()
    for phrase, count, _ in encoded.phrases:
        assert expected.vocab[phrase] == count


@pytest.mark.parametrize("scoring", [("word2phrase", 10.0), ("npmi", 0.5)])
def test_phrases_of_a_real_text_are_gensim_s(workers, text, scoring):
    lines = text.replace(b"\r", b"").decode("utf-8", "surrogateescape").split("\n")
    sentences = [line.replace("\t", " ").split(" ") for line in lines]
    sentences = [[word for word in sentence if word] for sentence in sentences]
    rules = PhraseRules(*scoring, 5)
    expected = gensim_phrases(sentences, rules)
    encoded = encode([text], workers, rules)
    assert {phrase: score for phrase, _, score in encoded.phrases} == expected.export_phrases()
    assert sentences_of(encoded) == [expected[sentence] for sentence in sentences if sentence]
    assert len(encoded.phrases) > 5


@given(
    sentences=SENTENCES,
    rules=RULES,
    places=st.lists(st.integers(0, 100), max_size=5),
    threads=st.integers(1, 4),
    piece=st.integers(1, 9),
    rest=st.sampled_from([1, 100, 1 << 40]),
    drop=st.booleans(),
)
def test_threads_memory_and_cuts_change_nothing(
    workers, tmp_path_factory, sentences, rules, places, threads, piece, rest, drop
):
    text, words = text_of(sentences), TextRules(drop_duplicates=drop)
    whole = encode([text], workers, rules, rules=words)
    folder = tmp_path_factory.getbasetemp()
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(numbering, "BLOCK_BYTES", 5))
        stack.enter_context(mock.patch.object(duplicates, "PIECE", piece))
        stack.enter_context(mock.patch.object(duplicates, "DOCUMENT_BYTES", 0))
        stack.enter_context(mock.patch.object(joining, "PIECE", piece))
        others = stack.enter_context(Workers(threads))
        room = EncodingRoom(ids=3, rest_bytes=rest, folder=folder)
        pieces = encode(cut(text, places), others, rules, room=room, rules=words)
    assert pieces.phrases == whole.phrases
    assert pieces.vocabulary.words == whole.vocabulary.words
    assert pieces.vocabulary.counts.tolist() == whole.vocabulary.counts.tolist()
    assert documents_of(pieces) == documents_of(whole)
    assert pieces.duplicates == whole.duplicates


def test_a_phrase_that_is_a_word_of_the_text_too_is_that_word(workers):
    text = b"\n".join([b"new york"] * 3 + [b"new_york x"])
    encoded = encode([text], workers, PhraseRules("word2phrase", 0.1, 1))
    counts = dict(zip(encoded.vocabulary.words, encoded.vocabulary.counts.tolist(), strict=True))
    assert counts == {"new_york": 4, "x": 1}


def test_phrases_are_listed_with_their_scores(tmp_path):
    write_phrases(tmp_path / "phrases.txt", [("new_york", 7, 0.1), ("é_b", 2, -1.0)])
    expected = "phrase\tcount\tscore\nnew_york\t7\t0.1\né_b\t2\t-1.0\n"
    assert (tmp_path / "phrases.txt").read_text("utf-8") == expected
    assert expected.startswith(HEADER.decode())
