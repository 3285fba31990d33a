"""Ask word vectors: `python -m glove_ada.query vectors.txt [QUERY...]`."""

from __future__ import annotations

if __name__ == "__main__":
    from glove_ada.system import end_at_interrupts

    end_at_interrupts()  # while the imports below take their time

import argparse
import json
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

from glove_ada.errors import GloveError, OptionError
from glove_ada.system.console import MISTAKE, CommandParser, run_command, tell
from glove_ada.system.threads import Workers
from glove_ada.vectors.casing import is_lower_case
from glove_ada.vectors.query_notation import (
    BLANKS,
    NOTATION,
    SURE_NOTATION,
    Answer,
    answer_query,
)
from glove_ada.vectors.word_vectors import WordVectors

PROMPT = "> "
MOST_DRAWS = 100_000

EPILOG = f"""\
queries:
{NOTATION}

with --sure, besides:
{SURE_NOTATION}

Without a query, they are read from the standard input: at a prompt with history and completion
if that is a terminal, else line by line."""


def build_parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = CommandParser(
        prog="python -m glove_ada.query",
        description="Answer queries about word vectors.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("vectors", help="file of word vectors, in any format")
    add("queries", nargs="*", metavar="QUERY", help="each an argument of its own, in quotes")
    add("--topn", type=int, default=10, metavar="N", help="words to name (default: %(default)s)")
    add("--json", action="store_true", help="print a JSON object a line for each query")
    sure = parser.add_argument_group("how sure the answers are")
    add = sure.add_argument
    add(
        "--sure",
        action="store_true",
        help="give each cosine its standard error and 95 %% interval, from the documents of the "
        "text that the model was trained on",
    )
    add(
        "--corpus",
        action="append",
        metavar="TEXT",
        help="where that text is now, once for each file or directory (where the report says)",
    )
    add(
        "--draws",
        type=int,
        default=0,
        metavar="N",
        help="with --sure, take intervals from N draws in place of the delta method, and tell in "
        "which share of them a word is among the nearest",
    )
    add("--seed", type=int, default=1, help="of the draws (default: %(default)s)")
    add("--threads", type=int, help="with --sure; changes no result (one for each CPU)")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status: 2 if a query had no answer."""
    return run_command(lambda: _run(build_parser().parse_args(arguments)))


def _run(options: argparse.Namespace) -> int:
    if options.topn < 1:
        raise OptionError(f"--topn is at least 1, not {options.topn}")
    if not options.queries and sys.stdin is None:
        raise OptionError("the standard input is closed: give a query as an argument")
    if not options.sure and (options.corpus or options.draws):
        raise OptionError("--corpus and --draws need --sure")
    if options.draws < 0 or options.draws == 1 or options.seed < 0:
        raise OptionError("--draws is at least 2, and --seed at least 0")
    if options.draws > MOST_DRAWS:
        raise OptionError(
            f"--draws is at most {MOST_DRAWS:,}, not {options.draws:,}: a thousand tell intervals"
        )
    vectors = WordVectors.load(options.vectors)
    folds = is_lower_case(vectors.index_to_key)
    with ExitStack() as stack:

        def answer(query: str) -> tuple[Any, str]:
            found = answer_query(vectors, query, topn=options.topn, folds=folds)
            return found, as_text(found)

        if options.sure:
            # For the work alone: it takes long.
            from glove_ada.run.uncertainty.model_files import open_with_text
            from glove_ada.run.uncertainty.sure_answers import answer_surely

            workers = stack.enter_context(Workers(options.threads))
            text = open_with_text(options.vectors, vectors, options.corpus, workers)

            def answer(query: str) -> tuple[Any, str]:
                found = answer_surely(
                    text,
                    query,
                    workers,
                    topn=options.topn,
                    folds=folds,
                    draws=options.draws,
                    seed=options.seed,
                )
                return found, found.as_text()

        if options.queries:
            return answer_each(answer, options.queries, as_json=options.json)
        if not sys.stdin.isatty():
            return answer_each(answer, without_mark(sys.stdin), as_json=options.json)
        answer_each(answer, prompted(vectors), as_json=options.json)
        return 0


def answer_each(
    answer: Callable[[str], tuple[Any, str]], queries: Iterable[str], *, as_json: bool
) -> int:
    """Answer queries one by one; return 2 if any had no answer, else 0."""
    status = 0
    for query in queries:
        if not query.strip(BLANKS):
            continue
        try:
            found, text = answer(query.strip(BLANKS))
        except GloveError as error:
            tell(f"error: {error}")
            status = MISTAKE
        else:
            print(json.dumps(asdict(found)) if as_json else text, flush=True)
    return status


def without_mark(lines: Iterable[str]) -> Iterator[str]:
    """Leave out the byte order mark of a file of queries."""
    for number, line in enumerate(lines):
        yield line if number else line.removeprefix("\ufeff")


def as_text(found: Answer) -> str:
    """Print the words found, one a line, each with its cosine."""
    width = max((len(word) for word, _ in found.words), default=0)
    lines = [f"  {word.ljust(width)}  {cosine:7.4f}" for word, cosine in found.words]
    return "\n".join([f"{found.query} ({found.kind})", *lines])


def prompted(vectors: WordVectors) -> Iterator[str]:
    """Ask for queries until the end of the input, with history and completion if possible."""
    complete_words(vectors.index_to_key)
    print(f"{vectors!r}\n\n{NOTATION}\n\nTab completes words, Ctrl-D ends.")
    while True:
        try:
            yield input(PROMPT)
        except (EOFError, KeyboardInterrupt):
            print()
            return


def complete_words(words: Sequence[str]) -> None:
    """Let the Tab key complete words, where the system has readline; it keeps the history too."""
    try:
        import readline
    except ImportError:
        return
    readline.set_completer_delims(" \t\n,")
    readline.set_completer(Completer(words).complete)
    # The libedit of macOS calls it otherwise.
    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")


class Completer:
    """Completes the beginnings of words, in the manner that readline asks for."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = sorted(words)

    def complete(self, beginning: str, number: int) -> str | None:
        """Give the word of this number, from 0, that begins so; None behind the last."""
        place = bisect_left(self._words, beginning) + number
        if place < len(self._words) and self._words[place].startswith(beginning):
            return self._words[place]
        return None


if __name__ == "__main__":
    sys.exit(main())
