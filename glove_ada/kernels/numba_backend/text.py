"""Split text into tokens and number their types: the counterpart of `native/headers/text.h`."""

from __future__ import annotations

import numpy as np

from glove_ada.kernels.definitions import BREAK, TEXT_SLACK
from glove_ada.kernels.numba_backend.compilation import kernel
from glove_ada.kernels.numba_backend.portable import load_8_bytes, trailing_zeros

_SPACE, _NEWLINE, _TAB = (np.uint8(ord(separator)) for separator in " \n\t")
_EVERY_BYTE = np.uint64(0x0101010101010101)
_HIGH_BITS = np.uint64(0x8080808080808080)
_SPACES, _NEWLINES, _TABS = (_EVERY_BYTE * np.uint64(byte) for byte in (32, 10, 9))
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)
_LOWER = np.uint64(0xFFFFFFFF)
_ZERO, _ONE = np.uint64(0), np.uint64(1)


@kernel
def encode_text(text, start, size, slots, ends, counts, arena, types, ids):
    """Encode `text[start:size]`; return where it stopped, the ids written, the types now known."""
    at, written = start, 0
    while at < size:
        byte = text[at]
        if byte == _NEWLINE and (written == 0 or ids[written - 1] != BREAK):
            ids[written] = BREAK
            written += 1
        if byte in (_NEWLINE, _SPACE, _TAB):
            at += 1
            continue
        length = _token_length(text, at, size - at)
        number, types = _count_token(text, at, length, 1, slots, ends, counts, arena, types)
        if number < 0:
            break
        ids[written] = number
        written += 1
        at += length
    return at, written, types


@kernel
def merge_types(
    other_arena,
    other_ends,
    other_counts,
    start,
    other_types,
    slots,
    ends,
    counts,
    arena,
    types,
    merged,
):
    """Add the types `start:other_types` of another table; return where it stopped, the types."""
    other = start
    while other < other_types:
        begin = other_ends[other - 1] if other else 0
        number, types = _count_token(
            other_arena,
            begin,
            other_ends[other] - begin,
            other_counts[other],
            slots,
            ends,
            counts,
            arena,
            types,
        )
        if number < 0:
            break
        merged[other] = number
        other += 1
    return other, types


@kernel
def rehash(slots, ends, arena, types):
    """Enter the types into an empty, larger array of slots."""
    mask = np.uint64(len(slots)) - _ONE
    start = 0
    for number in range(types):
        token_hash = _hash_token(arena, start, ends[number] - start)
        slot = token_hash & mask
        while slots[slot] != _ZERO:
            slot = (slot + _ONE) & mask
        slots[slot] = _slot_of(token_hash, number)
        start = ends[number]


@kernel
def map_ids(types, word_of_type, ids):
    """Write the word id of each type; return the ids written and how many of them are words."""
    written, words = 0, 0
    for i in range(len(types)):
        if types[i] == BREAK:
            if written == 0 or ids[written - 1] != BREAK:
                ids[written] = BREAK
                written += 1
            continue
        word = word_of_type[types[i]]
        if word != BREAK:
            ids[written] = word
            written += 1
            words += 1
    return written, words


@kernel
def _zero_byte(x):
    """Mark, by its highest bit, every zero byte of x up to the first one."""
    return (x - _EVERY_BYTE) & ~x & _HIGH_BITS


@kernel
def _token_length(text, at, room):
    for i in range(0, room, 8):
        x = load_8_bytes(text, at + i)
        found = _zero_byte(x ^ _SPACES) | _zero_byte(x ^ _NEWLINES) | _zero_byte(x ^ _TABS)
        if found != _ZERO:
            return min(i + trailing_zeros(found) // 8, room)
    return room


@kernel
def _hash_token(text, at, length):
    token_hash = np.uint64(length)
    while True:
        x = load_8_bytes(text, at)
        if length < 8:
            x &= (_ONE << np.uint64(8 * length)) - _ONE
        token_hash = (token_hash ^ x) * _MULTIPLIER
        token_hash ^= token_hash >> _HALF
        if length <= 8:
            return token_hash
        at += 8
        length -= 8


@kernel
def _slot_of(token_hash, number):
    return (token_hash >> _HALF) << _HALF | np.uint64(number + 1)


@kernel
def _find_slot(text, at, length, token_hash, slots, ends, arena):
    """Return the slot that holds the token, or the empty one where it belongs."""
    mask = np.uint64(len(slots)) - _ONE
    place = token_hash & mask
    while slots[place] != _ZERO:
        if slots[place] >> _HALF == token_hash >> _HALF:
            number = np.int64(slots[place] & _LOWER) - 1
            start = ends[number - 1] if number else 0
            if ends[number] - start == length and _same_bytes(text, at, arena, start, length):
                break
        place = (place + _ONE) & mask
    return place


@kernel
def _same_bytes(text, at, arena, start, length):
    """Compare eight bytes at a time, as `memcmp` would, which numba does not offer."""
    for i in range(0, length, 8):
        differing = load_8_bytes(text, at + i) ^ load_8_bytes(arena, start + i)
        if differing != _ZERO:
            return i + trailing_zeros(differing) // 8 >= length
    return True


@kernel
def _count_token(text, at, length, occurrences, slots, ends, counts, arena, types):
    """Return the token's type, or -1 if the table must grow first, and the types now known."""
    token_hash = _hash_token(text, at, length)
    place = _find_slot(text, at, length, token_hash, slots, ends, arena)
    if slots[place] == _ZERO:
        start = ends[types - 1] if types else 0
        if types == len(ends) or start + length + TEXT_SLACK > len(arena):
            return -1, types
        for i in range(length):
            arena[start + i] = text[at + i]
        ends[types] = start + length
        counts[types] = 0
        slots[place] = _slot_of(token_hash, types)
        types += 1
    number = np.int64(slots[place] & _LOWER) - 1
    counts[number] += occurrences
    return number, types
