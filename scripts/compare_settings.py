r"""Train with several settings and seeds, and print a table of scores: how defaults are chosen.

    python scripts/compare_settings.py CORPUS '' 'weight_decay=0' 'eta=0.1,epochs=40' \
        --evaluation DIR --seeds 1 2 3

A setting is what differs from the defaults of `glove_ada.GloVe`. `cbow` is gensim's word2vec with
the settings in CBOW; what follows it, as in 'cbow,vector_size=300', differs from those. DIR holds
evaluation sets under the names in ANALOGIES and PAIRS below. Every figure is a mean over the seeds
with the smallest and the largest behind it: one score moves by about half a point with the seed
alone. Seconds are of the whole job, from text to vectors.
"""

from __future__ import annotations

import argparse
import ast
import time
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any

from glove_ada import GloVe, WordVectors
from glove_ada.evaluation import evaluate_analogies, evaluate_similarity

ANALOGIES = {"questions-words": "questions-words.txt", "MSR": "msr-analogies.txt"}
PAIRS = {
    "WS-353": "wordsim353.csv",
    "SimLex": "SimLex-999.txt",
    "MEN": "MEN_dataset_natural_form_full",
    "RW": "rw.txt",
}
CBOW: dict[str, object] = {
    "vector_size": 100,
    "window": 8,
    "min_count": 5,
    "negative": 15,
    "sample": 1e-4,
    "alpha": 0.05,
    "epochs": 5,
    "workers": 2,
}


def main() -> None:
    """Print a row of the table for each setting as soon as it is known."""
    options = _parser().parse_args()
    columns = ["seconds", *ANALOGIES, *PAIRS]
    print("| setting | " + " | ".join(columns) + " |")
    print("|" + " --- |" * (1 + len(columns)))
    for setting in options.settings:
        name, *differing = setting.split(",") if setting.startswith("cbow") else ("", setting)
        train = train_cbow if name else train_glove
        arguments = parse_setting(",".join(differing))
        runs = [run(options, train, arguments, seed) for seed in options.seeds]
        cells = [show_range([run[column] for run in runs], column) for column in columns]
        print(f"| {setting or 'defaults'} | " + " | ".join(cells) + " |", flush=True)


def show_range(values: list[float], column: str) -> str:
    """Return the mean, with the smallest and the largest behind it."""
    digits = 3 if column in PAIRS else 0 if column == "seconds" else 1
    percent = " %" if column in ANALOGIES else ""
    mean, least, most = (f"{f(values):.{digits}f}" for f in (fmean, min, max))
    return f"{mean}{percent} ({least} to {most})" if len(values) > 1 else f"{mean}{percent}"


def parse_setting(setting: str) -> dict[str, object]:
    """Turn `name=value,name=value` into keyword arguments; a value that is no number is text."""
    arguments: dict[str, object] = {}
    for item in filter(None, setting.split(",")):
        name, _, value = item.partition("=")
        try:
            arguments[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            arguments[name] = value
    return arguments


def run(
    options: argparse.Namespace,
    train: Callable[[argparse.Namespace, dict[str, Any], int], WordVectors],
    arguments: dict[str, object],
    seed: int,
) -> dict[str, float]:
    """Train once and score the vectors."""
    start = time.perf_counter()
    vectors = train(options, arguments, seed)
    seconds = time.perf_counter() - start
    return {"seconds": seconds} | score(vectors, options.evaluation)


def train_glove(options: argparse.Namespace, arguments: dict[str, Any], seed: int) -> WordVectors:
    """Train with our defaults but for the arguments."""
    return GloVe(seed=seed, threads=options.threads, **arguments).fit(options.corpus).vectors_


def train_cbow(options: argparse.Namespace, arguments: dict[str, Any], seed: int) -> WordVectors:
    """Train gensim's word2vec; with several workers no seed gives the same vectors twice."""
    from gensim.models import Word2Vec

    given = {**CBOW, "workers": options.threads or CBOW["workers"], **arguments}
    model = Word2Vec(corpus_file=options.corpus, seed=seed, **given)
    return WordVectors(model.wv.index_to_key, model.wv.vectors)


def score(vectors: WordVectors, directory: Path) -> dict[str, float]:
    """Return accuracies in percent and Spearman correlations; unknown words are left out."""
    scores = {}
    for name, file in ANALOGIES.items():
        accuracy = evaluate_analogies(vectors, directory / file).total.accuracy[1]
        scores[name] = 100 * accuracy.value if accuracy else 0.0
    for name, file in PAIRS.items():
        spearman = evaluate_similarity(vectors, directory / file).spearman
        scores[name] = spearman.value if spearman else 0.0
    return scores


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Compare settings of training by their scores.")
    parser.add_argument("corpus")
    parser.add_argument("settings", nargs="+", help="'' or 'name=value,...'")
    parser.add_argument("--evaluation", type=Path, required=True, help="directory of the sets")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--threads", type=int)
    return parser


if __name__ == "__main__":
    main()
