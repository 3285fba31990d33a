"""See word vectors in the browser: `python -m glove_ada.explore vectors.txt`."""

from __future__ import annotations

if __name__ == "__main__":
    from glove_ada.system import end_at_interrupts

    end_at_interrupts()  # while the imports below take their time

import argparse
import gc
import os
import sys
import threading
import webbrowser
from collections.abc import Sequence

from glove_ada.errors import OptionError
from glove_ada.explorer.answers import Answers
from glove_ada.explorer.models.opened_model import open_models
from glove_ada.explorer.server import ExplorerServer
from glove_ada.explorer.word_colours import read_groups
from glove_ada.system.atomic_files import check_apart, check_writable
from glove_ada.system.console import CommandParser, run_command, tell
from glove_ada.system.memory import share_one_heap
from glove_ada.system.threads import linear_algebra_threads

PORT = 8400
WORDS_SHOWN = 50_000
WORDS_SAVED = 20_000


def build_parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = CommandParser(
        prog="python -m glove_ada.explore",
        description="Open a page about word vectors in the browser: a map of the words, their "
        "neighbours, analogies, two models side by side. The page comes from this machine and goes "
        "to it alone.",
    )
    add = parser.add_argument
    add("vectors", nargs="*", metavar="VECTORS", help="one or two files, in any format")
    add(
        "--report",
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="show costs and scores of trainings, done or under way, from their .report.json",
    )
    add("--groups", metavar="FILE", help="colour words by group: word, tab, group on each line")
    add("--export", metavar="FILE", help="write the page into one .html file and end")
    add(
        "--port",
        type=int,
        default=PORT,
        metavar="N",
        help="the next free one if it is taken; 0: any (default: %(default)s)",
    )
    add("--no-browser", action="store_true", help="only print the address")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    return run_command(lambda: _run(build_parser().parse_args(arguments)))


def _run(options: argparse.Namespace) -> None:
    """Open what is named, then write the page or serve it."""
    if not options.vectors and not options.report:
        raise OptionError("there is nothing to see: name a file of vectors, or give --report")
    if len(options.vectors) > 2:
        raise OptionError(f"two models fit side by side, not {len(options.vectors)}: name two")
    if not 0 <= options.port < 1 << 16:
        raise OptionError(f"--port is 0 to 65535, not {options.port}")
    groups = read_groups(options.groups) if options.groups else {}
    if options.report:
        from glove_ada.explorer.training_curves import training_curves

        for path in options.report:
            training_curves(path)  # what is no report is refused now
    if options.export:
        if not options.export.endswith((".html", ".htm")):
            raise OptionError(f"{options.export} is no page: name it .html")
        if not options.vectors:
            raise OptionError("--export writes a page of vectors: name a file of them")
        check_writable(options.export)
        inputs = [*options.vectors, *options.report, options.groups]
        check_apart([options.export], filter(None, inputs))
    share_one_heap()  # before there are threads
    answers = Answers(
        open_models(options.vectors),
        words=WORDS_SAVED if options.export else WORDS_SHOWN,
        groups=groups,
        reports=options.report,
    )
    # One thread multiplies a matrix by a vector as fast as several, and leaves the machine alone.
    with linear_algebra_threads(1):
        if options.export:
            from glove_ada.explorer.saved_page import save_page

            save_page(options.export, answers)
            print(f"wrote {options.export}")
        else:
            gc.collect()  # what imports and reading have left
            answers.release()
            _serve(answers, options)


def _serve(answers: Answers, options: argparse.Namespace) -> None:
    """Serve the page until Ctrl-C."""
    with ExplorerServer(answers, options.port) as server:
        if options.port not in (0, server.port):
            tell(f"port {options.port} is taken: this is port {server.port}")
        print(f"{server.url}\nCtrl-C ends it.", flush=True)
        if not options.no_browser and _has_screen():
            threading.Thread(target=webbrowser.open, args=(server.ticket_url,), daemon=True).start()
        threading.Thread(target=answers.get_ready, daemon=True).start()
        try:
            server.serve_forever()
        finally:
            answers.stop()


def _has_screen() -> bool:
    """Return whether a browser can open a window; one in the terminal would hide the address."""
    return (
        os.name == "nt"
        or sys.platform == "darwin"
        or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    )


if __name__ == "__main__":
    sys.exit(main())
