"""Compare how groups use words: `python -m glove_ada.compare GROUP GROUP --model MODEL ...`."""

from __future__ import annotations

if __name__ == "__main__":
    from glove_ada.system import end_at_interrupts

    end_at_interrupts()  # while the imports below take their time

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from glove_ada.corpus.content.documents import DOCUMENTS
from glove_ada.errors import OptionError
from glove_ada.formats import check_vectors_writable
from glove_ada.formats.detection import NPZ, NUMPY, choose_format
from glove_ada.model import GloVe
from glove_ada.pictures.group_cosines import plot_groups
from glove_ada.pictures.picture_file import check_installed, kind_of_picture, write_picture
from glove_ada.run.groups.changes import compare_groups
from glove_ada.run.groups.group_rows import rows_by_group
from glove_ada.run.groups.grouped_text import GroupedText, open_groups
from glove_ada.run.groups.sources import AllGroups, Group, find_groups
from glove_ada.run.groups.tables import (
    BETWEEN,
    GroupCosine,
    change_text,
    cosine_text,
    cosines_by_group,
    nearest_by_group,
)
from glove_ada.run.outputs import Output, check_outputs, is_report, is_vectors
from glove_ada.run.report import report_path, write_report
from glove_ada.run.uncertainty.model_files import options_of_report, read_report
from glove_ada.system.atomic_files import check_writable
from glove_ada.system.console import MISTAKE, CommandParser, run_command, say_warnings, tell
from glove_ada.system.progress import Display, choose_display
from glove_ada.system.threads import Workers
from glove_ada.vectors.word_vectors import WordVectors

MOST_PERMUTATIONS = 1_000_000
DESCRIPTION = """\
Compare how groups of documents (parties, decades, outlets) use words. A word has a vector for each
group, solved from the group's counts against contexts that are the same for all: they lie in one
space, and each comes with its standard error."""


