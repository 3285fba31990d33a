/* least_squares.h - the sums that rows are solved by.
 *
 * Included once for each instruction set. With the rows of one side held fixed, each row of the other
 * side is the solution of a least squares problem of its own. A row that is solved is
 * [point | gradient], a fixed one [vector | 1 | bias | padding]; each part has `slots` floats.
 */

/* What becomes of the fixed row that is added to the gradient at a point v: f(x) (v.c - log x) less
 * what the sum over all pairs, which stands for those that never meet, has of this one. */
INLINE float NAME(pull)(const Nonzero *x, float product, const LeastSquares *told) {
    float zeros = expected_zeros(x, told->row_zeros, told->column_zeros);
    float target = told->targets ? x->log_count : 0, zero_target = told->targets ? told->zero_target : 0;
    return x->weight * (product - target) - zeros * (product - zero_target);
}

INLINE float *NAME(solved_row)(const Nonzero *x, float *rows, int slots, const LeastSquares *told) {
    return rows + 2 * (int64_t)slots * (told->by_column ? x->column : x->row);
}

INLINE const float *NAME(fixed_row)(const Nonzero *x, const float *fixed, int slots,
                                    const LeastSquares *told) {
    return fixed + (int64_t)slots * (told->by_column ? x->row : x->column);
}

#if VECTOR_FLOATS == 1
INLINE void NAME(add_some_gradients)(const Nonzero *x, int count, float *rows, const float *fixed,
                                     int slots, const LeastSquares *told) {
    for (int n = 0; n < count; n++) {
        float *row = NAME(solved_row)(x + n, rows, slots, told), lanes[LANES] = {0};
        const float *c = NAME(fixed_row)(x + n, fixed, slots, told);
        for (int k = 0; k < slots; k++) lanes[k % LANES] += row[k] * c[k];
        float g = NAME(pull)(x + n, NAME(sum_lanes)(lanes), told);
        for (int k = 0; k < slots; k++) row[slots + k] += g * c[k];
    }
}
#else
/* Up to four nonzeros: their products at once, since no gradient changes a point. */
INLINE void NAME(add_some_gradients)(const Nonzero *x, int count, float *rows, const float *fixed,
                                     int slots, const LeastSquares *told) {
    typedef NAME(vector) vector;
    enum { PARTS = LANES / VECTOR_FLOATS };
    const int vectors = slots / VECTOR_FLOATS;
    NAME(quarter) folded[4] = {{0}};
    for (int n = 0; n < count; n++) {
        const vector *row = (const vector *)NAME(solved_row)(x + n, rows, slots, told);
        const vector *c = (const vector *)NAME(fixed_row)(x + n, fixed, slots, told);
        vector lanes[PARTS] = {0};
        for (int k = 0; k < vectors; k += PARTS)
            for (int part = 0; part < PARTS; part++) lanes[part] += row[k + part] * c[k + part];
        folded[n] = NAME(fold_lanes)(lanes);
    }
    NAME(quarter) products = NAME(sum_four)(folded);
    for (int n = 0; n < count; n++) {
        vector *gradient = (vector *)NAME(solved_row)(x + n, rows, slots, told) + vectors;
        const vector *c = (const vector *)NAME(fixed_row)(x + n, fixed, slots, told);
        float g = NAME(pull)(x + n, products[n], told);
        for (int k = 0; k < vectors; k++) gradient[k] += g * c[k];
    }
}
#endif

/* Fetch what a later nonzero needs of rows that come in no order. */
INLINE void NAME(fetch_rows)(const Nonzero *later, float *rows, const float *fixed, int slots,
                             const LeastSquares *told) {
    if (told->by_column) {
        float *row = NAME(solved_row)(later, rows, slots, told);
        for (int k = 0; k < 2 * slots; k += LANES) PREFETCH_WRITE(row + k);
    } else {
        const float *c = NAME(fixed_row)(later, fixed, slots, told);
        for (int k = 0; k < slots; k += LANES) PREFETCH_READ(c + k);
    }
}

INLINE void NAME(add_gradients_of_size)(const Nonzero *x, const Nonzero *end, float *rows,
                                        const float *fixed, int slots, const LeastSquares *told) {
    enum { AHEAD = 8 }; /* nonzeros */
    for (; end - x >= 4; x += 4) {
        for (int n = AHEAD; n < AHEAD + 4 && n < end - x; n++)
            NAME(fetch_rows)(x + n, rows, fixed, slots, told);
        NAME(add_some_gradients)(x, 4, rows, fixed, slots, told);
    }
    NAME(add_some_gradients)(x, (int)(end - x), rows, fixed, slots, told);
}

/* Common sizes are compiled for themselves, so that their loops unroll. */
TARGET static void NAME(add_gradients)(const Nonzero *x, const Nonzero *end, float *rows,
                                       const float *fixed, int slots, const LeastSquares *told) {
    switch (slots) {
    case 64: NAME(add_gradients_of_size)(x, end, rows, fixed, 64, told); break;
    case 112: NAME(add_gradients_of_size)(x, end, rows, fixed, 112, told); break;
    case 208: NAME(add_gradients_of_size)(x, end, rows, fixed, 208, told); break;
    case 304: NAME(add_gradients_of_size)(x, end, rows, fixed, 304, told); break;
    default: NAME(add_gradients_of_size)(x, end, rows, fixed, slots, told);
    }
}

/* Add scale * v M to the gradient of each row, whose point is v. No sum crosses lanes, so that plain
 * loops give the same bits for any width, here and below. */
TARGET static void NAME(add_products)(float *rows, int64_t count, int slots, const float *matrix,
                                      const float *scales) {
    enum { AT_ONCE = 4 * LANES };
    for (int64_t i = 0; i < count; i++) {
        const float *v = rows + 2 * i * slots;
        float *gradient = rows + (2 * i + 1) * slots;
        for (int first = 0; first < slots; first += AT_ONCE) {
            const int width = slots - first < AT_ONCE ? slots - first : AT_ONCE;
            float sums[AT_ONCE] = {0};
            if (width == AT_ONCE)
                for (int k = 0; k < slots; k++)
                    for (int l = 0; l < AT_ONCE; l++) sums[l] += v[k] * matrix[(int64_t)k * slots + first + l];
            else
                for (int k = 0; k < slots; k++)
                    for (int l = 0; l < width; l++) sums[l] += v[k] * matrix[(int64_t)k * slots + first + l];
            for (int l = 0; l < width; l++) gradient[first + l] += scales[i] * sums[l];
        }
    }
}

/* Add weight * c_k c_l of all rows c to the matrix, for some k, which are its rows, and l up to k. */
TARGET static void NAME(add_outer_products)(const float *rows, const double *weights, int64_t count,
                                            int slots, int first, int end, double *matrix) {
    for (int k = first; k < end; k++) {
        double *sums = matrix + (int64_t)(k - first) * slots;
        for (int64_t j = 0; j < count; j++) {
            const float *c = rows + j * slots;
            const double factor = weights[j] * c[k];
            for (int l = 0; l <= k; l++) sums[l] += factor * c[l];
        }
    }
}
