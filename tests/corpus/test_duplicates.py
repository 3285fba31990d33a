"""Documents that are there twice: the first stays."""

from __future__ import annotations

from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import ChunkSource, documents_of

from glove_ada.corpus import duplicates
from glove_ada.corpus.encoding import encode_corpus
from glove_ada.corpus.numbering import EncodingRoom
from glove_ada.corpus.words.text_rules import TextRules
from glove_ada.errors import OptionError

DOCUMENTS = st.lists(st.lists(st.sampled_from("abc"), max_size=4).map(" ".join), max_size=12)


@settings(max_examples=50)
@given(documents=DOCUMENTS, piece=st.integers(1, 12))
def test_the_first_of_equal_documents_stays(workers, documents, piece):
    documents.append("last")
    rules = TextRules(drop_duplicates=True)
    kept = [document for document in dict.fromkeys(documents) if document]
    with mock.patch.object(duplicates, "PIECE", piece):
        encoded = encode_corpus(
            ChunkSource("\n".join(documents).encode()), workers, min_count=1, rules=rules
        )
    plain = encode_corpus(ChunkSource("\n".join(kept).encode()), workers, min_count=1)
    assert documents_of(encoded) == documents_of(plain)
    assert encoded.vocabulary.words == plain.vocabulary.words
    assert encoded.vocabulary.counts.tolist() == plain.vocabulary.counts.tolist()
    assert (encoded.tokens, encoded.types, encoded.documents) == (
        plain.tokens,
        plain.types,
        plain.documents,
    )
    assert encoded.duplicates == sum(map(bool, documents)) - len(kept)


def test_documents_are_compared_by_the_words_that_are_left(workers):
    text = b"The cat!\nthe  cat\nthe cat sat\n...\n"
    rules = TextRules(tokenize=True, lowercase=True, drop_punctuation=True, drop_duplicates=True)
    encoded = encode_corpus(ChunkSource(text), workers, min_count=1, rules=rules)
    assert encoded.duplicates == 1
    assert encoded.tokens == 5


def test_too_little_memory_is_one_sentence(workers):
    text = b"".join(b"%d a\n" % number for number in range(1000))
    room = EncodingRoom(rest_bytes=1000)
    with pytest.raises(OptionError, match=r"duplicates among 1,00. documents takes .*--memory"):
        encode_corpus(
            ChunkSource(text),
            workers,
            min_count=1,
            rules=TextRules(drop_duplicates=True),
            room=room,
        )
