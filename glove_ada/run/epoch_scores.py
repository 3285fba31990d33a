"""Scores of the vectors while they are trained."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from glove_ada.evaluation import evaluate_analogies, evaluate_similarity
from glove_ada.evaluation.analogy_files import read_analogies
from glove_ada.evaluation.pair_files import read_pairs
from glove_ada.evaluation.reporting import as_record
from glove_ada.run.report import Report
from glove_ada.system.progress import Display
from glove_ada.system.threads import linear_algebra_threads
from glove_ada.vectors.word_vectors import WordVectors


class EpochScores:
    """Evaluates every few epochs and after the last; scores go to the display and the report.

    Parameters
    ----------
    every : int or None
        Epochs between two evaluations; None for the last epoch only.
    epochs : int
        Of the training.
    analogies, similarity : sequence of path
        What `glove_ada.evaluation` reads: once, now, so that pipes will do.
    display : Display
    threads : int
        That a library of linear algebra may use.

    Raises
    ------
    FormatError
        If a file cannot be read: now, not after hours of training.
    """

    def __init__(
        self,
        every: int | None,
        epochs: int,
        analogies: Sequence[str],
        similarity: Sequence[str],
        display: Display,
        threads: int,
    ) -> None:
        self.every, self.epochs = every or epochs, epochs
        self.analogies = [read_analogies(path) for path in analogies]
        self.similarity = [read_pairs(path) for path in similarity]
        self.display, self.threads = display, threads

    def __call__(self, epoch: int, make_vectors: Callable[[], WordVectors], report: Report) -> None:
        """Score the vectors as they are after an epoch, if it is one to be scored."""
        if epoch % self.every and epoch != self.epochs:
            return
        if any(scores["epoch"] == epoch for scores in report.facts.get("scores", [])):
            return  # a training that went on from its end
        vectors = make_vectors()
        with linear_algebra_threads(self.threads):
            analogies = [evaluate_analogies(vectors, each) for each in self.analogies]
            similarity = [evaluate_similarity(vectors, each) for each in self.similarity]
        report.append(
            "scores",
            {
                "epoch": epoch,
                "analogies": as_record(analogies),
                "similarity": as_record(similarity),
            },
        )
        shown = [
            f"{result.name} {estimate.value:.1%}"
            for result in analogies
            if (estimate := result.total.accuracy[1])
        ]
        shown += [
            f"{result.name} {result.spearman.value:.3f}" for result in similarity if result.spearman
        ]
        self.display.say(f"scores after epoch {epoch}: {', '.join(shown) or 'nothing known'}")
