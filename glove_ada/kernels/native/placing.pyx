# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""Place the cells of the co-occurrence matrix into tiles."""

from libc.stdint cimport int64_t, uint16_t, uint32_t

from glove_ada.kernels.native.definitions cimport Nonzero

cdef extern from "elementary.h" nogil:
    double natural_log(double)

cdef extern from "weighting.h" nogil:
    double weight_of_count(double, double, double, double, double)


def count_group_cells(const uint32_t[::1] words, const int64_t[::1] row_starts,
                      const uint32_t[::1] columns, const uint16_t[::1] group_of,
                      int64_t[::1] tile_sizes):
    """Add the cells of a group's words to the sizes of its tiles; return the diagonal ones."""
    cdef int64_t i, cell, diagonal = 0
    cdef uint32_t row
    with nogil:
        for i in range(words.shape[0]):
            row = words[i]
            for cell in range(row_starts[row], row_starts[row + 1]):
                tile_sizes[group_of[columns[cell]]] += 1
                diagonal += columns[cell] == row
    return diagonal


cdef inline int64_t braided_place(const int64_t *sizes, int strands, int strand,
                                  int64_t turn) noexcept nogil:
    """Where a strand's nonzero goes when the strands take turns until each has run out."""
    cdef int64_t place = 0, before
    cdef int other
    for other in range(strands):
        before = turn + (other < strand)
        place += before if before < sizes[other] else sizes[other]
    return place


def place_group(const uint32_t[::1] words, int strands, const int64_t[::1] row_starts,
                const uint32_t[::1] columns, const double[::1] counts,
                const uint16_t[::1] group_of, const uint16_t[::1] place_in_group,
                double x_max, double alpha, int64_t[::1] next_place, int64_t next_diagonal,
                int64_t[:, ::1] strand_sizes, int64_t[:, ::1] strand_turns, Nonzero[::1] nonzeros):
    """Fill a group's tiles with the cells of its words, braid after braid."""
    cdef int64_t first = 0, cell, turn, to, size
    cdef int strand, in_braid
    cdef uint32_t row, column
    cdef int64_t groups = next_place.shape[0], q
    cdef double log_x_max = natural_log(x_max), log_count
    with nogil:
        while first < words.shape[0]:
            in_braid = <int>min(<int64_t>strands, words.shape[0] - first)
            for q in range(groups):
                for strand in range(strands):
                    strand_sizes[q, strand] = strand_turns[q, strand] = 0
            for strand in range(in_braid):
                row = words[first + strand]
                for cell in range(row_starts[row], row_starts[row + 1]):
                    if columns[cell] != row:
                        strand_sizes[group_of[columns[cell]], strand] += 1
            for strand in range(in_braid):
                row = words[first + strand]
                for cell in range(row_starts[row], row_starts[row + 1]):
                    column = columns[cell]
                    q = group_of[column]
                    if column == row:
                        to = next_diagonal
                        next_diagonal += 1
                    else:
                        size = strand_sizes[q, strand]
                        turn = strand_turns[q, strand] + strand * size // strands
                        strand_turns[q, strand] += 1
                        if turn >= size:
                            turn -= size
                        to = next_place[q] + braided_place(&strand_sizes[q, 0], in_braid, strand, turn)
                    log_count = natural_log(counts[cell])
                    nonzeros[to].row = place_in_group[row]
                    nonzeros[to].column = place_in_group[column]
                    nonzeros[to].log_count = <float>log_count
                    nonzeros[to].weight = <float>weight_of_count(counts[cell], log_count, x_max,
                                                                 log_x_max, alpha)
            for q in range(groups):
                for strand in range(in_braid):
                    next_place[q] += strand_sizes[q, strand]
            first += strands
