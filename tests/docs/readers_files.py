"""What a recipe takes for granted: files of the reader's own, here made from the sample."""

from __future__ import annotations

import csv

from support import DATA


def _documents(count):
    with open(DATA / "sample.txt", encoding="utf-8") as file:
        return [next(file).strip() for _ in range(count)]


def make_reviews(folder):
    """A table with a column of raw text, one cell of it empty, and one of stars."""
    with open(folder / "reviews.csv", "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["stars", "text"])
        for number, document in enumerate(_documents(300)):
            words = document.split()
            words[len(words) // 2] += ","
            rows.writerow([number % 5 + 1, f"{' '.join(words).capitalize()}!"])
        rows.writerow([3, ""])


def make_two_corpora(folder):
    """Two halves of a text; in the second, `dog` and `violin` have changed places."""
    documents = _documents(5000)
    exchanged = {"dog": "violin", "violin": "dog"}
    after = [[exchanged.get(word, word) for word in line.split()] for line in documents[2500:]]
    (folder / "before.txt").write_text("\n".join(documents[:2500]) + "\n")
    (folder / "after.txt").write_text("\n".join(map(" ".join, after)) + "\n")


READERS_FILES = {"csv-pandas": make_reviews, "comparing-corpora": make_two_corpora}
