/* zeros.h - pairs of words that never meet, drawn for the rows of a tile. */
#ifndef GLOVE_ADA_ZEROS_H
#define GLOVE_ADA_ZEROS_H

#include <string.h>

#include "nonzero.h"

#define STRANDS 4 /* rows of a braid, which take turns; their numbers in the group follow each other */

typedef struct {
    const uint32_t *row_words;    /* the word of each row of the tile, and of each column; ascending */
    const uint32_t *column_words;
    int64_t rows;
    const uint16_t *lots;         /* columns, in order, each as often as its share of the draws */
    int64_t lots_size;
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

/* The first lot of a word that is rarer than `word`. */
static inline int64_t first_rarer_lot(const Zeros *zeros, uint32_t word) {
    int64_t low = 0, high = zeros->lots_size;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (zeros->column_words[zeros->lots[middle]] > word) high = middle;
        else low = middle + 1;
    }
    return low;
}

/* Draw columns for the rows of a braid with so many nonzeros; return the end of what is written.
 * Bit s of `met[column]` is set if row s of the braid has the column, so that the pair is dropped.
 * Each column drawn is paired with every row, for it is in the cache then; of up to four columns
 * row s takes number s + turn, so that no update waits for the one before it. */
static inline Nonzero *draw_zeros(const Zeros *zeros, int64_t first_row, int rows, int64_t nonzeros,
                                  const uint8_t *met, Nonzero *to) {
    const uint64_t key = folded(zeros->key, (uint64_t)first_row);
    const uint32_t rarest = zeros->row_words[first_row + rows - 1];
    const int64_t first = zeros->symmetric ? first_rarer_lot(zeros, rarest) : 0;
    const uint64_t lots = (uint64_t)(zeros->lots_size - first);
    if (!lots) return to;
    const double unit = (double)(folded(key, 0) >> 11) * (1.0 / 9007199254740992.0);
    const int64_t draws = (int64_t)(zeros->ratio * (double)nonzeros / rows + unit);
    for (int64_t draw = 0; draw < draws; draw += STRANDS) {
        const uint64_t random[] = {folded(key, (uint64_t)draw + 1), folded(key, (uint64_t)draw + 2)};
        const int drawn = draws - draw < STRANDS ? (int)(draws - draw) : STRANDS;
        uint16_t columns[STRANDS];
        uint8_t missing[STRANDS];
        for (int d = 0; d < STRANDS; d++) {
            const uint64_t part = d % 2 ? random[d / 2] >> 32 : random[d / 2] & 0xFFFFFFFF;
            columns[d] = zeros->lots[first + (int64_t)(part * lots >> 32)];
            missing[d] = (uint8_t)~met[columns[d]];
        }
        for (int turn = 0; turn < drawn; turn++) {
            for (int s = 0; s < rows; s++) {
                const int d = drawn == STRANDS ? (s + turn) % STRANDS : (s + turn) % drawn;
                to->row = (uint16_t)(first_row + s);
                to->column = columns[d];
                to->log_count = zeros->log_count;
                to->weight = -zeros->weight;
                to += missing[d] >> s & 1;
            }
        }
    }
    return to;
}

/* Copy nonzeros to `braided`, behind those of each braid its zeros; return how many there are in
 * all. `met` is scratch: a byte of zero for each column, and left so. The cells (i, i), the last
 * ones of a tile on the diagonal, are only copied. */
static int64_t braid_zeros(const Nonzero *x, const Nonzero *end, const Zeros *zeros, uint8_t *met,
                           Nonzero *braided) {
    const int on_diagonal = zeros->row_words[0] == zeros->column_words[0]; /* groups share no word */
    Nonzero *to = braided;
    while (x < end && !(on_diagonal && x->row == x->column)) {
        const Nonzero *braid = x;
        const int64_t first_row = x->row - x->row % STRANDS, left = zeros->rows - first_row;
        const int rows = left < STRANDS ? (int)left : STRANDS;
        for (; x < end && x->row - x->row % STRANDS == first_row; x++) {
            if (on_diagonal && x->row == x->column) break;
            met[x->column] |= (uint8_t)(1 << (x->row - first_row));
        }
        for (int s = 0; on_diagonal && s < rows; s++) met[first_row + s] |= (uint8_t)(1 << s);
        memcpy(to, braid, (size_t)(x - braid) * sizeof(Nonzero));
        to = draw_zeros(zeros, first_row, rows, x - braid, met, to + (x - braid));
        for (const Nonzero *nonzero = braid; nonzero < x; nonzero++) met[nonzero->column] = 0;
        for (int s = 0; on_diagonal && s < rows; s++) met[first_row + s] = 0;
    }
    memcpy(to, x, (size_t)(end - x) * sizeof(Nonzero));
    return to + (end - x) - braided;
}

#endif
