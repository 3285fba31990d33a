"""Text from files, directories, archives, standard input and documents in memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from glove_ada.corpus import sources
from glove_ada.corpus.sources import DocumentSource, FileSource, open_corpus
from glove_ada.errors import CorpusError
from glove_ada.system.temporary_files import WORK_FOLDER

PACKERS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


def read(source):
    return b"".join(source.chunks())


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.fixture
def standard_input(monkeypatch):
    def give(content):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))

    return give


@pytest.mark.parametrize("content", [b"", b"a b\n", b"\xff\x01\r\n\n", b"x" * 3_000_000 + b"\n"])
def test_a_file_is_read_as_it_is(tmp_path, content):
    source = FileSource([write(tmp_path / "file", content)])
    assert source.size == len(content)
    assert read(source) == content
    assert source.position == len(content)


def test_a_file_always_ends_a_document(tmp_path):
    paths = [write(tmp_path / name, b"end of " + name.encode()) for name in ("one", "two")]
    assert read(FileSource(paths)) == b"end of one\nend of two\n"


@pytest.mark.parametrize("packer", PACKERS)
def test_archives_are_known_by_their_content(tmp_path, packer):
    packed = PACKERS[packer](b"some text\n" * 1000)
    source = FileSource([write(tmp_path / "plain-name.txt", packed)])
    assert read(source) == b"some text\n" * 1000
    assert source.size == source.position == len(packed)


@pytest.mark.parametrize("packer", PACKERS)
def test_a_name_makes_no_archive(tmp_path, packer):
    assert read(FileSource([write(tmp_path / f"text.{packer}", b"plain\n")])) == b"plain\n"


@pytest.mark.parametrize("packer", PACKERS)
def test_archives_one_behind_the_other(tmp_path, packer):
    packed = PACKERS[packer](b"one ") + PACKERS[packer](b"two\n")
    assert read(FileSource([write(tmp_path / "file", packed)])) == b"one two\n"


@pytest.mark.parametrize("packer", PACKERS)
def test_an_empty_archive_holds_no_text(tmp_path, packer):
    assert read(FileSource([write(tmp_path / "file", PACKERS[packer](b""))])) in (b"", b"\n")


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("damage", ["truncated", "broken"])
def test_damaged_archives_are_named(tmp_path, packer, damage):
    packed = PACKERS[packer](os.urandom(100_000))
    middle = len(packed) // 2
    damaged = packed[:middle]
    if damage == "broken":
        damaged += bytes(255 - byte for byte in packed[middle : middle + 100])
        damaged += packed[middle + 100 :]
    path = write(tmp_path / "damaged", damaged)
    with pytest.raises(CorpusError, match=str(path)):
        read(FileSource([path]))


@pytest.mark.parametrize("packer", PACKERS)
def test_whatever_bit_is_flipped_no_other_text_is_read(tmp_path, packer):
    text = b"some words stand here, and some of these words stand here again\n"
    packed = PACKERS[packer](text[:30]) + PACKERS[packer](text[30:])
    for bit in range(8 * len(packed)):
        flipped = bytearray(packed)
        flipped[bit // 8] ^= 1 << bit % 8
        source = FileSource([write(tmp_path / f"text.{packer}", bytes(flipped))])
        with suppress(CorpusError):
            assert read(source) == text  # nothing hangs on a time of day, say


@pytest.mark.parametrize("packer", PACKERS)
def test_wherever_an_archive_is_cut_off_it_is_named(tmp_path, packer):
    packed = PACKERS[packer](b"some words stand here, and some of these words stand here again\n")
    for size in range(10, len(packed)):
        with pytest.raises(CorpusError, match=rf"text\.{packer}"):
            read(FileSource([write(tmp_path / f"text.{packer}", packed[:size])]))


@pytest.mark.parametrize(
    "change",
    [
        lambda path: os.truncate(path, 100),
        lambda path: path.open("ab").write(b"more"),
        lambda path: path.open("r+b").write(b"other"),
    ],
)
def test_a_file_that_changes_while_it_is_read_is_named(tmp_path, monkeypatch, change):
    path = write(tmp_path / "file", b"a line\n" * 10_000)
    monkeypatch.setattr(sources, "CHUNK_BYTES", 1000)
    chunks = FileSource([path]).chunks()
    next(chunks)
    time.sleep(0.02)  # longer than the clock of the file system needs
    change(path)
    with pytest.raises(CorpusError, match="file changed while it was read; give a copy"):
        list(chunks)


@pytest.mark.skipif(os.name != "posix", reason="elsewhere an open file cannot be removed")
def test_a_file_that_vanishes_while_it_is_read_is_read_to_its_end(tmp_path, monkeypatch):
    path = write(tmp_path / "file", b"a line\n" * 10_000)
    monkeypatch.setattr(sources, "CHUNK_BYTES", 1000)
    chunks = FileSource([path]).chunks()
    first = next(chunks)
    path.unlink()
    assert first + b"".join(chunks) == b"a line\n" * 10_000


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="no names for pipes")
@pytest.mark.parametrize("pack", [bytes, *PACKERS.values()])
def test_a_pipe_whose_writer_sends_one_byte_first(pack):
    packed = pack(b"some text\n" * 1000)
    reading, writing = os.pipe()

    def write_slowly():
        for piece in (packed[:1], packed[1:3], packed[3:]):
            os.write(writing, piece)
            time.sleep(0.05)
        os.close(writing)

    with ThreadPoolExecutor() as threads:
        threads.submit(write_slowly)
        assert read(FileSource([f"/dev/fd/{reading}"])) == b"some text\n" * 1000
    os.close(reading)


@pytest.mark.parametrize("chunk_bytes", [1, 2, 1 << 20])
@pytest.mark.parametrize("pack", [bytes, *PACKERS.values()])
def test_a_byte_order_mark_is_no_part_of_the_first_word(tmp_path, monkeypatch, pack, chunk_bytes):
    monkeypatch.setattr(sources, "CHUNK_BYTES", chunk_bytes)
    mark = "\ufeff".encode()
    one = write(tmp_path / "1", pack(mark + b"the " + mark + b"the\n"))
    two = write(tmp_path / "2", pack(mark + b"the"))
    three = write(tmp_path / "3", pack(mark[:2]))
    expected = b"the " + mark + b"the\n" + b"the\n" + mark[:2] + b"\n"
    assert read(FileSource([one, two, three])) == expected


def test_directories_are_read_recursively_and_sorted(tmp_path):
    for name in ("b/2", "b/10", "a", "c/d/e", "B"):
        write(tmp_path / name, name.encode())
    assert read(FileSource([tmp_path])).split() == [b"B", b"a", b"b/10", b"b/2", b"c/d/e"]


def test_dot_files_and_dot_directories_are_left_out(tmp_path):
    for name in (".hidden", ".git/config", "sub/.DS_Store", "sub/text"):
        write(tmp_path / name, name.encode())
    assert read(FileSource([tmp_path])) == b"sub/text\n"


def test_unfinished_work_is_left_out_and_named(tmp_path):
    for name in ("text", "v.work/marker", "v.work/encoded", "v.txt.glove_ada-0123abcd.tmp"):
        write(tmp_path / name, WORK_FOLDER if name.endswith("marker") else b"text")
    write(tmp_path / "my.work" / "marker", b"my marker")
    write(tmp_path / "v.txt", b"a 0.1")
    source = FileSource([tmp_path], without=[tmp_path / "v.txt"])
    assert read(source) == b"my marker\ntext\n"
    names = ["v.txt", "v.txt.glove_ada-0123abcd.tmp", "v.work"]
    assert sorted(map(os.path.basename, source.left_out.own)) == names
    for name in ("v.work", "v.work/encoded"):
        with pytest.raises(CorpusError, match="is unfinished work of glove_ada and no corpus"):
            FileSource([tmp_path / name])
    assert read(FileSource([tmp_path / "v.txt"], without=[tmp_path / "v.txt"])) == b"a 0.1\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_a_pipe_in_a_directory_is_left_out(tmp_path):
    write(tmp_path / "text", b"text")
    os.mkfifo(tmp_path / "pipe")
    assert read(FileSource([tmp_path])) == b"text\n"


def test_a_directory_below_a_dot_directory_may_be_named(tmp_path):
    write(tmp_path / ".cache" / "text", b"wanted")
    assert read(FileSource([tmp_path / ".cache"])) == b"wanted\n"


def test_paths_keep_their_order(tmp_path):
    write(tmp_path / "directory" / "x", b"x")
    write(tmp_path / "z", b"z")
    write(tmp_path / "a", b"a")
    source = FileSource([tmp_path / "z", tmp_path / "directory", tmp_path / "a"])
    assert read(source) == b"z\nx\na\n"


def test_a_missing_path_is_named_at_once(tmp_path):
    with pytest.raises(CorpusError, match="nowhere"):
        FileSource([tmp_path / "nowhere"])


def test_a_directory_without_a_file_is_named_at_once(tmp_path):
    (tmp_path / "empty" / "deeper").mkdir(parents=True)
    with pytest.raises(CorpusError, match="empty"):
        FileSource([tmp_path / "empty"])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
@pytest.mark.parametrize("mode", [0o111, 0o444])
def test_a_directory_that_may_not_be_read_is_not_left_out(tmp_path, mode):
    write(tmp_path / "corpus" / "a", b"text")
    write(tmp_path / "corpus" / "secret" / "b", b"text")
    (tmp_path / "corpus" / "secret").chmod(mode)
    with pytest.raises(CorpusError, match=r"cannot read .*secret.*: Permission denied"):
        FileSource([tmp_path / "corpus"])
    (tmp_path / "corpus" / "secret").chmod(0o700)


@pytest.mark.skipif(os.name != "posix", reason="symbolic links of POSIX")
def test_links_to_directories_are_followed_and_each_is_read_once(tmp_path):
    write(tmp_path / "elsewhere" / "deeper" / "x", b"x")
    write(tmp_path / "corpus" / "a", b"a")
    (tmp_path / "corpus" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "corpus" / "link again").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "corpus" / "round").symlink_to(tmp_path / "corpus")
    (tmp_path / "elsewhere" / "round").symlink_to(tmp_path)
    assert read(FileSource([tmp_path / "corpus"])) == b"a\nx\n"


@pytest.mark.skipif(os.name != "posix", reason="symbolic links of POSIX")
def test_a_link_that_leads_nowhere_is_not_left_out(tmp_path):
    write(tmp_path / "a", b"text")
    (tmp_path / "b").symlink_to("nowhere")
    with pytest.raises(CorpusError, match=r"cannot read .*b: No such file"):
        FileSource([tmp_path])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_an_unreadable_file_is_named(tmp_path):
    path = write(tmp_path / "secret", b"text")
    path.chmod(0)
    with pytest.raises(CorpusError, match="secret"):
        read(FileSource([path]))


@pytest.mark.parametrize("pack", [bytes, *PACKERS.values()])
def test_standard_input_is_read_and_stays_open(standard_input, pack):
    standard_input(pack(b"from a pipe\n" * 200_000))
    source = FileSource(["-"])
    assert source.size is None
    assert read(source) == b"from a pipe\n" * 200_000
    assert not sys.stdin.buffer.closed


def test_standard_input_among_files(tmp_path, standard_input):
    standard_input(b"piped")
    path = write(tmp_path / "file", b"filed")
    assert read(FileSource([path, "-", path])) == b"filed\npiped\nfiled\n"


def test_documents_become_lines():
    documents = ["two words", ["a", "list"], ("a", "tuple"), iter(["an", "iterator"]), "", []]
    expected = b"two words\na list\na tuple\nan iterator\n\n\n"
    assert read(DocumentSource(documents)) == expected


def test_a_newline_inside_a_string_ends_no_document():
    assert read(DocumentSource(["one\ndocument", "another"])) == b"one document\nanother\n"


def test_bytes_that_are_not_utf_8_survive_in_documents():
    word = b"not\xffutf8".decode("utf-8", "surrogateescape")
    assert read(DocumentSource([[word], word])) == b"not\xffutf8\nnot\xffutf8\n"


def test_documents_are_drawn_as_they_are_needed():
    drawn = 0

    def documents():
        nonlocal drawn
        for _ in range(100):
            drawn += 1
            yield "x" * 100_000

    chunks = DocumentSource(documents()).chunks()
    next(chunks)
    assert drawn < 20
    assert sum(map(len, chunks)) > 0
    assert drawn == 100


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ([["fine"], ["new york"]], "new york.*document 2"),
        ([["tab\tinside"]], "document 1"),
        ([["line\n"]], "document 1"),
        ([5], "document 1 is a int"),
        (["fine", None], "document 2 is a NoneType"),
        ([[1, 2]], "document 1"),
        ([b"bytes"], "document 1 is a bytes"),
        (["\ud800"], "document 1"),
    ],
)
def test_what_is_no_document_is_named(documents, message):
    with pytest.raises(CorpusError, match=message):
        read(DocumentSource(documents))


def test_strings_and_paths_are_paths_and_other_strings_documents(tmp_path):
    path = write(tmp_path / "file", b"from a file\n")
    for corpus in (str(path), path, [path], (path, path)):
        assert isinstance(open_corpus(corpus), FileSource)
    for corpus in (["some text"], [["some", "text"]], iter(["some text"]), []):
        assert isinstance(open_corpus(corpus), DocumentSource)
    source = FileSource([path])
    assert open_corpus(source) is source


def test_a_list_of_existing_paths_is_read_as_files(tmp_path):
    names = ["wiki dump part 1.txt", "wiki dump part 2.txt", "directory"]
    for name in names:
        write(tmp_path / name / "x" if name == "directory" else tmp_path / name, name.encode())
    paths = [str(tmp_path / name) for name in names]
    assert read(open_corpus(paths)) == "".join(f"{name}\n" for name in names).encode()
    assert read(open_corpus(tuple(paths))) == read(open_corpus(paths))
    for corpus in (iter(paths), np.array(paths), (Path(path) for path in paths)):
        assert read(open_corpus(corpus)) == read(open_corpus(paths))
    for corpus in (set(paths), {Path(path) for path in paths}):  # whatever their order is today
        assert read(open_corpus(corpus)) == read(open_corpus(sorted(paths)))
    assert isinstance(open_corpus([paths]), DocumentSource)


@pytest.mark.parametrize("kind", [list, iter, set, np.array])
@pytest.mark.parametrize(
    "names", [["/nowhere/wiki dump part"], ["docs/wiki 1.txt", "docs/wiki 2.txt.gz"]]
)
def test_paths_of_missing_files_are_no_documents(kind, names):
    with pytest.raises(CorpusError, match=r"look like paths, and there is no file '(/now|docs)"):
        open_corpus(kind(names))


@pytest.mark.parametrize(
    "documents",
    [["and/or so. "], ["/a begins it", "b"], ["see docs/x.txt now"], ["one.txt"], ["a/b", "c"]],
)
def test_documents_with_slashes_are_documents(documents):
    assert read(open_corpus(documents)) == "".join(f"{line}\n" for line in documents).encode()


def test_no_document_is_lost_to_the_look_at_the_first_ones():
    lines = [f"document {number}" for number in range(1000)]
    assert read(open_corpus(iter(lines))) == "".join(f"{line}\n" for line in lines).encode()


def test_a_file_is_not_looked_for_under_the_name_of_every_document(monkeypatch):
    looked_for = []
    exists = os.path.exists
    monkeypatch.setattr(os.path, "exists", lambda name: looked_for.append(name) or exists(name))
    open_corpus(["some text"] * 10_000)
    assert len(looked_for) <= 100


def test_a_missing_file_far_down_a_list_is_found(tmp_path):
    path = str(write(tmp_path / "there.txt", b"text"))
    with pytest.raises(CorpusError, match=r"there.txt' is a file and 'missing.txt' is not"):
        open_corpus(iter([*[path] * 1000, "missing.txt"]))


@pytest.mark.parametrize("place", [0, 1])
def test_a_list_of_strings_some_of_which_are_files_is_refused(tmp_path, place):
    strings = [str(tmp_path / "missing.txt")]
    strings.insert(place, str(write(tmp_path / "there.txt", b"text")))
    with pytest.raises(CorpusError, match=r"there.txt' is a file and .*missing.txt' is not"):
        open_corpus(strings)


def test_paths_and_documents_do_not_mix(tmp_path):
    path = write(tmp_path / "there.txt", b"text")
    for paths in ([path], [str(path)] * 100):
        with pytest.raises(CorpusError, match="begins with paths and goes on with a list"):
            open_corpus([*paths, ["a", "document"]])


@pytest.mark.parametrize("corpus", [b"bytes", bytearray(b"x"), 7, None])
def test_what_is_no_corpus_is_refused(corpus):
    with pytest.raises(CorpusError, match=type(corpus).__name__):
        open_corpus(corpus)


@pytest.mark.parametrize("text", ["The king\nand the queen. " * 200_000, "no/such.txt", "a\0b"])
def test_a_string_that_is_no_path_is_quoted_in_short(text):
    with pytest.raises(CorpusError, match=r"check the path, or for text give \[text\]") as raised:
        open_corpus(text)
    assert len(str(raised.value)) < 200
    assert repr(text[:50])[:-1] in str(raised.value)


def test_a_list_of_what_exists_is_read_as_files(tmp_path):
    paths = [str(write(tmp_path / name, name.encode())) for name in ("one", "two")]
    assert read(open_corpus(paths)) == b"one\ntwo\n"
    with pytest.raises(CorpusError, match=r"give paths as pathlib\.Path") as raised:
        open_corpus([paths[0], "a text " * 99])
    assert len(str(raised.value)) < 300 + len(paths[0])
