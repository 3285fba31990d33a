"""Draw pictures of vectors and of training: `python -m glove_ada.plot costs|words|pairs ...`."""

from __future__ import annotations

if __name__ == "__main__":
    from glove_ada.system import end_at_interrupts

    end_at_interrupts()  # while the imports below take their time

import argparse
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from glove_ada.errors import OptionError
from glove_ada.evaluation.file_lines import numbered_lines
from glove_ada.pictures import plot_costs, plot_pairs, plot_words
from glove_ada.pictures.picture_file import kind_of_picture, write_picture
from glove_ada.pictures.run_reports import read_runs
from glove_ada.pictures.word_map import METHODS
from glove_ada.system.atomic_files import check_apart, check_writable
from glove_ada.system.console import CommandParser, run_command
from glove_ada.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZES = {"costs": (5.0, 3.5), "words": (7.0, 6.0), "pairs": (6.5, 5.0)}


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = CommandParser(
        prog="python -m glove_ada.plot", description="Draw pictures of vectors and of training."
    )
    pictures = parser.add_subparsers(dest="picture", required=True, metavar="PICTURE")

    costs = _add_picture(pictures, "costs", "the cost of each epoch, of one run or more")
    costs.add_argument("reports", nargs="+", metavar="REPORT", help="the .report.json of a run")

    words = _add_picture(pictures, "words", "a map of chosen words")
    words.add_argument("vectors", help="file of word vectors, in any format")
    words.add_argument("words", nargs="*", metavar="WORD", help="three or more")
    words.add_argument("--words-file", metavar="FILE", help="more words, with blanks or newlines")
    words.add_argument(
        "--method",
        choices=METHODS,
        default="pca",
        help="principal components, or t-SNE, which needs scikit-learn (default: %(default)s)",
    )

    pairs = _add_picture(pictures, "pairs", "pairs of one relation as arrows in a plane")
    pairs.add_argument("vectors", help="file of word vectors, in any format")
    pairs.add_argument("pairs", nargs="+", metavar="FIRST:SECOND", help="such as man:woman")
    return parser


def _add_picture(
    pictures: argparse._SubParsersAction[CommandParser], name: str, what: str
) -> argparse.ArgumentParser:
    """Describe what all kinds of pictures take."""
    picture = pictures.add_parser(name, help=what, description=f"Draw {what}.")
    picture.add_argument(
        "--output",
        default=f"{name}.png",
        metavar="FILE",
        help="the picture: .png, .pdf or .svg (default: %(default)s)",
    )
    width, height = SIZES[name]
    picture.add_argument(
        "--size",
        type=float,
        nargs=2,
        default=SIZES[name],
        metavar=("WIDTH", "HEIGHT"),
        help=f"in inches (default: {width} {height})",
    )
    return picture


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    return run_command(lambda: _run(build_parser().parse_args(arguments)))


def _run(options: argparse.Namespace) -> None:
    """Check what can be checked beforehand, draw, and write."""
    kind_of_picture(options.output)
    if not all(1 <= length <= 100 for length in options.size):
        raise OptionError("--size takes a width and a height of 1 to 100 inches")
    check_writable(options.output)
    inputs = options.reports if options.picture == "costs" else [options.vectors]
    check_apart([options.output], filter(None, [*inputs, getattr(options, "words_file", None)]))
    write_picture(options.output, options.size, lambda axes: _draw(axes, options))
    print(f"wrote {options.output}")


def _draw(axes: Axes, options: argparse.Namespace) -> None:
    """Read the inputs of the picture and draw it."""
    if options.picture == "costs":
        plot_costs(axes, read_runs(options.reports))
    elif options.picture == "words":
        words = [*options.words, *(read_words(options.words_file) if options.words_file else [])]
        plot_words(axes, WordVectors.load(options.vectors), words, options.method)
    else:
        pairs = [split_pair(pair) for pair in options.pairs]
        plot_pairs(axes, WordVectors.load(options.vectors), pairs)


def read_words(path: str) -> list[str]:
    """Read words with blanks, tabs or newlines between them, which are what divides a corpus.

    Raises
    ------
    FormatError
        If the file cannot be read or is no text.
    """
    return [word for _, line in numbered_lines(path) for word in re.split("[ \t]+", line)]


def split_pair(pair: str) -> tuple[str, str]:
    """Divide `first:second`.

    Raises
    ------
    OptionError
        If there are not two words with one colon between them.
    """
    first, _, second = pair.partition(":")
    if not first or not second or ":" in second:
        raise OptionError(f"{pair!r} is no pair: write two words with one colon, man:woman")
    return first, second


if __name__ == "__main__":
    sys.exit(main())
