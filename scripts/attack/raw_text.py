"""Raw text and tables with options of text at random: whole, in other dresses, and damaged."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from attack.case import Case, Kind
from attack.corpora import OUTPUTS, VECTORS, wrong_vectors
from attack.materials import SMALL_OPTIONS, digest
from attack.vector_files import Chooser, damage_bytes

COLUMN = "the text"
SWITCHES = ("--tokenize", "--strip-html", "--lowercase", "--drop-punctuation", "--drop-numbers",
            "--drop-duplicates", "--phrases")  # fmt: skip
MORE = (["--normalize", "NFC"], ["--normalize", "NFKC"], ["--stop-words", "english"],
        ["--stop-words", "stop.txt"])  # fmt: skip
# Behind words, between them and around them, as pages and reviews have them, and as nobody should.
ODDITIES = (".", ",", "!?", '"', "'s", "<br />", "<b>", "</b>", "<!-- -->", "<!--", "<script>", "<",
            "&amp;", "&#39;", "&#x110000;", "&nbsp;", "&nosuch;", "3.14", "50%", "U.S.", "--",
            "http://x.org/a?b=1", "#MeToo", "@some_one", "=1+2", ";", "\\", "{", "x" * 300,
            "\u00ad", "\u200d", "\u200f", "e\u0301", "\ufb01", "\u2028", "\u00a0", "\u4f60\u597d",
            "\U0001f468\u200d\U0001f469", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35")  # fmt: skip


def attack(case: Case) -> None:
    """Train on raw text, and on the same in another dress or damaged."""
    chooser = case.random
    documents = raw_documents(chooser, case.materials.small.read_text("utf-8"))
    options = [option for option in SWITCHES if chooser.random() < 0.4]
    options += chooser.choice([[], [], *MORE])
    (case.home / "stop.txt").write_text("the\nof\nÜber\n", "utf-8")
    dress = chooser.choice(DRESSES)
    case.tell(dress.__name__)
    name, more = dress(documents, case.home)
    if chooser.random() < 0.5:
        attack_damaged(case, name, [*options, *more])
        return
    (case.home / "raw.txt").write_text("".join(f"{each}\n" for each in documents), "utf-8")
    digests = []
    for arguments in ([name, *options, *more], ["raw.txt", *options]):
        outcome = case.run("train", train(arguments), asked_for=OUTPUTS, statuses=[0])
        digests.append(digest(case.home / VECTORS))
    if digests[0] != digests[1]:
        case.fault("other vectors of the same text in another dress", outcome)


def attack_damaged(case: Case, name: str, options: list[str]) -> None:
    """Damage the file, and read it with whatever idea of a document."""
    chooser, path = case.random, case.home / name
    if chooser.random() < 0.7:
        path.write_bytes(damage_bytes(chooser, path.read_bytes()))
    else:
        options = [*options, "--text-column", chooser.choice(["", "other", "no such", "\udcff"])]
    if chooser.random() < 0.5:
        options = [*options, "--document", chooser.choice(["line", "blank-line", "file"])]
    outcome = case.run("train", train([name, *options]), asked_for=OUTPUTS)
    if outcome.status == 0:
        for what in wrong_vectors(case.home / VECTORS):
            case.fault(what, outcome)


def train(arguments: list[str]) -> list[str]:
    """Return the arguments of a small training."""
    return [*arguments, *SMALL_OPTIONS, "--save-file", VECTORS, "--quiet"]


def raw_documents(chooser: Chooser, text: str) -> list[str]:
    """Return documents of capitals, punctuation, markup and worse; some are there twice."""
    documents = []
    for line in text.splitlines():
        words = []
        for word in line.split():
            odd = chooser.choice(ODDITIES) if chooser.random() < 0.2 else ""
            word = word.title() if chooser.random() < 0.1 else word
            words += chooser.choice([[word + odd], [odd + word], [word, odd]])
        documents += [" ".join(filter(None, words))] * (2 if chooser.random() < 0.05 else 1)
    return documents


Dressed = tuple[str, list[str]]


def as_csv(documents: list[str], home: Path) -> Dressed:
    """Put the text into a column of values between commas, with all that may stand in them."""
    return table(documents, home, "table.csv", ",")


def as_tsv(documents: list[str], home: Path) -> Dressed:
    """Put it into one of values between tabs."""
    return table(documents, home, "table.tsv", "\t")


def table(documents: list[str], home: Path, name: str, separator: str) -> Dressed:
    """Write a table of values between separators."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=separator)
    writer.writerow(["number", COLUMN, "other"])
    writer.writerows(
        [number, each, f'{number}"{separator}'] for number, each in enumerate(documents)
    )
    (home / name).write_text(stream.getvalue(), "utf-8", newline="")
    return name, ["--text-column", COLUMN]


def as_json_lines(documents: list[str], home: Path) -> Dressed:
    """Put it into JSON objects."""
    rows = [json.dumps({"other": None, COLUMN: each}) for each in documents]
    (home / "table.jsonl").write_text("\n".join(rows), "utf-8")
    return "table.jsonl", ["--text-column", COLUMN]


def as_utf_16(documents: list[str], home: Path) -> Dressed:
    """Encode it as Windows does."""
    (home / "wide.txt").write_text("\r\n".join(documents), "utf-16", newline="")
    return "wide.txt", []


def as_zip(documents: list[str], home: Path) -> Dressed:
    """Pack it."""
    with zipfile.ZipFile(home / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/a.txt", "\n".join(documents[:99]))
        archive.writestr("folder/b.txt", "\n".join(documents[99:]))
    return "packed.zip", []


DRESSES: tuple[Callable[[list[str], Path], Dressed], ...] = (
    as_csv,
    as_tsv,
    as_json_lines,
    as_utf_16,
    as_zip,
)

KIND = Kind(
    "raw text",
    "whatever the options of text: raw text gives the same bytes as a table, as UTF-16 or packed, "
    "and a damaged one finite vectors or a sentence",
    attack,
)