def build_parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = CommandParser(prog="python -m glove_ada.compare", description=DESCRIPTION)
    add = parser.add_argument
    add(
        "groups",
        nargs="+",
        metavar="GROUP",
        help="files or directories, each a group; or one directory, each entry of which is a "
        "group; or, with --group-by, the text of all",
    )
    add(
        "--model",
        required=True,
        help="folder or .npz of a model with its report, trained on the text of all groups or "
        "more; if it is not there, it is trained and saved",
    )
    add(
        "--group-by",
        metavar="FIELD",
        help="first-field: each line begins with its group and a tab; with --text-column, the "
        "column that names the group",
    )
    add("--text-column", metavar="NAME", help="read this column of tables")
    add(
        "--document",
        choices=DOCUMENTS,
        default=DOCUMENTS[0],
        help="what ends a document, where each path is a group (default: %(default)s)",
    )
    asked = parser.add_argument_group("what to compare")
    add = asked.add_argument
    add("--words", nargs="+", action="extend", default=[], metavar="WORD", help="words of interest")
    add(
        "--to",
        nargs="+",
        action="extend",
        default=[],
        metavar="WORD",
        help="give their cosines to these words, whose vectors are those of the whole model; "
        "without it, the nearest words",
    )
    add("--topn", type=int, default=10, metavar="N", help="nearest words (default: %(default)s)")
    add(
        "--between",
        nargs=2,
        metavar=("A", "B"),
        help="rank words by how differently two groups use them, with a test by permutation of "
        "documents: --words, or the most frequent ones that both have",
    )
    add(
        "--candidates",
        type=int,
        default=1000,
        metavar="N",
        help="with --between and without --words, the most frequent words (default: %(default)s)",
    )
    add(
        "--permutations",
        type=int,
        default=999,
        metavar="N",
        help="of each word's documents (default: %(default)s)",
    )
    add("--seed", type=int, default=1, help="of permutations and training (default: %(default)s)")
    output = parser.add_argument_group("output")
    add = output.add_argument
    add("--picture", metavar="FILE", help="draw the cosines of --to: .png, .pdf or .svg")
    add("--line", action="store_true", help="join them, as over time")
    add("--json", action="store_true", help="print JSON")
    add("--quiet", action="store_true", help="show nothing but the result and errors")
    training = parser.add_argument_group("if the model is to be trained")
    add = training.add_argument
    add("--vector-size", type=int, help="dimensions (100)")
    add("--window-size", type=int, help="farthest neighbour (15)")
    add("--min-count", type=int, help="fewest occurrences of a word (5)")
    add("--threads", type=int, help="changes no result (one for each CPU)")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status: 2 if a group does not have a word."""
    return run_command(lambda: _run(build_parser().parse_args(arguments)))


def _run(options: argparse.Namespace) -> int:
    _check(options)
    display = choose_display(options.quiet)
    say_warnings(display.say)
    groups = find_groups(
        options.groups,
        group_by=options.group_by,
        document=options.document,
        text_column=options.text_column,
    )
    if not os.path.exists(options.model):
        _train(groups, options, display)
    vectors = WordVectors.load(options.model)
    report = read_report(options.model)
    trained = options_of_report(options.model, report)
    for name, value in _of_training(options).items():
        if getattr(trained, name) != value:
            raise OptionError(
                f"{options.model} is there and was trained with --{name.replace('_', '-')} "
                f"{getattr(trained, name)}, not {value}: leave the option out, or name another "
                f"model to be trained"
            )
    with Workers(options.threads) as workers:
        for word in [*options.words, *options.to]:
            vectors.get_index(word)  # before the long work
        text = open_groups(vectors, trained, groups, workers, report=report)
        if options.between:
            return _compare_two(text, options, workers, display)
        return _compare_all(text, options, workers, display)


def _check(options: argparse.Namespace) -> None:
    """Refuse options that make no sense."""
    if not options.words and not options.between:
        raise OptionError("nothing to compare: give --words, or --between two groups")
    if options.topn < 1 or options.candidates < 1:
        raise OptionError("--topn and --candidates are at least 1")
    if not 1 <= options.permutations <= MOST_PERMUTATIONS:
        raise OptionError(
            f"--permutations is 1 to {MOST_PERMUTATIONS:,}, not {options.permutations}"
        )
    if not 0 <= options.seed < 2**64:
        raise OptionError(f"--seed is at least 0 and below 2^64, not {options.seed}")
    if options.between and (options.to or options.picture):
        raise OptionError("--between ranks words, and --to and --picture are of cosines: give one")
    if options.picture and not options.to:
        raise OptionError("--picture draws cosines to words: give some with --to")
    if options.picture:
        kind_of_picture(options.picture)
        check_installed()
        check_writable(options.picture)


def _of_training(options: argparse.Namespace) -> dict[str, Any]:
    """Return the options of training that were given."""
    named = {name: getattr(options, name) for name in ("vector_size", "window_size", "min_count")}
    return {name: value for name, value in named.items() if value is not None}


def _train(groups: list[Group], options: argparse.Namespace, display: Display) -> None:
    """Train a model on the text of all groups, and save it with its report."""
    if choose_format(options.model) not in (NUMPY, NPZ):
        raise OptionError(
            f"{options.model} could hold vectors alone, and groups need contexts and biases, too: "
            f"name a folder or .npz for --model"
        )
    report = report_path(options.model)
    outputs = [
        Output(options.model, is_vectors, check=check_vectors_writable),
        Output(report, is_report, named=False),
    ]
    check_outputs(outputs, options.groups, None, overwrite=False)
    display.say(f"there is no {options.model} yet: it is trained on all groups")
    model = GloVe(
        **_of_training(options), seed=options.seed, threads=options.threads, display=display
    )
    model.fit(AllGroups(groups))
    model.vectors_.save(options.model)
    model.report_.add("corpus", groups=[group.name for group in groups])
    write_report(report, model.report_)


def _compare_two(
    text: GroupedText, options: argparse.Namespace, workers: Workers, display: Display
) -> int:
    """Rank words by how differently two groups use them."""
    first, second = (text.group(name) for name in options.between)
    if first == second:
        raise OptionError(f"--between names {options.between[0]} twice: name two groups")
    words = options.words or text.frequent_words((first, second), options.candidates)
    if not words:
        raise OptionError("no word is in enough documents of both groups to compare them")
    with display.stage("compare", len(words), "words") as stage:
        changes = compare_groups(
            text,
            words,
            first,
            second,
            workers,
            permutations=options.permutations,
            seed=options.seed,
            progress=stage.advance,
        )
    if not changes and not options.words:
        raise OptionError("no word has neighbours in both groups to compare them")
    if options.json:
        print(json.dumps([asdict(each) for each in changes], indent=2))
    elif changes:
        print(change_text(changes, *options.between))
    missing = sorted(set(options.words) - {each.word for each in changes})
    for word in missing:
        tell(
            f"error: {word} does not occur in both groups, or alone in its documents: name another"
        )
    return MISTAKE if missing else 0


def _compare_all(
    text: GroupedText, options: argparse.Namespace, workers: Workers, display: Display
) -> int:
    """Give each word's cosines, or its nearest words, for each group."""
    words, others = list(dict.fromkeys(options.words)), list(dict.fromkeys(options.to))
    with display.stage("solve", len(words), "words") as stage:
        rows = rows_by_group(text, words, workers, stage.advance)
    if others:
        found = cosines_by_group(text, words, others, rows)
    else:
        found = nearest_by_group(text, words, rows, options.topn)
    if options.json:
        print(json.dumps([asdict(each) for each in found], indent=2))
    else:
        print(cosine_text(found, nearest=not options.to))
    if options.picture:
        _draw(text.names, found, options)
    missing = [(each.word, each.group) for each in found if each.cosine is None]
    for word, group in dict.fromkeys(missing):
        tell(
            f"error: {word} does not occur in the group {group}, or alone in its documents: name "
            f"another, or leave it out"
        )
    return MISTAKE if missing else 0


def _draw(names: list[str], found: list[GroupCosine], options: argparse.Namespace) -> None:
    series: dict[str, dict[str, tuple[float, float, float]]] = {}
    for each in found:
        if each.group != BETWEEN and each.cosine is not None:
            low = each.cosine if each.low is None else each.low
            high = each.cosine if each.high is None else each.high
            points = series.setdefault(f"{each.word}, {each.other}", {})
            points[each.group] = (each.cosine, low, high)
    write_picture(
        options.picture,
        (6.5, 4.0),
        lambda axes: plot_groups(axes, names, series, line=options.line),
    )


if __name__ == "__main__":
    sys.exit(main())
