/* adagrad_row.h - row-wise AdaGrad: one accumulator for a row's vector, one for its bias.
 *
 * AdaGrad-Norm (Ward, Wu and Bottou 2019), a row at a time. The accumulator of a vector adds up the
 * mean of its squared gradient, so that a rate means what it means for AdaGrad. A row is
 * [vector | padding | accumulator, accumulator of the bias, |vector|^2, bias]: its last quarter is
 * all that the rule keeps of it.
 *
 * With m the decay, w.c the product of the vectors and g = f(x) (w.c + b_w + b_c - log x), the
 * gradient of a word's vector is g c + m w. Its square needs no pass of its own,
 *
 *     |g c + m w|^2 = g^2 |c|^2 + 2 g m w.c + m^2 |w|^2,
 *
 * nor does the step, w <- a w + b c with a = 1 - r m, b = -r g and r = rate / sqrt(accumulator), nor
 * |w|^2 after it, a^2 |w|^2 + 2 a b w.c + b^2 |c|^2. So an update is one product and two
 * combinations. What rounding does to |w|^2 is mended at the start of each epoch (refresh).
 *
 * Updates that share no row are independent, so up to four that follow each other are done at once:
 * what each waits for, the others fill. The result is that of one after the other, to the bit.
 */
enum { RULE(RATE), RULE(BIAS_RATE), RULE(EPS), RULE(DECAY), RULE(TWICE_DECAY), RULE(DECAY_SQUARED),
       RULE(ONE_OVER_SIZE) };
#define CONSTANT(name) (step->constants[RULE(name)])

#if VECTOR_FLOATS == 1
typedef float RULE(number);
INLINE float RULE(root)(float x) { return sqrtf(x); }
INLINE float RULE(not_negative)(float x) { return x > 0 ? x : 0; }
#else
typedef NAME(quarter) RULE(number); /* one of each of four updates */
INLINE NAME(quarter) RULE(root)(NAME(quarter) x) { return NAME(root_of_quarter)(x); }
INLINE NAME(quarter) RULE(not_negative)(NAME(quarter) x) {
    return (NAME(quarter))((NAME(quarter_of_ints))x & (x > 0));
}
#endif

/* What a rule keeps of a row. */
typedef struct {
    RULE(number) accumulator, bias_accumulator, square, bias;
} RULE(Head);

/* What becomes of a row: value <- keep * value + add * the other side's. */
typedef struct {
    RULE(number) keep, add;
} RULE(Change);

/* The accumulators and the change of one side's row; `across` is 2 g m w.c, `g_squared` g^2. */
INLINE RULE(Change) RULE(accumulate)(RULE(Head) *head, RULE(number) other_square, RULE(number) g,
                                     RULE(number) g_squared, RULE(number) across,
                                     RULE(number) product, const Step *step) {
    RULE(number) square = head->square;
    RULE(number) mean = (g_squared * other_square + (across + CONSTANT(DECAY_SQUARED) * square)) *
                        CONSTANT(ONE_OVER_SIZE);
    head->accumulator += RULE(not_negative)(mean);
    head->bias_accumulator += g_squared;
    RULE(number) rate = CONSTANT(RATE) / (RULE(root)(head->accumulator) + CONSTANT(EPS));
    RULE(number) bias_rate = CONSTANT(BIAS_RATE) / (RULE(root)(head->bias_accumulator) + CONSTANT(EPS));
    RULE(Change) change = {1 - rate * CONSTANT(DECAY), -(rate * g)};
    head->square = change.keep * change.keep * square +
                   (change.keep * change.add * (2 * product) + change.add * change.add * other_square);
    head->bias -= bias_rate * g;
    return change;
}

/* The heads and changes of both sides; return g. */
INLINE RULE(number) RULE(settle)(RULE(Head) *word, RULE(Head) *context, RULE(number) product,
                                 RULE(number) log_count, RULE(number) weight, const Step *step,
                                 RULE(Change) *word_change, RULE(Change) *context_change,
                                 RULE(number) *difference) {
    *difference = product + (word->bias + context->bias) - log_count;
    RULE(number) g = weight * *difference, g_squared = g * g;
    RULE(number) across = g * CONSTANT(TWICE_DECAY) * product;
    RULE(number) word_square = word->square, context_square = context->square;
    *word_change = RULE(accumulate)(word, context_square, g, g_squared, across, product, step);
    *context_change = RULE(accumulate)(context, word_square, g, g_squared, across, product, step);
    return g;
}

