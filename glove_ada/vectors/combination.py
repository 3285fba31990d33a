"""What a word's vector is: its two sides put together, and the spectrum of the whole flattened."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from glove_ada.vectors.spectrum import Floats, raise_singular_values


def combine_sides(
    word: Floats,
    context: Floats,
    left_context: Floats | None = None,
    *,
    model: str,
    context_weight: float,
    singular_power: float,
    progress: Callable[[int], object] = lambda words: None,
) -> Floats:
    """Return what the vector of each word is.

    Parameters
    ----------
    word, context : ndarray of float32, shape (words, vector_size)
        Not changed.
    left_context : ndarray of float32, shape (words, vector_size), optional
        Of directed contexts; `context` are then those to the right. The context vector of a word is
        the mean of its two.
    model : {"sum", "word", "context", "both"}
        Word plus weighted context vector, one of them, or one behind the other.
    context_weight : float
        Of the context vector in the sum.
    singular_power : float
        The power that singular values are raised to; 1 leaves them as they are.
    progress : callable
        Is given numbers of words that add up to all.

    Returns
    -------
    ndarray of float32, shape (words, vector_size) or, of both sides, (words, 2 * vector_size)
    """
    vectors: Floats
    if left_context is not None:
        context = (context + left_context) / np.float32(2)
    if model == "sum":
        vectors = np.multiply(context, np.float32(context_weight))
        vectors += word
    elif model == "both":
        vectors = np.hstack((word, context))
    else:
        vectors = word.copy() if model == "word" else context.copy()
    if singular_power != 1:
        raise_singular_values(vectors, singular_power, progress)
    else:
        progress(len(vectors))
    return vectors
