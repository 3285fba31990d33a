"""Count words and co-occurrences, whole or in parts: `python -m glove_ada.count CORPUS...`."""

from __future__ import annotations

if __name__ == "__main__":
    from glove_ada.system import end_at_interrupts

    end_at_interrupts()  # while the imports below take their time

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any

from glove_ada import kernels
from glove_ada.corpus.large.parts import parse_part
from glove_ada.corpus.sources import FileSource
from glove_ada.corpus.vocabulary import read_vocabulary
from glove_ada.errors import OptionError
from glove_ada.run.counted.description import check_counted_writable
from glove_ada.run.counted.stages import WHOLE, counting, resolve_counting_options
from glove_ada.run.options import OPTIONS
from glove_ada.run.options.parsing import add_option
from glove_ada.run.options.text_rules import OF_EACH_WORD
from glove_ada.system.atomic_files import check_apart
from glove_ada.system.console import CommandParser, run_command, say_warnings
from glove_ada.system.progress import choose_display

TAKEN = (
    "min_count",
    "max_vocab",
    "vocab_file",
    "document",
    "text_column",
    *OF_EACH_WORD,
    "window_size",
    "symmetric",
    "distance_weighting",
    "window_weights",
    "threads",
    "memory",
    "backend",
    "overwrite",
    "quiet",
)
"""The options that are those of training."""


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = CommandParser(prog="python -m glove_ada.count", description=__doc__)
    parser.add_argument(
        "corpus",
        nargs="+",
        help="files, directories, URLs, or - for standard input; .gz, .bz2, .xz, .zst, .zip too",
    )
    parser.add_argument(
        "--save", required=True, metavar="DIR", help="the folder to write, for merge and train"
    )
    parser.add_argument(
        "--part",
        metavar="I/N",
        help="count the I-th of N parts of the corpus; needs --vocab-file or --words-only",
    )
    parser.add_argument(
        "--words-only",
        action="store_true",
        help="count words alone: the first pass, whose vocab.txt is the second's --vocab-file",
    )
    for name in TAKEN:
        add_option(parser, OPTIONS[name])
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    return run_command(lambda: _run(**vars(build_parser().parse_args(arguments))))


def _run(
    *,
    corpus: list[str],
    save: str,
    part: str | None,
    words_only: bool,
    vocab_file: str | None,
    document: str,
    text_column: str | None,
    threads: int | None,
    memory: float | None,
    backend: str | None,
    overwrite: bool,
    quiet: bool,
    **given: Any,
) -> None:
    kernels.use_backend(backend)
    display = choose_display(quiet)
    say_warnings(display.say)
    options = resolve_counting_options({**given, "threads": threads, "memory": memory})
    chosen = parse_part(part) if part is not None else None
    if words_only and vocab_file is not None:
        raise OptionError("--words-only chooses a vocabulary: leave --vocab-file out")
    if chosen and chosen.of > 1 and not words_only and vocab_file is None:
        raise OptionError(
            "--part needs a --vocab-file that all parts share: count with --words-only first, "
            "merge that, and give its vocab.txt"
        )
    check_counted_writable(save, overwrite=overwrite)
    source = FileSource(
        corpus, without=[save], document=document, text_column=text_column, part=chosen
    )
    for line in source.left_out.tell():
        display.say(line)
    check_apart([save], [*filter("-".__ne__, source.files), *filter(None, [vocab_file])])
    size = source.corpus_bytes if source.repeatable else None
    vocabulary = read_vocabulary(vocab_file) if vocab_file is not None else None
    beside = os.path.dirname(os.path.abspath(save))
    with counting(options, display, beside, threads=threads, memory=memory) as stages:
        if words_only:
            stages.count_words(source, chosen or WHOLE, size, save)
        else:
            stages.count(source, chosen or WHOLE, size, save, vocabulary)
    display.say(f"wrote {save}")


if __name__ == "__main__":
    sys.exit(main())
