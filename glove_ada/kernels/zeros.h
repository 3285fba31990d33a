/* zeros.h - pairs of words that never meet, drawn for the rows of a tile. */
#ifndef GLOVE_ADA_ZEROS_H
#define GLOVE_ADA_ZEROS_H

#include "nonzero.h"

#define STRANDS 4 /* rows of a braid, which take turns; their numbers in the group follow each other */

typedef struct {
    const uint32_t *row_words;    /* the word of each row of the tile, and of each column; ascending */
    const uint32_t *column_words;
    int64_t rows;
    const uint16_t *lots;         /* columns, in order, each about as often as its share of the draws */
    const uint32_t *lot_shares;   /* of 2^32, how much of each lot counts: its draws beyond are dropped */
    const uint32_t *lot_starts;   /* the first lot of each column, and how many there are */
    int64_t columns;
    int symmetric;                /* whether a pair is drawn for its more frequent word alone */
    double ratio;                 /* draws for each nonzero */
    uint64_t key;                 /* of seed, epoch and tile */
    float log_count;              /* what a zero counts for, and its weight */
    float weight;
} Zeros;

/* The output function of SplitMix64, by which randomness.py folds a key into a hash. */
static inline uint64_t folded(uint64_t state, uint64_t key) {
    uint64_t z = (state ^ key) + 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

/* The first lot of a word that is rarer than a row's. Words of like frequency are dealt to the
 * groups in turn, so that it is a column of about the row's number. */
static inline int64_t first_rarer_lot(const Zeros *zeros, int64_t row) {
    const uint32_t word = zeros->row_words[row];
    int64_t column = row < zeros->columns ? row : zeros->columns;
    while (column > 0 && zeros->column_words[column - 1] > word) column--;
    while (column < zeros->columns && zeros->column_words[column] <= word) column++;
    return zeros->lot_starts[column];
}

static inline Nonzero *copy_nonzeros(const Nonzero *from, const Nonzero *end, Nonzero *to) {
    while (from < end) *to++ = *from++; /* mostly a few, for which a call would cost more */
    return to;
}

/* The rows of a braid: how many columns each of them is to draw yet, and its random number. */
typedef struct {
    int64_t first_row;
    int64_t first_lot;
    int64_t most_draws;
    int64_t draws[STRANDS];
    uint64_t random[STRANDS];
} Braid;

static inline Braid start_braid(const Zeros *zeros, int64_t first_row, int rows,
                                const int64_t *nonzeros) {
    Braid braid = {first_row, 0, 0, {0}, {0}};
    if (zeros->symmetric) braid.first_lot = first_rarer_lot(zeros, first_row + rows - 1);
    if (braid.first_lot == zeros->lot_starts[zeros->columns]) return braid;
    for (int s = 0; s < rows; s++) {
        braid.random[s] = folded(zeros->key, (uint64_t)(first_row + s));
        const double unit = (double)(braid.random[s] >> 11) * (1.0 / 9007199254740992.0);
        if (nonzeros[s]) braid.draws[s] = (int64_t)(zeros->ratio * (double)nonzeros[s] + unit);
        if (braid.draws[s] > braid.most_draws) braid.most_draws = braid.draws[s];
    }
    return braid;
}

/* Let each row that has draws left draw a column; return the end of what is written. Bit s of
 * `met[column]` is set if row s has the column, so that the pair is dropped. */
static inline Nonzero *draw_zeros(const Zeros *zeros, Braid *braid, int rows, const uint8_t *met,
                                  Nonzero *to) {
    const uint64_t lots = zeros->lot_starts[zeros->columns] - (uint64_t)braid->first_lot;
    for (int s = 0; s < rows; s++) {
        /* Knuth's linear congruential generator, of which the high bits are good. */
        braid->random[s] = braid->random[s] * 6364136223846793005ULL + 1442695040888963407ULL;
        const uint64_t place = (braid->random[s] >> 32) * lots;
        const int64_t lot = braid->first_lot + (int64_t)(place >> 32);
        const uint16_t column = zeros->lots[lot];
        const int counts = (uint32_t)place <= zeros->lot_shares[lot];
        to->row = (uint16_t)(braid->first_row + s);
        to->column = column;
        to->log_count = zeros->log_count;
        to->weight = -zeros->weight;
        to += counts & (braid->draws[s]-- > 0) & !(met[column] >> s & 1);
    }
    return to;
}

/* Copy nonzeros to `braided`, the zeros of their rows spread evenly between them; return how many
 * there are in all. `met` is scratch: a byte of zero for each column, and left so. The cells
 * (i, i), the last ones of a tile on the diagonal, are only copied. */
static int64_t braid_zeros(const Nonzero *x, const Nonzero *end, const Zeros *zeros, uint8_t *met,
                           Nonzero *braided) {
    const int on_diagonal = zeros->row_words[0] == zeros->column_words[0]; /* groups share no word */
    Nonzero *to = braided;
    while (x < end && !(on_diagonal && x->row == x->column)) {
        const Nonzero *start = x;
        const int64_t first_row = x->row - x->row % STRANDS, rows_left = zeros->rows - first_row;
        const int rows = rows_left < STRANDS ? (int)rows_left : STRANDS;
        int64_t nonzeros[STRANDS] = {0};
        for (; x < end && x->row - x->row % STRANDS == first_row; x++) {
            if (on_diagonal && x->row == x->column) break;
            nonzeros[x->row - first_row]++;
            met[x->column] |= (uint8_t)(1 << (x->row - first_row));
        }
        for (int s = 0; on_diagonal && s < rows; s++) met[first_row + s] |= (uint8_t)(1 << s);
        Braid braid = start_braid(zeros, first_row, rows, nonzeros);
        const Nonzero *copied = start;
        for (int64_t draw = 0; draw < braid.most_draws; draw++) {
            if (draw % STRANDS == 0) {
                const Nonzero *here = start + (x - start) * draw / braid.most_draws;
                to = copy_nonzeros(copied, here, to);
                copied = here;
            }
            /* Four rows are compiled for themselves, so that their loop unrolls. */
            to = rows == STRANDS ? draw_zeros(zeros, &braid, STRANDS, met, to)
                                 : draw_zeros(zeros, &braid, rows, met, to);
        }
        to = copy_nonzeros(copied, x, to);
        for (const Nonzero *nonzero = start; nonzero < x; nonzero++) met[nonzero->column] = 0;
        for (int s = 0; on_diagonal && s < rows; s++) met[first_row + s] = 0;
    }
    return copy_nonzeros(x, end, to) - braided;
}

#endif
