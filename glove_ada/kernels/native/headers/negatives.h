/* negatives.h - pairs of words that never meet (zeros), drawn for the rows of a tile.
 *
 * kernels/definitions.py says what braids and strands are. */
#ifndef GLOVE_ADA_NEGATIVES_H
#define GLOVE_ADA_NEGATIVES_H

#include "definitions.h"
#include "portable.h"

typedef struct {
    const uint32_t *row_words;    /* the word of each row of the tile, and of each column; ascending */
    const uint32_t *column_words;
    int64_t rows;
    const uint16_t *lots;         /* columns, in order, each about as often as its share of the draws */
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

/* The rows of a braid: the lots that they draw from, and where each of them drew last, in parts of
 * 2^32. */
typedef struct {
    uint32_t number; /* within the tile, from 1 on; 16 bits hold that of the last row of a group */
    const uint16_t *lots;
    uint64_t lot_count;
    uint32_t places[STRANDS];
} Braid;

static inline Braid start_braid(const Zeros *zeros, uint32_t number, int64_t first_row) {
    int64_t last_row = first_row + STRANDS - 1, first_lot = 0;
    if (last_row >= zeros->rows) last_row = zeros->rows - 1;
    if (zeros->symmetric) first_lot = first_rarer_lot(zeros, last_row);
    Braid braid = {number, zeros->lots + first_lot, 0, {0}};
    braid.lot_count = zeros->lot_starts[zeros->columns] - (uint64_t)first_lot;
    for (int s = 0; s < STRANDS; s++)
        braid.places[s] = (uint32_t)(folded(zeros->key, (uint64_t)(first_row + s)) >> 32);
    return braid;
}

/* Note in `met[column][strand]` the last braid whose row of that strand has the column, for the
 * nonzeros of a braid that start at x; return their end. */
static inline const Nonzero *note_columns(const Nonzero *x, const Nonzero *end, uint32_t braid,
                                          uint16_t *met) {
    const uint32_t first_row = x->row / STRANDS * STRANDS;
    for (; x < end && (x->row ^ first_row) < STRANDS; x++) {
        PREFETCH_READ(x + 256); /* a nonzero takes so little time here that memory would lag */
        met[(size_t)x->column * STRANDS + x->row % STRANDS] = (uint16_t)braid;
    }
    return x;
}

/* Let the rows of some nonzeros draw a column each; return the end of what is written.
 *
 * A row's places go in steps of the golden ratio from a random start, so that they lie evenly,
 * however many they are (Knuth, "The art of computer programming", volume 3, section 6.4). */
static inline Nonzero *draw_zeros(const Zeros *zeros, Braid *braid, const Nonzero *x, int rows,
                                  const uint16_t *met, Nonzero *to) {
    for (int n = 0; n < rows; n++) {
        const uint32_t strand = x[n].row % STRANDS;
        const uint32_t place = braid->places[strand] += 0x9E3779B9U;
        const uint16_t column = braid->lots[place * braid->lot_count >> 32];
        *to = (Nonzero){x[n].row, column, zeros->log_count, -zeros->weight};
        /* The next one takes its place if the row has the column. A comparison would become a
         * branch that no CPU foresees; of `met < number` this is the bit. */
        to += (met[(size_t)column * STRANDS + strand] - braid->number) >> 31;
    }
    return to;
}

/* Copy a nonzero of each of some rows, and let each row draw so many columns in turn. */
static inline Nonzero *braid_turn(const Zeros *zeros, Braid *braid, const Nonzero *x, int rows,
                                  uint64_t draws, const uint16_t *met, Nonzero *to) {
    if (rows == STRANDS) memcpy(to, x, STRANDS * sizeof *x);
    else for (int n = 0; n < rows; n++) to[n] = x[n]; /* a call would cost more */
    to += rows;
    for (; draws; draws--) to = draw_zeros(zeros, braid, x, rows, met, to);
    return to;
}

/* Copy nonzeros to `interleaved`, the zeros of their rows spread evenly between them; return how
 * many there are in all. `met` is scratch: zeros, one for each column and strand. The cells (i, i),
 * the last ones of a tile on the diagonal, are only copied. */
static int64_t interleave_negatives(const Nonzero *x, const Nonzero *end, const Zeros *zeros,
                                    uint16_t *met, Nonzero *interleaved) {
    const int on_diagonal = zeros->row_words[0] == zeros->column_words[0]; /* groups share no word */
    const Nonzero *diagonal = end;
    while (on_diagonal && diagonal > x && diagonal[-1].row == diagonal[-1].column) diagonal--;
    const uint64_t draws = (uint64_t)(zeros->ratio * 4294967296.0); /* for each nonzero, of 2^32 */
    uint64_t due = zeros->key >> 32;
    uint32_t braids = 0;
    Nonzero *to = interleaved;
    while (x < diagonal) {
        const int64_t first_row = x->row / STRANDS * STRANDS;
        Braid braid = start_braid(zeros, ++braids, first_row);
        const Nonzero *braid_end = note_columns(x, diagonal, braids, met);
        for (int64_t i = first_row; on_diagonal && i < first_row + STRANDS && i < zeros->rows; i++)
            met[i * STRANDS + i % STRANDS] = (uint16_t)braids;
        while (x < braid_end) {
            int turn = 1; /* nonzeros, until the first row comes again */
            while (turn < STRANDS && x + turn < braid_end && x[turn].row != x->row) turn++;
            if (braid.lot_count) due += draws;
            /* Four rows are compiled for themselves, so that their loops unroll. */
            to = turn == STRANDS ? braid_turn(zeros, &braid, x, STRANDS, due >> 32, met, to)
                                 : braid_turn(zeros, &braid, x, turn, due >> 32, met, to);
            due &= 0xFFFFFFFF;
            x += turn;
        }
    }
    while (x < end) *to++ = *x++;
    return to - interleaved;
}

#endif
