"""See how sure neighbours are: `python -m glove_ada.stability corpus.txt --words frog toad`."""

from __future__ import annotations

if __name__ == "__main__":
    from glove_ada.system import end_at_interrupts

    end_at_interrupts()  # while the imports below take their time

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from glove_ada import kernels
from glove_ada.corpus.sources import FileSource
from glove_ada.model import GloVe
from glove_ada.model.stability import DOCUMENTS, SEEDS, VARIED, Stability, measure_stability
from glove_ada.run.options import GROUPS, TRAINER_OPTIONS
from glove_ada.run.options.parsing import add_options
from glove_ada.system.console import CommandParser, run_command, say_warnings
from glove_ada.system.progress import choose_display

_OF_TRAINING = ("text", "vocabulary", "counting", "training")
_TAKEN = {*TRAINER_OPTIONS, "backend"}
_MEANING = {DOCUMENTS: "bootstraps of the documents", SEEDS: "other seeds"}


def build_parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = CommandParser(
        prog="python -m glove_ada.stability",
        description="Train on bootstraps of a corpus's documents, and with other seeds, to see how "
        "far neighbours and cosines depend on them.",
    )
    add = parser.add_argument
    add("corpus", nargs="+", help="files or directories, as for training")
    add("--words", nargs="+", required=True, metavar="WORD", help="of which all is told")
    add(
        "--replicates",
        type=int,
        default=25,
        metavar="N",
        help="trainings for each thing that varies (default: %(default)s)",
    )
    add("--topn", type=int, default=10, metavar="N", help="neighbours (default: %(default)s)")
    add(
        "--vary",
        nargs="+",
        choices=VARIED,
        default=VARIED,
        help="what differs from training to training (default: both)",
    )
    add("--json", action="store_true", help="print a JSON object")
    add("--quiet", action="store_true", help="show nothing but the result and errors")
    for title in _OF_TRAINING:
        options = [option for option in GROUPS[title] if option.name in _TAKEN]
        add_options(parser, f"{title}, as of glove_ada.train", options)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    return run_command(lambda: _run(build_parser().parse_args(arguments)))


def _run(options: argparse.Namespace) -> None:
    display = choose_display(options.quiet)
    say_warnings(display.say)
    kernels.use_backend(options.backend)
    given = {name: value for name, value in vars(options).items() if name in TRAINER_OPTIONS}
    source = FileSource(options.corpus, document=options.document, text_column=options.text_column)
    for line in source.left_out.tell():
        display.say(line)
    found = measure_stability(
        GloVe(**given),
        source,
        options.words,
        replicates=options.replicates,
        topn=options.topn,
        vary=list(dict.fromkeys(options.vary)),
        display=display,
    )
    print(json.dumps(asdict(found)) if options.json else _as_text(found))


def _as_text(found: Stability) -> str:
    """Tell of each word, and of each pair, in a table for each thing that varies."""
    lines = []
    for varied in found.words[0].by:
        lines.append(
            f"{found.replicates} {_MEANING[varied]}"
            + (f", of {found.documents:,}" if varied == DOCUMENTS else "")
        )
        lines += [*_of_words(found, varied), *(_of_pairs(found, varied) if found.pairs else []), ""]
    return "\n".join(lines[:-1])


def _of_words(found: Stability, varied: str) -> list[str]:
    width = max(len("word"), *(len(word.word) for word in found.words))
    lines = [f"  {'word':{width}}    count  documents  overlap  nearest, and in how many"]
    for word in found.words:
        by = word.by[varied]
        overlap = "few" if by.overlap is None else f"{by.overlap:.2f}"
        nearest = ", ".join(f"{other} {times}" for other, times in by.neighbours)
        lines.append(
            f"  {word.word:{width}}  {word.count:7,}  {word.documents:9,}  {overlap:>7}  {nearest}"
        )
    return lines


def _of_pairs(found: Stability, varied: str) -> list[str]:
    names = [f"{pair.first} {pair.second}" for pair in found.pairs]
    width = max(len("pair"), *map(len, names))
    lines = [f"  {'pair':{width}}   cosine     mean  deviation  95 %"]
    for name, pair in zip(names, found.pairs, strict=True):
        by = pair.by[varied]
        spread = "too few have both words"
        if by.mean is not None:
            spread = f"{by.mean:7.4f}  {by.deviation:9.4f}  [{by.low:7.4f}, {by.high:7.4f}]"
        lines.append(f"  {name:{width}}  {pair.cosine:7.4f}  {spread}")
    return lines


if __name__ == "__main__":
    sys.exit(main())
