"""Raw text in five dresses and told apart: the same words, and what they cost.

    python scripts/measure_text.py wiki17m.txt

Of the beginning of a plain corpus (words of letters alone, a document a line) it makes 50 MB of raw
text with capitals, punctuation and HTML; as text, CSV, JSON lines, UTF-16, and a directory with a
PDF among it. All must have the vocabulary of the plain corpus. With `--neighbours` vectors are
learned from the raw text, and no neighbour of a frequent noun may have punctuation.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from glove_ada import GloVe
from glove_ada.corpus.encoding import encode_corpus
from glove_ada.corpus.sources import open_corpus
from glove_ada.run.options.text_rules import text_rules
from glove_ada.system.memory import process_peak_bytes
from glove_ada.system.threads import Workers

OPTIONS = {"tokenize": True, "strip_html": True, "lowercase": True, "drop_punctuation": True}
RAW_BYTES = 50_000_000
NOUNS = ("film", "river", "music", "war", "church", "school", "king", "car", "food", "city",
         "water", "book", "game", "law", "family")  # fmt: skip
AROUND = ('"{}"', "({})", "{},", "{};", "<b>{}</b>", '<a href="https://a.org/?b=1&c=2">{}</a>',
          "{}<br />", "{}&nbsp;&mdash;", "&#8216;{}&#8217;", "{}!", "{} -")  # fmt: skip


class Cost(NamedTuple):
    """What it took to turn a source into word ids, and what words there are."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    words: int
    digest: str


def main() -> int:
    """Make the dresses, measure, compare; return 1 if something is not as it should be."""
    asked = _parser().parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = folder / "plain.txt"
        sources = alone(make_sources, asked.corpus, plain, folder, asked.bytes)
        costs = {"told apart": alone(cost_of_encoding, plain, None, {})}
        for dress, (path, column) in sources.items():
            costs[dress] = alone(cost_of_encoding, path, column, OPTIONS)
        print("source           MB  seconds  CPU s   MB/s  peak MiB  words")
        for dress, cost in costs.items():
            path = sources[dress][0] if dress in sources else plain
            size = sum(file.stat().st_size for file in path.rglob("*")) or path.stat().st_size
            print(
                f"{dress:12} {size / 1e6:6.1f} {cost.seconds:8.2f} {cost.cpu_seconds:6.2f} "
                f"{size / 1e6 / cost.seconds:6.0f} {cost.peak_bytes / 2**20:9.0f}  "
                f"{cost.words:,} {cost.digest[:12]}"
            )
        wrong = [dress for dress, cost in costs.items() if cost.digest != costs["text"].digest]
        print(f"other words: {', '.join(wrong)}" if wrong else "the vocabularies are the same")
        if asked.neighbours:
            wrong += punctuated_neighbours(sources["text"][0])
    return 1 if wrong else 0


def make_sources(
    corpus: Path, plain: Path, folder: Path, size: int
) -> dict[str, tuple[Path, str | None]]:
    """Write the plain text and the raw one in all dresses; give path and column of each."""
    documents = list(raw_documents(corpus, plain, size))
    text = "".join(f"{document}\n" for document in documents)
    (folder / "raw.txt").write_text(text, "utf-8")
    (folder / "wide.txt").write_text(text, "utf-16")
    with open(folder / "table.csv", "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["number", "text"])
        rows.writerows(enumerate(documents))
    with open(folder / "table.jsonl", "w", encoding="utf-8") as file:
        file.writelines(json.dumps({"text": document}) + "\n" for document in documents)
    (folder / "pages").mkdir()
    half = len(documents) // 2
    (folder / "pages" / "a.txt").write_text("\n".join(documents[:half]), "utf-8")
    (folder / "pages" / "b.txt").write_text("\n".join(documents[half:]), "utf-8")
    (folder / "pages" / "paper.pdf").write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 100)
    return {
        "text": (folder / "raw.txt", None),
        "CSV": (folder / "table.csv", "text"),
        "JSON lines": (folder / "table.jsonl", "text"),
        "UTF-16": (folder / "wide.txt", None),
        "directory": (folder / "pages", None),
    }


def raw_documents(corpus: Path, plain: Path, size: int) -> Iterator[str]:
    """Yield documents with capitals, punctuation and HTML; write their words to `plain`."""
    chooser, written = random.Random(1), 0
    with open(corpus, encoding="utf-8") as lines, open(plain, "w", encoding="utf-8") as words_only:
        for line in lines:
            words, sentences = line.split(), []
            for start in range(0, len(words), 15):
                sentence = words[start : start + 15]
                sentence[0] = sentence[0].capitalize()
                odd = chooser.randrange(len(sentence))
                sentence[odd] = chooser.choice(AROUND).format(sentence[odd])
                sentences.append(" ".join(sentence) + chooser.choice([".", ".", "?", "..."]))
            document = f"<p class='a'>{' '.join(sentences)}</p>"
            written += len(document) + 1
            if written > size:
                return
            words_only.write(line)
            yield document


def alone(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call in a process of its own, whose memory is that of this alone."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def cost_of_encoding(path: Path, column: str | None, options: dict[str, bool]) -> Cost:
    """Turn a source into word ids."""
    source = open_corpus(path, text_column=column)
    rules = text_rules(GloVe(**options).resolved_options())
    start, cpu = time.perf_counter(), time.process_time()
    with Workers() as workers:
        encoded = encode_corpus(source, workers, rules=rules)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    vocabulary = encoded.vocabulary
    listed = "".join(
        f"{word} {count}\n" for word, count in zip(vocabulary.words, vocabulary.counts, strict=True)
    )
    digest = hashlib.sha256(listed.encode()).hexdigest()
    return Cost(seconds, cpu, process_peak_bytes() or 0, len(vocabulary), digest)


def punctuated_neighbours(path: Path) -> list[str]:
    """Learn vectors of raw text; list the neighbours of frequent nouns that have punctuation."""
    vectors = GloVe(vector_size=50, **OPTIONS).fit(path).vectors_
    found = []
    for noun in filter(vectors.has_index_for, NOUNS):
        near = [word for word, _ in vectors.most_similar(noun)]
        print(f"{noun}: {' '.join(near)}")
        found += [word for word in near if not word.isalpha()]
    print(f"with punctuation: {', '.join(found)}" if found else "no neighbour has punctuation")
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--bytes", type=int, default=RAW_BYTES, help="of raw text (%(default)s)")
    parser.add_argument("--neighbours", action="store_true", help="learn vectors, too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
