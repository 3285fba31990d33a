"""Raw text to words: which words there are, in which form, and what is left out."""
# ruff: noqa: RUF001 (characters that look alike are what this is about)

from __future__ import annotations

import re
import unicodedata
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import ChunkSource, cut, documents_of

from glove_ada.corpus import numbering
from glove_ada.corpus.encoding import encode_corpus
from glove_ada.corpus.words import html_markup
from glove_ada.corpus.words.character_classes import character_classes, later_characters
from glove_ada.corpus.words.html_markup import decode_references, strip_markup
from glove_ada.corpus.words.splitting import split_words
from glove_ada.corpus.words.stop_words import LANGUAGES, stop_words
from glove_ada.corpus.words.text_rules import TextRules
from glove_ada.corpus.words.word_forms import WordForms, lowercase, normalize
from glove_ada.errors import OptionError
from glove_ada.kernels.definitions import EMOJI, LATER, LETTER
from glove_ada.system.threads import Workers

# The examples of docs/text.md.
WORDS = {
    "The movie, the movie.": "The movie , the movie .",
    "don't don’t rock'n'roll 'quoted'": "don't don't rock'n'roll ' quoted '",
    "a well-known – or not -- non‑breaking -5": "a well-known – or not - - non-breaking - 5",
    "3.14, 1,000.50; 10:30 50% 1st v1.2": "3.14 , 1,000.50 ; 10 : 30 50 % 1st v1.2",
    "e.g. U.S. example.com end.Next": "e.g . U.S . example.com end.Next",
    "see https://x.org/a?b=1&c=(2). (www.x.org)": "see https://x.org/a?b=1&c=(2 ) . ( www.x.org )",
    "me@example.org #MeToo @some_one C# 5 @ 7": "me@example.org #MeToo @some_one C # 5 @ 7",
    "snake_case __init__": "snake_case __init__",
    "so\u00adft \ufeffword": "soft word",
    "👩\u200d👩\u200d👧 👍🏽👍 🇩🇪🇫🇷 ❤\ufe0f!": "👩\u200d👩\u200d👧 👍🏽 👍 🇩🇪 🇫🇷 ❤\ufe0f !",
    "צה\"ל ג'ורג'": "צה\"ל ג'ורג '",
    "col·lecció naïve Ελλάδα": "col·lecció naïve Ελλάδα",
    "我 喜欢 电影。": "我 喜欢 电影 。",
    "我喜欢电影, ฉันรักหนัง": "我喜欢电影 , ฉันรักหนัง",
    "x² m³ ½ №5": "x² m³ ½ № 5",
}


def words_of(text, workers, **rules):
    """Return the words of a text with their counts."""
    encoded = encode_corpus(ChunkSource(text), workers, min_count=1, rules=TextRules(**rules))
    vocabulary = encoded.vocabulary
    return dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True))


@pytest.mark.parametrize("text", WORDS)
def test_words_are_told_apart(text):
    assert split_words(text.encode()).decode() == WORDS[text]


def test_lines_stay_and_other_white_space_goes():
    text = "a\u00a0b\u3000c\u200bd\x0be\n\n \tf \n"
    assert split_words(text.encode()) == b"a b c d e\n\nf\n"


def test_the_table_is_of_one_version_of_unicode():
    classes = character_classes()
    assert classes[0x10FFFF] == LATER or classes[0x10FFFF] == LETTER
    assert classes[ord("a")] == LETTER
    assert classes[0x1E030] == LATER  # Cyrillic, of 15.0
    assert classes[0x1FAE8] == EMOJI  # of 15.0, in a block kept for them
    known = [char for char in map(chr, range(0x250, 0x500)) if not later_characters().match(char)]
    assert all(unicodedata.category(char) != "Cn" for char in known)


def test_later_characters_stay_as_they_are():
    glagolitic = "\u2c2f"  # a capital of 14.0, which Python lowercases from 3.11 on
    assert lowercase(f"A{glagolitic}É") == f"a{glagolitic}é"
    assert normalize(f"e\u0301{glagolitic}", "NFC") == f"é{glagolitic}"


MARKUP = {
    "one<br/>two<br />three": "one two three",
    "<p class='a'>x</p>": " x ",
    "a < b and c > d": "a < b and c > d",
    "a <3 b": "a <3 b",
    "x<!-- a > b -->y<!---->z": "x y z",
    "x<script>if (a < b) {}</script >y<STYLE>p {}</style>z": "x y z",
    "an open <b tag\nand > a line": "an open <b tag\nand > a line",
    "<!DOCTYPE html><?xml?>x": "  x",
    "<b<i>x": "<b x",
}


@pytest.mark.parametrize("text", MARKUP)
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_markup_gives_way_to_spaces(text, size):
    text_bytes = text.encode()
    chunks = (text_bytes[i : i + size] for i in range(0, len(text_bytes), size))
    assert b"".join(strip_markup(chunks)).decode() == MARKUP[text]


PIECES = [
    b"<b>",
    b"<",
    b">",
    b"a",
    b" ",
    b"\n",
    b"<!--",
    b"-->",
    b"<script>",
    b"</script>",
    b"x" * 9,
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join), st.lists(st.integers(0, 200)))
def test_markup_does_not_see_where_the_text_is_cut(text, places):
    whole = html_markup._MARKUP.sub(b" ", text)
    with mock.patch.object(html_markup, "_LONGEST", 100):
        assert b"".join(strip_markup(iter(cut(text, places)))) == whole


def test_markup_of_over_64_kib_is_none():
    long = b"<" + b"a" * (1 << 17) + b">"
    assert b"".join(strip_markup(iter([b"x ", long, b"<b>y"]))) == b"x " + long + b" y"


