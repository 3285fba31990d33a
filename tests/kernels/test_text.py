"""The text kernel against a few lines of Python, for any bytes."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from reference.text import BREAK, number_types

from glove_ada import kernels
from glove_ada.kernels.definitions import TEXT_SLACK

# Tokens around the eight bytes that the kernel takes at a time, and near misses of separators.
PIECES = [b" ", b"\n", b"\t", b"  ", b"\n\n", b" \n "]
TOKENS = [b"a", b"b", b"aaaaaaa", b"aaaaaaaa", b"aaaaaaaab", b"a" * 16, b"a" * 17, b"a" * 40]
ODD = [b"\x00", b"\xa0", b"\x85", b"\xc2\xa0", b"\xe2\x80\xa8", b"\x0b", b"\x0c", b"\r", b"\xff"]
LOOKALIKES = [b"\x08", b"\x0a\x0b", b"\x89", b"\x8a", b"\x1f", b"\x21", b"!" * 9, b"\x0b" * 9]
TEXTS = st.one_of(
    st.binary(max_size=200),
    st.lists(st.sampled_from(PIECES + TOKENS + ODD + LOOKALIKES), max_size=60).map(b"".join),
)


class Table:
    """A table of types with the kernel's buffers laid bare."""

    def __init__(self, capacity=1 << 8, arena=1 << 14):
        self.slots = np.zeros(2 * capacity, np.uint64)
        self.ends = np.zeros(capacity, np.int64)
        self.counts = np.zeros(capacity, np.int64)
        self.arena = np.zeros(arena, np.uint8)
        self.types = 0

    def encode(self, text, start=0):
        """Return where the kernel stopped and the ids."""
        ids = np.empty(len(text) + 1, np.uint32)
        buffer = np.frombuffer(text + bytes(TEXT_SLACK), np.uint8)
        at, written, self.types = kernels.encode_text(
            buffer,
            start,
            len(text),
            self.slots,
            self.ends,
            self.counts,
            self.arena,
            self.types,
            ids,
        )
        return at, ids[:written].tolist()

    def words(self):
        edges = [0, *self.ends[: self.types].tolist()]
        arena = self.arena.tobytes()
        return [arena[first:end] for first, end in itertools.pairwise(edges)]

    def word_counts(self):
        return dict(zip(self.words(), self.counts[: self.types].tolist(), strict=True))


def count_types(text):
    tokens = text.replace(b"\n", b" ").replace(b"\t", b" ").split(b" ")
    return {token: tokens.count(token) for token in tokens if token}


@given(TEXTS)
def test_ids_and_types_of_any_bytes(text):
    table, numbers = Table(), {}
    assert table.encode(text) == (len(text), number_types(text, numbers))
    assert table.words() == list(numbers)
    assert table.word_counts() == count_types(text)


@given(TEXTS, TEXTS)
def test_what_stands_behind_the_text_does_not_show(text, behind):
    table, other = Table(), Table()
    ids = np.empty(len(text) + 1, np.uint32)
    buffer = np.frombuffer(text + behind + bytes(TEXT_SLACK), np.uint8)
    _, written, _ = kernels.encode_text(
        buffer, 0, len(text), table.slots, table.ends, table.counts, table.arena, 0, ids
    )
    assert ids[:written].tolist() == other.encode(text)[1]


@given(TEXTS, TEXTS)
def test_numbers_carry_on_from_text_to_text(first, second):
    table, numbers = Table(), {}
    for text in (first, second):
        assert table.encode(text)[1] == number_types(text, numbers)


def test_stops_where_the_types_run_out():
    table = Table(capacity=4)
    assert table.encode(b"a b a c d b e f") == (12, [0, 1, 0, 2, 3, 1])


def test_stops_where_the_room_for_bytes_runs_out():
    table = Table(arena=20)
    text = b"aaaaaa bbbbbb cc a"
    assert table.encode(text) == (14, [0, 1])
    table.arena = np.concatenate((table.arena, np.zeros(20, np.uint8)))
    assert table.encode(text, start=14) == (len(text), [2, 3])


@given(TEXTS, st.integers(1, 4))
def test_a_table_grown_by_rehashing_finds_its_types(text, factor):
    table = Table(capacity=256)
    _, ids = table.encode(text)
    table.slots = np.zeros(len(table.slots) << factor, np.uint64)
    kernels.rehash(table.slots, table.ends, table.arena, table.types)
    known = table.types
    assert table.encode(text)[1] == ids
    assert table.types == known


@given(TEXTS, TEXTS)
def test_merging_adds_counts_and_renumbers(first, second):
    table, other = Table(), Table()
    table.encode(first)
    other.encode(second)
    merged = np.empty(other.types, np.uint32)
    at, table.types = kernels.merge_types(
        other.arena,
        other.ends,
        other.counts,
        0,
        other.types,
        table.slots,
        table.ends,
        table.counts,
        table.arena,
        table.types,
        merged,
    )
    assert at == other.types
    assert table.word_counts() == count_types(first + b" " + second)
    words = table.words()
    assert [words[number] for number in merged] == other.words()


def test_merging_stops_where_the_table_is_full():
    table, other = Table(capacity=2), Table()
    other.encode(b"a b c")
    merged = np.empty(3, np.uint32)
    at, types = kernels.merge_types(
        other.arena,
        other.ends,
        other.counts,
        0,
        3,
        table.slots,
        table.ends,
        table.counts,
        table.arena,
        0,
        merged,
    )
    assert (at, types, merged[:2].tolist()) == (2, 2, [0, 1])


@given(st.lists(st.one_of(st.integers(0, 5), st.just(BREAK)), min_size=1))
def test_types_that_are_no_word_vanish_and_breaks_stay(types):
    word_of_type = np.array([3, BREAK, 0, 1, BREAK, 2], np.uint32)
    ids = np.empty(len(types), np.uint32)
    written, words = kernels.map_ids(np.array(types, np.uint32), word_of_type, ids)
    expected = []
    for number in types:
        if number == BREAK and (not expected or expected[-1] != BREAK):
            expected.append(BREAK)
        elif number != BREAK and word_of_type[number] != BREAK:
            expected.append(int(word_of_type[number]))
    assert ids[:written].tolist() == expected
    assert words == len([number for number in expected if number != BREAK])
