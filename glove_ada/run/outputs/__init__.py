"""The files that a run writes, checked before the long work and known by what is in them.

A run may write into a directory that is its corpus. What an earlier or interrupted run wrote there
under the same names is then no text.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from glove_ada.cooccurrence.matrix_files import is_matrix
from glove_ada.cooccurrence.reference_file import RECORD
from glove_ada.corpus.file_search import STANDARD_INPUT
from glove_ada.corpus.large.remote_files import is_url
from glove_ada.corpus.phrases.listing import HEADER as PHRASES_HEADER
from glove_ada.corpus.vocabulary import read_vocabulary
from glove_ada.errors import GloveError, OptionError, OutputError
from glove_ada.formats import read_vectors
from glove_ada.run.kept.work_dir import work_folder
from glove_ada.system.atomic_files import check_apart, check_free, check_writable

ROWS_TO_TELL_VECTORS = 1000
MOST_WORDS = 1 << 28  # any four letters are more than that
_STANDARD_INPUT_DESCRIPTOR = 0


class Output(NamedTuple):
    """A file that the run is to write.

    Attributes
    ----------
    path : str
    is_one : callable
        Whether a file's content is such as the run writes there.
    named : bool
        Whether the user gave its name, and so may want what is there replaced; the others go
        beside the vectors.
    check : callable
        Raises OutputError if it cannot be written to a path.
    """

    path: str
    is_one: Callable[[str], bool]
    named: bool = True
    check: Callable[[str], object] = check_writable


def written_before(outputs: Iterable[Output]) -> list[str]:
    """Return the paths of those outputs that are there already."""
    return [output.path for output in outputs if os.path.isfile(output.path) and _holds(output)]


def check_outputs(
    outputs: Sequence[Output],
    inputs: Iterable[str | os.PathLike[str]],
    work_dir: str | os.PathLike[str] | None,
    *,
    overwrite: bool,
    resumed: bool = False,
) -> None:
    """Find out before the long work what would fail after it, or harm what is read or was there.

    Raises
    ------
    OutputError
        If an output cannot be written.
    OptionError
        If it is an input or another output, one of them lies in the work directory, something
        else is where an output goes that the user did not name, or anything is where one goes
        unless that may be overwritten, or is such as the run that is resumed has written there.
    """
    inputs = list(inputs)
    if work_dir is not None and not is_url(os.fspath(work_dir)):
        own = os.path.realpath(work_folder(work_dir))
        for path in [*(output.path for output in outputs), *inputs]:
            real = os.path.realpath(path)
            if real == own or real.startswith(os.path.join(own, "")):
                raise OptionError(
                    f"{path} is in {work_folder(work_dir)}, where glove_ada keeps unfinished work; "
                    f"name another place, or another --work-dir"
                )
    if not all(output.path for output in outputs):
        raise OutputError("the name of an output is empty: name a file to write to")
    check_apart(
        [output.path for output in outputs],
        [_STANDARD_INPUT_DESCRIPTOR if path == STANDARD_INPUT else path for path in inputs],
    )
    for output in outputs:
        output.check(output.path)
    for output in outputs:
        if not output.named and os.path.lexists(output.path) and not _holds(output):
            raise OptionError(
                f"{output.path} is there, was not written by glove_ada and would be overwritten: "
                f"move it away, or give another --save-file"
            )
        if not overwrite and not (resumed and _holds(output)):
            check_free(output.path)


def is_vectors(path: str) -> bool:
    """Return whether a file begins as vectors do."""
    return bool(read_vectors(path, limit=ROWS_TO_TELL_VECTORS).vectors.shape[1] > 1)


def is_report(path: str) -> bool:
    """Return whether a file is the report of a run."""
    with open(path, "rb") as file:
        return bool(json.load(file)["versions"]["glove_ada"])


def is_vocabulary(path: str) -> bool:
    """Return whether all lines of a file are a word and its count."""
    return len(read_vocabulary(path)) > 0


def is_phrases(path: str) -> bool:
    """Return whether a file is a list of phrases."""
    with open(path, "rb") as file:
        return file.readline() == PHRASES_HEADER


def is_counts(path: str) -> bool:
    """Return whether a file is counts: in the format of its suffix, or the reference program's."""
    known = is_matrix(path)
    if known is not None:
        return known
    first = np.fromfile(path, RECORD, 1)
    row, column, count = first[0].tolist()
    whole = os.path.getsize(path) % RECORD.itemsize == 0
    return bool(whole and 0 < row <= MOST_WORDS and 0 < column <= MOST_WORDS and count > 0)


def _holds(output: Output) -> bool:
    try:
        return output.is_one(output.path)
    except (GloveError, OSError, ValueError, LookupError, TypeError, RecursionError):
        return False