#if VECTOR_FLOATS == 1
/* One update after the other, in plain C. */
INLINE void RULE(update_some)(const Nonzero *x, int count, float *rows, float *columns, int slots,
                              const Step *step, Costs *costs) {
    const int kept = slots - 4;
    for (int n = 0; n < count; n++) {
        float *w = rows + (int64_t)slots * x[n].row, *c = columns + (int64_t)slots * x[n].column;
        float lanes[LANES] = {0}, difference;
        for (int k = 0; k < slots; k++) lanes[k % LANES] += k < kept ? w[k] * c[k] : 0;
        RULE(Head) word = {w[kept], w[kept + 1], w[kept + 2], w[kept + 3]};
        RULE(Head) context = {c[kept], c[kept + 1], c[kept + 2], c[kept + 3]};
        RULE(Change) of_word, of_context;
        float g = RULE(settle)(&word, &context, NAME(sum_lanes)(lanes), x[n].log_count,
                               fabsf(x[n].weight), step, &of_word, &of_context, &difference);
        for (int k = 0; k < kept; k++) {
            float value = w[k];
            w[k] = of_word.keep * value + of_word.add * c[k];
            c[k] = of_context.keep * c[k] + of_context.add * value;
        }
        memcpy(w + kept, &word, sizeof word);
        memcpy(c + kept, &context, sizeof context);
        add_cost(costs, x + n, g, difference);
    }
}
#else
/* Turn four quarters of rows into four of columns, or back. */
INLINE void RULE(transpose)(NAME(quarter) *a) {
    NAME(quarter) low = PICK(a[0], a[1], 0, 4, 1, 5), more_low = PICK(a[2], a[3], 0, 4, 1, 5);
    NAME(quarter) high = PICK(a[0], a[1], 2, 6, 3, 7), more_high = PICK(a[2], a[3], 2, 6, 3, 7);
    a[0] = PICK(low, more_low, 0, 1, 4, 5);
    a[1] = PICK(low, more_low, 2, 3, 6, 7);
    a[2] = PICK(high, more_high, 0, 1, 4, 5);
    a[3] = PICK(high, more_high, 2, 3, 6, 7);
}

/* The products of up to four rows with as many columns, each summed as sum_lanes does. */
INLINE NAME(quarter) RULE(products)(float *const *row, float *const *column, int count, int vectors) {
    typedef NAME(vector) vector;
    enum { PARTS = LANES / VECTOR_FLOATS };
    const NAME(quarter) nothing = {0};
    NAME(quarter) sums[4] = {{0}};
    for (int n = 0; n < count; n++) {
        const vector *w = (const vector *)row[n], *c = (const vector *)column[n];
        vector lanes[PARTS] = {0};
        for (int k = 0; k < vectors; k += PARTS)
            for (int part = 0; part < PARTS; part++) {
                vector value = w[k + part];
                if (k + part == vectors - 1) value = NAME(with_quarter)(value, nothing);
                lanes[part] += value * c[k + part];
            }
        sums[n] = NAME(fold_lanes)(lanes);
    }
    NAME(quarter) low = PICK(sums[0], sums[1], 0, 4, 1, 5) + PICK(sums[0], sums[1], 2, 6, 3, 7);
    NAME(quarter) high = PICK(sums[2], sums[3], 0, 4, 1, 5) + PICK(sums[2], sums[3], 2, 6, 3, 7);
    return PICK(low, high, 0, 1, 4, 5) + PICK(low, high, 2, 3, 6, 7);
}

/* Up to four updates at once, of which no two share a row or a column. */
INLINE void RULE(update_some)(const Nonzero *x, int count, float *rows, float *columns, int slots,
                              const Step *step, Costs *costs) {
    typedef NAME(vector) vector;
    typedef NAME(quarter) quarter;
    const int vectors = slots / VECTOR_FLOATS;
    float *row[4], *column[4];
    union {
        quarter rows[4];
        RULE(Head) head;
    } words = {{{0}}}, contexts = {{{0}}};
    quarter log_count = {0}, weight = {0}, difference;
    for (int n = 0; n < count; n++) {
        row[n] = rows + (int64_t)slots * x[n].row;
        column[n] = columns + (int64_t)slots * x[n].column;
        words.rows[n] = *(const quarter *)(row[n] + slots - 4);
        contexts.rows[n] = *(const quarter *)(column[n] + slots - 4);
        log_count[n] = x[n].log_count;
        weight[n] = fabsf(x[n].weight);
    }
    quarter product = RULE(products)(row, column, count, vectors);
    RULE(transpose)(words.rows);
    RULE(transpose)(contexts.rows);
    RULE(Change) of_word, of_context;
    quarter g = RULE(settle)(&words.head, &contexts.head, product, log_count, weight, step, &of_word,
                             &of_context, &difference);
    RULE(transpose)(words.rows);
    RULE(transpose)(contexts.rows);
    for (int n = 0; n < count; n++) {
        vector *w = (vector *)row[n], *c = (vector *)column[n];
        float w_keep = of_word.keep[n], w_add = of_word.add[n];
        float c_keep = of_context.keep[n], c_add = of_context.add[n];
        for (int k = 0; k < vectors; k++) {
            vector value = w[k], other = c[k];
            vector word = w_keep * value + w_add * other, context = c_keep * other + c_add * value;
            if (k == vectors - 1) {
                word = NAME(with_quarter)(word, words.rows[n]);
                context = NAME(with_quarter)(context, contexts.rows[n]);
            }
            w[k] = word;
            c[k] = context;
        }
        add_cost(costs, x + n, g[n], difference[n]);
    }
}
#endif

/* Compute the squares of the vectors anew. */
TARGET static void RULE(refresh)(float *row, const float *end, const Step *step) {
    for (; row < end; row += step->slots) {
        float lanes[LANES] = {0}, half[8], s[4];
        for (int k = 0; k < step->slots - 4; k++) lanes[k % LANES] += row[k] * row[k];
        for (int j = 0; j < 8; j++) half[j] = lanes[j] + lanes[j + 8];
        for (int j = 0; j < 4; j++) s[j] = half[j] + half[j + 4];
        row[step->slots - 2] = (s[0] + s[2]) + (s[1] + s[3]);
    }
}

#define AT_ONCE 4
#define COMMON_SLOTS
#include "../tile.h"
#undef COMMON_SLOTS
#undef AT_ONCE
#undef CONSTANT
