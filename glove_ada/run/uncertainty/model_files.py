"""A model's file, its report beside it, and the text that the report names."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from glove_ada.corpus.file_search import STANDARD_INPUT
from glove_ada.corpus.sources import FileSource
from glove_ada.errors import FormatError, OptionError
from glove_ada.run.options import OPTIONS, Options
from glove_ada.run.report import report_path
from glove_ada.run.uncertainty.trained_text import TrainedText, open_trained_text
from glove_ada.system.threads import Workers
from glove_ada.vectors.word_vectors import WordVectors

_LARGEST_REPORT = 1 << 26  # bytes


def open_with_text(
    path: str, vectors: WordVectors, corpus: Sequence[str] | None, workers: Workers
) -> TrainedText:
    """Open the text that a model was trained on.

    Parameters
    ----------
    path : str
        The model's file or folder, beside which `train` left its report.
    vectors : WordVectors
        What it holds.
    corpus : sequence of str, optional
        Where the text is now; by default where the report says it was.
    workers : Workers
        Who does the work; the result does not depend on them.

    Raises
    ------
    OptionError
        If the model lacks what standard errors need, or the text is another one.
    FormatError
        If there is no report, or it tells too little.
    CorpusError
        If the text cannot be read.
    """
    if vectors.word_vectors is None or vectors.word_biases is None:
        raise OptionError(
            f"{path} holds vectors alone, and standard errors need the contexts and biases, too: "
            f"train with a folder or .npz for --save-file"
        )
    facts = read_report(path)
    text = facts.get("corpus", {})
    paths = list(corpus or text.get("paths", []))
    if not paths or (not corpus and STANDARD_INPUT in paths):
        raise OptionError(
            f"{report_path(path)} names no text that can be read again: give the text that the "
            f"model was trained on with --corpus"
        )
    missing = [name for name in paths if not os.path.exists(name)]
    if missing and not corpus:
        raise OptionError(
            f"the text {missing[0]}, which {report_path(path)} names, is not there: say with "
            f"--corpus where it is now"
        )
    source = FileSource(
        paths, document=text.get("document", "line"), text_column=text.get("text_column")
    )
    options = options_of_report(path, facts)
    return open_trained_text(vectors, options, source, workers, digest=text.get("sha256"))


def read_report(path: str) -> dict[str, Any]:
    """Read the report beside a model.

    Raises
    ------
    FormatError
        If there is none, or it is no report.
    """
    name = report_path(path)
    try:
        with open(name, "rb") as file:
            facts = json.loads(file.read(_LARGEST_REPORT))
        if not isinstance(facts, dict) or not isinstance(facts["options"], dict):
            raise ValueError
        if not all(isinstance(facts.get(name, {}), dict) for name in ("corpus", "vocabulary")):
            raise ValueError
    except OSError as error:
        raise FormatError(
            f"{name} cannot be read ({error.strerror}), and it tells the options that {path} was "
            f"trained with: put it beside the model"
        ) from error
    except (KeyError, RecursionError, ValueError) as error:
        raise FormatError(
            f"{name} is no report of a training: put the one that train wrote beside {path}"
        ) from error
    return facts


def options_of_report(path: str, facts: dict[str, Any]) -> Options:
    """Return the options that a model was trained with.

    Raises
    ------
    FormatError
        If the report does not tell all of them.
    """
    known = Options.__dataclass_fields__
    given = facts["options"]
    # An option that one of the versions does not have makes no difference if it is not used.
    unused = {name for name in known if OPTIONS[name].default is None} - given.keys()
    used = {name: value for name, value in given.items() if name in known or value is not None}
    used.update(dict.fromkeys(unused))
    try:
        return Options(**used)
    except TypeError as error:
        raise FormatError(
            f"{report_path(path)} is of another version of glove_ada, with other options: train "
            f"again with this one"
        ) from error
