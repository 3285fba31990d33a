"""Vectors that a training starts from, out of a file in any format."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np

from glove_ada.corpus.vocabulary import Vocabulary
from glove_ada.errors import OptionError
from glove_ada.formats import read_vectors
from glove_ada.system.sentences.counted import counted
from glove_ada.training.parameters import StartVectors


def check_start(path: str | os.PathLike[str], vector_size: int) -> None:
    """Find out before the long work whether vectors can be started from.

    Raises
    ------
    FormatError
        If the file cannot be read.
    OptionError
        If its vectors are of another size.
    """
    size = read_vectors(path, limit=1).vectors.shape[1]
    if size != vector_size:
        raise OptionError(
            f"the vectors of {os.fspath(path)} have {counted(size, 'dimension')} and "
            f"--vector-size is {vector_size:,}: give --vector-size {size}, or another file to "
            f"--start-from"
        )


def read_start(path: str | os.PathLike[str], vocabulary: Vocabulary) -> tuple[StartVectors, str]:
    """Read the vectors of a vocabulary's words.

    Returns
    -------
    given : StartVectors
    digest : str
        Of the file, or of the files of a folder.

    Raises
    ------
    FormatError
        If the file cannot be read.
    OptionError
        If it has none of the words.
    """
    table = read_vectors(path, keep=vocabulary.words)
    place = {word: number for number, word in enumerate(vocabulary.words)}
    rows = np.array([place[word] for word in table.words], np.intp)
    if not len(rows):
        raise OptionError(
            f"{os.fspath(path)} has none of the corpus's {counted(len(vocabulary), 'word')}: give "
            f"vectors of its language, or --lowercase if their words are lower-case"
        )
    vectors = np.zeros((len(vocabulary), table.vectors.shape[1]), np.float32)
    known = np.zeros(len(vocabulary), np.bool_)
    vectors[rows], known[rows] = table.vectors, True
    return StartVectors(vectors, known), _digest(Path(path))


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file; of a folder that of its files, in the order of their names."""
    digest = hashlib.sha256()
    for part in sorted(path.iterdir()) if path.is_dir() else [path]:
        if part.is_file():
            with open(part, "rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
    return digest.hexdigest()
