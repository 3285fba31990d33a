"""Vectors for new words, by their contexts: `python -m glove_ada.infer MODEL text.txt`."""

from __future__ import annotations

if __name__ == "__main__":
    from glove_ada.system import end_at_interrupts

    end_at_interrupts()  # while the imports below take their time

import argparse
import sys
from collections.abc import Sequence
from functools import partial

from glove_ada.corpus.content.documents import DOCUMENTS
from glove_ada.corpus.sources import FileSource
from glove_ada.errors import OptionError
from glove_ada.formats import FORMATS, check_vectors_writable, write_vectors
from glove_ada.run.new_words.inference import BOTH, METHODS, SOLVED, infer_vectors
from glove_ada.run.new_words.known_model import open_model
from glove_ada.run.new_words.transform_files import (
    check_transform_writable,
    is_transform,
    read_transform,
    write_transform,
)
from glove_ada.run.outputs import Output, check_outputs, is_vectors
from glove_ada.system.console import CommandParser, run_command, say_warnings
from glove_ada.system.progress import choose_display
from glove_ada.system.threads import Workers


def build_parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = CommandParser(
        prog="python -m glove_ada.infer",
        description="Make vectors for words that a model lacks, from their contexts in a text.",
    )
    add = parser.add_argument
    add("model", help="folder or .npz of a training, its report beside it")
    add("corpus", nargs="+", help="files or directories with the new words")
    add("--words", nargs="+", metavar="WORD", help="the new words (all that the model lacks)")
    add(
        "--min-count",
        type=int,
        default=1,
        metavar="N",
        help="fewest occurrences, where no words are named (%(default)s)",
    )
    add(
        "--method",
        choices=METHODS,
        default=BOTH,
        help="solve each word against the model's contexts, multiply the mean of the words around "
        "it with a transform, or solve it held to that (%(default)s)",
    )
    add("--transform", metavar="FILE", help="the transform (learned from the text)")
    add("--save-transform", metavar="FILE", help="write it, new words or not: .npy, or .txt for R")
    add(
        "--save-file",
        default="new-vectors.txt",
        metavar="FILE",
        help="the vectors, in the format of the suffix (%(default)s)",
    )
    add("--format", choices=FORMATS, help="their format, whatever the suffix")
    add("--overwrite", action="store_true", help="replace files that are there")
    add("--document", choices=DOCUMENTS, default=DOCUMENTS[0], help="as for training")
    add("--text-column", metavar="NAME", help="as for training")
    add("--threads", type=int, metavar="N", help="changes no result")
    add("--quiet", action="store_true", help="show nothing but errors")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    return run_command(lambda: _run(build_parser().parse_args(arguments)))


def _run(options: argparse.Namespace) -> None:
    display = choose_display(options.quiet)
    say_warnings(display.say)
    if options.min_count < 1:
        raise OptionError("--min-count is at least 1")
    if options.method == SOLVED and (options.transform or options.save_transform):
        raise OptionError(
            f"--method {SOLVED} has no transform: leave out --transform and --save-transform"
        )
    source = FileSource(options.corpus, document=options.document, text_column=options.text_column)
    for line in source.left_out.tell():
        display.say(line)
    can_be_vectors = partial(check_vectors_writable, format=options.format)
    outputs = [Output(options.save_file, is_vectors, check=can_be_vectors)]
    if options.save_transform is not None:
        outputs.append(Output(options.save_transform, is_transform, check=check_transform_writable))
    inputs = [*source.files, options.model, options.transform]
    check_outputs(outputs, filter(None, inputs), None, overwrite=options.overwrite)
    model = open_model(options.model)
    transform = None if options.transform is None else read_transform(options.transform)
    with Workers(options.threads) as workers:
        found = infer_vectors(
            model,
            source,
            workers,
            words=options.words,
            min_count=options.min_count,
            may_be_none=options.save_transform is not None,
            method=options.method,
            transform=transform,
            display=display,
        )
    if len(found.vectors):
        write_vectors(options.save_file, found.vectors.to_table(), options.format)
        display.say(f"wrote {options.save_file}")
    if options.save_transform is not None and found.transform is not None:
        write_transform(options.save_transform, found.transform)
        display.say(f"wrote {options.save_transform}")


if __name__ == "__main__":
    sys.exit(main())
