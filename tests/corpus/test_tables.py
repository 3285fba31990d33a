"""Tables: one column of text, from files and from what others hold in memory."""

from __future__ import annotations

import gzip
import json
from importlib import import_module

import pytest

from glove_ada.corpus import sources
from glove_ada.corpus.sources import FileSource, open_corpus
from glove_ada.corpus.tables import parquet
from glove_ada.errors import CorpusError

TEXTS = ["the cat, sat", 'she said "no"', "two\nlines", "", "naïve — 数", "last"]
LINES = "".join(text.replace("\n", " ") + "\n" for text in TEXTS).encode()


def read(source):
    return b"".join(source.chunks())


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


def separated(separator):
    rows = [("id", "text", "more"), *((str(i), quoted(text), "x") for i, text in enumerate(TEXTS))]
    return "\r\n".join(separator.join(row) for row in rows).encode()


def json_lines():
    return "".join(
        json.dumps({"id": i, "text": text}) + "\n" for i, text in enumerate(TEXTS)
    ).encode()


TABLES = {
    "a.csv": separated(","),
    "b.csv": separated(";"),
    "c.tsv": separated("\t"),
    "d.CSV.gz": gzip.compress(separated(",")),
    "e.csv": separated(";").decode().encode("utf-16"),
    "f.csv": separated(",").decode().encode("utf-8-sig"),
    "g.jsonl": json_lines(),
    "h.ndjson": json_lines(),
}


@pytest.mark.parametrize("chunk_bytes", [1, 7, 1 << 20])
@pytest.mark.parametrize("name", TABLES)
def test_a_column_of_text_is_read_a_row_a_document(tmp_path, monkeypatch, name, chunk_bytes):
    monkeypatch.setattr(sources, "CHUNK_BYTES", chunk_bytes)
    (tmp_path / name).write_bytes(TABLES[name])
    assert read(FileSource([tmp_path / name], text_column="text")) == LINES
    assert read(FileSource([tmp_path], text_column="text")) == LINES


@pytest.mark.parametrize("name", TABLES)
def test_without_a_column_the_columns_are_listed(tmp_path, name):
    (tmp_path / name).write_bytes(TABLES[name])
    with pytest.raises(CorpusError, match=rf"{name} is a table: name .*--text-column; .* id, text"):
        FileSource([tmp_path / name])


@pytest.mark.parametrize("name", TABLES)
def test_a_column_that_is_not_there_is_named_and_all_are_listed(tmp_path, name):
    (tmp_path / name).write_bytes(TABLES[name])
    with pytest.raises(CorpusError, match=rf"{name} has no .*'words'.* id, text"):
        read(FileSource([tmp_path / name], text_column="words"))


@pytest.mark.parametrize(
    ("name", "kind"), [("a.csv", "csv"), ("c.tsv", "tsv"), ("g.jsonl", "json")]
)
def test_a_table_under_another_name_is_known_by_its_content(tmp_path, name, kind):
    path = tmp_path / "table"
    path.write_bytes(TABLES[name])
    assert read(FileSource([path], text_column="text")) == LINES
    if name == "g.jsonl":
        with pytest.raises(CorpusError, match="table is a table: name its column of text"):
            read(FileSource([path]))


def test_in_a_directory_only_tables_are_read_for_a_column(tmp_path):
    (tmp_path / "a.csv").write_bytes(TABLES["a.csv"])
    (tmp_path / "README").write_bytes(b"about the table")
    source = FileSource([tmp_path], text_column="text")
    assert read(source) == LINES
    assert list(source.left_out.foreign.values()) == ["no table"]


def test_a_cell_may_be_a_book(tmp_path):
    book = "many words " * 50_000
    (tmp_path / "a.csv").write_text(f"text,id\n{quoted(book)},1\n")
    assert read(FileSource([tmp_path / "a.csv"], text_column="text")) == book.encode() + b"\n"


def test_bytes_that_are_not_utf_8_are_carried(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"text\ncaf\xe9\n")
    assert read(FileSource([tmp_path / "a.csv"], text_column="text")) == b"caf\xe9\n"


