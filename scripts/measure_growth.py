"""Measure how time and scores grow with the text, and draw it.

    python scripts/measure_growth.py wiki17m.txt wiki70m.txt --evaluation DIR

Every corpus is trained on with the defaults in each of the sizes; what came of it is a line of
docs/growth/trainings.jsonl, and what is there is not done again. docs/growth/growth.svg shows all
lines. DIR holds evaluation sets under the names in `compare_settings.py`.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import compare_settings

from glove_ada import GloVe

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "growth"
SIZES = (100, 300)


@dataclass(frozen=True)
class Growth:
    """One training, and what came of it.

    Attributes
    ----------
    corpus : str
        The name of its file.
    tokens, words : int
        Of the corpus, and of the vocabulary.
    vector_size : int
    seconds : float
        Of the whole job.
    scores : dict from str to float
        Accuracies in percent and Spearman correlations.
    """

    corpus: str
    tokens: int
    words: int
    vector_size: int
    seconds: float
    scores: dict[str, float]


def main() -> None:
    """Do the trainings that are not noted yet, and draw all."""
    options = _parser().parse_args()
    FOLDER.mkdir(exist_ok=True)
    results = FOLDER / "trainings.jsonl"
    lines = results.read_text("utf-8").splitlines() if results.exists() else []
    noted = [Growth(**json.loads(line)) for line in lines]
    for corpus in options.corpora:
        for size in options.vector_sizes:
            if any((corpus.name, size) == (done.corpus, done.vector_size) for done in noted):
                continue
            noted.append(measure(corpus, size, options))
            with open(results, "a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(noted[-1])) + "\n")
    draw(noted, FOLDER / "growth.svg")


def measure(corpus: Path, vector_size: int, options: argparse.Namespace) -> Growth:
    """Train once and score the vectors."""
    start = time.perf_counter()
    model = GloVe(vector_size=vector_size, threads=options.threads).fit(corpus)
    seconds = time.perf_counter() - start
    tokens, words = model.report_.facts["corpus"]["tokens"], len(model.vocabulary_)
    scores = compare_settings.score(model.vectors_, options.evaluation)
    return Growth(corpus.name, tokens, words, vector_size, seconds, scores)


def draw(noted: list[Growth], path: Path) -> None:
    """Draw seconds, analogies and word pairs over tokens, a line for each size."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "glove_ada"  # so that it can be made again to the byte
    from matplotlib import pyplot

    panels = {
        "seconds, whole job": ["seconds"],
        "analogies, %": list(compare_settings.ANALOGIES),
        "word pairs, Spearman": list(compare_settings.PAIRS),
    }
    figure, axes = pyplot.subplots(1, len(panels), figsize=(11, 3.6), layout="constrained")
    for axis, (title, columns) in zip(axes, panels.items(), strict=True):
        sizes = sorted({one.vector_size for one in noted})
        for style, size in zip(("--o", "-o", ":o"), sizes, strict=False):
            here = sorted((g for g in noted if g.vector_size == size), key=lambda g: g.tokens)
            axis.set_prop_cycle(None)  # a set has the same colour in every size
            for column in columns:
                values = [g.seconds if column == "seconds" else g.scores[column] for g in here]
                name = f"{size} dimensions" if column == "seconds" else f"{column}, {size}"
                axis.plot([g.tokens / 1e6 for g in here], values, style, label=name)
        axis.set(title=title, xlabel="million tokens", xscale="log")
        axis.legend(fontsize="x-small")
    figure.savefig(path, metadata={"Date": None})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Measure how time and scores grow with the text.")
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--evaluation", type=Path, required=True, help="directory of the sets")
    parser.add_argument("--vector-sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--threads", type=int)
    return parser


if __name__ == "__main__":
    main()
