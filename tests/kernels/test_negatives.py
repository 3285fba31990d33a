"""The zeros of a tile: pair for pair those of the reference, on every backend."""

from __future__ import annotations

import importlib.util
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.zeros import interleave_negatives

from glove_ada.kernels.definitions import NONZERO, STRANDS
from glove_ada.training.negatives import sampling_table, shares_of_draws
from glove_ada.training.randomness import random_bits


def kernels():
    """The kernel of each backend that is there."""
    found = {}
    if importlib.util.find_spec("glove_ada.kernels.native.negatives"):
        from glove_ada.kernels.native.negatives import interleave_negatives

        found["compiled"] = interleave_negatives
    if importlib.util.find_spec("numba"):
        from glove_ada.kernels.numba_backend.negatives import interleave_negatives

        found["numba"] = interleave_negatives
    return found


KERNELS = kernels()
every_kernel = pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS)


@st.composite
def tiles(draw):
    """Return nonzeros of a tile in the order of its braids, and the words of rows and columns."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    rows, columns = draw(st.integers(1, 11)), draw(st.integers(1, 40))
    symmetric, on_diagonal = draw(st.booleans()), draw(st.booleans())
    words = random.permutation(rows + columns).astype(np.uint32)
    row_words, column_words = np.sort(words[:rows]), np.sort(words[rows:])
    if on_diagonal:
        column_words = row_words
    filled = random.random((rows, len(column_words))) < draw(st.floats(0, 1))
    if symmetric:
        filled &= column_words >= row_words[:, None]
    diagonal = row_words[:, None] == column_words
    pairs = [(row, column) for row, column in np.argwhere(filled & ~diagonal).tolist()]
    braids = random.permutation(-(-rows // STRANDS))
    random.shuffle(pairs)
    pairs.sort(key=lambda pair: braids[pair[0] // STRANDS])
    pairs += [tuple(pair) for pair in np.argwhere(filled & diagonal).tolist()]
    nonzeros = np.zeros(len(pairs), NONZERO)
    for field, values in zip(("row", "column"), zip(*pairs, strict=True), strict=False):
        nonzeros[field] = values
    nonzeros["log_count"] = random.normal(size=len(pairs))
    nonzeros["weight"] = random.uniform(0.1, 1, size=len(pairs))
    return nonzeros, row_words, column_words, symmetric


def interleave(kernel, tile, lots, ratio, key):
    """Return what the kernel makes of a tile."""
    nonzeros, row_words, column_words, symmetric = tile
    met = np.zeros((len(column_words), STRANDS), np.uint16)
    interleaved = np.empty((1 + math.ceil(ratio)) * len(nonzeros) + 1, NONZERO)
    size = kernel(
        nonzeros,
        row_words,
        column_words,
        *lots,
        symmetric,
        ratio,
        key,
        -4.5,
        0.05,
        met,
        interleaved,
    )
    return interleaved[:size]


@every_kernel
@given(tiles(), st.floats(0, 5), st.integers(0, 2**64 - 1), st.data())
@settings(max_examples=300)
def test_same_pairs_as_the_reference(kernel, tile, ratio, key, data):
    nonzeros, row_words, column_words, symmetric = tile
    lots = sorted(data.draw(st.lists(st.integers(0, len(column_words) - 1), max_size=50)))
    places = np.arange(len(column_words) + 1)
    starts = np.searchsorted(np.array(lots), places).astype(np.uint32)
    interleaved = interleave(kernel, tile, (np.array(lots, np.uint16), starts), ratio, key)

    expected = interleave_negatives(
        nonzeros.tolist(), row_words.tolist(), column_words.tolist(), lots, symmetric, ratio, key
    )
    found = [
        (row, column, weight < 0)
        for row, column, weight in interleaved[["row", "column", "weight"]].tolist()
    ]
    assert found == expected
    assert interleaved[interleaved["weight"] > 0].tobytes() == nonzeros.tobytes()
    zeros = interleaved[interleaved["weight"] < 0]
    assert (zeros["log_count"] == np.float32(-4.5)).all()
    assert (zeros["weight"] == np.float32(-0.05)).all()


def rows_alike(rows, columns):
    """Return a tile of rows that all have the same of 1,000 columns, and those rarer than them."""
    nonzeros = np.zeros(len(columns) * rows, NONZERO)
    nonzeros["row"] = np.tile(np.arange(rows), len(columns))
    nonzeros["column"] = np.repeat(columns, rows)
    nonzeros["weight"] = 1
    words = np.arange(1000 + rows, dtype=np.uint32)
    return nonzeros, words[:rows], words[rows:], True


@every_kernel
@pytest.mark.parametrize("rows", [1, 4])
def test_columns_are_drawn_by_their_counts_to_three_quarters(kernel, rows):
    """Rows that have every other column, in many epochs."""
    tile = rows_alike(rows, np.arange(0, 1000, 2))
    counts, epochs = np.arange(1000, 0, -1) ** 2, 400
    shares, drawn = shares_of_draws(counts), np.zeros(1000)
    for key in random_bits(1, np.arange(epochs)).tolist():
        lots = sampling_table(shares, (key >> 32) / 2**32)
        interleaved = interleave(kernel, tile, lots, 10.0, key)
        zeros = interleaved[interleaved["weight"] < 0]
        drawn += np.bincount(zeros["column"][zeros["row"] == rows - 1], minlength=1000)
    assert not drawn[::2].any()
    expected = counts**0.75 / (counts**0.75).sum() * epochs * 5000
    # Seven standard deviations of a Poisson distribution.
    assert (abs(drawn - expected)[1::2] < 7 * np.sqrt(expected[1::2]) + 1).all()


@every_kernel
def test_zeros_are_spread_so_that_no_update_waits(kernel):
    tile = rows_alike(4, np.arange(100))
    columns = np.arange(100, 1000, dtype=np.uint16)
    starts = np.maximum(np.arange(1001) - 100, 0).astype(np.uint32)
    interleaved = interleave(kernel, tile, (columns, starts), 4.0, 1)
    assert len(interleaved) == 2000
    gaps = np.diff(np.flatnonzero(interleaved["weight"] > 0)).tolist()
    assert gaps == ([1] * 3 + [17]) * 99 + [1] * 3
    rows = interleaved["row"].tolist()
    assert all(len(set(rows[place : place + 4])) == 4 for place in range(1997))
