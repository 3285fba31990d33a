"""What every file of vectors holds: words and a matrix, and sometimes more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass
class VectorTable:
    """Words with their vectors, as read from a file or about to be written to one.

    Attributes
    ----------
    words : list of str
        Decoded from UTF-8 with `surrogateescape`, so that other bytes survive; no word twice.
    vectors : ndarray of float, shape (len(words), vector_size)
        One row a word; may be memory-mapped.
    counts : ndarray of int64, shape (len(words),), optional
        How often each word occurs in the corpus.
    word_vectors, context_vectors : ndarray of float, shape (len(words), vector_size), optional
        The two sides of GloVe's factorisation, of which `vectors` is usually the sum.
    word_biases, context_biases : ndarray of float, shape (len(words),), optional
        The biases that belong to them.
    """

    words: list[str]
    vectors: npt.NDArray[Any]
    counts: npt.NDArray[np.int64] | None = None
    word_vectors: npt.NDArray[Any] | None = None
    context_vectors: npt.NDArray[Any] | None = None
    word_biases: npt.NDArray[Any] | None = None
    context_biases: npt.NDArray[Any] | None = None