def test_character_references_become_characters():
    text = b"R&amp;D &lt;b&gt; caf&eacute; &#39;&#x27; &nbsp;. &unknown; & &amp &#10;x &#0;"
    expected = "R&D <b> café '' \u00a0. &unknown; & &amp  x \ufffd"
    assert decode_references(text).decode() == expected


def test_all_of_it_together(workers):
    text = (
        "<p>The MOVIE isn’t <b>bad</b>: 3.5 of 5, R&amp;B!</p>\nthe movie; ﬁne &#128077; 2nd\r\n"
    ).encode()
    rules = {
        "tokenize": True,
        "strip_html": True,
        "lowercase": True,
        "normalize": "NFKC",
        "drop_punctuation": True,
        "drop_numbers": True,
        "stop_words": ["The", "of"],
    }
    words = ["isn't", "bad", "r", "b", "fine", "👍", "2nd"]
    assert words_of(text, workers, **rules) == {"movie": 2, **dict.fromkeys(words, 1)}
    assert words_of(text, workers, tokenize=True)["MOVIE"] == 1


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        ({"drop_punctuation": True}, "a 12 3.5 ½ Ⅳ x1 👍 3-1 ٣ é"),
        ({"drop_numbers": True}, "a . – $ x1 👍 é ..."),
        ({"stop_words": ["A", "É"]}, "12 3.5 ½ Ⅳ x1 . – $ 👍 3-1 ... ٣"),
    ],
)
def test_what_is_left_out(workers, rules, kept):
    text = "a 12 3.5 ½ Ⅳ x1 . – $ 👍 3-1 ... ٣ é"
    assert words_of(text.encode(), workers, **rules).keys() == set(kept.split())


def test_dropped_words_use_up_no_distance_and_are_no_tokens(workers):
    encoded = encode_corpus(
        ChunkSource(b"a , b\n. !\nc"),
        workers,
        min_count=1,
        rules=TextRules(drop_punctuation=True),
    )
    assert (encoded.tokens, encoded.types) == (3, 3)
    words = [encoded.vocabulary.words[i] for i in encoded.ids[1:3]]
    assert words == ["a", "b"]


@pytest.mark.parametrize("form", ["NFC", "NFKC"])
def test_normal_forms_are_unicode_s_but_for_white_space(workers, form):
    text = "cafe\u0301 ﬁn Ａ1 x\u00a0y o\u00a8"
    expected = {
        "NFC": {"café", "ﬁn", "Ａ1", "x\u00a0y", "o\u00a8"},
        "NFKC": {"café", "fin", "A1", "x\u00a0y", "o\u00a8"},
    }
    assert words_of(text.encode(), workers, normalize=form).keys() == expected[form]


def test_bytes_that_are_not_utf_8_are_carried_through_all_of_it(workers):
    rules = {"tokenize": True, "lowercase": True, "normalize": "NFKC", "stop_words": ["x"]}
    word = b"caf\xe9s".decode("utf-8", "surrogateescape")
    encoded = encode_corpus(
        ChunkSource(b"CAF\xe9S, x\xff!"), workers, min_count=1, rules=TextRules(**rules)
    )
    assert set(encoded.vocabulary.words) == {
        word,
        ",",
        b"x\xff".decode("utf-8", "surrogateescape"),
        "!",
    }
    assert encoded.invalid_bytes == 2


@given(
    text=st.lists(
        st.sampled_from(["The", "the", "<b>", "Ö", "ö,", "e\u0301", "&amp;", " ", "\n", "3", "!"])
    ).map(lambda pieces: "".join([*pieces, " word"])),
    places=st.lists(st.integers(0, 100), max_size=5),
    threads=st.integers(1, 4),
)
def test_threads_and_cuts_change_nothing(workers, text, places, threads):
    rules = TextRules(tokenize=True, strip_html=True, lowercase=True, normalize="NFC")
    text = text.encode()
    whole = encode_corpus(ChunkSource(text), workers, min_count=1, rules=rules)
    with mock.patch.object(numbering, "BLOCK_BYTES", 7), Workers(threads) as others:
        pieces = encode_corpus(ChunkSource(*cut(text, places)), others, min_count=1, rules=rules)
    assert pieces.vocabulary.words == whole.vocabulary.words
    assert pieces.vocabulary.counts.tolist() == whole.vocabulary.counts.tolist()
    assert documents_of(pieces) == documents_of(whole)


@pytest.mark.parametrize("language", LANGUAGES)
def test_stop_words_of_a_language(language):
    words = stop_words(language)
    assert 200 < len(words) < 400
    assert words == sorted(set(words))
    assert all(word == word.lower() for word in words)
    form = WordForms(TextRules(stop_words=words)).form
    assert form(words[0].upper().encode()) == b""
    for word in words:  # as the tokenizer writes them
        assert re.fullmatch(r"[\w'-]+", word), word
        assert split_words(word.encode()).decode() == word


def test_stop_words_of_a_file(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("\ufeffone\ntwo\n\n", "utf-8")
    assert stop_words(path) == ["one", "two"]
    assert stop_words(str(path)) == ["one", "two"]


def test_stop_words_that_there_are_not(tmp_path):
    with pytest.raises(OptionError, match="'klingon', which is neither a file nor one of english"):
        stop_words("klingon")
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(OptionError, match="holds no word"):
        stop_words(tmp_path / "empty")
    (tmp_path / "latin").write_bytes(b"\xe9t\xe9")
    with pytest.raises(OptionError, match="it is not UTF-8"):
        stop_words(tmp_path / "latin")
