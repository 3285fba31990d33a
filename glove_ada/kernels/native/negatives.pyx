# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""Draw pairs of words that never meet, and put them between the nonzeros of a tile."""

from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t

from glove_ada.kernels.native.definitions cimport Nonzero

cdef extern from "negatives.h" nogil:
    ctypedef struct Zeros:
        const uint32_t *row_words
        const uint32_t *column_words
        int64_t rows
        const uint16_t *lots
        const uint32_t *lot_starts
        int64_t columns
        int symmetric
        double ratio
        uint64_t key
        float log_count
        float weight
    int64_t c_interleave_negatives "interleave_negatives"(
        const Nonzero *, const Nonzero *, const Zeros *, uint16_t *, Nonzero *) noexcept


def interleave_negatives(const Nonzero[::1] nonzeros, const uint32_t[::1] row_words,
                         const uint32_t[::1] column_words, const uint16_t[::1] lots,
                         const uint32_t[::1] lot_starts, bint symmetric, double ratio,
                         uint64_t key, float log_count, float weight, uint16_t[:, ::1] met,
                         Nonzero[::1] interleaved):
    """Copy nonzeros to `interleaved`, drawn zeros between them; return how many there are."""
    cdef Zeros zeros
    cdef int64_t size
    if not nonzeros.shape[0]:
        return 0
    with nogil:
        zeros.row_words = &row_words[0]
        zeros.column_words = &column_words[0]
        zeros.rows = row_words.shape[0]
        zeros.lots = &lots[0] if lots.shape[0] else NULL
        zeros.lot_starts = &lot_starts[0]
        zeros.columns = column_words.shape[0]
        zeros.symmetric = symmetric
        zeros.ratio = ratio
        zeros.key = key
        zeros.log_count = log_count
        zeros.weight = weight
        size = c_interleave_negatives(&nonzeros[0], &nonzeros[0] + nonzeros.shape[0], &zeros,
                                      &met[0, 0], &interleaved[0])
    return size
