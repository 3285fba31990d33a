/* tile.h - weighted AdaGrad over the nonzeros of a tile, for one instruction set (see lanes.h).
 *
 * A row of parameters is [vector | bias | 1 | padding] (for contexts [vector | 1 | bias |
 * padding]) and, behind it, the accumulators of the same shape. The dot product of a word's row
 * and a context's so adds both biases; rates of zero mask what must not move.
 */

/* One update. With difference d = w.c + b_w + b_c - log x, the cost is f(x) d^2 / 2 (Pennington,
 * Socher and Manning 2014, equation 8) and the gradients are f d c and f d w, each with its decay.
 * AdaGrad (Duchi, Hazan and Singer 2011) adds the squared gradient to the accumulator and steps by
 * rate * gradient / (sqrt(accumulator) + eps); `step_first` steps before it adds, as the reference
 * program does. */
INLINE double NAME(update)(float *restrict row, float *restrict column, int half, float log_count,
                           float weight, const Step *step, int step_first, int clip) {
    typedef NAME(vector) vector;
    enum { PARTS = LANES / VECTOR_FLOATS };
    int vectors = half / VECTOR_FLOATS;
    vector *restrict w = (vector *)row, *restrict c = (vector *)column;
    vector *restrict w_sum = w + vectors, *restrict c_sum = c + vectors;
    const vector *w_rate = (const vector *)step->row_rate, *c_rate = (const vector *)step->column_rate;
    const vector *w_decay = (const vector *)step->decay, *c_decay = w_decay;

    vector lanes[PARTS] = {0};
    for (int k = 0; k < vectors; k += PARTS)
        for (int part = 0; part < PARTS; part++) lanes[part] += w[k + part] * c[k + part];
    float difference = NAME(sum_lanes)(lanes) - log_count, g = weight * difference;

    for (int k = 0; k < vectors; k++) {
        vector w_gradient = g * c[k], c_gradient = g * w[k];
        if (clip) {
            w_gradient = NAME(at_most)(w_gradient, step->grad_clip);
            c_gradient = NAME(at_most)(c_gradient, step->grad_clip);
        }
        w_gradient += w_decay[k] * w[k];
        c_gradient += c_decay[k] * c[k];
        vector w_total = w_sum[k] + w_gradient * w_gradient;
        vector c_total = c_sum[k] + c_gradient * c_gradient;
        vector w_scale = NAME(square_root)(step_first ? w_sum[k] : w_total) + step->eps;
        vector c_scale = NAME(square_root)(step_first ? c_sum[k] : c_total) + step->eps;
        w_sum[k] = w_total;
        c_sum[k] = c_total;
        w[k] -= w_rate[k] * w_gradient / w_scale;
        c[k] -= c_rate[k] * c_gradient / c_scale;
    }
    return 0.5 * g * difference;
}

INLINE Costs NAME(train_span)(const Nonzero *x, const Nonzero *end, float *rows, float *columns,
                              int half, const Step *step, int step_first, int clip) {
    const int ahead = half < 128 ? 8 : 4; /* nonzeros; more long rows would crowd the first cache */
    const int64_t size = 2 * half;
    Costs costs = {0, 0};
    for (; x < end; x++) {
        if (x + ahead < end) {
            const float *column = columns + size * x[ahead].column, *row = rows + size * x[ahead].row;
            for (int k = 0; k < size; k += LANES) PREFETCH_WRITE(column + k);
            if (x[ahead].row != x->row)
                for (int k = 0; k < size; k += LANES) PREFETCH_WRITE(row + k);
        }
        double cost = NAME(update)(rows + size * x->row, columns + size * x->column, half,
                                   x->log_count, fabsf(x->weight), step, step_first, clip);
        if (x->weight < 0) costs.zeros += cost;
        else costs.nonzeros += cost;
    }
    return costs;
}

/* Common sizes are compiled for themselves, so that their loops unroll. */
TARGET static Costs NAME(train)(const Nonzero *x, const Nonzero *end, float *rows, float *columns,
                                int half, const Step *step) {
    int clip = step->grad_clip < INFINITY;
    if (step->step_first) return NAME(train_span)(x, end, rows, columns, half, step, 1, 1);
    if (clip) return NAME(train_span)(x, end, rows, columns, half, step, 0, 1);
    switch (half) {
    case 64: return NAME(train_span)(x, end, rows, columns, 64, step, 0, 0);
    case 112: return NAME(train_span)(x, end, rows, columns, 112, step, 0, 0);
    case 208: return NAME(train_span)(x, end, rows, columns, 208, step, 0, 0);
    case 304: return NAME(train_span)(x, end, rows, columns, 304, step, 0, 0);
    default: return NAME(train_span)(x, end, rows, columns, half, step, 0, 0);
    }
}
