"""Convert vectors from any format to any other: `python -m glove_ada.convert IN OUT`."""

from __future__ import annotations

if __name__ == "__main__":
    from glove_ada.system import end_at_interrupts

    end_at_interrupts()  # while the imports below take their time

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from glove_ada.formats import (
    FORMATS,
    VectorTable,
    check_vectors_writable,
    read_vectors,
    write_vectors,
)
from glove_ada.formats.detection import NUMPY, find_format
from glove_ada.formats.numpy_folder import verify_numpy_folder
from glove_ada.formats.reference_vectors import read_reference_vectors
from glove_ada.formats.table_builder import select_rows
from glove_ada.system.atomic_files import check_apart, check_free
from glove_ada.system.console import CommandParser, run_command
from glove_ada.system.sentences.counted import counted


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = CommandParser(prog="python -m glove_ada.convert", description=__doc__)
    parser.add_argument("input", type=Path, help="file or folder of vectors, in any format")
    parser.add_argument(
        "output",
        type=Path,
        help="what to write: .txt is GloVe text, .vec word2vec text, .bin word2vec binary, each "
        "gzipped with .gz behind; .npz is one file of NumPy arrays, no suffix a folder of them",
    )
    parser.add_argument("--format", choices=FORMATS, help="format to write, whatever the suffix")
    parser.add_argument("--overwrite", action="store_true", help="replace what is there")
    parser.add_argument("--limit", type=int, metavar="N", help="take the first N words only")
    parser.add_argument(
        "--vocab-file",
        type=Path,
        metavar="FILE",
        help="vocab.txt of the reference GloVe program, whose vectors.bin the input then is",
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit status."""
    return run_command(lambda: _run(build_parser().parse_args(arguments)))


def _run(options: argparse.Namespace) -> None:
    check_apart([options.output], filter(None, [options.input, options.vocab_file]))
    check_vectors_writable(options.output, options.format)
    if not options.overwrite:
        check_free(options.output)
    table = _read(options)
    write_vectors(options.output, table, options.format)
    rows, vector_size = table.vectors.shape
    print(f"{options.output}: {counted(rows, 'vector')} of {counted(vector_size, 'number')}")


def _read(options: argparse.Namespace) -> VectorTable:
    if options.vocab_file is not None:
        table = read_reference_vectors(options.input, options.vocab_file)
        return select_rows(options.input, table, limit=options.limit, dtype=None, keep=None)
    if find_format(options.input) == NUMPY:
        verify_numpy_folder(options.input)
    return read_vectors(options.input, limit=options.limit, dtype=None)


if __name__ == "__main__":
    sys.exit(main())
