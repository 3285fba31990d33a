"""Random numbers as a pure function of a place: these bits must never change."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glove_ada.training.randomness import random_bits, random_order

MASK = 2**64 - 1
KEYS = st.integers(0, 2**63 - 1)


def mix(z):
    """Return SplitMix64's output function in Python's integers."""
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def bits(seed, *keys):
    state = mix(seed + 0x9E3779B97F4A7C15 & MASK)
    for key in keys:
        state = mix((state ^ key) + 0x9E3779B97F4A7C15 & MASK)
    return state


@given(st.integers(0, MASK), st.lists(KEYS, max_size=4))
def test_bits_are_splitmix64_s(seed, keys):
    assert int(random_bits(seed, *keys)) == bits(seed, *keys)


def test_the_first_number_is_the_published_one():
    # The first output of SplitMix64 seeded with 1234567.
    assert int(random_bits(1234567)) == 6457827717110365317


@given(st.integers(0, MASK), KEYS)
def test_a_place_gives_its_bits_alone_or_among_others(seed, key):
    table = random_bits(seed, np.arange(3)[:, None], key, np.arange(4))
    assert table.shape == (3, 4)
    assert int(table[2, 1]) == bits(seed, 2, key, 1)


def test_seeds_and_keys_are_told_apart():
    seen = {bits(seed, a, b) for seed in range(10) for a in range(10) for b in range(10)}
    values = random_bits(np.arange(10)[0], np.arange(10)[:, None], np.arange(10))
    assert len(seen) == 1000
    assert len(np.unique(values)) == 100


@given(st.integers(0, 200), st.integers(0, MASK), KEYS)
def test_orders_are_permutations(count, seed, key):
    assert sorted(random_order(count, seed, key).tolist()) == list(range(count))


def test_orders_differ():
    orders = {tuple(random_order(8, seed, key)) for seed in range(10) for key in range(10)}
    assert len(orders) > 95


def test_bits_are_even():
    values = random_bits(1, np.arange(100_000))
    ones = [(values >> np.uint64(bit) & np.uint64(1)).mean() for bit in range(64)]
    assert max(abs(np.array(ones) - 0.5)) < 0.01
