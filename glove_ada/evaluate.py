"""Score word vectors on analogies and word similarity: `python -m glove_ada.evaluate`."""

from __future__ import annotations

if __name__ == "__main__":
    from glove_ada.system import end_at_interrupts

    end_at_interrupts()  # while the imports below take their time

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glove_ada.errors import OptionError
from glove_ada.evaluation import reporting
from glove_ada.evaluation.analogies import AnalogyResult, evaluate_analogies
from glove_ada.evaluation.analogy_files import AnalogySet, read_analogies
from glove_ada.evaluation.bootstrap import MOST_RESAMPLES, RESAMPLES
from glove_ada.evaluation.comparison import (
    AccuracyDifference,
    SimilarityDifference,
    compare_analogies,
    compare_similarity,
)
from glove_ada.evaluation.pair_files import PairLayout, PairSet, read_pairs
from glove_ada.evaluation.reporting import as_record
from glove_ada.evaluation.similarity import SimilarityResult, evaluate_similarity
from glove_ada.system.console import CommandParser, run_command
from glove_ada.system.sentences.counted import counted
from glove_ada.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from glove_ada.run.uncertainty.sure_scores import ScoreNoise

DESCRIPTION = """\
Score word vectors on analogies and on word similarity. Each score comes with its 95 % bootstrap
interval and with how many of the questions are known. Formats are found from the content."""
# The draws are held in memory; more say nothing more.
MISSING = "pairs with unknown words: leave out, cosine 0, or mean vector (default: %(default)s)"


@dataclass(frozen=True)
class Scores:
    """What one file of vectors scores.

    Attributes
    ----------
    vectors : str
        Path of the file.
    words, vector_size : int
        Shape of the matrix.
    analogies : list of AnalogyResult
    similarity : list of SimilarityResult
    """

    vectors: str
    words: int
    vector_size: int
    analogies: list[AnalogyResult]
    similarity: list[SimilarityResult]


@dataclass(frozen=True)
class Differences:
    """What one file of vectors scores more than another, on what both know.

    Attributes
    ----------
    vectors : str
        Path of the other file.
    analogies : list of tuple of AccuracyDifference
        As in the scores of the first file.
    similarity : list of SimilarityDifference
    """

    vectors: str
    analogies: list[tuple[AccuracyDifference, ...]]
    similarity: list[SimilarityDifference]


def build_parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = CommandParser(prog="python -m glove_ada.evaluate", description=DESCRIPTION)
    add = parser.add_argument
    add("vectors", help="file of word vectors, in any format")
    files: dict[str, Any] = {"nargs": "+", "action": "extend", "default": [], "metavar": "FILE"}
    add("--analogies", **files, help="questions, or BATS directory")
    add("--similarity", **files, help="word pairs with scores")
    add("--against", metavar="OTHER", help="vectors to compare with, on what both know")
    add("--method", nargs="+", choices=list(reporting.METHOD_NAMES), default=["3cosadd"])
    add("--restrict-vocab", type=int, metavar="N", help="use the first N words only")
    add("--missing", choices=["skip", "zero", "mean"], default="skip", help=MISSING)
    add("--delimiter", help="what divides the columns of word pairs (default: found)")
    add("--header", choices=["yes", "no"], help="whether word pairs have one (default: found)")
    add("--score-column", type=int, metavar="N", help="from 1 (default: found)")
    add("--resamples", type=int, default=RESAMPLES, help="bootstrap draws (default: %(default)s)")
    add("--seed", type=int, default=1, help="of the bootstrap (default: %(default)s)")
    add("--json", action="store_true", help="print JSON")
    sure = parser.add_argument_group("how much of it is noise of the text")
    add = sure.add_argument
    add(
        "--sure",
        action="store_true",
        help="give each score the standard error that comes from which documents the text holds "
        "that the model was trained on",
    )
    add(
        "--corpus",
        action="append",
        metavar="TEXT",
        help="where that text is now, once for each file or directory (where the report says)",
    )
    add("--draws", type=int, default=20, help="of all vectors (default: %(default)s)")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    return run_command(lambda: run(build_parser().parse_args(arguments)))


def _check(options: argparse.Namespace) -> None:
    """Refuse options that make no sense."""
    if not options.analogies and not options.similarity:
        raise OptionError(
            "nothing to evaluate: give --analogies FILE or --similarity FILE; the package gensim "
            "holds questions-words.txt, wordsim353.tsv and simlex999.txt, and docs/evaluation.md "
            "tells where others come from"
        )
    if options.restrict_vocab is not None and options.restrict_vocab < 1:
        raise OptionError(f"--restrict-vocab is at least 1, not {options.restrict_vocab}")
    if not 1 <= options.resamples <= MOST_RESAMPLES:
        raise OptionError(f"--resamples is 1 to {MOST_RESAMPLES:,}, not {options.resamples}")
    if options.seed < 0:
        raise OptionError(f"--seed is at least 0, not {options.seed}")
    if options.corpus and not options.sure:
        raise OptionError("--corpus needs --sure")
    if options.draws < 2:
        raise OptionError(f"--draws is at least 2, not {options.draws}")
    if options.delimiter == "":
        raise OptionError("--delimiter is empty: name what divides the columns")


