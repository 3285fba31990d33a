"""The reference GloVe program's `vectors.bin`, which only makes sense with its `vocab.txt`."""

from __future__ import annotations

import os

import numpy as np

from glove_ada.corpus.vocabulary import read_vocabulary
from glove_ada.errors import FormatError
from glove_ada.formats.table import VectorTable


def read_reference_vectors(
    path: str | os.PathLike[str], vocabulary_path: str | os.PathLike[str]
) -> VectorTable:
    """Read `vectors.bin`: the vectors and biases of both sides, which the text leaves out.

    Parameters
    ----------
    path : path
        float64, two rows for each word, words first and then contexts; each row ends in its bias.
    vocabulary_path : path
        The `vocab.txt` of the same training.

    Returns
    -------
    VectorTable
        float64, complete but for `<unk>`; both sides stay memory-mapped, `vectors` is their sum.

    Raises
    ------
    FormatError
        If the size of the file does not go with the vocabulary, or a value is not finite.
    """
    vocabulary = read_vocabulary(vocabulary_path)
    words = vocabulary.words
    size = os.path.getsize(path) if os.path.isfile(path) else 0
    row_size, remainder = divmod(size, 2 * 8 * len(words))
    if remainder or row_size < 2:
        raise FormatError(
            f"{path} has {size} bytes, which are not two rows of float64 for each of the "
            f"{len(words)} words in {vocabulary_path}"
        )
    parameters = np.asarray(np.memmap(path, "<f8", "r", shape=(2, len(words), row_size)))
    word_side, context_side = parameters
    vectors = word_side[:, :-1] + context_side[:, :-1]
    if not np.isfinite(vectors).all() or not np.isfinite(parameters[:, :, -1]).all():
        raise FormatError(f"{path} holds values that are not finite: the training diverged")
    return VectorTable(
        words,
        vectors,
        vocabulary.counts,
        word_vectors=word_side[:, :-1],
        context_vectors=context_side[:, :-1],
        word_biases=word_side[:, -1],
        context_biases=context_side[:, -1],
    )
