"""What there is: `python -m glove_ada`, and every command as `glove-ada COMMAND`."""

from __future__ import annotations

if __name__ == "__main__":
    from glove_ada.system import end_at_interrupts

    end_at_interrupts()  # while the imports below take their time

import importlib
import sys
from collections.abc import Sequence
from functools import partial

from glove_ada.errors import OptionError
from glove_ada.system import end_at_interrupts
from glove_ada.system.console import run_command
from glove_ada.system.version import __version__

COMMANDS = {
    "train": "word vectors from text",
    "count": "count text, whole or in parts, to train on later",
    "merge": "add up what was counted in parts",
    "plan": "what time, memory, disk and network a job will take",
    "evaluate": "score vectors on analogies and word similarity",
    "query": "ask vectors for neighbours and analogies",
    "compare": "how groups (parties, decades) use words, and how sure that is",
    "convert": "go from one format of vectors to another",
    "plot": "draw costs, maps of words and pairs",
    "explore": "see vectors in the browser: maps, neighbours, two models",
    "infer": "vectors for words that a model lacks, from their contexts",
    "stability": "how far neighbours and cosines depend on the documents and the seed",
    "versions": "what is installed, and which kernels are in use",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the first argument names; without one, list them."""
    if arguments is None:
        end_at_interrupts()
        arguments = sys.argv[1:]
    return run_command(partial(_run, list(arguments)))


def _run(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_overview())
        return 0
    if arguments[0] == "--version":
        print(f"glove_ada {__version__}")
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        import difflib  # for this alone

        near = difflib.get_close_matches(name, COMMANDS, 1)
        hint = f"; the nearest is {near[0]}" if near else ""
        raise OptionError(f"there is no command {name!r}{hint}; there are {', '.join(COMMANDS)}")
    return int(importlib.import_module(f"glove_ada.{name}").main(rest))


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  glove-ada {name:{width}}  {what}" for name, what in COMMANDS.items()]
    usage = "usage: glove-ada COMMAND ... (or python -m glove_ada.COMMAND ...)"
    return "\n".join([usage, "", *lines, "", "glove-ada COMMAND --help tells its options."])


if __name__ == "__main__":
    sys.exit(main())
