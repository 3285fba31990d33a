from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glove_ada.errors import FormatError
from glove_ada.evaluation.analogy_files import Question, read_analogies

GOOGLE = ": capitals\nAthens Greece Paris France\n\n: gram1-past\ngo went see saw\n"


def test_google_sections_are_semantic_or_syntactic(write):
    analogies = read_analogies(write("questions.txt", GOOGLE))
    assert [(each.name, each.kind) for each in analogies.sections] == [
        ("capitals", "semantic"),
        ("gram1-past", "syntactic"),
    ]
    assert analogies.sections[1].questions == [Question("go", "went", "see", ("saw",))]
    assert analogies.notes == []


def test_microsoft_has_tabs_crlf_and_no_sections(write):
    analogies = read_analogies(write("msr.txt", "good\tbetter\trough\trougher\r\n" * 2))
    assert [(each.name, each.kind) for each in analogies.sections] == [("msr", None)]
    assert (
        analogies.sections[0].questions == [Question("good", "better", "rough", ("rougher",))] * 2
    )


def test_a_byte_order_mark_is_no_part_of_a_word(write):
    analogies = read_analogies(write("bom.txt", b"\xef\xbb\xbf" + GOOGLE.encode()))
    assert analogies.sections[0].name == "capitals"


def test_words_keep_every_character_but_blank_and_tab(write):
    analogies = read_analogies(write("odd.txt", "a\u00a0b c\u2028d e\u0085f".encode() + b" \xff\n"))
    assert analogies.sections[0].questions == [
        Question("a\u00a0b", "c\u2028d", "e\u0085f", ("\udcff",))
    ]


def test_bad_lines_are_left_out_and_named(write):
    analogies = read_analogies(write("short.txt", "a b c d\none two three\nlone\n"))
    assert len(analogies.sections[0].questions) == 1
    assert analogies.notes == [
        "short.txt, line 2: 3 words where a question has four; left out",
        "short.txt, line 3: 1 word where a question has four; left out",
    ]


def test_bats_makes_a_question_of_each_pair_with_every_other(write):
    write("BATS/1_Inflectional_morphology/I01 [plural].txt", "cat\tcats\ndog\tdogs\nman\tmen\n")
    path = write("BATS/3_Encyclopedic_semantics/E01 [x].txt", "a\tb/c\nd\te\n").parents[1]
    plural, other = read_analogies(path).sections
    assert (plural.name, plural.kind, len(plural.questions)) == ("I01 [plural]", "syntactic", 6)
    assert plural.questions[0] == Question("cat", "cats", "dog", ("dogs",))
    assert other.kind == "semantic"
    assert other.questions == [Question("a", "b", "d", ("e",)), Question("d", "e", "a", ("b", "c"))]


def test_one_list_of_pairs_is_enough(write):
    (section,) = read_analogies(write("pairs.txt", "cat\tcats\r\ndog\tdogs\r\n")).sections
    assert (section.kind, len(section.questions)) == (None, 2)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "holds no line of four words"),
        (b": only\n: sections\n", "holds no line of four words"),
        (b"one two three\n", "line 1: 3 words where a question has four"),
        (b"a\0b c d e\n", "NUL bytes"),
        ("a b c d\n".encode("utf-16"), "NUL bytes, as UTF-16 .*: save it as UTF-8$"),
    ],
)
def test_files_without_questions_are_refused_with_a_sentence(write, content, sentence):
    with pytest.raises(FormatError, match=sentence):
        read_analogies(write("bad.txt", content))


def test_missing_files_and_empty_directories_are_refused_with_a_sentence(tmp_path):
    with pytest.raises(FormatError, match=r"nowhere\.txt cannot be read: No such file"):
        read_analogies(tmp_path / "nowhere.txt")
    with pytest.raises(FormatError, match=r"without \.txt files"):
        read_analogies(tmp_path)


word = st.text(st.characters(exclude_characters=" \t\r\n\0\ufeff:"), min_size=1)


@given(st.lists(st.tuples(word, word, word, word), min_size=1), st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_is_read(tmp_path_factory, questions, newline):
    path = tmp_path_factory.mktemp("questions") / "q.txt"
    text = newline.join(" ".join(words) for words in questions)
    path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
    read = [(q.a, q.b, q.c, *q.answers) for q in read_analogies(path).sections[0].questions]
    as_bytes = [[w.encode("utf-8", errors="surrogatepass") for w in words] for words in questions]
    assert [[w.encode("utf-8", errors="surrogateescape") for w in words] for words in read] == (
        as_bytes
    )
