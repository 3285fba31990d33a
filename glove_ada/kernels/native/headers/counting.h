/* counting.h - one row of the co-occurrence matrix: walk a word's occurrences, add each
 * neighbour's weight into a dense row of sums, write the touched cells out, clear them. Weights and
 * sums are whole numbers of 2^-20; the caller makes sure that they stay below 2^63. */
#ifndef GLOVE_ADA_COUNTING_H
#define GLOVE_ADA_COUNTING_H

#include "definitions.h"
#include "portable.h"

#define OCCURRENCES_AHEAD 8

/* Add the weights of the neighbours on one side (step -1 or 1) and list the columns touched first.
 * Columns before `from` are left out: they are the mirror of another row's. */
static inline int64_t walk_side(const uint32_t *here, int step, uint32_t from,
                                const int64_t *weights, int window, int64_t *sums,
                                uint32_t *touched, int64_t n) {
    for (int d = 1; d <= window; d++) {
        uint32_t column = here[step * d];
        if (column == BREAK) break;
        if (column < from) continue;
        touched[n] = column;
        n += (sums[column] == 0) & (weights[d] != 0);
        sums[column] += weights[d];
    }
    return n;
}

/* Sort the n touched columns by marking them in a bitmap of two storeys and reading it out. */
static inline void sort_columns(uint32_t *columns, int64_t n, uint64_t *marks, uint64_t *blocks,
                                uint32_t words) {
    for (int64_t i = 0; i < n; i++) {
        uint32_t column = columns[i];
        marks[column >> 6] |= (uint64_t)1 << (column & 63);
        blocks[column >> 12] |= (uint64_t)1 << (column >> 6 & 63);
    }
    int64_t out = 0;
    for (uint32_t b = 0; b <= (words - 1) >> 12; b++)
        for (; blocks[b]; blocks[b] &= blocks[b] - 1) {
            uint32_t m = b << 6 | (uint32_t)trailing_zeros(blocks[b]);
            for (; marks[m]; marks[m] &= marks[m] - 1)
                columns[out++] = m << 6 | (uint32_t)trailing_zeros(marks[m]);
        }
}

/* Write out the sums of the n touched columns in ascending order and clear them. */
static inline void write_row(uint32_t *columns, int64_t n, uint64_t *marks, uint64_t *marked_blocks,
                             uint32_t words, int64_t *sums, int64_t *counts) {
    sort_columns(columns, n, marks, marked_blocks, words);
    for (int64_t i = 0; i < n; i++) {
        counts[i] = sums[columns[i]];
        sums[columns[i]] = 0;
    }
}

/* `columns` needs room for one more than the row's cells. Returns the number of cells. */
static inline int64_t count_row(const uint32_t *ids, const int64_t *positions, int64_t occurrences,
                                uint32_t row, uint32_t words, const int64_t *weights, int window,
                                int symmetric, int64_t *sums, uint32_t *columns, uint64_t *marks,
                                uint64_t *marked_blocks, int64_t *counts) {
    int64_t n = 0;
    uint32_t from = symmetric ? row : 0;
    for (int64_t k = 0; k < occurrences; k++) {
        const uint32_t *here = ids + positions[k];
        if (k + OCCURRENCES_AHEAD < occurrences)
            PREFETCH_READ(ids + positions[k + OCCURRENCES_AHEAD]);
        if (symmetric) n = walk_side(here, -1, from, weights, window, sums, columns, n);
        n = walk_side(here, 1, from, weights, window, sums, columns, n);
    }
    write_row(columns, n, marks, marked_blocks, words, sums, counts);
    return n;
}

/* Add the cells of one part of a row and list the columns touched first. */
static inline int64_t add_part(const uint32_t *part_columns, const int64_t *part_counts,
                               int64_t cells, int64_t *sums, uint32_t *touched, int64_t n) {
    for (int64_t i = 0; i < cells; i++) {
        uint32_t column = part_columns[i];
        touched[n] = column;
        n += sums[column] == 0;
        sums[column] += part_counts[i];
    }
    return n;
}

#endif
