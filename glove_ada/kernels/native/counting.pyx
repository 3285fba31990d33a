# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""Count co-occurrences one row at a time over an inverted index."""

from libc.stdint cimport int64_t, uint32_t, uint64_t

from glove_ada.kernels.native.definitions cimport BREAK

cdef extern from "counting.h" nogil:
    int64_t count_row(const uint32_t *, const int64_t *, int64_t, uint32_t, uint32_t,
                      const double *, int, int, double *, uint32_t *, uint64_t *, uint64_t *,
                      double *)
    int64_t add_part(const uint32_t *, const double *, int64_t, double *, uint32_t *, int64_t)
    void write_row(uint32_t *, int64_t, uint64_t *, uint64_t *, uint32_t, double *, double *)


def count_words(const uint32_t[::1] ids, int64_t first, int64_t end, int64_t[::1] occurrences):
    """Add up how often each word occurs in `ids[first:end]`."""
    cdef int64_t i
    with nogil:
        for i in range(first, end):
            if ids[i] != BREAK:
                occurrences[ids[i]] += 1


def index_positions(const uint32_t[::1] ids, int64_t first, int64_t end, int64_t[::1] next_place,
                    int64_t[::1] positions):
    """List where each word occurs in `ids[first:end]`: an inverted index by counting sort.

    `next_place` holds where each word's list goes on and is moved behind what was listed.
    """
    cdef int64_t i
    with nogil:
        for i in range(first, end):
            if ids[i] != BREAK:
                positions[next_place[ids[i]]] = i
                next_place[ids[i]] += 1


def count_rows(const uint32_t[::1] ids, const int64_t[::1] positions, const int64_t[::1] starts,
               int64_t first_row, int64_t end_row, const double[::1] weights, bint symmetric,
               double[::1] sums, uint64_t[::1] marks, uint64_t[::1] marked_blocks,
               uint32_t[::1] columns, double[::1] counts, int64_t[::1] row_sizes):
    """Write the cells of rows `first_row:end_row` to `columns` and `counts`; return how many.

    `positions[starts[row]:starts[row + 1]]` are a row's occurrences, `weights[d]` is what a
    neighbour at distance d adds. Symmetric: both sides are walked and only the columns from the
    row's own on are kept, the rest is their mirror. Otherwise: neighbours to the right, all
    columns. The columns of a row ascend.

    `sums` (one a word), `marks` (a bit a word) and `marked_blocks` (a
    bit for each word of `marks`) are zero before and after. `columns` and `counts` have room for
    what the rows can hold at the most and one more.
    """
    cdef int64_t row, cells = 0, size
    cdef uint32_t words = <uint32_t>(starts.shape[0] - 1)
    cdef int window = <int>weights.shape[0] - 1
    with nogil:
        for row in range(first_row, end_row):
            size = count_row(&ids[0], &positions[starts[row]], starts[row + 1] - starts[row],
                             <uint32_t>row, words, &weights[0], window, symmetric, &sums[0],
                             &columns[cells], &marks[0], &marked_blocks[0], &counts[cells])
            row_sizes[row - first_row] = size
            cells += size
    return cells


def add_rows(const uint32_t[::1] part_columns, const double[::1] part_counts,
             const int64_t[:, ::1] starts, double[::1] sums, uint64_t[::1] marks,
             uint64_t[::1] marked_blocks, uint32_t[::1] columns, double[::1] counts,
             int64_t[::1] row_sizes):
    """Add up rows that were counted in parts; write their cells; return how many.

    Row i of part s has the cells `starts[s, i]:starts[s, i + 1]` of `part_columns` and
    `part_counts`. The rest is as for `count_rows`.
    """
    cdef int64_t row, part, first, cells = 0, size
    cdef uint32_t words = <uint32_t>sums.shape[0]
    with nogil:
        for row in range(starts.shape[1] - 1):
            size = 0
            for part in range(starts.shape[0]):
                first = starts[part, row]
                size = add_part(&part_columns[0] + first, &part_counts[0] + first,
                                starts[part, row + 1] - first, &sums[0], &columns[cells], size)
            write_row(&columns[cells], size, &marks[0], &marked_blocks[0], words, &sums[0],
                      &counts[cells])
            row_sizes[row] = size
            cells += size
    return cells
