r"""Train with several settings and seeds, and print a table of scores: how defaults are chosen.

    python scripts/compare_settings.py CORPUS '' 'weight_decay=0' 'eta=0.1,epochs=40' \
        --evaluation DIR --seeds 1 2 3

A setting is what differs from the defaults of `glove_ada.GloVe`. DIR holds evaluation sets under
the names in ANALOGIES and PAIRS below. Scores are means over the seeds, with the smallest and the
largest behind the analogies: one score moves by about half a point with the seed alone.
"""

from __future__ import annotations

import argparse
import ast
from pathlib import Path
from statistics import fmean

from glove_ada import GloVe, WordVectors
from glove_ada.evaluation import evaluate_analogies, evaluate_similarity

ANALOGIES = {"questions-words": "questions-words.txt", "MSR": "msr-analogies.txt"}
PAIRS = {
    "WS-353": "wordsim353.csv",
    "SimLex": "SimLex-999.txt",
    "MEN": "MEN_dataset_natural_form_full",
    "RW": "rw.txt",
}


def main() -> None:
    """Print a row of the table for each setting as soon as it is known."""
    options = _parser().parse_args()
    columns = ["setting", "training, s", "cost", *ANALOGIES, *PAIRS]
    print("| " + " | ".join(columns) + " |")
    print("|" + " --- |" * len(columns))
    for setting in options.settings:
        runs = [run(options, parse_setting(setting), seed) for seed in options.seeds]
        cells = [f"{fmean(run['seconds'] for run in runs):.0f}"]
        cells.append(f"{fmean(run['cost'] for run in runs):.4f}")
        for name in ANALOGIES:
            scores = [run[name] for run in runs]
            spread = f" ({min(scores):.1f} to {max(scores):.1f})" if len(scores) > 1 else ""
            cells.append(f"{fmean(scores):.1f} %{spread}")
        cells += [f"{fmean(run[name] for run in runs):.3f}" for name in PAIRS]
        print(f"| {setting or 'defaults'} | " + " | ".join(cells) + " |", flush=True)


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


def run(options: argparse.Namespace, setting: dict[str, object], seed: int) -> dict[str, float]:
    """Train once and score the vectors."""
    trainer = GloVe(seed=seed, threads=options.threads, **setting)  # type: ignore[arg-type]
    model = trainer.fit(options.corpus)
    seconds = {stage["name"]: stage["seconds"] for stage in model.report_.facts["stages"]}
    scores = {"seconds": seconds["train"], "cost": model.costs_[-1]}
    return scores | score(model.vectors_, options.evaluation)


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
