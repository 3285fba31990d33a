"""Train with every rule at its best eta, and note what came of it: how rules of training compare.

    python scripts/compare_rules.py CORPUS --evaluation DIR
    python scripts/write_optimizers_page.py           # docs/optimizers.md, from what was noted

For each rule the best eta is searched first, at 100 dimensions and a quarter of the epochs: from a
step near the rule's default, in steps of about three, until the best one that was tried has worse
neighbours. Then come the trainings that the page tells of. Each training is a line of the results'
file as soon as it has ended, and what is there is not done again, so that all may be done in
several sittings. DIR holds evaluation sets under the names in `compare_settings.py`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean

import compare_settings

from glove_ada import GloVe
from glove_ada.errors import DivergenceError
from glove_ada.training.rules import DEFAULTS

RESULTS = Path(__file__).resolve().parent.parent / "docs" / "optimizers" / "trainings.jsonl"
SIZES = (100, 300)
EPOCHS, SEARCH_EPOCHS = 20, 5
RULES_WITH_SEEDS = ("adagrad", "adagrad-row", "adagrad-norm", "adagrad-da", "adagrad-comid")
SEEDS = (1, 2, 3)
STEPS = {1: 3.0, 2: 5.0, 3: 10.0, 5: 20.0}  # the next larger eta of 1, 2, 3 and 5
MOST_STEPS = 4  # away from the rule's default


@dataclass(frozen=True)
class Training:
    """One training, and what came of it.

    Attributes
    ----------
    rule : str
    eta : float
    vector_size, epochs, seed : int
    costs, zero_costs : list of float
        Of each epoch; empty if it diverged.
    scores : dict from str to float
        Accuracies in percent and Spearman correlations; empty if it diverged.
    """

    rule: str
    eta: float
    vector_size: int
    epochs: int
    seed: int
    costs: list[float]
    zero_costs: list[float]
    scores: dict[str, float]

    @property
    def quality(self) -> float:
        """The mean of all scores, of which each is between 0 and 1; -1 if it diverged."""
        if not self.scores:
            return -1.0
        percent = compare_settings.ANALOGIES
        return fmean(v / 100 if name in percent else v for name, v in self.scores.items())


def main() -> None:
    """Do the trainings that are not noted yet."""
    options = _parser().parse_args()
    results = Results(options.results)
    with tempfile.TemporaryDirectory(dir=options.work_dir) as work_dir:
        for rule in options.rules:
            search_eta(rule, results, options, work_dir)
        for rule, size, seed in planned(options.rules, options.vector_sizes):
            eta = results.best_eta(rule)
            if eta is not None:
                results.train(rule, eta, size, EPOCHS, seed, options, work_dir)


def planned(rules: list[str], sizes: list[int]) -> Iterator[tuple[str, int, int]]:
    """Yield rule, vector size and seed of each training that the page tells of."""
    for seed in SEEDS:
        for size in sizes:
            for rule in rules:
                if seed == SEEDS[0] or rule in RULES_WITH_SEEDS:
                    yield rule, size, seed


def search_eta(rule: str, results: Results, options: argparse.Namespace, work_dir: str) -> None:
    """Try etas around the rule's default until the best has a worse one on each side."""
    default = of_steps(float(DEFAULTS[rule].values["eta"]))
    for _ in range(2 * MOST_STEPS):
        tried = results.tried(rule)
        best = results.best_eta(rule) or default
        wanted = [eta for eta in (best, larger(best), smaller(best)) if eta not in tried]
        if not wanted:
            return
        results.train(rule, wanted[0], SIZES[0], SEARCH_EPOCHS, SEEDS[0], options, work_dir)


def settings_of(rule: str) -> dict[str, object]:
    """Return what all rules have alike, but for the reference program's, which has its own."""
    if rule == "stanford":
        return {}
    # Directed contexts would say the same of rules, and take longer.
    alike: dict[str, object] = {"symmetric": True, "bias_init": "log-sums", "singular_power": 0.6}
    return alike | ({"initial_accumulator": 0.1} if rule == "adagrad-row" else {})


def of_steps(eta: float) -> float:
    """Return the eta, or the next smaller one whose digit is one of those that steps lead to."""
    digit, _, exponent = f"{eta:.0e}".partition("e")
    return float(f"{max(step for step in STEPS if step <= int(digit))}e{exponent}")


def larger(eta: float) -> float:
    """Return the next of 1, 3, 10, 30, ... or, from 2 and 5 on, of 2, 5, 20, 50, ..."""
    digit, _, exponent = f"{eta:.0e}".partition("e")
    return float(f"{STEPS[int(digit)] * 10.0 ** int(exponent):.1g}")


def smaller(eta: float) -> float:
    """Return the eta that `larger` makes this one of."""
    digit, _, exponent = f"{eta:.0e}".partition("e")
    below = {3: 1.0, 5: 2.0, 1: 0.3, 2: 0.5}[int(digit)]
    return float(f"{below * 10.0 ** int(exponent):.1g}")


class Results:
    """The file of what was done.

    Parameters
    ----------
    path : Path
        Lines of JSON, each one training.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        self.trainings = [Training(**json.loads(line)) for line in lines]

    def tried(self, rule: str) -> dict[float, float]:
        """Return the etas that were tried for a rule, and how good each was."""
        return {
            training.eta: training.quality
            for training in self.trainings
            if (training.rule, training.epochs) == (rule, SEARCH_EPOCHS)
        }

    def best_eta(self, rule: str) -> float | None:
        """Return the best of those, or None if none was tried."""
        tried = self.tried(rule)
        return max(tried, key=lambda eta: tried[eta]) if tried else None

    def train(
        self,
        rule: str,
        eta: float,
        vector_size: int,
        epochs: int,
        seed: int,
        options: argparse.Namespace,
        work_dir: str,
    ) -> None:
        """Train unless that is noted already; note it."""
        wanted = rule, eta, vector_size, epochs, seed
        if any(
            wanted == (done.rule, done.eta, done.vector_size, done.epochs, done.seed)
            for done in self.trainings
        ):
            return
        model = GloVe(
            rule=rule,
            eta=eta,
            vector_size=vector_size,
            epochs=epochs,
            seed=seed,
            polish=0,
            **settings_of(rule),
            threads=options.threads,
            work_dir=work_dir,
            keep=True,  # the counts, for the next
            checkpoint_minutes=0,
        )
        try:
            vectors = model.fit(options.corpus).vectors_
            scores = compare_settings.score(vectors, options.evaluation)
            training = Training(*wanted, model.costs_, model.zero_costs_, scores)
        except DivergenceError:
            training = Training(*wanted, [], [], {})
        self.trainings.append(training)
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(training)) + "\n")
        print(*wanted, f"{training.quality:.4f}", training.costs[-1:], flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Compare the rules of training.")
    parser.add_argument("corpus")
    parser.add_argument("--evaluation", type=Path, required=True, help="directory of the sets")
    parser.add_argument(
        "--results", type=Path, default=RESULTS, help="docs/optimizers/trainings.jsonl"
    )
    parser.add_argument("--rules", nargs="+", choices=DEFAULTS, default=list(DEFAULTS))
    parser.add_argument("--vector-sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--threads", type=int)
    parser.add_argument("--work-dir", help="of the counts; for temporary files by default")
    return parser


if __name__ == "__main__":
    main()
