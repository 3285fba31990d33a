"""What a recipe takes for granted: files of the reader's own, here made from the sample."""

from __future__ import annotations

import csv

from support import DATA


def _documents(count):
    with open(DATA / "sample.txt", encoding="utf-8") as file:
        return [next(file).strip() for _ in range(count)]


def _raw_documents(count):
    for document in _documents(count):
        words = document.split()
        words[len(words) // 2] += ","
        yield f"{' '.join(words).capitalize()}!"


def make_table(folder):
    """A table with a column of raw text, one cell of it empty, and one of stars."""
    with open(folder / "reviews.csv", "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["stars", "text"])
        rows.writerows((1 + len(text) % 5, text) for text in _raw_documents(300))
        rows.writerow([3, ""])


def make_raw_text(folder):
    """A text with capitals and punctuation."""
    text = "".join(f"{document}\n" for document in _raw_documents(300))
    for name in ("raw.txt", "reviews.txt"):
        (folder / name).write_text(text, encoding="utf-8")


def make_two_corpora(folder):
    """Two halves of a text; in the second, `dog` and `violin` have changed places."""
    documents = _documents(5000)
    exchanged = {"dog": "violin", "violin": "dog"}
    after = [[exchanged.get(word, word) for word in line.split()] for line in documents[2500:]]
    (folder / "before.txt").write_text("\n".join(documents[:2500]) + "\n")
    (folder / "after.txt").write_text("\n".join(map(" ".join, after)) + "\n")


READERS_FILES = {
    "comparing-corpora": make_two_corpora,
    "csv-pandas": make_table,
    "first-vectors": make_raw_text,
    "stop-words-and-phrases": make_raw_text,
}
