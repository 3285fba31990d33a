/* zeros.h - pairs of words that never meet, drawn for the rows of a tile. */
#ifndef GLOVE_ADA_ZEROS_H
#define GLOVE_ADA_ZEROS_H

#include <string.h>

#include "nonzero.h"

#define STRANDS 4 /* rows of a braid, which take turns; their numbers in the group follow each other */
#define GUIDE_BITS 12
#define TOTAL_BITS 31 /* shares are parts of 2^31 */

typedef struct {
    const uint32_t *row_words;    /* the word of each row of the tile, and of each column; ascending */
    const uint32_t *column_words;
    const uint32_t *share_starts; /* where each column's share of the draws starts; 2^31 at the end */
    const uint16_t *guide;        /* by the highest bits of a place in the shares: whose it is there */
    int64_t columns;
    int symmetric;                /* whether a pair is drawn for its more frequent word alone */
    double ratio;                 /* draws for each nonzero of a row */
    uint64_t key;                 /* of seed, epoch and tile */
    float log_count;              /* what a zero counts for, and its weight */
    float weight;
} Zeros;

typedef struct {
    uint64_t key;       /* of the row */
    uint64_t draw;      /* its number */
    int64_t left;       /* draws to come */
    uint32_t first;     /* where the shares start that it draws from */
} Strand;

/* The output function of SplitMix64, by which randomness.py folds a key into a hash. */
static inline uint64_t folded(uint64_t state, uint64_t key) {
    uint64_t z = (state ^ key) + 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

/* The first column whose word is rarer than a row's. */
static inline int64_t first_rarer(const Zeros *zeros, uint32_t word) {
    int64_t low = 0, high = zeros->columns;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (zeros->column_words[middle] > word) high = middle;
        else low = middle + 1;
    }
    return low;
}

static inline Strand start_strand(const Zeros *zeros, int row, int64_t nonzeros) {
    Strand strand = {folded(zeros->key, (uint64_t)row), 0, 0, zeros->share_starts[0]};
    if (zeros->symmetric) strand.first = zeros->share_starts[first_rarer(zeros, zeros->row_words[row])];
    if (strand.first >> TOTAL_BITS) return strand; /* no column has a share */
    double unit = (double)(folded(strand.key, strand.draw++) >> 11) * (1.0 / 9007199254740992.0);
    strand.left = (int64_t)(zeros->ratio * (double)nonzeros + unit);
    return strand;
}

/* Draw a column by its share. */
static inline int64_t draw_column(const Zeros *zeros, Strand *strand) {
    uint64_t random = folded(strand->key, strand->draw++) >> 32;
    uint64_t span = (1ULL << TOTAL_BITS) - strand->first;
    uint32_t place = strand->first + (uint32_t)(random * span >> 32);
    int64_t column = zeros->guide[place >> (TOTAL_BITS - GUIDE_BITS)];
    while (zeros->share_starts[column + 1] <= place) column++;
    strand->left--;
    return column;
}

/* Copy nonzeros to `braided`, each row's zeros between them, the strands out of step so that no
 * update waits for the one before it; return how many there are in all. `met` has a byte of zero
 * for each column, and is left so: bit s is set while the row of strand s has that column. A draw
 * of such a column, or of the row's own word, is dropped. The cells (i, i), the last ones of a tile
 * on the diagonal, are only copied: their rows have come before. */
static int64_t braid_zeros(const Nonzero *x, const Nonzero *end, const Zeros *zeros, uint8_t *met,
                           Nonzero *braided) {
    const int on_diagonal = zeros->row_words[0] == zeros->column_words[0]; /* groups share no word */
    Nonzero *to = braided;
    while (x < end && !(on_diagonal && x->row == x->column)) {
        const Nonzero *braid = x;
        const int first_row = x->row - x->row % STRANDS;
        int64_t sizes[STRANDS] = {0}, left = 0, due = 0;
        Strand strands[STRANDS];
        for (; x < end && x->row - x->row % STRANDS == first_row; x++) {
            if (on_diagonal && x->row == x->column) break;
            sizes[x->row - first_row]++;
            met[x->column] |= (uint8_t)(1 << (x->row - first_row));
        }
        for (int s = 0; s < STRANDS; s++) {
            strands[s] = (Strand){0, 0, 0, 0};
            if (sizes[s]) strands[s] = start_strand(zeros, first_row + s, sizes[s]);
            left += strands[s].left;
        }
        const int64_t draws = left, nonzeros = x - braid;
        for (const Nonzero *nonzero = braid; nonzero < x; nonzero++) {
            *to++ = *nonzero;
            for (due += draws; due >= nonzeros; due -= nonzeros) {
                int s = (nonzero->row + STRANDS / 2) % STRANDS;
                while (!strands[s].left) s = (s + 1) % STRANDS;
                int64_t column = draw_column(zeros, &strands[s]);
                to->row = (uint16_t)(first_row + s);
                to->column = (uint16_t)column;
                to->log_count = zeros->log_count;
                to->weight = -zeros->weight;
                to += !(met[column] >> s & 1) & !(on_diagonal && column == first_row + s);
            }
        }
        for (const Nonzero *nonzero = braid; nonzero < x; nonzero++) met[nonzero->column] = 0;
    }
    memcpy(to, x, (size_t)(end - x) * sizeof(Nonzero));
    return to + (end - x) - braided;
}

#endif
