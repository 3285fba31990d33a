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
INLINE void NAME(add_some_gradients)(const Nonzero *x, int count, int apart, float *rows,
                                     const float *fixed, int slots, const LeastSquares *told) {
    (void)apart;
    for (int n = 0; n < count; n++) {
        float *row = NAME(solved_row)(x + n, rows, slots, told), lanes[LANES] = {0};
        const float *c = NAME(fixed_row)(x + n, fixed, slots, told);
        for (int k = 0; k < slots; k++) lanes[k % LANES] += row[k] * c[k];
        float g = NAME(pull)(x + n, NAME(sum_lanes)(lanes), told);
        for (int k = 0; k < slots; k++) row[slots + k] += g * c[k];
    }
}
#else
/* Up to four nonzeros, of one row (`apart` is 0) or of several (1): their products at once, since no
 * gradient changes a point. */
INLINE void NAME(add_some_gradients)(const Nonzero *x, int count, int apart, float *rows,
                                     const float *fixed, int slots, const LeastSquares *told) {
    typedef NAME(vector) vector;
    enum { PARTS = LANES / VECTOR_FLOATS };
    const int vectors = slots / VECTOR_FLOATS;
    vector *row[4], lanes[4][PARTS] = {{{0}}};
    const vector *c[4];
    for (int n = 0; n < count; n++) {
        row[n] = (vector *)NAME(solved_row)(x + n, rows, slots, told);
        c[n] = (const vector *)NAME(fixed_row)(x + n, fixed, slots, told);
    }
    for (int k = 0; k < vectors; k++)
        for (int n = 0; n < count; n++) lanes[n][k % PARTS] += row[apart * n][k] * c[n][k];
    NAME(quarter) folded[4] = {{0}};
    for (int n = 0; n < count; n++) folded[n] = NAME(fold_lanes)(lanes[n]);
    NAME(quarter) products = NAME(sum_four)(folded);
    float g[4];
    for (int n = 0; n < count; n++) g[n] = NAME(pull)(x + n, products[n], told);
    if (apart) {
        for (int n = 0; n < count; n++)
            for (int k = vectors; k < 2 * vectors; k++) row[n][k] += g[n] * c[n][k - vectors];
        return;
    }
    for (int k = 0; k < vectors; k++) {
        vector gradient = row[0][vectors + k];
        for (int n = 0; n < count; n++) gradient += g[n] * c[n][k];
        row[0][vectors + k] = gradient;
    }
}
#endif

/* Of nonzeros in the order of the rows that are solved, so that a row stays in the first cache; what
 * they meet comes in no order, and is fetched before it is needed. */
