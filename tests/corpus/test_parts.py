"""The parts of any mix of files are, one behind the other, the whole text."""

from __future__ import annotations

import bz2
import gzip

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from glove_ada.corpus import sources
from glove_ada.corpus.large.parts import Part, parse_part
from glove_ada.corpus.sources import FileSource
from glove_ada.errors import CorpusError, OptionError

MARK = b"\xef\xbb\xbf"
TEXTS = st.lists(st.binary(max_size=60).map(lambda text: text.replace(b"\0", b"\n")), max_size=4)


def read(paths, part=None):
    return b"".join(FileSource(paths, part=part).chunks())


@given(texts=TEXTS, parts=st.integers(1, 9), piece=st.integers(1, 9))
def test_one_behind_the_other_they_are_the_text(tmp_path_factory, texts, parts, piece):
    folder = tmp_path_factory.mktemp("texts")
    paths = []
    for number, text in enumerate(texts):
        packed = number == 1
        paths.append(folder / f"{number}{'.gz' if packed else ''}")
        # Some begin as packed files do.
        paths[-1].write_bytes(gzip.compress(text) if packed else text.replace(b"\x1f\x8b", b""))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "CHUNK_BYTES", piece)
        try:
            whole = read(paths)
        except CorpusError:  # what begins like a PDF, say, is no text, whole or in parts
            assume(False)
        read_parts = [read(paths, Part(number, parts)) for number in range(1, parts + 1)]
    assert b"".join(read_parts) == whole
    assert all(part[-1:] in (b"", b"\n") for part in read_parts), "a document is cut"


def test_a_document_belongs_where_its_first_byte_lies(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"aaaa\nbbbb\ncc\ndddddddddddddd")  # 27 bytes, cut at 9 and 18
    parts = [read([path], Part(number, 3)) for number in (1, 2, 3)]
    assert parts == [b"aaaa\nbbbb\n", b"cc\ndddddddddddddd\n", b""]


def test_what_looks_like_an_archive_in_the_midst_of_a_text_is_text(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"word\n\x1f\x8bword\n")
    assert read([path], Part(2, 3)) == b"\x1f\x8bword\n"


def test_a_mark_is_left_out_at_the_beginning_alone(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(MARK + b"a\n" + MARK + b"a\n")
    assert [read([path], Part(number, 2)) for number in (1, 2)] == [b"a\n", MARK + b"a\n"]


def test_what_is_packed_is_in_one_part(tmp_path):
    (tmp_path / "a.bz2").write_bytes(bz2.compress(b"one\ntwo\n" * 99))
    (tmp_path / "b").write_bytes(b"x\n" * 9)
    parts = [read([tmp_path / "a.bz2", tmp_path / "b"], Part(number, 9)) for number in range(1, 10)]
    assert parts[0] == b"one\ntwo\n" * 99
    assert b"".join(parts[1:]) == b"x\n" * 9


def test_progress_adds_up_to_the_size(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"word word\n" * 100)
    sizes = []
    for number in range(1, 8):
        source = FileSource([path], part=Part(number, 7))
        list(source.chunks())
        assert abs(source.position - source.size) <= 10
        sizes.append(source.size)
    assert sum(sizes) == 1000


def test_what_can_be_read_once_has_no_parts():
    with pytest.raises(CorpusError, match="a part can be taken of files alone"):
        FileSource(["-"], part=Part(1, 2))


@pytest.mark.parametrize("text", ["", "3", "0/3", "4/3", "1/0", "-1/3", "1/3/5", "1 / 3", "a/b"])
def test_what_is_no_part(text):
    with pytest.raises(OptionError, match="which part of how many"):
        parse_part(text)


def test_what_is_one():
    assert parse_part("3/20") == Part(3, 20)