def run(options: argparse.Namespace) -> None:
    """Score the vectors, compare them if asked to, and print."""
    _check(options)
    header = None if options.header is None else options.header == "yes"
    layout = PairLayout(options.delimiter, header, options.score_column)
    # Once, since they may be pipes.
    analogies = [read_analogies(path) for path in options.analogies]
    pairs = [read_pairs(path, layout) for path in options.similarity]
    from glove_ada.system.threads import linear_algebra_threads, usable_cpus  # for the work alone

    with linear_algebra_threads(usable_cpus()):
        scores = evaluate(options.vectors, analogies, pairs, options)
        noise = find_noise(options, analogies, pairs) if options.sure else None
        differences = None
        if options.against is not None:
            others = evaluate(options.against, analogies, pairs, options)
            differences = compare(scores, others, options)
    if options.json:
        record = as_record(scores)
        if differences is not None:
            record["against"] = as_record(differences)
        if noise is not None:
            record["sure"] = as_record(noise)
        print(json.dumps(record, indent=2))
    else:
        print(as_text(scores, differences))
        if noise is not None:
            print(noise_text(noise, options.draws))


def evaluate(
    path: str,
    analogies: Sequence[AnalogySet],
    pairs: Sequence[PairSet],
    options: argparse.Namespace,
) -> Scores:
    """Score one file of vectors on everything asked for."""
    vectors = WordVectors.load(path)
    common = {
        "restrict_vocab": options.restrict_vocab,
        "resamples": options.resamples,
        "seed": options.seed,
    }
    return Scores(
        path,
        len(vectors),
        vectors.vector_size,
        [
            evaluate_analogies(vectors, each, method=method, **common)
            for each in analogies
            for method in options.method
        ],
        [evaluate_similarity(vectors, each, missing=options.missing, **common) for each in pairs],
    )


def find_noise(
    options: argparse.Namespace, analogies: Sequence[AnalogySet], pairs: Sequence[PairSet]
) -> list[ScoreNoise]:
    """Find how far the scores depend on the documents of the text."""
    # For the work alone: it takes long.
    from glove_ada.run.uncertainty.model_files import open_with_text
    from glove_ada.run.uncertainty.sure_scores import score_noise
    from glove_ada.system.threads import Workers

    vectors = WordVectors.load(options.vectors)
    with Workers() as workers:
        text = open_with_text(options.vectors, vectors, options.corpus, workers)
        return score_noise(
            text,
            analogies,
            pairs,
            workers,
            methods=options.method,
            missing=options.missing,
            restrict_vocab=options.restrict_vocab,
            draws=options.draws,
            seed=options.seed,
        )


def noise_text(noise: Sequence[ScoreNoise], draws: int) -> str:
    """Print each score with its standard error."""
    if not noise:
        return "\nno set has a score, of which to tell an error"
    title = f"standard errors from the text's documents ({draws} draws)"
    rows = [(title, "score", "error")]
    notes = []
    for each in noise:
        error = "-" if each.standard_error is None else f"{each.standard_error:.3f}"
        rows.append((f"  {each.name}", f"{each.score:.3f}", error))
        if each.in_too_few_documents:
            notes.append(
                f"note: {each.name}: {each.in_too_few_documents:,} of {each.words:,} words are in "
                f"too few documents to tell how sure, and their part is not in the error"
            )
    return "\n" + "\n".join([reporting.aligned([rows]), *notes])


def compare(first: Scores, second: Scores, options: argparse.Namespace) -> Differences:
    """Compare two files of vectors, set by set."""
    draws = {"resamples": options.resamples, "seed": options.seed}
    analogies = zip(first.analogies, second.analogies, strict=True)
    similarity = zip(first.similarity, second.similarity, strict=True)
    return Differences(
        second.vectors,
        [compare_analogies(ours, theirs, **draws) for ours, theirs in analogies],
        [compare_similarity(ours, theirs, **draws) for ours, theirs in similarity],
    )


def as_text(scores: Scores, differences: Differences | None) -> str:
    """Print one table of scores, one of differences, and the notes."""
    groups = [reporting.analogy_rows(result) for result in scores.analogies]
    if scores.similarity:
        groups.append(reporting.similarity_rows(scores.similarity))
    parts = [_headline(scores), reporting.aligned(groups)]
    if differences is not None:
        parts.append(f"difference to {differences.vectors}, on what both know")
        analogies = zip(scores.analogies, differences.analogies, strict=True)
        groups = [reporting.analogy_difference_rows(*pair) for pair in analogies]
        if differences.similarity:
            groups.append(reporting.similarity_difference_rows(differences.similarity))
        parts.append(reporting.aligned(groups))
    # Several methods meet the same oddities of a file.
    notes = dict.fromkeys(f"note: {note}" for result in _results(scores) for note in result.notes)
    return "\n\n".join(parts + (["\n".join(notes)] if notes else []))


def _results(scores: Scores) -> list[AnalogyResult | SimilarityResult]:
    """List the results of all files."""
    return [*scores.analogies, *scores.similarity]


def _headline(scores: Scores) -> str:
    """Say what was scored and how."""
    result = _results(scores)[0]
    restricted = f" (the first {result.restrict_vocab:,} only)" if result.restrict_vocab else ""
    case = (
        "folded to lower case, as the vocabulary is" if result.folded else "in the case they have"
    )
    return (
        f"{scores.vectors}: {counted(scores.words, 'word')}{restricted}, "
        f"{counted(scores.vector_size, 'dimension')}; "
        f"questions {case}\n[95 % bootstrap interval]"
    )


if __name__ == "__main__":
    sys.exit(main())