INLINE void NAME(add_gradients_of_size)(const Nonzero *x, const Nonzero *end, float *rows,
                                        const float *fixed, int slots, const LeastSquares *told) {
    enum { AHEAD = 8 }; /* nonzeros */
    for (; end - x >= 4; x += 4) {
        for (int n = AHEAD; n < AHEAD + 4 && n < end - x; n++) {
            const float *c = NAME(fixed_row)(x + n, fixed, slots, told);
            for (int k = 0; k < slots; k += LANES) PREFETCH_READ(c + k);
        }
        if (NAME(solved_row)(x, rows, slots, told) == NAME(solved_row)(x + 3, rows, slots, told))
            NAME(add_some_gradients)(x, 4, 0, rows, fixed, slots, told);
        else
            NAME(add_some_gradients)(x, 4, 1, rows, fixed, slots, told);
    }
    switch (end - x) {
    case 3: NAME(add_some_gradients)(x, 3, 1, rows, fixed, slots, told); break;
    case 2: NAME(add_some_gradients)(x, 2, 1, rows, fixed, slots, told); break;
    case 1: NAME(add_some_gradients)(x, 1, 1, rows, fixed, slots, told);
    }
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

/* Add to the gradients of some rows what two vectors of a matrix's columns, or one, give. */
INLINE void NAME(add_some_products)(float *rows, int count, int slots, const float *matrix,
                                    const float *scales, int first, int wide) {
    typedef NAME(vector) vector;
    const int vectors = slots / VECTOR_FLOATS;
    const vector none = {0};
    vector sums[4][2] = {{none, none}, {none, none}, {none, none}, {none, none}};
    for (int k = 0; k < slots; k++) {
        const vector *m = (const vector *)matrix + (int64_t)k * vectors + first;
        for (int n = 0; n < count; n++)
            for (int w = 0; w < wide; w++) sums[n][w] += rows[2 * n * slots + k] * m[w];
    }
    for (int n = 0; n < count; n++) {
        vector *gradient = (vector *)(rows + (2 * n + 1) * slots) + first;
        for (int w = 0; w < wide; w++) gradient[w] += scales[n] * sums[n][w];
    }
}

/* Add scale * v M to the gradient of each row, whose point is v. No sum crosses lanes, here and
 * below. */
TARGET static void NAME(add_products)(float *rows, int64_t count, int slots, const float *matrix,
                                      const float *scales) {
    const int vectors = slots / VECTOR_FLOATS;
    for (; count > 0; count -= 4, rows += 8 * (int64_t)slots, scales += 4)
        for (int first = 0; first < vectors; first += 2)
            if (count >= 4 && first + 2 <= vectors)
                NAME(add_some_products)(rows, 4, slots, matrix, scales, first, 2);
            else
                NAME(add_some_products)(rows, count < 4 ? (int)count : 4, slots, matrix, scales, first,
                                        first + 2 <= vectors ? 2 : 1);
}

#if VECTOR_FLOATS == 1
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
#else
enum { NAME(DOUBLES) = VECTOR_FLOATS / 2 };
typedef double NAME(doubles) __attribute__((vector_size(4 * VECTOR_FLOATS)));
typedef float NAME(half) __attribute__((vector_size(2 * VECTOR_FLOATS), aligned(4)));

/* A block of the matrix, some rows from k on and two vectors of columns from l on, which stays in
 * registers while all rows are added. What lies above the diagonal is not written. */
INLINE void NAME(add_block)(const float *rows, const double *weights, int64_t count, int slots, int k,
                            int height, int l, double *matrix) {
    enum { WIDTH = 2 * NAME(DOUBLES) };
    typedef union {
        NAME(doubles) vectors[2];
        double values[WIDTH];
    } Sums_of_row;
    Sums_of_row sums[4];
    for (int n = 0; n < height; n++)
        for (int i = 0; i < WIDTH; i++) sums[n].values[i] = matrix[n * (int64_t)slots + l + i];
    for (int64_t j = 0; j < count; j++) {
        const float *c = rows + j * slots;
        const NAME(half) *facing = (const NAME(half) *)(c + l);
        NAME(doubles) low = __builtin_convertvector(facing[0], NAME(doubles));
        NAME(doubles) high = __builtin_convertvector(facing[1], NAME(doubles));
        for (int n = 0; n < height; n++) {
            const double factor = weights[j] * c[k + n];
            sums[n].vectors[0] += factor * low;
            sums[n].vectors[1] += factor * high;
        }
    }
    for (int n = 0; n < height; n++)
        for (int i = 0; i < WIDTH && l + i <= k + n; i++)
            matrix[n * (int64_t)slots + l + i] = sums[n].values[i];
}

/* Add weight * c_k c_l of all rows c to the matrix, for some k, which are its rows, and l up to k. */
TARGET static void NAME(add_outer_products)(const float *rows, const double *weights, int64_t count,
                                            int slots, int first, int end, double *matrix) {
    for (int k = first; k < end; k += 4) {
        const int height = end - k < 4 ? end - k : 4;
        double *here = matrix + (int64_t)(k - first) * slots;
        for (int l = 0; l < k + height; l += 2 * NAME(DOUBLES))
            if (height == 4)
                NAME(add_block)(rows, weights, count, slots, k, 4, l, here);
            else
                NAME(add_block)(rows, weights, count, slots, k, height, l, here);
    }
}
#endif
