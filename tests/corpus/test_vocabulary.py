"""The order of words, and the files that hold them."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glove_ada.corpus.vocabulary import Vocabulary, order_words, read_vocabulary, write_vocabulary
from glove_ada.errors import FormatError

WORDS = st.binary(min_size=1, max_size=12).map(
    lambda word: bytes(byte for byte in word if byte not in b" \t\n\r") or b"x"
)
COUNTS = st.integers(1, 2**63 - 1)
MARK = b"\xef\xbb\xbf"


@given(st.lists(st.tuples(WORDS, st.integers(1, 3)), unique_by=lambda item: item[0]))
def test_order_is_by_count_then_bytes(items):
    order = order_words([word for word, _ in items], np.array([n for _, n in items], np.int64))
    assert [items[place] for place in order] == sorted(items, key=lambda i: (-i[1], i[0]))


@given(items=st.dictionaries(WORDS, COUNTS, min_size=1))
def test_files_go_round(tmp_path_factory, items):
    path = tmp_path_factory.mktemp("vocabulary") / "vocab.txt"
    write_vocabulary(path, Vocabulary(list(items), np.array(list(items.values()), np.int64)))
    lines = [b"%b %d\n" % item for item in items.items()]
    if lines[0].startswith(MARK):  # readers take one off
        lines.insert(0, MARK)
    assert path.read_bytes() == b"".join(lines)
    read = read_vocabulary(path)
    assert (read.encoded, read.counts.tolist()) == (list(items), list(items.values()))
    assert read.counts.dtype == np.int64


def test_lines_may_end_in_crlf_or_not_at_all(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_bytes(b"a 10\r\nb 9")
    assert read_vocabulary(path).encoded == [b"a", b"b"]


def test_a_byte_order_mark_is_no_part_of_the_first_word(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_bytes(MARK + b"a 10\n" + MARK + b"a 9\n")
    assert read_vocabulary(path).encoded == [b"a", MARK + b"a"]


def test_a_first_word_that_begins_with_a_mark_keeps_it(tmp_path):
    path = tmp_path / "vocab.txt"
    for word in (MARK, MARK + b"a"):
        write_vocabulary(path, Vocabulary([word, b"a"], np.array([2, 1])))
        assert read_vocabulary(path).encoded == [word, b"a"]


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="no names for pipes")
def test_a_vocabulary_may_come_through_a_pipe():
    reading, writing = os.pipe()
    os.write(writing, MARK + b"a 10\nb 9\n")
    os.close(writing)
    assert read_vocabulary(f"/dev/fd/{reading}").encoded == [b"a", b"b"]
    os.close(reading)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_called_so(tmp_path, encoding):
    path = tmp_path / "vocab.txt"
    path.write_bytes("the 10\na 9\n".encode(encoding))
    with pytest.raises(FormatError, match=r"vocab\.txt holds NUL bytes, as UTF-16.*UTF-8$"):
        read_vocabulary(path)


def test_a_file_keeps_its_own_order(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_bytes(b"rare 1\nfrequent 100\n")
    assert read_vocabulary(path).encoded == [b"rare", b"frequent"]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"word",
        b"word ",
        b" 5",
        b"word five",
        b"word -5",
        b"word 0",
        b"word 5.0",
        b"word 1e3",
        b"word  5",
        b"word\t5",
        b"new york 5",
        b"new\tyork 5",
        b"word 5 ",
        b"word \xd9\xa3",
        b"word 9223372036854775808",
        b"word " + b"9" * 5000,
        b"word " + b"0" * 5000,
        b"first 7",
    ],
)
def test_bad_lines_are_named(tmp_path, line):
    path = tmp_path / "vocab.txt"
    path.write_bytes(b"first 9\n" + line + b"\nlast 1\n")
    with pytest.raises(FormatError, match=r"vocab\.txt, line 2: ") as raised:
        read_vocabulary(path)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 300


def test_the_largest_count_and_leading_zeros_pass(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_bytes(b"a 9223372036854775807\nb 007\n")
    assert read_vocabulary(path).counts.tolist() == [2**63 - 1, 7]


def test_an_empty_file_is_refused(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_bytes(b"")
    with pytest.raises(FormatError, match="holds no word"):
        read_vocabulary(path)


@pytest.mark.parametrize("name", ["missing.txt", "."])
def test_what_cannot_be_read_is_named(tmp_path, name):
    with pytest.raises(FormatError, match="cannot read"):
        read_vocabulary(tmp_path / name)


def test_bytes_that_are_not_utf_8_decode_and_encode_again():
    words = [b"caf\xc3\xa9", b"\xff\xfe", b"nul\x00"]
    decoded = Vocabulary(words, np.ones(3, np.int64)).words
    assert decoded[0] == "café"
    assert [word.encode("utf-8", "surrogateescape") for word in decoded] == words


def test_it_shows_itself_in_a_line_and_its_words_as_strings():
    vocabulary = Vocabulary([b"caf\xe9", b"b", b"c", b"d"], np.array([4, 3, 2, 1]))
    assert repr(vocabulary) == "Vocabulary(4 words, 10 tokens: caf\ufffd, b, c, ...)"
    assert list(vocabulary) == vocabulary.words == ["caf\udce9", "b", "c", "d"]
    assert repr(Vocabulary([], np.array([], np.int64))) == "Vocabulary(0 words, 0 tokens: )"
