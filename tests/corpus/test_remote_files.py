"""The same text gives the same bytes, whether it is local or at a URL."""

from __future__ import annotations

import functools
import gzip
import http.server
import threading

import pytest

from glove_ada import GloVe, count
from glove_ada.corpus.large.parts import Part
from glove_ada.corpus.large.remote_files import is_url
from glove_ada.corpus.sources import FileSource, open_corpus
from glove_ada.errors import CorpusError

fsspec = pytest.importorskip("fsspec")


@pytest.fixture
def folder(tmp_path, text):
    """A local directory."""
    lines = text.splitlines(keepends=True)
    folder = tmp_path / "texts"
    (folder / "more").mkdir(parents=True)
    (folder / "b").write_bytes(b"".join(lines[:100]).rstrip(b"\n"))
    (folder / "a.gz").write_bytes(gzip.compress(b"".join(lines[100:150])))
    (folder / "more" / "c").write_bytes(b"".join(lines[150:]))
    (folder / "more.txt").write_bytes(b"behind what is in the directory\n")
    (folder / ".hidden").write_bytes(b"hidden\n")
    return folder


@pytest.fixture
def memory(folder):
    """The same, in fsspec's memory."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pseudo_dirs[:] = [""]
    for path in folder.rglob("*"):
        if path.is_file():
            system.pipe(f"/texts/{path.relative_to(folder).as_posix()}", path.read_bytes())
    yield system
    system.store.clear()


def read(paths, part=None):
    return b"".join(FileSource(paths, part=part).chunks())


def test_a_directory_a_file_and_a_glob(folder, memory):
    assert read(["memory://texts"]) == read([folder])
    assert read(["memory://texts/b"]) == read([folder / "b"])
    assert read(["memory://texts/?", "memory://texts/*.gz"]) == read(
        [folder / "b", folder / "a.gz"]
    )
    source = open_corpus("memory://texts")
    assert source.repeatable
    assert source.size == sum(
        path.stat().st_size for path in map(folder.joinpath, ("b", "a.gz", "more/c", "more.txt"))
    )
    assert b"".join(open_corpus(["memory://texts/b", "memory://texts/a.gz"]).chunks())


@pytest.mark.parametrize("parts", [1, 2, 7])
def test_parts_are_those_of_local_files(folder, memory, parts):
    for number in range(1, parts + 1):
        part = Part(number, parts)
        assert read(["memory://texts"], part) == read([folder], part)


@pytest.mark.filterwarnings("ignore:.*are not UTF-8")
def test_vectors_are_those_of_local_files(folder, memory):
    options = {"vector_size": 4, "epochs": 1}
    one, other = (GloVe(**options).fit(corpus) for corpus in (folder, "memory://texts"))
    assert other.vectors_.vectors.tobytes() == one.vectors_.vectors.tobytes()
    reports = [model.report_.facts["corpus"] for model in (one, other)]
    assert [report.pop("paths") for report in reports] == [[str(folder)], ["memory://texts"]]
    assert reports[0] == reports[1]


def test_over_http(folder):
    pytest.importorskip("aiohttp")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = f"http://127.0.0.1:{server.server_port}"
        assert read([f"{place}/b", f"{place}/a.gz"]) == read([folder / "b", folder / "a.gz"])
        with pytest.raises(CorpusError, match="there is no file at http"):
            read([f"{place}/nowhere"])
        server.shutdown()


def test_what_is_refused(folder, memory, monkeypatch, capsys):
    for url, sentence in (
        ("memory://nowhere", "there is no file at memory://nowhere"),
        ("memory://texts/*.bz2", "there is no file at"),
        ("what://ever", r"cannot read what://ever: Protocol not known: what"),
    ):
        with pytest.raises(CorpusError, match=sentence):
            FileSource([url])
    assert count.main(["what://ever", "--save", str(folder / "counts")]) == 2
    assert capsys.readouterr().err.startswith("error: cannot read what://ever")
    monkeypatch.setitem(__import__("sys").modules, "fsspec", None)
    monkeypatch.setitem(__import__("sys").modules, "fsspec.core", None)
    with pytest.raises(CorpusError, match=r"pip install 'glove-ada\[remote\]'"):
        FileSource(["memory://texts"])


def test_a_file_that_changes_is_refused(memory):
    source = FileSource(["memory://texts/b"])
    chunks = source.chunks()
    next(chunks)
    memory.pipe("/texts/b", b"other\n")
    with pytest.raises(CorpusError, match="changed while it was read"):
        list(chunks)


def test_errors_of_the_file_system_name_the_url(memory, monkeypatch):
    source = FileSource(["memory://texts/b"])

    def fail(*_, **__):
        raise PermissionError("Forbidden")

    monkeypatch.setattr(type(memory), "open", fail)
    with pytest.raises(CorpusError, match="cannot read memory:///texts/b: Forbidden"):
        list(source.chunks())


@pytest.mark.parametrize(
    "path", ["a", "/a/b", "C:\\a", "a:b", "-", "", "://a", "9p://a", "./s3://a"]
)
def test_what_is_no_url(path):
    assert not is_url(path)


@pytest.mark.parametrize("path", ["s3://a/b", "zip::s3://a/b", "https://a.b/c", "abfs+x://a"])
def test_what_is_one(path):
    assert is_url(path)