def test_half_a_pair_in_json_is_carried(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "a \\ud800"}\n')
    assert read(FileSource([tmp_path / "a.jsonl"], text_column="text")) == b"a \xed\xa0\x80\n"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"id,text\n1,a,b\n", r"a.csv, line 2, has 3 values, and .* 2 columns"),
        ("a.csv", b"id,text\n\n1\n", r"a.csv, line 3, has 1 value, "),
        ("a.csv", b"", r"a.csv is an empty table"),
        ("a.jsonl", b'{"text": "a"}\n[1]\n', r"a.jsonl, line 2 is no object"),
        ("a.jsonl", b'{"text": "a"}\nplain\n', r"a.jsonl, line 2 is no JSON"),
        ("a.jsonl", b'{"text": 5}\n', r"a.jsonl, line 1: 'text' is a int and no text"),
    ],
)
def test_damaged_tables_are_named_with_the_line(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CorpusError, match=message):
        read(FileSource([tmp_path / name], text_column="text"))


def test_rows_without_a_text_are_no_documents(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "a"}\n\n{"text": null}\n{"id": 1}\n{"text": "b"}')
    assert read(FileSource([tmp_path / "a.jsonl"], text_column="text")) == b"a\nb\n"


@pytest.fixture
def arrow_table(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"id": list(range(7)), "text": [*TEXTS, None]})
    import_module("pyarrow.parquet").write_table(table, tmp_path / "a.parquet")
    return table


def test_parquet(tmp_path, arrow_table):
    path = tmp_path / "a.parquet"
    for corpus in (path, tmp_path):
        source = FileSource([corpus], text_column="text")
        assert read(source) == LINES
        assert source.position == source.size
    with pytest.raises(CorpusError, match=r"a.parquet is a table: name .* id, text"):
        FileSource([path])
    with pytest.raises(CorpusError, match=r"a.parquet: the column 'id' holds a int"):
        read(FileSource([path], text_column="id"))
    with pytest.raises(CorpusError, match=r"a.parquet has no column 'x'; its columns are id, text"):
        read(FileSource([path], text_column="x"))
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(CorpusError, match=r"a.parquet is a damaged Parquet table"):
        read(FileSource([path], text_column="text"))


def test_parquet_without_pyarrow_says_what_to_install(tmp_path, monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(parquet, "import_module", missing)
    (tmp_path / "a.parquet").write_bytes(b"PAR1" + bytes(20))
    with pytest.raises(CorpusError, match=r"pyarrow: pip install 'glove-ada\[parquet\]'"):
        read(FileSource([tmp_path / "a.parquet"], text_column="text"))


def test_columns_of_pyarrow(arrow_table):
    assert read(open_corpus(arrow_table["text"])) == LINES
    with pytest.raises(CorpusError, match=r"The Table has id, text.*table\['text'\]"):
        open_corpus(arrow_table)


def test_columns_of_pandas():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"text": [*TEXTS, None, float("nan"), pandas.NA], "id": 0})
    assert read(open_corpus(frame["text"])) == LINES
    assert read(open_corpus(frame["text"][::-1].dropna())) != LINES
    tokens = pandas.Series([["a", "list"], ["of", "tokens"]])
    assert read(open_corpus(tokens)) == b"a list\nof tokens\n"
    with pytest.raises(CorpusError, match=r"which column\? The DataFrame has text, id: give one"):
        open_corpus(frame)
    with pytest.raises(CorpusError, match=r"as table\['text'\]"):
        open_corpus(frame[["id", "text"]])


def test_columns_of_polars():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"text": [*TEXTS, None]})
    assert read(open_corpus(frame["text"])) == LINES
    with pytest.raises(CorpusError, match=r"which column\? The DataFrame has text"):
        open_corpus(frame)


class Column(list):
    """Stands in for a column of Hugging Face's datasets."""


class Dataset:
    """Stands in for a dataset, or for one with several splits."""

    def __init__(self, names):
        self.column_names = names

    def __iter__(self):
        return iter([{"text": "a"}])

    def __getitem__(self, name):
        return Column(TEXTS if name == "text" else [])


def test_columns_of_datasets(monkeypatch):
    for stand_in in (Column, Dataset):
        monkeypatch.setattr(stand_in, "__module__", "datasets.arrow_dataset")
    assert read(open_corpus(Column(TEXTS))) == LINES
    with pytest.raises(CorpusError, match=r"which column\? The Dataset has text, label"):
        open_corpus(Dataset(["text", "label"]))
    with pytest.raises(CorpusError, match=r"There are train: text, label; test: text: give"):
        open_corpus(Dataset({"train": ["text", "label"], "test": ["text"]}))


def test_a_name_of_a_class_alone_makes_no_table():
    assert read(open_corpus(Column(["a b"]))) == b"a b\n"
