"""The zeros of a tile: pair for pair those of the reference, on every backend."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.zeros import braid_zeros

from glove_ada.tiles import NONZERO, STRANDS
from glove_ada.zeros import guide_to, share_columns


def kernels():
    """The kernel of each backend that is there."""
    found = {}
    if importlib.util.find_spec("glove_ada.kernels.zeros"):
        from glove_ada.kernels.zeros import braid_zeros

        found["compiled"] = braid_zeros
    if importlib.util.find_spec("numba"):
        from glove_ada.kernels.numba_backend.zeros import braid_zeros

        found["numba"] = braid_zeros
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


def braid(kernel, tile, counts, ratio, key):
    """Return what the kernel makes of a tile, and check that it leaves its scratch clean."""
    nonzeros, row_words, column_words, symmetric = tile
    shares = share_columns(counts)
    met = np.zeros(len(column_words), np.uint8)
    braided = np.empty(int((1 + ratio) * len(nonzeros)) + len(row_words), NONZERO)
    size = kernel(
        nonzeros, row_words, column_words, shares, guide_to(shares), symmetric, ratio, key,
        -4.5, 0.05, met, braided,
    )  # fmt: skip
    assert not met.any()
    return braided[:size]


@every_kernel
@given(tiles(), st.floats(0, 5), st.integers(0, 2**64 - 1), st.data())
@settings(max_examples=300)
def test_same_pairs_as_the_reference(kernel, tile, ratio, key, data):
    nonzeros, row_words, column_words, symmetric = tile
    some = st.integers(0, 10**6)
    size = len(column_words)
    counts = np.array(data.draw(st.lists(some, min_size=size, max_size=size)))
    braided = braid(kernel, tile, counts, ratio, key)

    shares = share_columns(counts).tolist()
    expected = braid_zeros(
        nonzeros.tolist(), row_words.tolist(), column_words.tolist(), shares, symmetric, ratio, key
    )
    found = [
        (row, column, weight < 0)
        for row, column, weight in braided[["row", "column", "weight"]].tolist()
    ]
    assert found == expected
    assert braided[braided["weight"] > 0].tobytes() == nonzeros.tobytes()
    zeros = braided[braided["weight"] < 0]
    assert (zeros["log_count"] == np.float32(-4.5)).all()
    assert (zeros["weight"] == np.float32(-0.05)).all()


@pytest.fixture
def row_of_half():
    """A tile of one row that has every other one of 1,000 columns."""
    nonzeros = np.zeros(500, NONZERO)
    nonzeros["column"] = np.arange(0, 1000, 2)
    nonzeros["weight"] = 1
    return nonzeros, np.array([0], np.uint32), np.arange(1, 1001, dtype=np.uint32), True


@every_kernel
def test_columns_are_drawn_by_their_counts_to_three_quarters(kernel, row_of_half):
    counts = np.arange(1000, 0, -1)
    drawn = np.zeros(1000)
    for key in range(200):
        braided = braid(kernel, row_of_half, counts, 10.0, key)
        drawn += np.bincount(braided["column"][braided["weight"] < 0], minlength=1000)
    assert not drawn[::2].any()
    expected = counts**0.75 / (counts**0.75).sum() * 200 * 5000
    # Ten standard deviations of a Poisson distribution.
    assert (abs(drawn - expected)[1::2] < 10 * np.sqrt(expected[1::2]) + 1).all()


@every_kernel
def test_zeros_stand_evenly_between_the_nonzeros(kernel, row_of_half):
    braided = braid(kernel, row_of_half, np.ones(1000, int), 2.0, 1)
    places = np.flatnonzero(braided["weight"] > 0)
    assert np.diff(places).max() <= 3
    assert len(braided) - places[-1] <= 3
