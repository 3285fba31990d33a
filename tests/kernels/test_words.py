"""The kernel that tells words apart, against the rules written down character by character."""
# ruff: noqa: RUF001 (characters that look alike are what this is about)

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from reference.words import split_line

from glove_ada.corpus.words.splitting import split_words

# At least one character of every class, of one to four bytes, and beginnings of addresses.
CHARACTERS = list("aB9_'’-‐.·,;\"#@!(<> \tא0é数กΩ½\u00ad\u200d\u200c\u0301\u202e\ufeff€")
CHARACTERS += [
    "🇩",
    "🇪",
    "👩",
    "👨",
    "🏽",
    "\ufe0f",
    "𝒜",
    "\U0001e030",
    "http://",
    "www.",
    "HTTPS://",
]
TEXTS = st.lists(st.sampled_from(CHARACTERS), max_size=30).map("".join)


def words_of(text):
    return [line.split(b" ") if line else [] for line in split_words(text).split(b"\n")]


@given(st.lists(st.one_of(TEXTS, st.text(max_size=20)), min_size=1, max_size=3))
def test_any_text_against_the_rules(lines):
    lines = [line.replace("\n", " ") for line in lines]
    expected = [[word.encode() for word in split_line(line)] for line in lines]
    assert words_of("\n".join(lines).encode()) == expected


@given(st.binary(max_size=60))
def test_bytes_that_are_not_utf_8_are_letters(text):
    text = text.replace(b"\n", b" ")
    line = text.decode("utf-8", "surrogateescape")
    expected = [word.encode("utf-8", "surrogateescape") for word in split_line(line)]
    assert words_of(text) == [expected]


@given(TEXTS, st.integers(0, 10))
def test_what_stands_behind_the_text_does_not_show(text, size):
    text = text.encode()
    assert split_words(text[:size]) == split_words(bytes(bytearray(text[:size])))
