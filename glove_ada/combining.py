"""What a word's vector is: its two sides put together, and the spectrum of the whole flattened."""

from __future__ import annotations

import numpy as np

from glove_ada.options import Options
from glove_ada.parameters import Floats
from glove_ada.spectrum import raise_singular_values


def combine_sides(word: Floats, context: Floats, options: Options) -> Floats:
    """Return the vectors that the options ask for.

    Parameters
    ----------
    word, context : ndarray of float32, shape (words, vector_size)
        Not changed.
    options : Options
        Of these `model`, `context_weight` and `singular_power`.

    Returns
    -------
    ndarray of float32, shape (words, vector_size) or, of both sides, (words, 2 * vector_size)
    """
    vectors: Floats
    if options.model == "sum":
        vectors = np.multiply(context, np.float32(options.context_weight))
        vectors += word
    elif options.model == "both":
        vectors = np.hstack((word, context))
    else:
        vectors = word.copy() if options.model == "word" else context.copy()
    if options.singular_power != 1:
        raise_singular_values(vectors, options.singular_power)
    return vectors
