# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""Split text into tokens and number its types; turn type numbers into word ids."""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

from glove_ada.kernels.native.definitions cimport BREAK

cdef extern from "text.h" nogil:
    ctypedef struct TypeTable:
        uint64_t *slots
        uint64_t slot_mask
        int64_t *ends
        int64_t *counts
        int64_t capacity
        int64_t used
        uint8_t *arena
        int64_t arena_capacity
    int64_t encode_tokens(TypeTable *, const uint8_t *, int64_t, int64_t *, uint32_t *)
    int64_t count_token(TypeTable *, const uint8_t *, int64_t, int64_t)
    uint64_t hash_token(const uint8_t *, int64_t)


cdef inline TypeTable type_table(uint64_t[::1] slots, int64_t[::1] ends, int64_t[::1] counts,
                                 uint8_t[::1] arena, int64_t used) noexcept nogil:
    cdef TypeTable table
    table.slots = &slots[0]
    table.slot_mask = <uint64_t>slots.shape[0] - 1
    table.ends = &ends[0]
    table.counts = &counts[0]
    table.capacity = ends.shape[0]
    table.used = used
    table.arena = &arena[0]
    table.arena_capacity = arena.shape[0]
    return table


def encode_text(const uint8_t[::1] text, int64_t start, int64_t size, uint64_t[::1] slots,
                int64_t[::1] ends, int64_t[::1] counts, uint8_t[::1] arena, int64_t types,
                uint32_t[::1] ids):
    """Encode `text[start:size]`; return where it stopped, the ids written, the types now known."""
    cdef TypeTable table
    cdef int64_t at = start, written
    with nogil:
        table = type_table(slots, ends, counts, arena, types)
        written = encode_tokens(&table, &text[0], size, &at, &ids[0])
    return at, written, table.used


def merge_types(const uint8_t[::1] other_arena, const int64_t[::1] other_ends,
                const int64_t[::1] other_counts, int64_t start, int64_t other_types,
                uint64_t[::1] slots, int64_t[::1] ends, int64_t[::1] counts, uint8_t[::1] arena,
                int64_t types, uint32_t[::1] merged):
    """Add the types `start:other_types` of another table to this one, and their counts."""
    cdef TypeTable table
    cdef int64_t other, number, begin
    with nogil:
        table = type_table(slots, ends, counts, arena, types)
        other = start
        while other < other_types:
            begin = other_ends[other - 1] if other else 0
            number = count_token(&table, &other_arena[begin], other_ends[other] - begin,
                                 other_counts[other])
            if number < 0:
                break
            merged[other] = <uint32_t>number
            other += 1
    return other, table.used


def rehash(uint64_t[::1] slots, const int64_t[::1] ends, const uint8_t[::1] arena, int64_t types):
    """Enter the types into an empty, larger array of slots."""
    cdef uint64_t mask = <uint64_t>slots.shape[0] - 1, hash, s
    cdef int64_t type, start = 0
    with nogil:
        for type in range(types):
            hash = hash_token(&arena[start], ends[type] - start)
            s = hash & mask
            while slots[s]:
                s = (s + 1) & mask
            slots[s] = (hash >> 32) << 32 | <uint64_t>(type + 1)
            start = ends[type]


def map_ids(const uint32_t[::1] types, const uint32_t[::1] word_of_type, uint32_t[::1] ids):
    """Write the word id of each type number to `ids`, without the types that are no word."""
    cdef int64_t i, n = 0, words = 0
    cdef uint32_t type, word
    with nogil:
        for i in range(types.shape[0]):
            type = types[i]
            if type == BREAK:
                if n == 0 or ids[n - 1] != BREAK:
                    ids[n] = BREAK
                    n += 1
                continue
            word = word_of_type[type]
            if word != BREAK:
                ids[n] = word
                n += 1
                words += 1
    return n, words
