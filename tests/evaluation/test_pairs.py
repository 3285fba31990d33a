from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glove_ada.errors import FormatError, OptionError
from glove_ada.evaluation.pair_files import PairLayout, WordPair, read_pairs

PAIRS = (WordPair("old", "new", 1.5), WordPair("tiger", "cat", 7.0))

SHAPES = {
    "tabs, CRLF": ("old\tnew\t1.5\r\ntiger\tcat\t7.0\r\n", ("\t", False, 3)),
    "comma and header": ("Word 1,Word 2,Human (mean)\nold,new,1.5\ntiger,cat,7\n", (",", True, 3)),
    "quoted": ('"old","new","1.5"\n"tiger","cat","7"\n', (",", False, 3)),
    "semicolons": ("old;new;1.5\ntiger;cat;7\n", (";", False, 3)),
    "blanks and header": ("word1 word2 score\nold new 1.5\ntiger  cat 7\n", (" ", True, 3)),
    "score in the fourth column": (
        "word1\tword2\tPOS\tScore\tSD\nold\tnew\tA\t1.5\t2\ntiger\tcat\tN\t7\t3\n",
        ("\t", True, 4),
    ),
    "columns of each judge": ("old\tnew\t1.5\t1\t2\ntiger\tcat\t7\t6\t7\t8\n", ("\t", False, 3)),
    "comments, blank lines, byte order mark": (
        "\ufeff# judgements\n\nold\tnew\t1.5\n\n# more\ntiger\tcat\t7\n",
        ("\t", False, 3),
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_layout_is_found(write, shape):
    content, layout = SHAPES[shape]
    pairs = read_pairs(write("pairs.txt", content))
    assert pairs.pairs == PAIRS
    assert pairs.layout == PairLayout(*layout)
    assert pairs.notes == ()


def test_the_layout_can_be_given(write):
    path = write("pairs.txt", "old|new|9|1.5\ntiger|cat|9|7\n")
    assert read_pairs(path, PairLayout("|", False, 4)).pairs == PAIRS
    assert read_pairs(path, PairLayout("|", True, 4)).pairs == PAIRS[1:]
    with pytest.raises(OptionError, match="3 or more"):
        read_pairs(path, PairLayout("|", False, 1))


def test_lines_without_a_score_are_left_out_and_named(write):
    lines = [f"a{i}\tb{i}\t{i}" for i in range(20)]
    lines[10] = "a10\tb10\tunsure"
    lines[15] = "a15\tb15\tnan"
    pairs = read_pairs(write("pairs.txt", "\n".join(lines)))
    assert len(pairs.pairs) == 18
    assert pairs.notes == (
        "pairs.txt, line 11: no score in column 3; left out",
        "pairs.txt, line 16: no score in column 3; left out",
    )


@pytest.mark.parametrize("content", ["", "# nothing\n", "some words of a text\nand more\n"])
def test_files_without_pairs_are_refused_with_a_sentence(write, content):
    with pytest.raises(FormatError, match="holds no word pairs"):
        read_pairs(write("bad.txt", content))


word = st.text("abcäß'-.", min_size=1).filter(lambda text: text.strip("."))
score = st.floats(0, 10).map(lambda number: round(number, 3))


@given(
    st.lists(st.tuples(word, word, score), min_size=3),
    st.sampled_from(["\t", ",", ";", " "]),
    st.booleans(),
)
def test_what_is_written_is_read(tmp_path_factory, pairs, delimiter, header):
    rows = [("first", "second", "judgement")] * header + pairs
    path = tmp_path_factory.mktemp("pairs") / "pairs.txt"
    path.write_text("\n".join(delimiter.join(map(str, row)) for row in rows), encoding="utf-8")
    read = read_pairs(path)
    assert list(read.pairs) == pairs
    assert read.layout == PairLayout(delimiter, header, 3)
