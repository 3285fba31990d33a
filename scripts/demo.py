"""Train on the sample corpus and show what its vectors know.

    python scripts/demo.py

The vectors and the report of the run are written to the current directory.
"""

from __future__ import annotations

import sys
from pathlib import Path

from glove_ada import WordVectors, evaluate, train

DATA = Path(__file__).resolve().parent.parent / "data"
VECTORS = "sample-vectors.txt"
NEIGHBOURS_OF = ("paris", "queen", "cheaper", "dog", "walked")
QUESTIONS = (
    ("man", "king", "woman"),
    ("france", "paris", "italy"),
    ("big", "bigger", "small"),
    ("dog", "puppy", "cat"),
)


def main() -> int:
    """Train, then print neighbours, answers and scores."""
    status = train.main(
        [str(DATA / "sample.txt"), "--window-size", "10", "--save-file", VECTORS, "--overwrite"]
    )  # fmt: skip
    if status:
        return status
    vectors = WordVectors.load(VECTORS)
    print("\nnearest words")
    for word in NEIGHBOURS_OF:
        near = ", ".join(neighbour for neighbour, _ in vectors.most_similar(word, topn=6))
        print(f"  {word:<10}{near}")
    print("\nanalogies")
    for a, b, c in QUESTIONS:
        answer, _ = vectors.most_similar(positive=[b, c], negative=[a], topn=1)[0]
        print(f"  {a} is to {b} as {c} is to {answer}")
    print()
    return evaluate.main(
        [VECTORS, "--analogies", str(DATA / "sample-analogies.txt"),
         "--similarity", str(DATA / "sample-similarity.tsv")]
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
