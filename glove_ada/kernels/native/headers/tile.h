/* tile.h - the loop over the nonzeros of a tile, for one rule and one instruction set.
 *
 * Included by each rule's header, which defines RULE(update), one update of a row and a column; or,
 * with AT_ONCE, RULE(update_some), up to so many of them which share nothing.
 */

/* Fetch the rows of a nonzero that comes later. */
INLINE void RULE(prefetch)(const Nonzero *later, const Nonzero *now, const float *rows,
                           const float *columns, int64_t size) {
    const float *column = columns + size * later->column, *row = rows + size * later->row;
    for (int k = 0; k < size; k += LANES) PREFETCH_WRITE(column + k);
    if (later->row != now->row)
        for (int k = 0; k < size; k += LANES) PREFETCH_WRITE(row + k);
}

#if defined(AT_ONCE)
INLINE Costs RULE(train_span)(const Nonzero *x, const Nonzero *end, float *rows, float *columns,
                              int slots, const Step *step, int clip) {
    enum { AHEAD = 8 }; /* nonzeros */
    Costs costs = {0, 0};
    (void)clip;
    while (x < end) {
        int count = count_apart(x, end);
        for (int n = 0; n < count && x + AHEAD + n < end; n++)
            RULE(prefetch)(x + AHEAD + n, x + n, rows, columns, slots);
        switch (count) { /* compiled for each count, so that its loops unroll */
        case 4: RULE(update_some)(x, 4, rows, columns, slots, step, &costs); break;
        case 3: RULE(update_some)(x, 3, rows, columns, slots, step, &costs); break;
        case 2: RULE(update_some)(x, 2, rows, columns, slots, step, &costs); break;
        default: RULE(update_some)(x, 1, rows, columns, slots, step, &costs);
        }
        x += count;
    }
    return costs;
}
#else
INLINE Costs RULE(train_span)(const Nonzero *x, const Nonzero *end, float *rows, float *columns,
                              int slots, const Step *step, int clip) {
    const int ahead = slots < 128 ? 8 : 4; /* nonzeros; more long rows would crowd the first cache */
    const int64_t size = (1 + STATES) * slots + RULE(CLOCK_FLOATS);
    Costs costs = {0, 0};
    for (; x < end; x++) {
        if (x + ahead < end) RULE(prefetch)(x + ahead, x, rows, columns, size);
        float difference;
        float g = RULE(update)(rows + size * x->row, columns + size * x->column, slots, x->log_count,
                               fabsf(x->weight), step, clip, &difference);
        add_cost(&costs, x, g, difference);
    }
    return costs;
}
#endif

/* Common sizes are compiled for themselves, so that their loops unroll. */
TARGET static Costs RULE(train)(const Nonzero *x, const Nonzero *end, float *rows, float *columns,
                                const Step *step) {
#if defined(COMMON_SLOTS)
#if !defined(AT_ONCE)
    if (step->constants[0] < INFINITY)
        return RULE(train_span)(x, end, rows, columns, step->slots, step, 1);
#endif
    switch (step->slots) {
    case 64: return RULE(train_span)(x, end, rows, columns, 64, step, 0);
    case 112: return RULE(train_span)(x, end, rows, columns, 112, step, 0);
    case 208: return RULE(train_span)(x, end, rows, columns, 208, step, 0);
    case 304: return RULE(train_span)(x, end, rows, columns, 304, step, 0);
    default: return RULE(train_span)(x, end, rows, columns, step->slots, step, 0);
    }
#else
    return RULE(train_span)(x, end, rows, columns, step->slots, step, step->constants[0] < INFINITY);
#endif
}
