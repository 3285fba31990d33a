"""Files are known by their content: read as what they are, or refused by name."""

from __future__ import annotations

import gzip
import io
import os
import sys
import tarfile
import zipfile
from types import SimpleNamespace

import pytest

from glove_ada.corpus import sources
from glove_ada.corpus.content import zstandard as zstandard_module
from glove_ada.corpus.content.file_kinds import foreign_kind
from glove_ada.corpus.sources import FileSource
from glove_ada.errors import CorpusError
from glove_ada.system.console import run_command
from glove_ada.train import main

TEXT = "the cat — naïve 数 𝄞\nthe dog\n"


def read(*paths, **options):
    return b"".join(FileSource(paths, **options).chunks())


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def zip_of(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize("chunk_bytes", [1, 3, 1 << 20])
@pytest.mark.parametrize(
    "encoding",
    ["utf-16", "utf-32", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_text_in_wide_characters_is_read(tmp_path, monkeypatch, encoding, pack, chunk_bytes):
    monkeypatch.setattr(sources, "CHUNK_BYTES", chunk_bytes)
    path = write(tmp_path / "wide.txt", pack(TEXT.encode(encoding)))
    assert read(path) == TEXT.encode()


@pytest.mark.parametrize("order", ["\ufeff中文。" * 3000, "\ufeff中文。"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_mark_is_enough_where_there_are_no_zeros(tmp_path, encoding, order):
    path = write(tmp_path / "wide.txt", order.encode(encoding))
    assert read(path) == order[1:].encode() + b"\n"


def test_wide_characters_cut_in_two_are_named(tmp_path):
    path = write(tmp_path / "wide.txt", TEXT.encode("utf-16")[:-1])
    with pytest.raises(CorpusError, match=r"wide.txt looks like UTF-16 and is not: truncated"):
        read(path)


def test_nul_bytes_in_other_text_are_refused(tmp_path):
    path = write(tmp_path / "odd.txt", b"text " * 2000 + b"\0")
    with pytest.raises(CorpusError, match=r"odd.txt holds NUL bytes.*save it as UTF-8"):
        read(path)


FOREIGN = {
    "a.pdf": (b"%PDF-1.7\n%\xe2\xe3", "a PDF and no text; save its text"),
    "a.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "an old Word"),
    "a.docx": (zip_of({"[Content_Types].xml": "", "word/document.xml": ""}), "a Word document"),
    "a.xlsx": (zip_of({"[Content_Types].xml": "", "xl/workbook.xml": ""}), "an Excel table"),
    "a.odt": (zip_of({"mimetype": "", "content.xml": ""}), "an OpenDocument file"),
    "a.rtf": (rb"{\rtf1\ansi text}", "rich text"),
    "a.out": (b"\x7fELF\2\1\1\0", r"a program \(ELF\)"),
    "a.png": (b"\x89PNG\r\n\x1a\n\0\0", r"an image \(PNG\)"),
    "a.jpg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0", r"an image \(JPEG\)"),
    "a.npy": (b"\x93NUMPY\1\0", "a NumPy array"),
    "a.zip": (b"PK\3\4 damaged \0", "a damaged zip archive"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_text_is_refused_by_name_at_once(tmp_path, name):
    content, message = FOREIGN[name]
    path = write(tmp_path / name, content)
    with pytest.raises(
        CorpusError, match=rf"{name} is .*{message}" if "is" not in message else message
    ):
        FileSource([path])


def test_packed_files_that_are_no_text_are_refused_when_they_are_read(tmp_path):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        archive.add(write(tmp_path / "member", b"the cat\n"))
    path = write(tmp_path / "corpus.tar.gz", file.getvalue())
    with pytest.raises(CorpusError, match=r"corpus.tar.gz is a tar archive and no text; unpack it"):
        read(path)


@pytest.mark.parametrize("text", [b"BMW cars", b"OTTO and ID3", b"ID3 tags", b"PAR1", b"MZ 1234 "])
def test_letters_that_begin_other_files_make_no_such_file(text):
    assert foreign_kind(text) is None


def test_a_directory_is_read_without_what_is_no_text(tmp_path):
    for name, (content, _) in FOREIGN.items():
        write(tmp_path / name, content)
    write(tmp_path / "text", b"the cat\n")
    write(tmp_path / ".git" / "config", b"hidden")
    write(tmp_path / "notes.csv", b"id,text\n1,a\n")
    write(tmp_path / "old.vec", b"2 12\n" + b"cat" + b" 0.25" * 12 + b"\ndog" + b" -1.5e-3" * 12)
    source = FileSource([tmp_path])
    assert b"".join(source.chunks()) == b"the cat\n"
    hidden, foreign = source.left_out.tell()
    assert "as it is hidden:" in hidden
    assert ".git" in hidden
    for name in (*FOREIGN, "notes.csv (a table, which --text-column reads)", "old.vec (word vec"):
        assert name in foreign
    assert foreign.endswith(f"({len(FOREIGN) + 2} files)")


def test_a_directory_of_nothing_else_is_refused(tmp_path):
    write(tmp_path / "a.pdf", FOREIGN["a.pdf"][0])
    with pytest.raises(CorpusError, match=r"holds no file to read \(.*a.pdf is a PDF\)"):
        FileSource([tmp_path])


def test_the_command_says_in_one_line_what_it_leaves_out(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "text", b"the cat sat on the mat\n" * 20)
    write(tmp_path / "a.pdf", FOREIGN["a.pdf"][0])
    options = ["--vector-size", "4", "--epochs", "1"]
    assert run_command(lambda: main([".", *options, "--save-file", "a.txt"])) == 0
    first = capsys.readouterr().err
    assert first.count("a.pdf (a PDF)") == 1
    first_report = (tmp_path / "a.report.json").read_text()
    assert main([".", *options, "--save-file", "b.txt"]) == 0
    told = capsys.readouterr().err
    (line,) = [line for line in told.splitlines() if "as glove_ada wrote it" in line]
    assert "a.report.json" in line
    assert "a.txt" in line
    digest = '"sha256": "'
    corpus = first_report[first_report.index('"corpus"') :]
    again = (tmp_path / "b.report.json").read_text()
    again = again[again.index('"corpus"') :]
    assert corpus.split(digest)[1][:64] == again.split(digest)[1][:64]


def test_a_zip_archive_of_text_is_read_in_order(tmp_path):
    members = {
        "b.txt": b"two",
        "a/a.txt": TEXT.encode("utf-16"),
        "__MACOSX/a/._a.txt": b"\0",
        ".hidden": b"\0",
        "c.txt.gz": gzip.compress(b"three\n"),
    }
    path = write(tmp_path / "corpus.zip", zip_of(members))
    source = FileSource([path])
    text = b"".join(source.chunks())
    assert text.split(b"\n") == [*TEXT.encode().splitlines(), b"", b"two", b"three", b"", b""]
    assert source.position == source.size


def test_a_zip_archive_with_something_else_in_it_names_it(tmp_path):
    path = write(tmp_path / "corpus.zip", zip_of({"a.txt": b"a", "b.pdf": b"%PDF-1.4"}))
    with pytest.raises(CorpusError, match=r"corpus.zip/b.pdf is a PDF"):
        read(path)


def test_a_zip_archive_from_a_pipe_is_refused(monkeypatch):
    stdin = SimpleNamespace(buffer=io.BytesIO(zip_of({"a": b"a"})))
    monkeypatch.setattr(sys, "stdin", stdin)
    with pytest.raises(CorpusError, match="- is a zip archive and no text; unpack it"):
        read("-")


@pytest.fixture
def zstd():
    return pytest.importorskip("zstandard")


def test_zstandard_is_read_frame_by_frame(tmp_path, zstd):
    packed = zstd.compress(b"one ") + zstd.compress(b"two\n" * 100_000)
    assert read(write(tmp_path / "a.zst", packed)) == b"one " + b"two\n" * 100_000


def test_zstandard_that_is_cut_off_or_damaged_is_named(tmp_path, zstd):
    packed = zstd.compress(b"%x" % int.from_bytes(os.urandom(10_000), "big"))
    for damaged in (packed[:-1], packed[:100], packed[:9] + b"\xff" * 300):
        with pytest.raises(CorpusError, match=r"a.zst is a damaged or truncated archive"):
            read(write(tmp_path / "a.zst", damaged))


def test_zstandard_without_a_library_says_what_to_install(tmp_path, monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(zstandard_module, "import_module", missing)
    path = write(tmp_path / "a.zst", b"\x28\xb5\x2f\xfd" + bytes(20))
    with pytest.raises(CorpusError, match=r"Python 3.14 or later, or the package zstandard: pip"):
        read(path)


DOCUMENTS = b" \n\na b\nc\n \t\n\n\r\nd\r\ne\n\nf"


@pytest.mark.parametrize("chunk_bytes", [1, 2, 5, 1 << 20])
@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("line", [b"a b", b"c", b"d", b"e", b"f"]),
        ("blank-line", [b"a b c", b"d e", b"f"]),
        ("file", [b"a b c d e f"]),
    ],
)
def test_what_a_document_is(tmp_path, monkeypatch, document, expected, chunk_bytes):
    monkeypatch.setattr(sources, "CHUNK_BYTES", chunk_bytes)
    paths = [write(tmp_path / name, DOCUMENTS) for name in "ab"]
    text = read(*paths, document=document).replace(b"\r", b"")
    documents = [b" ".join(line.split()) for line in text.split(b"\n") if line.strip()]
    assert documents == 2 * expected
