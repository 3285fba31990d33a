"""The zeros of a tile: pair for pair those of the reference, on every backend."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.zeros import braid_zeros

from glove_ada.tiles import NONZERO, STRANDS
from glove_ada.zeros import cast_lots, running_shares


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


def braid(kernel, tile, lots, ratio, key):
    """Return what the kernel makes of a tile, and check that it leaves its scratch clean."""
    nonzeros, row_words, column_words, symmetric = tile
    met = np.zeros(len(column_words), np.uint8)
    braided = np.empty(int((1 + ratio) * len(nonzeros)) + len(row_words), NONZERO)
    size = kernel(
        nonzeros, row_words, column_words, lots, symmetric, ratio, key, -4.5, 0.05, met, braided
    )
    assert not met.any()
    return braided[:size]


@every_kernel
@given(tiles(), st.floats(0, 5), st.integers(0, 2**64 - 1), st.data())
@settings(max_examples=300)
def test_same_pairs_as_the_reference(kernel, tile, ratio, key, data):
    nonzeros, row_words, column_words, symmetric = tile
    columns = st.integers(0, len(column_words) - 1)
    lots = np.array(sorted(data.draw(st.lists(columns, max_size=50))), np.uint16)
    braided = braid(kernel, tile, lots, ratio, key)

    expected = braid_zeros(
        nonzeros.tolist(),
        row_words.tolist(),
        column_words.tolist(),
        lots.tolist(),
        symmetric,
        ratio,
        key,
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


@every_kernel
@pytest.mark.parametrize("rows", [1, 4])
def test_columns_are_drawn_by_their_counts_to_three_quarters(kernel, rows):
    """Rows that have every other one of 1,000 columns, in many epochs."""
    nonzeros = np.zeros(500 * rows, NONZERO)
    nonzeros["row"] = np.tile(np.arange(rows), 500)
    nonzeros["column"] = np.repeat(np.arange(0, 1000, 2), rows)
    nonzeros["weight"] = 1
    words = np.arange(1000 + rows, dtype=np.uint32)
    tile = nonzeros, words[:rows], words[rows:], True
    counts, epochs = np.arange(1000, 0, -1) ** 2, 400
    random, drawn = np.random.default_rng(1), np.zeros(1000)
    for key in range(epochs):
        lots = cast_lots(running_shares(counts), random.random())
        braided = braid(kernel, tile, lots, 10.0, key)
        zeros = braided[braided["weight"] < 0]
        drawn += np.bincount(zeros["column"][zeros["row"] == rows - 1], minlength=1000)
    assert not drawn[::2].any()
    expected = counts**0.75 / (counts**0.75).sum() * epochs * 5000
    # Ten standard deviations of a Poisson distribution, and what the lots' rounding adds.
    assert (abs(drawn - expected)[1::2] < 10 * np.sqrt(expected[1::2]) + 10).all()


@every_kernel
def test_no_row_or_column_comes_again_at_once(kernel):
    """An update would have to wait for the one before it."""
    nonzeros = np.zeros(400, NONZERO)
    nonzeros["row"] = np.arange(400) % 4
    nonzeros["column"] = np.arange(400) // 4
    words = np.arange(1004, dtype=np.uint32)
    tile = nonzeros, words[:4], words[4:], True
    zeros = braid(kernel, tile, np.arange(100, 1000, dtype=np.uint16), 4.0, 1)[400:]
    assert len(zeros) == 1600
    for block in np.split(zeros[["row", "column"]], 100):
        rows, columns = block["row"].tolist(), block["column"].tolist()
        assert sorted(zip(rows, columns, strict=True)) == sorted(
            (row, column) for row in range(4) for column in columns[:4]
        )
        for place in range(13):
            assert len(set(rows[place : place + 4])) == 4
            if len(set(columns)) == 4:
                assert len(set(columns[place : place + 3])) == 3
